"""Surveys: who was asked what, and what they answered; and the cases that ended lately, by an index of their own."""

import sqlalchemy as sa
from alembic import op

from records.columns import Json, Moment

revision = "0006"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = "asked_at IS NULL AND skipped IS NULL AND turn IS NOT NULL"
CLOSED = "closed_at IS NOT NULL"


def upgrade() -> None:
    """One table, empty; one index, of which each case is written once."""
    op.create_table(
        "asks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("drawn_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("skipped", sa.String(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("effort", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("text", Json(), nullable=True),
        sa.Column("feedback", sa.String(), nullable=True),
        sa.CheckConstraint("role IN ('requester', 'staff')", name=op.f("ck_asks_role_known")),
        sa.CheckConstraint("(answered_at IS NULL) = (channel IS NULL)", name=op.f("ck_asks_answered_together")),
        sa.CheckConstraint("asked_at IS NULL OR skipped IS NULL", name=op.f("ck_asks_asked_or_skipped")),
        sa.CheckConstraint("effort IS NULL OR effort BETWEEN 1 AND 7", name=op.f("ck_asks_effort_scale")),
        sa.CheckConstraint("minutes IS NULL OR minutes >= 0", name=op.f("ck_asks_minutes_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
        sa.UniqueConstraint("survey", "person", "turn", name=op.f("uq_asks_survey_person_turn")),
        sa.UniqueConstraint("survey", "person", "case_id", name=op.f("uq_asks_survey_person_case_id")),
    )
    op.create_index(op.f("ix_asks_person_drawn_at"), "asks", ["person", "drawn_at"])
    op.create_index(op.f("ix_asks_case_id"), "asks", ["case_id"])
    op.create_index(
        "ix_asks_waiting", "asks", ["drawn_at"], sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING)
    )
    op.create_index(
        "ix_cases_closed", "cases", ["closed_at"], sqlite_where=sa.text(CLOSED), postgresql_where=sa.text(CLOSED)
    )
