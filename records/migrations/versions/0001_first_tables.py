"""The first tables."""

import sqlalchemy as sa
from alembic import op

from records.columns import BigId, Bytes, Json, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""

    op.create_table(
        "access_log",
        sa.Column("id", BigId, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_access_log_actor_at"), "access_log", ["actor", "at"], unique=False)
    op.create_index(op.f("ix_access_log_object_at"), "access_log", ["object", "at"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("requester", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("title", Json(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("resolved_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("definition_version", sa.String(), nullable=False),
        sa.Column("arm", sa.String(), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("major", sa.Boolean(), nullable=False),
        sa.Column("touch_s", sa.Float(), nullable=False),
        sa.Column("wait_s", sa.Float(), nullable=False),
        sa.Column("touchless", sa.Boolean(), nullable=False),
        sa.Column("human_acts", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("state_json", Json(), nullable=True),
        sa.CheckConstraint("priority IN ('P1', 'P2', 'P3', 'P4', 'P5')", name=op.f("ck_cases_priority_known")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_cases_seq_positive")),
        sa.CheckConstraint("touch_s >= 0 AND wait_s >= 0 AND human_acts >= 0", name=op.f("ck_cases_times_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_assignee_opened_at_id"), "cases", ["assignee", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_kind_opened_at_id"), "cases", ["kind", "opened_at", "id"], unique=False)
    op.create_index(
        op.f("ix_cases_merged_into_opened_at_id"), "cases", ["merged_into", "opened_at", "id"], unique=False
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["opened_at", "id", "kind", "service", "team", "priority", "state", "closed_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_cases_opened_at_id"), "cases", ["opened_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_parent_opened_at_id"), "cases", ["parent", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_priority_opened_at_id"), "cases", ["priority", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_requester_opened_at_id"), "cases", ["requester", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_service_opened_at_id"), "cases", ["service", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_state_opened_at_id"), "cases", ["state", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_team_opened_at_id"), "cases", ["team", "opened_at", "id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("muted_until", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.CheckConstraint("open = (closed_at IS NULL)", name=op.f("ck_conversations_closed_when_not_open")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_conversations_case_id"), "conversations", ["case_id"], unique=False)
    op.create_index(
        "uq_conversations_open",
        "conversations",
        ["key"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_table(
        "events",
        sa.Column("id", BigId, nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.CheckConstraint("visibility IN ('public', 'internal')", name=op.f("ck_events_visibility_known")),
        sa.CheckConstraint("length(hash) = 64 AND length(prev_hash) = 64", name=op.f("ck_events_hash_length")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_events_seq_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_events_case_id_seq")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inbox",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", Json(), nullable=True),
        sa.Column("conversation", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("starts", sa.Boolean(), nullable=False),
        sa.Column("definition_version", sa.String(), nullable=True),
        sa.Column("definition", Json(), nullable=True),
        sa.Column("arm", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('received', 'started', 'delivered', 'done', 'quarantined')", name=op.f("ck_inbox_state_known")
        ),
        sa.CheckConstraint("NOT starts OR case_id IS NOT NULL", name=op.f("ck_inbox_starts_a_case")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_inbox_attempts_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_inbox_source_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inbox_case_id"), "inbox", ["case_id"], unique=False)
    op.create_index(op.f("ix_inbox_message_id"), "inbox", ["message_id"], unique=False)
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["updated_at"],
        unique=False,
        sqlite_where=sa.text("state = 'received'"),
        postgresql_where=sa.text("state = 'received'"),
    )
    op.create_index(
        "uq_inbox_starts",
        "inbox",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("starts"),
        postgresql_where=sa.text("starts"),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("claimed_at", Moment(), nullable=False),
        sa.Column("sending_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('claimed', 'sending', 'sent', 'unknown', 'failed', 'suppressed')",
            name=op.f("ck_outbox_state_known"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index(op.f("ix_outbox_case_id_sending_at"), "outbox", ["case_id", "sending_at"], unique=False)
    op.create_index(
        "ix_outbox_in_doubt",
        "outbox",
        ["updated_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('claimed', 'sending', 'unknown')"),
        postgresql_where=sa.text("state IN ('claimed', 'sending', 'unknown')"),
    )
    op.create_index(op.f("ix_outbox_recipient_sending_at"), "outbox", ["recipient", "sending_at"], unique=False)
    op.create_table(
        "participants",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person", name=op.f("pk_participants")),
    )
    op.create_index(op.f("ix_participants_person"), "participants", ["person"], unique=False)
    op.create_table(
        "persons",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("origin IN ('organisation', 'contact')", name=op.f("ck_persons_origin_known")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_persons")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("blob", sa.String(), nullable=True),
        sa.Column("payload", Json(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'retry', 'dropped', 'done')", name=op.f("ck_quarantine_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("source", "ref", name=op.f("uq_quarantine_source_ref")),
    )
    op.create_index(op.f("ix_quarantine_state_added_at_id"), "quarantine", ["state", "added_at", "id"], unique=False)
    op.create_table(
        "reply_tokens",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_reply_tokens_hash_length")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_reply_tokens")),
    )
    op.create_index(op.f("ix_reply_tokens_case_id_person"), "reply_tokens", ["case_id", "person"], unique=False)
    op.create_table(
        "rota_swaps",
        sa.Column("id", BigId, nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("instead_of", sa.String(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_rota_swaps_until_after_since")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_swaps")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_rota_swaps_team_since"), "rota_swaps", ["team", "since"], unique=False)
    op.create_table(
        "texts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("salt", Bytes, nullable=True),
        sa.Column("content", Bytes, nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("erased_at", Moment(), nullable=True),
        sa.CheckConstraint("(content IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_texts_erased_when_gone")),
        sa.CheckConstraint("(content IS NULL) = (salt IS NULL)", name=op.f("ck_texts_erased_together")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
    )
    op.create_index(op.f("ix_texts_case_id"), "texts", ["case_id"], unique=False)
    op.create_index(op.f("ix_texts_person"), "texts", ["person"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_addresses_address_lower")),
        sa.ForeignKeyConstraint(["person"], ["persons.key"], name=op.f("fk_addresses_person_persons")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_addresses")),
    )
    op.create_index(op.f("ix_addresses_person_position"), "addresses", ["person", "position"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_api_tokens_hash_length")),
        sa.ForeignKeyConstraint(["person"], ["persons.key"], name=op.f("fk_api_tokens_person_persons")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_api_tokens")),
    )
    op.create_index(op.f("ix_api_tokens_person"), "api_tokens", ["person"], unique=False)
    op.create_table(
        "delegates",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("delegate", sa.String(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.CheckConstraint("person <> delegate", name=op.f("ck_delegates_not_oneself")),
        sa.CheckConstraint("until > since", name=op.f("ck_delegates_until_after_since")),
        sa.ForeignKeyConstraint(["delegate"], ["persons.key"], name=op.f("fk_delegates_delegate_persons")),
        sa.ForeignKeyConstraint(["person"], ["persons.key"], name=op.f("fk_delegates_person_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegates")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delegates_delegate"), "delegates", ["delegate"], unique=False)
    op.create_index(op.f("ix_delegates_person"), "delegates", ["person"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["persons.key"], name=op.f("fk_memberships_person_persons")),
        sa.PrimaryKeyConstraint("person", "team", name=op.f("pk_memberships")),
    )
    op.create_table(
        "roles",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["persons.key"], name=op.f("fk_roles_person_persons")),
        sa.PrimaryKeyConstraint("person", "role", name=op.f("pk_roles")),
    )
