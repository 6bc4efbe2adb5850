"""Whether anything in the event log was altered: every flip, deletion, insertion and change of order is found."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, Row, func, select

from definitions.base import Value
from definitions.facts import GENESIS, TextRef, seal
from records.checkpoints import Checkpoints, Ends
from records.engine import Database
from records.errors import Damaged, RecordsError
from records.raw import as_written, raw_events
from records.tables import CaseTable, EventTable, TextTable, table
from records.texts import holds
from records.values import Clock

EVENTS, CASES, TEXTS = table(EventTable), table(CaseTable), table(TextTable)


class Problem(Value):
    """Something that is not as it was written. `seq` is None when it is about the whole case."""

    case_id: str
    seq: int | None
    what: str


class AuditReport(Value):
    """What was looked at, and what is wrong."""

    cases: int
    facts: int
    texts: int
    checkpoints: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Nothing was altered, as far as can be told."""
        return not self.problems


class Audit:
    """The audit of one database, with the checkpoints in one folder (or without, in None)."""

    def __init__(self, db: Database, clock: Clock, folder: Path | None, key: str | None = None) -> None:
        self._db, self._clock, self._key = db, clock, key
        self._own = Checkpoints(folder, key) if folder else None

    @property
    def file(self) -> Path | None:
        """Where the checkpoints are."""
        return self._own.file if self._own else None

    def checkpoint(self) -> int:
        """Write a signed checkpoint of all chains that grew since the last one; gives how many cases are in it."""
        if self._own is None:
            raise RecordsError("there is no folder for checkpoints", "Name one outside the database's disk.")
        upto, (_, known) = self._own.upto(), self._own.read()
        with self._db.snapshot() as connection:
            last = connection.execute(select(func.max(EVENTS.c.id))).scalar_one() or 0
            grown = select(EVENTS.c.case_id, func.max(EVENTS.c.seq).label("seq"))
            grown = grown.where(EVENTS.c.id > upto, EVENTS.c.id <= last).group_by(EVENTS.c.case_id)
            tips = grown.subquery()
            query = select(EVENTS.c.case_id, EVENTS.c.seq, EVENTS.c.hash).join(
                tips, (tips.c.case_id == EVENTS.c.case_id) & (tips.c.seq == EVENTS.c.seq)
            )
            ends = {row.case_id: (row.seq, row.hash) for row in connection.execute(query)}
        # A restored log has new ids for old facts: those never move an end back.
        ends = {case_id: end for case_id, end in ends.items() if end[0] > known.get(case_id, (0, ""))[0]}
        self._own.append(self._clock(), last, ends)
        return len(ends)

    def verify(self, folder: Path | None = None) -> AuditReport:
        """Look at every fact, every text that a fact points to, every case row, and the checkpoints there are."""
        problems: list[Problem] = []
        marks: Ends = {}
        count = 0
        checkpoints = Checkpoints(folder, self._key) if folder else self._own
        if checkpoints is not None:
            try:
                count, marks = checkpoints.read()
            except Damaged as damaged:
                problems.append(Problem(case_id="*", seq=None, what=damaged.message))
        with self._db.snapshot() as connection:
            texts = _Texts(connection)
            cases = facts = 0
            tips: dict[str, int] = {}
            for case_id, rows in groupby(raw_events(connection), key=lambda row: row.case_id):
                cases += 1
                tip, n = _check_case(case_id, rows, marks.get(case_id), texts, problems)
                tips[case_id] = tip
                facts += n
            problems += _missing(connection, tips, marks)
            problems += texts.check()
        return AuditReport(cases=cases, facts=facts, texts=texts.seen, checkpoints=count, problems=tuple(problems))


def _check_case(
    case_id: str, rows: Iterator[Row[Any]], mark: tuple[int, str] | None, texts: "_Texts", problems: list[Problem]
) -> tuple[int, int]:
    """Check one chain; gives the number of its last fact and how many facts there are."""
    previous, expected, n = GENESIS, 1, 0
    for row in rows:
        n += 1
        wrong: list[str] = []
        if not isinstance(row.seq, int):
            problems.append(Problem(case_id=case_id, seq=None, what="a fact has a number that is none"))
            continue
        if row.seq != expected:
            wrong.append(
                f"facts {expected} to {row.seq - 1} are missing" if row.seq > expected else "the number is no good"
            )
        elif row.prev_hash != previous:
            wrong.append("it does not follow the fact before it")
        fact = as_written(row)
        if fact is None:
            wrong.append("it cannot be read as it was written")
        else:
            if seal(fact) != row.hash:
                wrong.append("its content does not match its hash")
            texts.want(case_id, row.seq, fact.data)
        if mark is not None and row.seq == mark[0] and row.hash != mark[1]:
            wrong.append("it is not the fact that the checkpoint saw")
        problems += [Problem(case_id=case_id, seq=row.seq, what=what) for what in wrong]
        previous, expected = row.hash, row.seq + 1
    return expected - 1, n


def _missing(connection: Connection, tips: dict[str, int], marks: Ends) -> Iterator[Problem]:
    """Chains that end before the case row or the checkpoint says, or are gone altogether."""
    for row in connection.execute(select(CASES.c.id, CASES.c.seq)):
        if tips.get(row.id, 0) < row.seq:
            what = f"the case row reflects fact {row.seq}, but the last one is {tips.get(row.id, 0)}"
            yield Problem(case_id=row.id, seq=None, what=what)
    for case_id, (seq, _) in marks.items():
        if tips.get(case_id, 0) < seq:
            what = f"the checkpoint saw fact {seq}, but the last one is {tips.get(case_id, 0)}"
            yield Problem(case_id=case_id, seq=None, what=what)


class _Texts:
    """The texts that facts point to, checked in batches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wanted: dict[str, tuple[str, int, str]] = {}
        self._problems: list[Problem] = []
        self.seen = 0

    def want(self, case_id: str, seq: int, data: JsonValue) -> None:
        """Remember every reference in the data of a fact."""
        for ref in references(data):
            known = self._wanted.setdefault(ref.id, (case_id, seq, ref.digest))
            if known[2] != ref.digest:
                what = f"it points to text {ref.id} with another digest than fact {known[1]} of {known[0]}"
                self._problems.append(Problem(case_id=case_id, seq=seq, what=what))

    def check(self) -> list[Problem]:
        """Compare them with what is stored."""
        names = list(self._wanted)
        self.seen = len(names)
        for start in range(0, len(names), 500):
            part = names[start : start + 500]
            found = {r.id: r for r in self._connection.execute(select(TEXTS).where(TEXTS.c.id.in_(part)))}
            for name in part:
                case_id, seq, digest = self._wanted[name]
                row = found.get(name)
                if row is None:
                    what = f"text {name} is missing"
                elif not holds(digest, row.digest, row.salt, row.content):
                    what = f"text {name} was altered"
                else:
                    continue
                self._problems.append(Problem(case_id=case_id, seq=seq, what=what))
        return self._problems


def references(data: JsonValue) -> Iterator[TextRef]:
    """All references to texts anywhere in the data of a fact."""
    if isinstance(data, dict):
        if set(data) == {"id", "digest"} and all(isinstance(v, str) for v in data.values()):
            yield TextRef.model_validate(data)
        else:
            for value in data.values():
                yield from references(value)
    elif isinstance(data, list):
        for value in data:
            yield from references(value)
