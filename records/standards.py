"""Accepted changes to the definitions: numbered, never altered, each on top of the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Row, func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from definitions.change import Change
from definitions.standards import How, Standard
from records.columns import Json, Moment, storable
from records.engine import Database
from records.errors import Conflict
from records.tables import Record, table
from records.values import Clock


class StandardTable(Record, table=True):
    """One accepted change."""

    __tablename__ = "standards"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(base) = 12 AND length(result) = 12", name="version_length"),
        CheckConstraint("how IN ('accepted', 'reverted', 'rebased')", name="how_known"),
    )
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)
    by: str
    how: str
    reverts: int | None = None
    cycle: str | None = None
    why: str
    base: str
    result: str
    patch: Any = Field(sa_type=Json, nullable=False)


STANDARDS = table(StandardTable)


class Standards:
    """Those of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def latest(self) -> int:
        """The number of the last, 0 before the first; cheap enough to ask twice a second."""
        with self._db.read() as connection:
            return self._latest(connection)

    def ls(self) -> tuple[Standard, ...]:
        """All, in order."""
        with self._db.read() as connection:
            return tuple(
                _as_standard(row) for row in connection.execute(select(STANDARDS).order_by(STANDARDS.c.number))
            )

    def add(
        self,
        change: Change,
        result: str,
        *,
        after: int,
        by: str,
        how: How = How.ACCEPTED,
        reverts: int | None = None,
        cycle: str | None = None,
    ) -> Standard:
        """Accept it as the next after `after`. Raises Conflict when another was accepted meanwhile."""
        row = {
            "number": after + 1, "at": self._clock(), "by": by, "how": str(how), "reverts": reverts, "cycle": cycle,
            "why": storable(change.why), "base": change.base, "result": result,
            "patch": change.model_dump(mode="json")["patch"],
        }  # fmt: skip
        taken = Conflict(f"another change was accepted meanwhile, so {after + 1} is taken: look at it and try again")
        try:
            with self._db.write() as connection:
                if self._latest(connection) != after:
                    raise taken
                return _as_standard(connection.execute(STANDARDS.insert().values(row).returning(STANDARDS)).one())
        except IntegrityError as error:
            raise taken from error

    @staticmethod
    def _latest(connection: Any) -> int:
        return int(connection.execute(select(func.coalesce(func.max(STANDARDS.c.number), 0))).scalar_one())


def _as_standard(row: Row[Any]) -> Standard:
    return Standard(
        number=row.number, at=row.at, by=row.by, how=How(row.how), reverts=row.reverts, cycle=row.cycle,
        change=Change.model_validate({"base": row.base, "why": row.why, "patch": row.patch}), result=row.result,
    )  # fmt: skip
