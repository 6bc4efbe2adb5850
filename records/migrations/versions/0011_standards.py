"""Accepted changes to the definitions."""

import sqlalchemy as sa
from alembic import op

from records.columns import Json, Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table, empty."""
    op.create_table(
        "standards",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("reverts", sa.Integer(), nullable=True),
        sa.Column("cycle", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("patch", Json(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_standards_number_positive")),
        sa.CheckConstraint("length(base) = 12 AND length(result) = 12", name=op.f("ck_standards_version_length")),
        sa.CheckConstraint("how IN ('accepted', 'reverted', 'rebased')", name=op.f("ck_standards_how_known")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_standards")),
    )
