"""Tables of estimates that routing learned."""

import sqlalchemy as sa
from alembic import op

from records.columns import Json, Moment

revision = "0009"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table, empty."""
    op.create_table(
        "routing_tables",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("learned_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_routing_tables_digest_length")),
        sa.CheckConstraint("n >= 0", name=op.f("ck_routing_tables_n_positive")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_routing_tables")),
    )
    op.create_index(op.f("ix_routing_tables_learned_at"), "routing_tables", ["learned_at"])
