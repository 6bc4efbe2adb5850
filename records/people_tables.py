"""The tables about people: conversations, who takes part, the directory, tokens, who looked at what."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from records.columns import BigId, Moment
from records.tables import Record


class ConversationTable(Record, table=True):
    """Words exchanged about a case. At most one open conversation has a given key."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("uq_conversations_open", "key", unique=True, sqlite_where=text("open"), postgresql_where=text("open")),
        Index(None, "case_id"),
        CheckConstraint("open = (closed_at IS NULL)", name="closed_when_not_open"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str
    kind: str
    case_id: str
    open: bool
    muted_until: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class ParticipantTable(Record, table=True):
    """Who takes part in the conversations of a case, and so may see it."""

    __tablename__ = "participants"
    __table_args__ = (Index(None, "person"),)
    case_id: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    added_at: datetime = Field(sa_type=Moment)


class ReplyTokenTable(Record, table=True):
    """Reply tokens, by their hash only."""

    __tablename__ = "reply_tokens"
    __table_args__ = (
        CheckConstraint("length(hash) = 64", name="hash_length"),
        Index(None, "case_id", "person"),
    )
    hash: str = Field(primary_key=True)
    case_id: str
    person: str
    issued_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class PersonTable(Record, table=True):
    """A person by key. `origin` tells those of the organisation from requesters who wrote to us."""

    __tablename__ = "persons"
    __table_args__ = (CheckConstraint("origin IN ('organisation', 'contact')", name="origin_known"),)
    key: str = Field(primary_key=True)
    name: str
    origin: str
    active: bool
    zone: str | None = None
    created_at: datetime = Field(sa_type=Moment)


class AddressTable(Record, table=True):
    """An address leads to one person; the first in order is where we write to."""

    __tablename__ = "addresses"
    __table_args__ = (
        CheckConstraint("address = lower(address)", name="address_lower"),
        Index(None, "person", "position"),
    )
    address: str = Field(primary_key=True)
    person: str = Field(foreign_key="persons.key")
    position: int


class RoleTable(Record, table=True):
    """The roles of a person."""

    __tablename__ = "roles"
    person: str = Field(primary_key=True, foreign_key="persons.key")
    role: str = Field(primary_key=True)


class MembershipTable(Record, table=True):
    """The teams of a person."""

    __tablename__ = "memberships"
    person: str = Field(primary_key=True, foreign_key="persons.key")
    team: str = Field(primary_key=True)


class DelegateTable(Record, table=True):
    """Who may act for whom, and from when to when."""

    __tablename__ = "delegates"
    __table_args__ = (
        CheckConstraint("person <> delegate", name="not_oneself"),
        CheckConstraint("until > since", name="until_after_since"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    person: str = Field(foreign_key="persons.key", index=True)
    delegate: str = Field(foreign_key="persons.key", index=True)
    since: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment)


class RotaSwapTable(Record, table=True):
    """One person takes the on-call duty of another for a while."""

    __tablename__ = "rota_swaps"
    __table_args__ = (
        CheckConstraint("until > since", name="until_after_since"),
        Index(None, "team", "since"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team: str
    person: str
    instead_of: str
    since: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment)
    by: str
    added_at: datetime = Field(sa_type=Moment)


class ApiTokenTable(Record, table=True):
    """API tokens, by their hash only."""

    __tablename__ = "api_tokens"
    __table_args__ = (CheckConstraint("length(hash) = 64", name="hash_length"),)
    hash: str = Field(primary_key=True)
    person: str = Field(foreign_key="persons.key", index=True)
    label: str
    issued_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class AccessTable(Record, table=True):
    """Who looked at what."""

    __tablename__ = "access_log"
    __table_args__ = (Index(None, "object", "at"), Index(None, "actor", "at"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    actor: str
    action: str
    object: str
    at: datetime = Field(sa_type=Moment)
