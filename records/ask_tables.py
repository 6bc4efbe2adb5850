"""The table of surveys: who was asked what, and what they answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from records.columns import Json, Moment
from records.tables import Record, one_of

WAITING = "asked_at IS NULL AND skipped IS NULL AND turn IS NOT NULL"


class AskTable(Record, table=True):
    """One person, one question, once in a turn; or an answer that nobody had asked for (no turn)."""

    __tablename__ = "asks"
    __table_args__ = (
        UniqueConstraint("survey", "person", "turn"),
        UniqueConstraint("survey", "person", "case_id"),
        one_of("role", "requester", "staff"),
        CheckConstraint("(answered_at IS NULL) = (channel IS NULL)", name="answered_together"),
        CheckConstraint("asked_at IS NULL OR skipped IS NULL", name="asked_or_skipped"),
        CheckConstraint("effort IS NULL OR effort BETWEEN 1 AND 7", name="effort_scale"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes_positive"),
        Index(None, "person", "drawn_at"),
        Index(None, "case_id"),
        Index("ix_asks_waiting", "drawn_at", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
    )
    id: str = Field(primary_key=True)
    survey: str
    measures: str
    person: str
    role: str
    case_id: str | None = None
    service: str | None = None
    team: str | None = None
    turn: int | None = None
    drawn_at: datetime = Field(sa_type=Moment)
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    skipped: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    channel: str | None = None
    score: int | None = None
    effort: int | None = None
    minutes: int | None = None
    text: Any = Field(default=None, sa_type=Json, nullable=True)
    feedback: str | None = None
