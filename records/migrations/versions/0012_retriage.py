"""Blind second triage of cases for the measurement check of a cycle."""

import sqlalchemy as sa
from alembic import op

from records.columns import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TOGETHER = (
    "(at IS NULL) = (person IS NULL) AND (at IS NULL) = (impact IS NULL) AND (at IS NULL) = (urgency IS NULL)"
    " AND (at IS NULL) = (second IS NULL)"
)


def upgrade() -> None:
    """One table, empty."""
    op.create_table(
        "retriages",
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("impact", sa.String(), nullable=True),
        sa.Column("urgency", sa.String(), nullable=True),
        sa.Column("second", sa.String(), nullable=True),
        sa.CheckConstraint("number >= 1 AND round >= 1", name=op.f("ck_retriages_number_positive")),
        sa.CheckConstraint(TOGETHER, name=op.f("ck_retriages_answered_together")),
        sa.PrimaryKeyConstraint("cycle", "number", name=op.f("pk_retriages")),
        sa.UniqueConstraint("cycle", "case_id", name=op.f("uq_retriages_cycle_case_id")),
    )
