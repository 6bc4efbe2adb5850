"""Everything that reached us, once each, tied to its case in the same transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from records.columns import storable
from records.engine import Database
from records.errors import Conflict, NotStored
from records.people_tables import ConversationTable
from records.tables import CaseTable, InboxTable, table
from records.values import Allocation, Arrival, Clock, InboxRow, InboxState

INBOX = table(InboxTable)
CASES = table(CaseTable)
CONVERSATIONS = table(ConversationTable)
TRIES = 20


class Inbox:
    """The inbox of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def receive(self, arrival: Arrival, allocate: Callable[[], Allocation] | None = None) -> InboxRow:
        """Store the arrival and settle its case, in one transaction.

        Seen before: the stored row, `created` False. Else its case is the one it names, or that of the open
        conversation with its key, or a new one from `allocate` (called only then; it must be quick and touch nothing).
        """
        with self._db.write() as connection:
            stored = self._stored(connection, arrival)
            if stored is not None:
                return as_inbox(stored, created=False)
            now = self._clock()
            case_id, new = self._settle(connection, arrival, allocate, now)
            row = {
                **arrival.model_dump(exclude={"conversation_kind"}),
                **({"payload": new.payload} if new and new.payload is not None else {}),
                "case_id": case_id,
                "received_at": now,
                "starts": new is not None,
                "definition_version": new.definition_version if new else None,
                "definition": new.definition if new else None,
                "arm": new.arm if new else None,
                "state": "received",
                "attempts": 0,
                "error": None,
                "updated_at": now,
            }
            added = connection.execute(
                self._db.insert(INBOX).values(row).on_conflict_do_nothing(index_elements=["source", "external_id"])
                .returning(INBOX)
            ).one_or_none()  # fmt: skip
            if added is not None:
                return as_inbox(added, created=True)
            # Another transaction stored the same arrival meanwhile: what was settled here must not stay.
            connection.rollback()
        with self._db.read() as connection:
            stored = self._stored(connection, arrival)
        if stored is None:
            raise Conflict(f"arrival {arrival.external_id} of {arrival.source} came and went while it was stored")
        return as_inbox(stored, created=False)

    def get(self, inbox_id: int) -> InboxRow:
        """One arrival. Raises NotStored."""
        with self._db.read() as connection:
            row = connection.execute(select(INBOX).where(INBOX.c.id == inbox_id)).one_or_none()
        if row is None:
            raise NotStored(f"there is no arrival {inbox_id} in the inbox")
        return as_inbox(row, created=False)

    def find(self, source: str, external_id: str) -> InboxRow | None:
        """The arrival of this name, or None."""
        query = select(INBOX).where(INBOX.c.source == source, INBOX.c.external_id == external_id)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        return as_inbox(row, created=False) if row else None

    def start_of(self, case_id: str) -> InboxRow | None:
        """The arrival that started this case, or None."""
        with self._db.read() as connection:
            row = connection.execute(select(INBOX).where(INBOX.c.case_id == case_id, INBOX.c.starts)).one_or_none()
        return as_inbox(row, created=False) if row else None

    def case_of_message(self, message_id: str) -> str | None:
        """The case of the mail with this Message-ID, or None."""
        query = select(INBOX.c.case_id).where(INBOX.c.message_id == message_id, INBOX.c.case_id.is_not(None))
        with self._db.read() as connection:
            return connection.execute(query.order_by(INBOX.c.id).limit(1)).scalar_one_or_none()

    def find_message(self, message_id: str) -> InboxRow | None:
        """The arrival with this Message-ID, or None."""
        query = select(INBOX).where(INBOX.c.message_id == message_id).order_by(INBOX.c.id).limit(1)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        return as_inbox(row, created=False) if row else None

    def pending(self, older_than: datetime, limit: int = 100) -> list[InboxRow]:
        """Arrivals that nobody has dealt with since `older_than`, oldest first: work for the relay."""
        query = select(INBOX).where(INBOX.c.state == "received", INBOX.c.updated_at <= older_than)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(INBOX.c.updated_at, INBOX.c.id).limit(limit)).all()
        return [as_inbox(row, created=False) for row in rows]

    def mark(self, inbox_id: int, state: InboxState, error: str | None = None) -> InboxRow:
        """Say how far it got; every call counts as an attempt. Raises NotStored."""
        change = {
            "state": state, "error": None if error is None else storable(error)[:2000],
            "attempts": INBOX.c.attempts + 1, "updated_at": self._clock(),
        }  # fmt: skip
        with self._db.write() as connection:
            row = connection.execute(
                update(INBOX).where(INBOX.c.id == inbox_id).values(**change).returning(INBOX)
            ).one_or_none()
        if row is None:
            raise NotStored(f"there is no arrival {inbox_id} in the inbox")
        return as_inbox(row, created=False)

    def _settle(
        self, connection: Connection, arrival: Arrival, allocate: Callable[[], Allocation] | None, now: datetime
    ) -> tuple[str | None, Allocation | None]:
        """The case of this arrival, and what it begins with if it is a new one."""
        new: Allocation | None = None
        for _ in range(TRIES):
            case_id = arrival.case_id
            if case_id is None and arrival.conversation is not None:
                case_id = _open_case(connection, arrival.conversation)
            if case_id is not None:
                return case_id, None
            if allocate is None:
                return None, None
            new = new or _unused(connection, allocate)
            if arrival.conversation is None or self._bind(connection, arrival, new.case_id, now):
                return new.case_id, new
        raise Conflict(f"the conversation of arrival {arrival.external_id} keeps opening and closing: try again")

    def _bind(self, connection: Connection, arrival: Arrival, case_id: str, now: datetime) -> bool:
        """Open the conversation for this case; False when another case won."""
        row = {
            "key": arrival.conversation, "kind": arrival.conversation_kind, "case_id": case_id,
            "open": True, "created_at": now,
        }  # fmt: skip
        return connection.execute(
            self._db.insert(CONVERSATIONS).values(row).on_conflict_do_nothing().returning(CONVERSATIONS.c.id)
        ).one_or_none() is not None  # fmt: skip

    @staticmethod
    def _stored(connection: Connection, arrival: Arrival) -> Row[Any] | None:
        query = select(INBOX).where(INBOX.c.source == arrival.source, INBOX.c.external_id == arrival.external_id)
        return connection.execute(query).one_or_none()


def _open_case(connection: Connection, key: str) -> str | None:
    query = select(CONVERSATIONS.c.case_id).where(CONVERSATIONS.c.key == key, CONVERSATIONS.c.open)
    return connection.execute(query).scalar_one_or_none()


def _unused(connection: Connection, allocate: Callable[[], Allocation]) -> Allocation:
    """An allocation whose case id nobody has: ids are short and random, so the same one may be drawn twice."""
    for _ in range(TRIES):
        new = allocate()
        taken = select(INBOX.c.id).where(INBOX.c.case_id == new.case_id).limit(1)
        known = select(CASES.c.id).where(CASES.c.id == new.case_id)
        if connection.execute(taken).first() is None and connection.execute(known).first() is None:
            return new
    raise Conflict(f"no unused case id came out of {TRIES} draws")


def as_inbox(row: Row[Any], *, created: bool) -> InboxRow:
    """The row as a value."""
    return InboxRow.model_validate({**row._mapping, "created": created})
