"""Bring a database to the tables of this version; no file besides the package is needed."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from records.engine import Database
from records.errors import RecordsError

UPGRADE_LOCK = 4_711_002
"""PostgreSQL advisory lock: of two that upgrade at once, one waits."""


def upgrade(url: str) -> str:
    """Create or upgrade the tables in one transaction; gives the revision. Safe to call again, and by several at once.

    Raises RecordsError when a newer version has upgraded the database already.
    """
    database = Database(url, create=True)
    try:
        with database.write() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
            upgrade_on(connection)
            return str(revision_on(connection))
    finally:
        database.close()


def upgrade_on(connection: Connection) -> None:
    """The same within a transaction that is under way."""
    config = config_for(connection)
    at = revision_on(connection)
    if at is not None and at not in {
        script.revision for script in ScriptDirectory.from_config(config).walk_revisions()
    }:
        raise RecordsError(f"the database is at revision {at}, which this version does not know: use the newer version")
    command.upgrade(config, "head")


def revision(url: str) -> tuple[str | None, str | None]:
    """The revision the database is at, and the one this version needs."""
    database = Database(url)
    try:
        with database.read() as connection:
            return revision_on(connection), ScriptDirectory.from_config(config_for(connection)).get_current_head()
    finally:
        database.close()


def revision_on(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def config_for(connection: Connection) -> Config:
    """The alembic settings, made here so that no alembic.ini is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
