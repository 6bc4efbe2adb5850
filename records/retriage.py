"""Blind second triage: which cases a cycle was drawn, and what somebody made of each without seeing its priority."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Row, UniqueConstraint, func, select, update
from sqlmodel import Field

from definitions.base import Instant, Level, Priority, Value
from records.columns import Moment
from records.engine import Database
from records.errors import Conflict, NotStored
from records.tables import Record, table
from records.values import Clock


class RetriageTable(Record, table=True):
    """One case of the sample of one cycle, triaged anew once."""

    __tablename__ = "retriages"
    __table_args__ = (
        UniqueConstraint("cycle", "case_id"),
        CheckConstraint("number >= 1 AND round >= 1", name="number_positive"),
        CheckConstraint(
            "(at IS NULL) = (person IS NULL) AND (at IS NULL) = (impact IS NULL) AND (at IS NULL) = (urgency IS NULL)"
            " AND (at IS NULL) = (second IS NULL)",
            name="answered_together",
        ),
    )
    cycle: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    round: int
    case_id: str
    first: str
    at: datetime | None = Field(default=None, sa_type=Moment)
    person: str | None = None
    impact: str | None = None
    urgency: str | None = None
    second: str | None = None


RETRIAGES = table(RetriageTable)


class Drawn(Value):
    """A case of the sample. `first`: the priority it had when it was drawn; `second`: what somebody makes of it now."""

    cycle: str
    number: int
    """Over all rounds."""
    round: int
    case_id: str
    first: Priority
    at: Instant | None = None
    person: str | None = None
    impact: Level | None = None
    urgency: Level | None = None
    second: Priority | None = None


class Retriages:
    """Those of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def draw(self, cycle: str, cases: Sequence[tuple[str, Priority]], *, after: int = 0) -> list[Drawn]:
        """The sample of the round behind `after`, in the order in which it is handed out; what was drawn first stays.

        Gives the samples of all rounds.
        """
        with self._db.write() as connection:
            last = select(func.max(RETRIAGES.c.number), func.max(RETRIAGES.c.round)).where(RETRIAGES.c.cycle == cycle)
            known, rounds = connection.execute(last).one()
            rows = [
                {"cycle": cycle, "number": number, "round": after + 1, "case_id": case_id, "first": first.value}
                for number, (case_id, first) in enumerate(cases, (known or 0) + 1)
            ]
            if (rounds or 0) == after and rows:
                connection.execute(self._db.insert(RETRIAGES).values(rows).on_conflict_do_nothing())
        return self.of(cycle)

    def of(self, cycle: str) -> list[Drawn]:
        """The samples of all rounds in order; empty before the first was drawn."""
        query = select(RETRIAGES).where(RETRIAGES.c.cycle == cycle).order_by(RETRIAGES.c.number)
        with self._db.read() as connection:
            return [_drawn(row) for row in connection.execute(query)]

    def answer(
        self, cycle: str, case_id: str, *, person: str, impact: Level, urgency: Level, second: Priority
    ) -> Drawn:
        """Keep a second triage; the first word counts. Raises NotStored, and Conflict where somebody has answered."""
        of_case = (RETRIAGES.c.cycle == cycle, RETRIAGES.c.case_id == case_id)
        said = {"person": person, "impact": impact.value, "urgency": urgency.value, "second": second.value}
        with self._db.write() as connection:
            change = update(RETRIAGES).where(*of_case, RETRIAGES.c.at.is_(None))
            row = connection.execute(change.values(**said, at=self._clock()).returning(RETRIAGES)).one_or_none()
            if row is not None:
                return _drawn(row)
            known = connection.execute(select(RETRIAGES.c.person).where(*of_case)).one_or_none()
        if known is None:
            raise NotStored(f"{case_id} is not in the sample of {cycle}", f"See `jidoka cycle triage {cycle}`.")
        raise Conflict(
            f"{case_id} was triaged anew by {known.person} already: a second look would not be blind",
            f"Take the next one: `jidoka cycle triage {cycle}`.",
        )


def _drawn(row: Row[tuple[object, ...]]) -> Drawn:
    return Drawn.model_validate(dict(row._mapping))
