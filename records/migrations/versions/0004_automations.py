"""Runs of automations and what holds them back."""

import sqlalchemy as sa
from alembic import op

from records.columns import Json, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, empty."""
    op.create_table(
        "automation_guards",
        sa.Column("automation", sa.String(), nullable=False),
        sa.Column("paused_since", Moment(), nullable=True),
        sa.Column("paused_by", sa.String(), nullable=True),
        sa.Column("paused_reason", sa.String(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("trial_at", Moment(), nullable=True),
        sa.Column("reset_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(paused_since IS NULL) = (paused_by IS NULL) AND (paused_since IS NULL) = (paused_reason IS NULL)",
            name=op.f("ck_automation_guards_paused_together"),
        ),
        sa.CheckConstraint(
            "trial_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_automation_guards_trial_when_open")
        ),
        sa.PrimaryKeyConstraint("automation", name=op.f("pk_automation_guards")),
    )
    op.create_table(
        "automation_runs",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("automation", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("finding", sa.String(), nullable=True),
        sa.Column("data", Json(), nullable=True),
        sa.CheckConstraint(
            "state IN ('started', 'done', 'nothing', 'failed', 'unknown')", name=op.f("ck_automation_runs_state_known")
        ),
        sa.CheckConstraint("(state = 'started') = (ended_at IS NULL)", name=op.f("ck_automation_runs_ended_when_over")),
        sa.CheckConstraint("attempts >= 1", name=op.f("ck_automation_runs_attempts_positive")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_automation_runs")),
    )
    op.create_index(op.f("ix_automation_runs_automation_ended_at"), "automation_runs", ["automation", "ended_at"])
    op.create_index(op.f("ix_automation_runs_automation_started_at"), "automation_runs", ["automation", "started_at"])
    op.create_index(op.f("ix_automation_runs_case_id"), "automation_runs", ["case_id"])
