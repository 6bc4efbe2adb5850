"""The ledger of everything we meant to send: claimed, then sending, then sent, each committed on its own."""

from datetime import datetime
from functools import cache
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from definitions.base import Instant, Value
from records.columns import storable
from records.engine import Database
from records.errors import Conflict, NotStored
from records.tables import OutboxTable, table
from records.values import Clock, LongName, Name

OUTBOX = table(OutboxTable)
State = Literal["claimed", "sending", "sent", "unknown", "failed", "suppressed"]
FROM: dict[State, tuple[State, ...]] = {
    "claimed": (),
    "sending": ("claimed", "sending", "unknown", "failed"),
    "sent": ("sending", "unknown", "sent"),
    "unknown": ("sending", "unknown"),
    "failed": ("claimed", "sending", "unknown", "failed"),
    "suppressed": ("claimed", "suppressed"),
}
"""The states from which each state can be reached."""
LEFT_US: tuple[State, ...] = ("sending", "sent", "unknown")
"""States in which the message may have reached its recipient: these count against the caps."""


class Claim(Value):
    """A message to be sent once. `key` is `workflow_id/run_id/activity_id/recipient`."""

    key: LongName
    case_id: Name
    recipient: Name
    """A person key or an endpoint key, never an address."""
    channel: Name
    message_id: LongName
    """Its id on the wire; a retry uses the stored one."""
    template: Name | None = None


class OutboxRow(Value):
    """How far one message got. `created` is True for the call that claimed it."""

    key: str
    case_id: str
    recipient: str
    channel: str
    template: str | None
    message_id: str
    state: State
    attempts: int
    error: str | None
    reference: str | None
    """What the channel said it kept it under."""
    claimed_at: Instant
    sending_at: Instant | None
    updated_at: Instant
    created: bool = Field(default=False)


class Outbox:
    """The outbox of one database. Each call is a transaction of its own."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def claim(self, claim: Claim) -> OutboxRow:
        """Claim the key; when it is claimed already, the stored row, whatever its state.

        Raises Conflict when the key belongs to another case or recipient.
        """
        now = self._clock()
        row = {**claim.model_dump(), "state": "claimed", "attempts": 0, "claimed_at": now, "updated_at": now}
        with self._db.write() as connection:
            new = connection.execute(
                self._db.insert(OUTBOX).values(row).on_conflict_do_nothing(index_elements=["key"]).returning(OUTBOX)
            ).one_or_none()
        if new is not None:
            return as_outbox(new, created=True)
        stored = self.get(claim.key)
        if (stored.case_id, stored.recipient, stored.channel) != (claim.case_id, claim.recipient, claim.channel):
            raise Conflict(f"outbox key {claim.key} belongs to another message already")
        return stored

    def sending(self, key: str) -> OutboxRow:
        """Say that the effect is about to happen; call it before every attempt. Raises Conflict once it was sent."""
        now = self._clock()
        return self._move(key, "sending", sending_at=now, error=None)

    def sent(self, key: str, reference: str | None = None) -> OutboxRow:
        """Say that the channel took it."""
        return self._move(key, "sent", reference=reference, error=None)

    def unknown(self, key: str, error: str) -> OutboxRow:
        """Say that nobody can tell whether it went out."""
        return self._move(key, "unknown", error=storable(error)[:2000])

    def failed(self, key: str, error: str) -> OutboxRow:
        """Say that it certainly did not go out."""
        return self._move(key, "failed", error=storable(error)[:2000])

    def suppressed(self, key: str, reason: str) -> OutboxRow:
        """Say that it is not to be sent: a cap, a loop, nobody to write to."""
        return self._move(key, "suppressed", error=storable(reason)[:2000])

    def get(self, key: str) -> OutboxRow:
        """One message. Raises NotStored."""
        with self._db.read() as connection:
            row = connection.execute(select(OUTBOX).where(OUTBOX.c.key == key)).one_or_none()
        if row is None:
            raise NotStored(f"the outbox has no message {key}")
        return as_outbox(row)

    def of(self, case_id: str) -> list[OutboxRow]:
        """All messages about one case in the order in which they were claimed."""
        query = select(OUTBOX).where(OUTBOX.c.case_id == case_id).order_by(OUTBOX.c.claimed_at, OUTBOX.c.key)
        with self._db.read() as connection:
            return [as_outbox(row) for row in connection.execute(query)]

    def case_of_message(self, message_id: str) -> str | None:
        """The case that a message of ours was about, or None."""
        with self._db.read() as connection:
            return connection.execute(
                select(OUTBOX.c.case_id).where(OUTBOX.c.message_id == message_id)
            ).scalar_one_or_none()

    def by_message_id(self, message_id: str) -> OutboxRow | None:
        """The message with this id on the wire, or None; for bounces."""
        with self._db.read() as connection:
            row = connection.execute(select(OUTBOX).where(OUTBOX.c.message_id == message_id)).one_or_none()
        return as_outbox(row) if row else None

    def sent_since(
        self,
        since: datetime,
        *,
        case_id: str | None = None,
        recipient: str | None = None,
    ) -> int:
        """How many messages may have reached somebody since then, per case, per recipient, both or all."""
        query = select(func.count()).select_from(OUTBOX)
        query = query.where(OUTBOX.c.state.in_(LEFT_US), OUTBOX.c.sending_at >= since)
        if case_id is not None:
            query = query.where(OUTBOX.c.case_id == case_id)
        if recipient is not None:
            query = query.where(OUTBOX.c.recipient == recipient)
        with self._db.read() as connection:
            return connection.execute(query).scalar_one()

    def in_doubt(self, older_than: datetime, limit: int = 100) -> list[OutboxRow]:
        """Messages that stopped on the way since then, oldest first: work for reconciling."""
        query = select(OUTBOX).where(OUTBOX.c.state.in_(("claimed", "sending", "unknown")))
        query = query.where(OUTBOX.c.updated_at <= older_than).order_by(OUTBOX.c.updated_at).limit(limit)
        with self._db.read() as connection:
            return [as_outbox(row) for row in connection.execute(query)]

    def _move(self, key: str, to: State, **values: Any) -> OutboxRow:
        change = _change(to, frozenset(values))
        with self._db.write() as connection:
            row = connection.execute(change, {"wanted": key, "updated_at": self._clock(), **values}).one_or_none()
        if row is None:
            raise Conflict(f"message {key} is {self.get(key).state} and cannot become {to}")
        return as_outbox(row)


@cache
def _change(to: State, names: frozenset[str]) -> ReturningUpdate[Any]:
    """Made once for each state: making a statement costs more than running it."""
    values: dict[str, Any] = {name: bindparam(name) for name in (*names, "updated_at")}
    if to == "sending":
        values["attempts"] = OUTBOX.c.attempts + 1
    change = update(OUTBOX).where(OUTBOX.c.key == bindparam("wanted"), OUTBOX.c.state.in_(FROM[to]))
    return change.values(state=to, **values).returning(OUTBOX)


def as_outbox(row: Row[Any], *, created: bool = False) -> OutboxRow:
    """The row as a value."""
    return OutboxRow.model_validate({**row._mapping, "created": created})
