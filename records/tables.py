"""The tables. They are only a shape: values are validated before they get here."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, MetaData, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from records.columns import BigId, Bytes, Json, Moment

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Record(SQLModel):
    """The base of all tables: one metadata with named constraints."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


def one_of(column: str, *names: str) -> CheckConstraint:
    """The column holds one of these words."""
    words = ", ".join(f"'{n}'" for n in names)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


OPEN_COUNTED = ("opened_at", "id", "kind", "service", "team", "priority", "state", "closed_at")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class EventTable(Record, table=True):
    """The append-only event log."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        CheckConstraint("seq >= 1", name="seq_positive"),
        CheckConstraint("length(hash) = 64 AND length(prev_hash) = 64", name="hash_length"),
        one_of("visibility", "public", "internal"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    case_id: str
    seq: int
    type: str
    step: str
    at: datetime = Field(sa_type=Moment)
    actor: str
    channel: str | None = None
    visibility: str
    data: Any = Field(sa_type=Json, nullable=False)
    prev_hash: str
    hash: str
    recorded_at: datetime = Field(sa_type=Moment)


class CaseTable(Record, table=True):
    """The current state of each case. Every filter has its index in list order, so a page is one range scan."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("priority", "P1", "P2", "P3", "P4", "P5"),
        CheckConstraint("seq >= 1", name="seq_positive"),
        CheckConstraint("touch_s >= 0 AND wait_s >= 0 AND human_acts >= 0", name="times_positive"),
        Index(None, "opened_at", "id"),
        Index(None, "state", "opened_at", "id"),
        Index(None, "service", "opened_at", "id"),
        Index(None, "team", "opened_at", "id"),
        Index(None, "priority", "opened_at", "id"),
        Index(None, "requester", "opened_at", "id"),
        Index(None, "assignee", "opened_at", "id"),
        Index(None, "kind", "opened_at", "id"),
        Index(None, "parent", "opened_at", "id"),
        Index(None, "merged_into", "opened_at", "id"),
        # It holds all that the gauges count, so a scrape does not touch the rows.
        Index("ix_cases_open", *OPEN_COUNTED, **_where("closed_at IS NULL")),
        # Whoever is to be asked about a case is looked up when it has ended; each case is written here once.
        Index("ix_cases_closed", "closed_at", **_where("closed_at IS NOT NULL")),
    )
    id: str = Field(primary_key=True)
    kind: str
    state: str
    stage: str
    priority: str
    service: str
    category: str | None = None
    team: str | None = None
    assignee: str | None = None
    requester: str | None = None
    channel: str | None = None
    title: Any = Field(default=None, sa_type=Json, nullable=True)
    opened_at: datetime = Field(sa_type=Moment)
    resolved_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    definition_version: str
    arm: str | None = None
    parent: str | None = None
    merged_into: str | None = None
    major: bool
    touch_s: float
    wait_s: float
    touchless: bool
    human_acts: int
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    next_step: str | None = None
    seq: int
    settled: int | None = None
    updated_at: datetime = Field(sa_type=Moment)
    state_json: Any = Field(default=None, sa_type=Json, nullable=True)


class InboxTable(Record, table=True):
    """Everything that reached us, once each."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        one_of("state", "received", "started", "delivered", "done", "quarantined"),
        CheckConstraint("attempts >= 0", name="attempts_positive"),
        CheckConstraint("NOT starts OR case_id IS NOT NULL", name="starts_a_case"),
        Index("uq_inbox_starts", "case_id", unique=True, **_where("starts")),
        Index(None, "case_id"),
        Index(None, "message_id"),
        Index("ix_inbox_waiting", "updated_at", **_where("state = 'received'")),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    source: str
    external_id: str
    at: datetime = Field(sa_type=Moment)
    received_at: datetime = Field(sa_type=Moment)
    channel: str
    kind: str
    payload: Any = Field(default=None, sa_type=Json, nullable=True)
    conversation: str | None = None
    case_id: str | None = None
    message_id: str | None = None
    starts: bool
    definition_version: str | None = None
    definition: Any = Field(default=None, sa_type=Json, nullable=True)
    arm: str | None = None
    state: str
    attempts: int
    error: str | None = None
    updated_at: datetime = Field(sa_type=Moment)


class OutboxTable(Record, table=True):
    """Every message we meant to send, once per key, and how far it got."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("message_id"),
        one_of("state", "claimed", "sending", "sent", "unknown", "failed", "suppressed"),
        Index(None, "case_id", "sending_at"),
        Index(None, "recipient", "sending_at"),
        Index("ix_outbox_in_doubt", "updated_at", **_where("state IN ('claimed', 'sending', 'unknown')")),
    )
    key: str = Field(primary_key=True)
    case_id: str
    recipient: str
    channel: str
    template: str | None = None
    message_id: str
    state: str
    attempts: int
    error: str | None = None
    reference: str | None = None
    claimed_at: datetime = Field(sa_type=Moment)
    sending_at: datetime | None = Field(default=None, sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class TextTable(Record, table=True):
    """Words of people. An erased one keeps its row and digest, so that facts that point to it still verify."""

    __tablename__ = "texts"
    __table_args__ = (
        CheckConstraint("(content IS NULL) = (salt IS NULL)", name="erased_together"),
        CheckConstraint("(content IS NULL) = (erased_at IS NOT NULL)", name="erased_when_gone"),
        Index(None, "case_id"),
        Index(None, "person"),
    )
    id: str = Field(primary_key=True)
    case_id: str | None = None
    person: str | None = None
    salt: bytes | None = Field(default=None, sa_type=Bytes)
    content: bytes | None = Field(default=None, sa_type=Bytes)
    digest: str
    created_at: datetime = Field(sa_type=Moment)
    erased_at: datetime | None = Field(default=None, sa_type=Moment)


class QuarantineTable(Record, table=True):
    """What could not be processed, with the reason, until a person deals with it."""

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("source", "ref"),
        one_of("state", "waiting", "retry", "dropped", "done"),
        Index(None, "state", "added_at", "id"),
    )
    id: str = Field(primary_key=True)
    source: str
    reason: str
    ref: str
    blob: str | None = None
    payload: Any = Field(default=None, sa_type=Json, nullable=True)
    state: str
    times: int
    added_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


def table(model: type[Record]) -> Table:
    """The table behind a model, for core statements."""
    return Record.metadata.tables[str(model.__tablename__)]
