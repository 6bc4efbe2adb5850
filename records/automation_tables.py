"""The tables of automations: every run that was let in, and what holds new ones back."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from records.columns import Json, Moment
from records.tables import Record, one_of


class AutomationRunTable(Record, table=True):
    """One run, under the key that makes it happen once."""

    __tablename__ = "automation_runs"
    __table_args__ = (
        one_of("state", "started", "done", "nothing", "failed", "unknown"),
        CheckConstraint("(state = 'started') = (ended_at IS NULL)", name="ended_when_over"),
        CheckConstraint("attempts >= 1", name="attempts_positive"),
        Index(None, "automation", "started_at"),
        Index(None, "automation", "ended_at"),
        Index(None, "case_id"),
    )
    key: str = Field(primary_key=True)
    automation: str
    case_id: str | None = None
    state: str
    trial: bool
    attempts: int
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    finding: str | None = None
    data: Any = Field(default=None, sa_type=Json, nullable=True)


class AutomationGuardTable(Record, table=True):
    """Why an automation stands still, if it does."""

    __tablename__ = "automation_guards"
    __table_args__ = (
        CheckConstraint(
            "(paused_since IS NULL) = (paused_by IS NULL) AND (paused_since IS NULL) = (paused_reason IS NULL)",
            name="paused_together",
        ),
        CheckConstraint("trial_at IS NULL OR opened_at IS NOT NULL", name="trial_when_open"),
    )
    automation: str = Field(primary_key=True)
    paused_since: datetime | None = Field(default=None, sa_type=Moment)
    paused_by: str | None = None
    paused_reason: str | None = None
    opened_at: datetime | None = Field(default=None, sa_type=Moment)
    trial_at: datetime | None = Field(default=None, sa_type=Moment)
    reset_at: datetime | None = Field(default=None, sa_type=Moment)
