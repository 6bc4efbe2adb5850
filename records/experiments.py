"""Experiments: plans locked before anybody is exposed, the looks that were made, how each ended."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, Connection, Index, Row, select, text, update
from sqlmodel import Field

from definitions.base import Instant, Value
from records.columns import Json, Moment, storable
from records.engine import Database
from records.errors import Conflict, NotStored
from records.tables import Record, one_of, table
from records.values import Clock

State = Literal["running", "stopped", "ended"]


class ExperimentTable(Record, table=True):
    """One experiment; its plan never changes."""

    __tablename__ = "experiments"
    __table_args__ = (
        one_of("state", "running", "stopped", "ended"),
        CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended_when_over"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_together"),
        Index(None, "state"),
    )
    key: str = Field(primary_key=True)
    version: str
    plan: Any = Field(sa_type=Json, nullable=False)
    state: str
    locked_at: datetime = Field(sa_type=Moment)
    locked_by: str
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None
    reason: str | None = None
    verdict: Any = Field(default=None, sa_type=Json, nullable=True)


class ExperimentLookTable(Record, table=True):
    """One look, made once."""

    __tablename__ = "experiment_looks"
    __table_args__ = (CheckConstraint("number >= 1", name="number_positive"),)
    experiment: str = Field(primary_key=True, foreign_key="experiments.key")
    number: int = Field(primary_key=True)
    made_at: datetime = Field(sa_type=Moment)
    decision: Any = Field(sa_type=Json, nullable=False)


EXPERIMENTS = table(ExperimentTable)
LOOKS = table(ExperimentLookTable)


class ExperimentRow(Value):
    """One experiment as it stands."""

    key: str
    version: str
    plan: JsonValue
    state: State
    locked_at: Instant
    locked_by: str
    ended_at: Instant | None
    ended_by: str | None
    reason: str | None
    verdict: JsonValue


class LookRow(Value):
    """One look as it was made."""

    number: int
    made_at: Instant
    decision: JsonValue


class Experiments:
    """Those of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def lock(
        self,
        key: str,
        version: str,
        plan: JsonValue,
        by: str,
        fits: Callable[[Sequence[ExperimentRow]], None],
    ) -> ExperimentRow:
        """Begin it under its plan; the same plan again changes nothing.

        `fits` is called with those that run, before anybody else can begin one, and raises where it does not fit
        beside them. Raises Conflict where the key belongs to another plan.
        """
        with self._db.write() as connection:
            if not self._db.is_sqlite:
                connection.execute(text("LOCK TABLE experiments IN SHARE ROW EXCLUSIVE MODE"))
            known = connection.execute(select(EXPERIMENTS).where(EXPERIMENTS.c.key == key)).one_or_none()
            if known is not None:
                if known.version != version:
                    raise Conflict(
                        f"the experiment {key} is locked with another plan ({known.version})",
                        "A plan never changes once it is locked: give the new one a key of its own.",
                    )
                return as_experiment(known)
            fits(self._running(connection))
            row = {
                "key": key, "version": version, "plan": plan, "state": "running",
                "locked_at": self._clock(), "locked_by": by,
            }  # fmt: skip
            return as_experiment(connection.execute(EXPERIMENTS.insert().values(row).returning(EXPERIMENTS)).one())

    def running(self) -> list[ExperimentRow]:
        """Those that new cases may take part in, cheap enough to ask for each case."""
        with self._db.read() as connection:
            return self._running(connection)

    def ls(self, *, limit: int = 100) -> list[ExperimentRow]:
        """All, the latest first."""
        query = select(EXPERIMENTS).order_by(EXPERIMENTS.c.locked_at.desc(), EXPERIMENTS.c.key).limit(limit)
        with self._db.read() as connection:
            return [as_experiment(row) for row in connection.execute(query)]

    def get(self, key: str) -> ExperimentRow:
        """One. Raises NotStored."""
        with self._db.read() as connection:
            return self._stored(connection, key)

    def looks(self, key: str) -> list[LookRow]:
        """Its looks in order."""
        query = select(LOOKS.c.number, LOOKS.c.made_at, LOOKS.c.decision).where(LOOKS.c.experiment == key)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(LOOKS.c.number))
            return [LookRow.model_validate(dict(row._mapping)) for row in rows]

    def looked(self, key: str, number: int, decision: JsonValue) -> LookRow:
        """Remember a look; the first word counts, so that nobody looks twice. Raises NotStored, Conflict for a gap."""
        with self._db.write() as connection:
            self._stored(connection, key)
            last = connection.execute(
                select(LOOKS.c.number).where(LOOKS.c.experiment == key).order_by(LOOKS.c.number.desc()).limit(1)
            ).scalar_one_or_none()
            if number > (last or 0) + 1:
                raise Conflict(f"look {number} of {key} comes before look {(last or 0) + 1}")
            row = {"experiment": key, "number": number, "made_at": self._clock(), "decision": decision}
            connection.execute(self._db.insert(LOOKS).values(row).on_conflict_do_nothing())
            stored = connection.execute(select(LOOKS).where(LOOKS.c.experiment == key, LOOKS.c.number == number)).one()
        return LookRow(number=number, made_at=stored.made_at, decision=stored.decision)

    def stop(self, key: str, by: str, reason: str) -> ExperimentRow:
        """Expose nobody from now on. Raises NotStored, and Conflict where it has ended already."""
        return self._over(key, {"state": "stopped", "ended_by": by, "reason": storable(reason)[:500]})

    def end(self, key: str, by: str, reason: str, verdict: JsonValue) -> ExperimentRow:
        """Its verdict is known. Raises NotStored, and Conflict where it has another already."""
        found = self._over(
            key, {"state": "ended", "ended_by": by, "reason": storable(reason)[:500], "verdict": verdict}, again=True
        )
        if found.verdict is None:
            return self._judged(key, verdict)
        if found.verdict != verdict:
            raise Conflict(f"the experiment {key} has another verdict already")
        return found

    def _judged(self, key: str, verdict: JsonValue) -> ExperimentRow:
        """What was stopped by somebody gets its verdict afterwards."""
        change = update(EXPERIMENTS).where(EXPERIMENTS.c.key == key, EXPERIMENTS.c.state == "stopped")
        with self._db.write() as connection:
            connection.execute(change.values(verdict=verdict))
            return self._stored(connection, key)

    def _over(self, key: str, values: dict[str, Any], *, again: bool = False) -> ExperimentRow:
        with self._db.write() as connection:
            change = update(EXPERIMENTS).where(EXPERIMENTS.c.key == key, EXPERIMENTS.c.state == "running")
            row = connection.execute(
                change.values(**values, ended_at=self._clock()).returning(EXPERIMENTS)
            ).one_or_none()
            if row is not None:
                return as_experiment(row)
            known = self._stored(connection, key)
        if not again:
            raise Conflict(f"the experiment {key} was {known.state} already by {known.ended_by}")
        return known

    @staticmethod
    def _running(connection: Connection) -> list[ExperimentRow]:
        query = select(EXPERIMENTS).where(EXPERIMENTS.c.state == "running").order_by(EXPERIMENTS.c.key)
        return [as_experiment(row) for row in connection.execute(query)]

    @staticmethod
    def _stored(connection: Connection, key: str) -> ExperimentRow:
        row = connection.execute(select(EXPERIMENTS).where(EXPERIMENTS.c.key == key)).one_or_none()
        if row is None:
            raise NotStored(f"there is no experiment {key!r}", "See `jidoka experiment ls`.")
        return as_experiment(row)


def as_experiment(row: Row[Any]) -> ExperimentRow:
    """The row as a value."""
    return ExperimentRow.model_validate(dict(row._mapping))
