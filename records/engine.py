"""One way to the database, SQLite or PostgreSQL: short reads, and writes that are one transaction each."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, event, exc, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from records.errors import NotMigrated, RecordsError, RecordsUnavailable, Refused

BUSY_TIMEOUT_MS = 10_000
CONNECT_TIMEOUT_S = 5
FLUSH_LOCK = 4_711_001
"""PostgreSQL advisory lock of those who give out event ids, so that ids become visible in order."""

Insert = sqlite.Insert | postgresql.Insert


class Database:
    """Connections to one database. Safe to share between threads. Only with `create` a SQLite file is made."""

    def __init__(self, url: str, *, create: bool = False) -> None:
        self.url = parsed(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # One writer at a time in this process keeps SQLite's own lock for other processes.
        self._writer = threading.Lock()
        arguments: dict[str, Any] = {}
        if not self.is_sqlite:
            arguments = {"pool_pre_ping": True, "connect_args": {"connect_timeout": CONNECT_TIMEOUT_S}}
        # Parameters hold personal words: they must not get into error texts.
        self.engine = create_engine(self.url, hide_parameters=True, pool_size=10, max_overflow=40, **arguments)
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", self._find_file(create))
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; it sees one state of the database on SQLite."""
        with self._speaking(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """As `read`, but all statements see one state of the database on PostgreSQL too."""
        with self._speaking(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: committed at the end, undone when anything raises."""
        with self._writer if self.is_sqlite else nullcontext(), self._speaking(), self.engine.connect() as connection:
            writing = connection.execution_options(jidoka_write=True)
            with writing.begin():
                yield writing

    def lock_flushes(self, connection: Connection) -> None:
        """Wait for other writers of the event log until this transaction ends (SQLite has waited already)."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FLUSH_LOCK})

    def insert(self, table: Table) -> Insert:
        """An INSERT that knows ON CONFLICT."""
        return insert_into(table, self.is_sqlite)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _find_file(self, create: bool) -> Callable[..., None]:
        """A command that only reads must not leave an empty database behind."""
        path = Path(str(self.url.database))

        def check(*_: Any) -> None:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            elif not path.exists():
                raise RecordsUnavailable(f"there is no database {path}", "Run `jidoka up`, which makes it.")

        return check

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except exc.TimeoutError:
            raise RecordsUnavailable("all connections to the database are in use") from None
        except DBAPIError as error:
            if _lacks_a_table(error):
                raise NotMigrated("the database does not have the tables of this version") from None
            if isinstance(error, exc.OperationalError | exc.InterfaceError) or error.connection_invalidated:
                raise RecordsUnavailable(self._plainly(error)) from None
            raise Refused(_refusal(error)) from None

    def _plainly(self, error: DBAPIError) -> str:
        reason = str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
        where = self.url.database if self.is_sqlite else f"{self.url.host}:{self.url.port or 5432}/{self.url.database}"
        return f"the database {where} cannot be used just now: {reason}"


def insert_into(table: Table, is_sqlite: bool) -> Insert:
    """An INSERT that knows ON CONFLICT, for one kind of database."""
    return sqlite.insert(table) if is_sqlite else postgresql.insert(table)


def _lacks_a_table(error: DBAPIError) -> bool:
    return (
        "no such table" in str(error.orig)
        or "no such column" in str(error.orig)
        or (getattr(error.orig, "sqlstate", None) in ("42P01", "42703"))
    )


def _refusal(error: DBAPIError) -> str:
    """Names the rule and never the value: PostgreSQL's own text would tell it."""
    diagnosis = getattr(error.orig, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None) or type(error.orig).__name__
    return f"the database refused it: {rule if diagnosis else error.orig}"


def parsed(url: str) -> URL:
    """The URL with the driver we use; what we cannot serve is refused with the reason."""
    try:
        parts = make_url(url)
    except ArgumentError:
        raise RecordsError("the database URL cannot be read: use sqlite:///FILE or postgresql://...") from None
    backend = {"postgres": "postgresql"}.get(parts.get_backend_name(), parts.get_backend_name())
    if backend == "postgresql":
        return parts.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        if parts.database in (None, "", ":memory:"):
            raise RecordsError("records need a database file: use sqlite:///FILE")
        return parts.set(drivername="sqlite+pysqlite")
    raise RecordsError(f"records cannot live in {backend}: use sqlite:///FILE or postgresql://...")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions of its own: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    # Setting the mode takes a lock even where nothing changes, so ask first.
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: one that began as a reader would fail instead of waiting.
    writing = connection.get_execution_options().get("jidoka_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
