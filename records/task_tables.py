"""The tables of what cases wait for people to do."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from records.columns import Moment
from records.tables import Record, one_of

OPEN = "state IN ('open', 'claimed')"


class TaskTable(Record, table=True):
    """One thing to do, as the case's latest row tells it; it goes with that row."""

    __tablename__ = "tasks"
    __table_args__ = (
        one_of("kind", "fulfil", "approve", "undo", "review", "answer"),
        one_of("state", "open", "claimed", "done", "withdrawn"),
        CheckConstraint("(state IN ('open', 'claimed')) = (ended_at IS NULL)", name="ended_when_over"),
        CheckConstraint("state <> 'claimed' OR assignee IS NOT NULL", name="claimed_by_somebody"),
        Index(None, "case_id", "position"),
        Index("ix_tasks_open", "due_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", ondelete="CASCADE")
    position: int
    kind: str
    title: str
    team: str | None = None
    state: str
    assignee: str | None = None
    opened_at: datetime = Field(sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None


class TaskPersonTable(Record, table=True):
    """Who may do a task that is not for a whole team."""

    __tablename__ = "task_people"
    __table_args__ = (Index(None, "person"),)
    task: str = Field(primary_key=True, foreign_key="tasks.id", ondelete="CASCADE")
    person: str = Field(primary_key=True)
    position: int
