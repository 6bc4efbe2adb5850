"""Runs of automations: let in or turned away in one transaction, so that all workers share one budget and breaker."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import JsonValue
from sqlalchemy import Connection, Row, func, literal, select, update

from definitions.admission import Guard, Pause, Ran, admit, after
from definitions.automations import DAY_S, HOUR_S, AutomationDefinition
from definitions.base import Instant, Value
from records.automation_tables import AutomationGuardTable, AutomationRunTable
from records.columns import Moment, storable
from records.engine import Database
from records.errors import Conflict, NotStored
from records.tables import table
from records.values import Clock

RUNS = table(AutomationRunTable)
GUARDS = table(AutomationGuardTable)
MOST_TEXT = 4_000

Outcome = Literal["done", "nothing", "failed", "unknown"]


class AutomationRun(Value):
    """One run that was let in."""

    key: str
    automation: str
    case_id: str | None
    state: Literal["started", "done", "nothing", "failed", "unknown"]
    trial: bool
    attempts: int
    started_at: Instant
    ended_at: Instant | None
    finding: str | None
    data: dict[str, JsonValue] | None


class Begun(Value):
    """The answer to whoever wants to run: `new` may go on, `again` may already have had its effect."""

    how: Literal["new", "again", "over", "refused"]
    run: AutomationRun | None = None
    reason: str = ""


class Automations:
    """The runs and guards of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def begin(self, definition: AutomationDefinition, key: str, case_id: str | None = None) -> Begun:
        """Let the run in, under its key, or say why not; a key that is known is never let in as new."""
        now = self._clock()
        with self._db.write() as connection:
            guard = self._locked(connection, definition.key)
            known = connection.execute(select(RUNS).where(RUNS.c.key == key)).one_or_none()
            if known is not None:
                return self._again(connection, definition, as_run(known), case_id)
            admission = admit(definition, guard, self._ran(connection, definition.key, now), now)
            if not admission.allowed:
                return Begun(how="refused", reason=admission.reason)
            row = {
                "key": key, "automation": definition.key, "case_id": case_id, "state": "started",
                "trial": admission.trial, "attempts": 1, "started_at": now,
            }  # fmt: skip
            run = connection.execute(RUNS.insert().values(row).returning(RUNS)).one()
            if admission.trial:
                self._set(connection, definition.key, trial_at=now)
            return Begun(how="new", run=as_run(run))

    @staticmethod
    def _again(
        connection: Connection, definition: AutomationDefinition, run: AutomationRun, case_id: str | None
    ) -> Begun:
        if (run.automation, run.case_id) != (definition.key, case_id):
            raise Conflict(f"the key {run.key} belongs to another run already")
        if run.state != "started":
            return Begun(how="over", run=run)
        change = update(RUNS).where(RUNS.c.key == run.key).values(attempts=RUNS.c.attempts + 1)
        return Begun(how="again", run=as_run(connection.execute(change.returning(RUNS)).one()))

    def end(
        self,
        definition: AutomationDefinition,
        key: str,
        outcome: Outcome,
        finding: str = "",
        data: dict[str, JsonValue] | None = None,
    ) -> AutomationRun:
        """Remember what became of a run; the first word counts. Failures may open the breaker. Raises NotStored."""
        now = self._clock()
        with self._db.write() as connection:
            guard = self._locked(connection, definition.key)
            over = {"state": outcome, "ended_at": now, "finding": storable(finding)[:MOST_TEXT], "data": data or {}}
            change = update(RUNS).where(RUNS.c.key == key, RUNS.c.state == "started").values(over)
            row = connection.execute(change.returning(RUNS)).one_or_none()
            if row is None:
                return self._stored(connection, key)
            # What nobody knows the end of is no failure of the automation, but no proof that it works either.
            failed = outcome in ("failed", "unknown")
            failures = self._failures(connection, definition, now)
            now_guard = after(definition, guard, failed=failed, trial=row.trial, failures=failures, now=now)
            if now_guard != guard:
                self._set(connection, definition.key, opened_at=now_guard.opened_at, trial_at=now_guard.trial_at)
            return as_run(row)

    def pause(self, automation: str, by: str, reason: str) -> Guard:
        """Let no new run in from now on; pausing again replaces who and why."""
        with self._db.write() as connection:
            self._locked(connection, automation)
            now = self._clock()
            self._set(connection, automation, paused_since=now, paused_by=by, paused_reason=storable(reason)[:500])
            return self._locked(connection, automation)

    def resume(self, automation: str) -> Guard:
        """Let runs in again; the breaker begins afresh, as somebody has looked."""
        with self._db.write() as connection:
            self._locked(connection, automation)
            gone = dict.fromkeys(("paused_since", "paused_by", "paused_reason", "opened_at", "trial_at"))
            self._set(connection, automation, reset_at=self._clock(), **gone)
            return self._locked(connection, automation)

    def guard(self, automation: str) -> Guard:
        """What holds it back, if anything."""
        with self._db.read() as connection:
            row = connection.execute(select(GUARDS).where(GUARDS.c.automation == automation)).one_or_none()
        return as_guard(row)

    def ran(self, automation: str) -> Ran:
        """How often it was let in within the last hour and day."""
        with self._db.read() as connection:
            return self._ran(connection, automation, self._clock())

    def get(self, key: str) -> AutomationRun:
        """One run. Raises NotStored."""
        with self._db.read() as connection:
            return self._stored(connection, key)

    def runs(
        self, automation: str | None = None, *, case_id: str | None = None, limit: int = 100
    ) -> list[AutomationRun]:
        """The latest runs, newest first."""
        query = select(RUNS).order_by(RUNS.c.started_at.desc(), RUNS.c.key).limit(limit)
        query = query if automation is None else query.where(RUNS.c.automation == automation)
        query = query if case_id is None else query.where(RUNS.c.case_id == case_id)
        with self._db.read() as connection:
            return [as_run(row) for row in connection.execute(query)]

    def _locked(self, connection: Connection, automation: str) -> Guard:
        """The guard, held until this transaction ends: of two workers at the edge of a budget one waits."""
        connection.execute(self._db.insert(GUARDS).values(automation=automation).on_conflict_do_nothing())
        query = select(GUARDS).where(GUARDS.c.automation == automation).with_for_update()
        return as_guard(connection.execute(query).one())

    @staticmethod
    def _set(connection: Connection, automation: str, **values: Any) -> None:
        connection.execute(update(GUARDS).where(GUARDS.c.automation == automation).values(values))

    @staticmethod
    def _ran(connection: Connection, automation: str, now: datetime) -> Ran:
        since = literal(now - timedelta(seconds=HOUR_S), Moment())
        query = select(func.count().label("day"), func.count().filter(RUNS.c.started_at > since).label("hour"))
        query = query.where(
            RUNS.c.automation == automation,
            RUNS.c.started_at > literal(now - timedelta(seconds=DAY_S), Moment()),
        )
        row = connection.execute(query.select_from(RUNS)).one()
        return Ran(hour=row.hour, day=row.day)

    @staticmethod
    def _failures(connection: Connection, definition: AutomationDefinition, now: datetime) -> int:
        since = now - timedelta(seconds=definition.breaker.within_s)
        reset = select(GUARDS.c.reset_at).where(GUARDS.c.automation == definition.key)
        if (last := connection.execute(reset).scalar_one_or_none()) is not None:
            since = max(since, last)
        query = select(func.count()).select_from(RUNS)
        query = query.where(RUNS.c.automation == definition.key, RUNS.c.ended_at > literal(since, Moment()))
        return int(connection.execute(query.where(RUNS.c.state.in_(("failed", "unknown")))).scalar_one())

    @staticmethod
    def _stored(connection: Connection, key: str) -> AutomationRun:
        row = connection.execute(select(RUNS).where(RUNS.c.key == key)).one_or_none()
        if row is None:
            raise NotStored(f"no automation ran under the key {key}")
        return as_run(row)


def as_run(row: Row[Any]) -> AutomationRun:
    """The row as a value."""
    return AutomationRun.model_validate(dict(row._mapping))


def as_guard(row: Row[Any] | None) -> Guard:
    """The row as a value; no row means that nothing holds it back."""
    if row is None:
        return Guard()
    paused = None
    if row.paused_since is not None:
        paused = Pause(by=row.paused_by, reason=row.paused_reason, since=row.paused_since)
    return Guard(paused=paused, opened_at=row.opened_at, trial_at=row.trial_at)
