"""What cases wait for people to do."""

import sqlalchemy as sa
from alembic import op

from records.columns import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('open', 'claimed')")


def upgrade() -> None:
    """Two tables, empty: cases of today have no tasks."""
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('fulfil', 'approve', 'undo', 'review', 'answer')", name=op.f("ck_tasks_kind_known")
        ),
        sa.CheckConstraint("state IN ('open', 'claimed', 'done', 'withdrawn')", name=op.f("ck_tasks_state_known")),
        sa.CheckConstraint(
            "(state IN ('open', 'claimed')) = (ended_at IS NULL)", name=op.f("ck_tasks_ended_when_over")
        ),
        sa.CheckConstraint("state <> 'claimed' OR assignee IS NOT NULL", name=op.f("ck_tasks_claimed_by_somebody")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id_cases"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_case_id_position"), "tasks", ["case_id", "position"])
    op.create_index("ix_tasks_open", "tasks", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "task_people",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name=op.f("fk_task_people_task_tasks"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task", "person", name=op.f("pk_task_people")),
    )
    op.create_index(op.f("ix_task_people_person"), "task_people", ["person"])
