"""Restoring the event log and the case rows from what the runs themselves remember."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, select

from definitions.base import Value
from definitions.facts import GENESIS, Fact, seal
from records.cases import CASES, as_case, upsert_rows
from records.engine import Database
from records.errors import BrokenChain
from records.events import EVENTS, as_row, check_chain
from records.quarantine import note
from records.raw import as_written, raw_events
from records.tasks import tasks_of
from records.values import CaseRow, Clock, Flush, Journal

BATCH = 500


class Difference(Value):
    """Something about a case that is not as it should be. `seq` is None when it is not about one fact."""

    case_id: str
    seq: int | None
    what: str


class RestoreReport(Value):
    """What restoring did: journals read, facts they hold, facts added, removed (to quarantine), case rows written."""

    journals: int
    facts: int
    added: int
    removed: int
    rows: int
    problems: tuple[Difference, ...]
    """What the journals could not mend."""


class Rebuild:
    """Restores one database, empty or damaged. Restoring again changes nothing."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def restore(self, journals: Iterable[Journal], *, dry_run: bool = False) -> RestoreReport:
        """Make the records agree with the journals; see `Restoration`."""
        restoration = self.begin(dry_run=dry_run)
        for journal in journals:
            restoration.add(journal)
        return restoration.report()

    def begin(self, *, dry_run: bool = False) -> "Restoration":
        """For journals that come one by one; with `dry_run` it only says what it would do."""
        return Restoration(self._db, self._clock, dry_run=dry_run)


class Restoration:
    """One restoring under way: a transaction per journal; a case may have several journals.

    A stored fact that a journal contradicts, or that does not match its own hash, goes to quarantine.
    Cases without a journal (their runs are beyond retention) are left alone.
    """

    def __init__(self, db: Database, clock: Clock, *, dry_run: bool) -> None:
        self._db, self._clock, self._dry_run = db, clock, dry_run
        self._seen: dict[str, None] = {}
        self._problems: list[Difference] = []
        self._journals = self._facts = self._added = self._removed = self._rows = 0

    def add(self, journal: Journal) -> None:
        """Make the records agree with this one."""
        self._journals += 1
        try:
            check_chain(Flush(case_id=journal.case_id, facts=journal.facts, row=journal.row))
        except BrokenChain as broken:
            what = f"its journal: {broken.message}"
            self._problems.append(Difference(case_id=journal.case_id, seq=None, what=what))
            return
        with self._db.write() as connection:
            self._db.lock_flushes(connection)
            out, put = self._mend(connection, journal)
            rows = self._mend_row(connection, journal)
            if self._dry_run:
                connection.rollback()
        self._seen[journal.case_id] = None
        self._facts += len(journal.facts)
        self._added, self._removed, self._rows = self._added + put, self._removed + out, self._rows + rows

    def report(self) -> RestoreReport:
        """What was done, and which chains still do not hold."""
        problems = list(self._problems)
        if not self._dry_run:
            with self._db.read() as connection:
                for case_id in self._seen:
                    problems += _breaks(connection, case_id)
        return RestoreReport(
            journals=self._journals,
            facts=self._facts,
            added=self._added,
            removed=self._removed,
            rows=self._rows,
            problems=tuple(problems),
        )

    def _mend(self, connection: Connection, journal: Journal) -> tuple[int, int]:
        """Take out what is wrong and put in what is missing; gives how many of each."""
        missing = {fact.seq: fact for fact in journal.facts}
        wrong: list[Row[Any]] = []
        for row in list(raw_events(connection, [journal.case_id])):
            fact = as_written(row)
            own = missing.get(row.seq) if isinstance(row.seq, int) else None
            if fact is not None and fact == own:
                del missing[row.seq]
            elif fact is None or own is not None or seal(fact) != fact.hash:
                wrong.append(row)
        now = self._clock()
        for row in wrong:
            note(
                self._db, connection, now, source="rebuild", ref=f"{row.case_id}/{row.seq}/{row.id}",
                reason=f"stored fact {row.seq} of {row.case_id} is not the one in the journal",
                payload={name: str(value) for name, value in row._mapping.items()},
            )  # fmt: skip
            connection.execute(EVENTS.delete().where(EVENTS.c.id == row.id))
        if missing:
            connection.execute(EVENTS.insert(), [as_row(fact, now) for fact in missing.values()])
        return len(wrong), len(missing)

    def _mend_row(self, connection: Connection, journal: Journal) -> int:
        """Write the case row of the journal, unless the stored one is the same or goes further; 1 when written."""
        if journal.row is None:
            return 0
        stored = _stored_row(connection, journal.case_id)
        last = select(EVENTS.c.seq).where(EVENTS.c.case_id == journal.case_id).order_by(EVENTS.c.seq.desc()).limit(1)
        end = connection.execute(last).scalar_one_or_none() or 0
        if stored is not None and (stored == journal.row or journal.row.seq < stored.seq <= end):
            return 0
        connection.execute(CASES.delete().where(CASES.c.id == journal.case_id))
        upsert_rows(self._db, connection, [journal.row])
        return 1


def compare(one: Database, other: Database) -> list[Difference]:
    """Where two databases disagree about facts or case rows; ids and times of storing do not count."""
    found: list[Difference] = []
    with one.snapshot() as left, other.snapshot() as right:
        ids = sorted(_case_ids(left) | _case_ids(right))
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            here, there = _facts(left, part), _facts(right, part)
            for case_id, seq in sorted(here.keys() | there.keys(), key=str):
                what = _difference(here, there, (case_id, seq), "fact")
                found += [Difference(case_id=case_id, seq=seq, what=what)] if what else []
            rows, others = _rows(left, part), _rows(right, part)
            for case_id in sorted(rows.keys() | others.keys()):
                what = _difference(rows, others, case_id, "case row")
                found += [Difference(case_id=case_id, seq=None, what=what)] if what else []
    return found


def _difference(here: dict[Any, Any], there: dict[Any, Any], key: object, noun: str) -> str:
    if key not in here:
        return f"only the second has this {noun}"
    if key not in there:
        return f"only the first has this {noun}"
    return "" if here[key] == there[key] is not None else f"the two have different content in this {noun}"


def _breaks(connection: Connection, case_id: str) -> Iterator[Difference]:
    previous, expected = GENESIS, 1
    for row in raw_events(connection, [case_id]):
        if row.seq != expected or row.prev_hash != previous:
            yield Difference(case_id=case_id, seq=row.seq, what=f"it does not follow on fact {expected - 1}")
        previous, expected = row.hash, row.seq + 1


def _case_ids(connection: Connection) -> set[str]:
    events = connection.execute(select(EVENTS.c.case_id).distinct()).scalars()
    return {*events, *connection.execute(select(CASES.c.id)).scalars()}


def _facts(connection: Connection, case_ids: list[str]) -> dict[tuple[str, int], Fact | None]:
    return {(row.case_id, row.seq): as_written(row) for row in raw_events(connection, case_ids)}


def _rows(connection: Connection, case_ids: list[str]) -> dict[str, CaseRow | None]:
    return {case_id: _stored_row(connection, case_id) for case_id in case_ids if _has_row(connection, case_id)}


def _has_row(connection: Connection, case_id: str) -> bool:
    return connection.execute(select(CASES.c.id).where(CASES.c.id == case_id)).one_or_none() is not None


def _stored_row(connection: Connection, case_id: str) -> CaseRow | None:
    """The row as a value; None when there is none or it cannot be read any more."""
    try:
        row = connection.execute(select(CASES).where(CASES.c.id == case_id)).one_or_none()
        return as_case(row).model_copy(update={"tasks": tasks_of(connection, case_id)}) if row else None
    except (ValidationError, ValueError, TypeError):
        return None
