"""Which facts of a case its run is sure to have."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for the cases that are there: all their facts count as settled."""
    op.add_column("cases", sa.Column("settled", sa.Integer(), nullable=True))
