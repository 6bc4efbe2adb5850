"""What could not be processed: kept with its reason, never in the way of what comes next."""

import secrets
from datetime import datetime
from typing import Literal

from pydantic import JsonValue
from sqlalchemy import Connection, case, select, update

from definitions.base import Instant, Value
from records.columns import storable
from records.engine import Database
from records.errors import Conflict, NotStored
from records.tables import QuarantineTable, table
from records.values import Clock

QUARANTINE = table(QuarantineTable)
State = Literal["waiting", "retry", "dropped", "done"]


class Quarantined(Value):
    """One thing in quarantine; `times` counts how often it came."""

    id: str
    source: str
    reason: str
    ref: str
    blob: str | None
    payload: JsonValue
    state: State
    times: int
    added_at: Instant
    updated_at: Instant


class Quarantine:
    """The quarantine of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def add(
        self, source: str, reason: str, *, ref: str | None = None, blob: str | None = None, payload: JsonValue = None
    ) -> str:
        """Keep it and give its id. The same source and ref again is the same thing: it is counted."""
        with self._db.write() as connection:
            return note(
                self._db, connection, self._clock(), source=source, reason=reason, ref=ref, blob=blob, payload=payload
            )

    def ls(self, state: State | None = "waiting", limit: int = 100) -> list[Quarantined]:
        """What waits for a person (or is in another state), newest first."""
        query = select(QUARANTINE).order_by(QUARANTINE.c.added_at.desc(), QUARANTINE.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(QUARANTINE.c.state == state)
        with self._db.read() as connection:
            return [Quarantined.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def show(self, quarantine_id: str) -> Quarantined:
        """One of them whole. Raises NotStored."""
        with self._db.read() as connection:
            row = connection.execute(select(QUARANTINE).where(QUARANTINE.c.id == quarantine_id)).one_or_none()
        if row is None:
            raise NotStored(f"there is nothing called {quarantine_id} in quarantine")
        return Quarantined.model_validate(dict(row._mapping))

    def retry(self, quarantine_id: str) -> Quarantined:
        """Mark it to be tried again. Raises Conflict once it is done or dropped."""
        return self._move(quarantine_id, "retry", allowed=("waiting", "retry"))

    def drop(self, quarantine_id: str) -> Quarantined:
        """Mark it as not to be processed; the record of it stays, its content goes."""
        return self._move(quarantine_id, "dropped", allowed=("waiting", "retry", "dropped"))

    def done(self, quarantine_id: str) -> Quarantined:
        """Mark it as processed after all."""
        return self._move(quarantine_id, "done", allowed=("waiting", "retry", "done"))

    def _move(self, quarantine_id: str, to: State, allowed: tuple[State, ...]) -> Quarantined:
        values: dict[str, object] = {"state": to, "updated_at": self._clock()}
        if to == "dropped":
            values["payload"] = None
        with self._db.write() as connection:
            moved = connection.execute(
                update(QUARANTINE)
                .where(QUARANTINE.c.id == quarantine_id, QUARANTINE.c.state.in_(allowed))
                .values(**values)
            ).rowcount
        found = self.show(quarantine_id)
        if not moved:
            raise Conflict(f"{quarantine_id} is {found.state} already and cannot become {to}")
        return found


def note(
    db: Database,
    connection: Connection,
    now: datetime,
    *,
    source: str,
    reason: str,
    ref: str | None = None,
    blob: str | None = None,
    payload: JsonValue = None,
    state: State = "waiting",
) -> str:
    """Write it inside a transaction that is under way. What was dropped stays dropped."""
    own = f"q-{secrets.token_hex(6)}"
    source, reason, name = (storable(t)[:2000] for t in (source, reason, ref or own))
    row = {
        "id": own, "source": source, "reason": reason, "ref": name, "blob": blob, "payload": payload,
        "state": state, "times": 1, "added_at": now, "updated_at": now,
    }  # fmt: skip
    # Tried again and here again: a person must see it, unless it was given up.
    stays = case((QUARANTINE.c.state == "dropped", "dropped"), else_=state)
    again = {"times": QUARANTINE.c.times + 1, "reason": reason, "state": stays, "updated_at": now}
    connection.execute(
        db.insert(QUARANTINE).values(row).on_conflict_do_update(index_elements=["source", "ref"], set_=again)
    )
    stored = select(QUARANTINE.c.id).where(QUARANTINE.c.source == source, QUARANTINE.c.ref == name)
    return str(connection.execute(stored).scalar_one())
