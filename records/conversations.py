"""Conversations: which case they are about, who takes part, and the tokens by which answers find them."""

import base64
import hashlib
import secrets
from datetime import datetime

from sqlalchemy import Connection, select, update

from definitions.base import Instant, Value
from records.engine import Database
from records.errors import Conflict
from records.people_tables import ConversationTable, ParticipantTable, ReplyTokenTable
from records.tables import table
from records.values import Clock

CONVERSATIONS = table(ConversationTable)
PARTICIPANTS = table(ParticipantTable)
TOKENS = table(ReplyTokenTable)
ISSUE = TOKENS.insert()


class Conversation(Value):
    """One conversation about a case."""

    id: int
    key: str
    kind: str
    case_id: str
    open: bool
    muted_until: Instant | None
    created_at: Instant
    closed_at: Instant | None


class Conversations:
    """The conversations of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def bind(self, key: str, kind: str, case_id: str) -> Conversation:
        """Open a conversation about this case. Raises Conflict when one with this key is open about another."""
        row = {"key": key, "kind": kind, "case_id": case_id, "open": True, "created_at": self._clock()}
        with self._db.write() as connection:
            connection.execute(self._db.insert(CONVERSATIONS).values(row).on_conflict_do_nothing())
        found = self.open_of(key)
        if found is None or found.case_id != case_id:
            raise Conflict(f"the conversation is open about {found.case_id if found else 'nothing any more'} already")
        return found

    def open_of(self, key: str) -> Conversation | None:
        """The open conversation of this key, or None."""
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.key == key, CONVERSATIONS.c.open)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        return Conversation.model_validate(dict(row._mapping)) if row else None

    def of(self, case_id: str) -> list[Conversation]:
        """All conversations about one case, oldest first."""
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.case_id == case_id).order_by(CONVERSATIONS.c.id)
        with self._db.read() as connection:
            return [Conversation.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def close(self, case_id: str) -> int:
        """Close those about this case: what comes next is a new case. Gives how many were open."""
        change = update(CONVERSATIONS).where(CONVERSATIONS.c.case_id == case_id, CONVERSATIONS.c.open)
        with self._db.write() as connection:
            return connection.execute(change.values(open=False, closed_at=self._clock())).rowcount

    def mute(self, case_id: str, until: datetime) -> None:
        """Send nothing automatic about this case until then: a loop was seen."""
        change = update(CONVERSATIONS).where(CONVERSATIONS.c.case_id == case_id).values(muted_until=until)
        with self._db.write() as connection:
            connection.execute(change)

    def muted_until(self, case_id: str) -> datetime | None:
        """Until when nothing automatic is sent about this case; None when it never was muted."""
        return max((c.muted_until for c in self.of(case_id) if c.muted_until is not None), default=None)

    def join(self, case_id: str, person: str) -> bool:
        """Let the person take part; False when they did already."""
        row = {"case_id": case_id, "person": person, "added_at": self._clock()}
        with self._db.write() as connection:
            return connection.execute(
                self._db.insert(PARTICIPANTS).values(row).on_conflict_do_nothing().returning(PARTICIPANTS.c.person)
            ).one_or_none() is not None  # fmt: skip

    def leave(self, case_id: str, person: str) -> None:
        """Take the person out; their reply tokens stop working too."""
        with self._db.write() as connection:
            connection.execute(
                PARTICIPANTS.delete().where(PARTICIPANTS.c.case_id == case_id, PARTICIPANTS.c.person == person)
            )
            connection.execute(
                update(TOKENS)
                .where(TOKENS.c.case_id == case_id, TOKENS.c.person == person, TOKENS.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            )

    def participants(self, case_id: str) -> tuple[str, ...]:
        """Who takes part, in the order of joining."""
        query = select(PARTICIPANTS.c.person).where(PARTICIPANTS.c.case_id == case_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(PARTICIPANTS.c.added_at, PARTICIPANTS.c.person))
            return tuple(rows.scalars())

    def issue_token(self, case_id: str, person: str) -> str:
        """A new token for answers of this person about this case: 128 random bits, fit for an address."""
        with self._db.write() as connection:
            return issued(connection, case_id, person, self._clock())

    def check_token(self, token: str) -> tuple[str, str] | None:
        """The case and the person it was issued for; None when it is unknown or revoked."""
        query = select(TOKENS.c.case_id, TOKENS.c.person)
        query = query.where(TOKENS.c.hash == hash_of(token), TOKENS.c.revoked_at.is_(None))
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        return (row.case_id, row.person) if row else None

    def revoke_tokens(self, case_id: str, person: str | None = None) -> int:
        """Revoke those of a case, or only those of one person in it; gives how many."""
        change = update(TOKENS).where(TOKENS.c.case_id == case_id, TOKENS.c.revoked_at.is_(None))
        if person is not None:
            change = change.where(TOKENS.c.person == person)
        with self._db.write() as connection:
            return connection.execute(change.values(revoked_at=self._clock())).rowcount


def issued(connection: Connection, case_id: str, person: str, at: datetime) -> str:
    """A new reply token, within a transaction that is under way."""
    token = new_token()
    row = {"hash": hash_of(token), "case_id": case_id, "person": person, "issued_at": at}
    connection.execute(ISSUE, row)
    return token


def new_token() -> str:
    """128 random bits as 26 letters and digits in lower case: mail servers may change the case of an address."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def hash_of(token: str) -> str:
    """What is stored of a token. It has 128 random bits, so a plain hash cannot be tried out."""
    return hashlib.sha256(token.strip().lower().encode("utf-8", "replace")).hexdigest()
