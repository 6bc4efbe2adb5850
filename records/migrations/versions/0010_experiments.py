"""Experiments and their looks."""

import sqlalchemy as sa
from alembic import op

from records.columns import Json, Moment

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, empty."""
    op.create_table(
        "experiments",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("plan", Json(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("locked_at", Moment(), nullable=False),
        sa.Column("locked_by", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("verdict", Json(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'stopped', 'ended')", name=op.f("ck_experiments_state_known")),
        sa.CheckConstraint("(state = 'running') = (ended_at IS NULL)", name=op.f("ck_experiments_ended_when_over")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_experiments_ended_together")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_experiments")),
    )
    op.create_index(op.f("ix_experiments_state"), "experiments", ["state"])
    op.create_table(
        "experiment_looks",
        sa.Column("experiment", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("decision", Json(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_experiment_looks_number_positive")),
        sa.ForeignKeyConstraint(
            ["experiment"], ["experiments.key"], name=op.f("fk_experiment_looks_experiment_experiments")
        ),
        sa.PrimaryKeyConstraint("experiment", "number", name=op.f("pk_experiment_looks")),
    )
