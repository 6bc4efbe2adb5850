"""The knowledge base: articles with their versions, what is searched of them, and what was searched for in vain."""

import sqlalchemy as sa
from alembic import op

from records.columns import BigId, Json, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; full text is each database's own."""

    op.create_table(
        "articles",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("live", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'published', 'retired')", name=op.f("ck_articles_state_known")
        ),
        sa.CheckConstraint(
            "newest >= 1 AND (live IS NULL OR live BETWEEN 1 AND newest)", name=op.f("ck_articles_versions_there")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_articles")),
    )
    op.create_table(
        "article_versions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("words_of", sa.String(), nullable=True),
        sa.CheckConstraint("audience IN ('public', 'staff', 'team')", name=op.f("ck_article_versions_audience_known")),
        sa.ForeignKeyConstraint(["article"], ["articles.key"], name=op.f("fk_article_versions_article_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_versions")),
        sa.UniqueConstraint("article", "number", name=op.f("uq_article_versions_article_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_article_versions_live_audience"), "article_versions", ["live", "audience"], unique=False)
    op.create_index(
        op.f("ix_article_versions_newest_audience"), "article_versions", ["newest", "audience"], unique=False
    )
    op.create_index(op.f("ix_article_versions_words_of"), "article_versions", ["words_of"], unique=False)
    op.create_table(
        "article_words",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["article_versions.id"], name=op.f("fk_article_words_version_article_versions")
        ),
        sa.PrimaryKeyConstraint("word", "version", name=op.f("pk_article_words")),
    )
    op.create_index(op.f("ix_article_words_version"), "article_words", ["version"], unique=False)
    op.create_table(
        "article_spellings",
        sa.Column("spelling", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("spelling", "word", name=op.f("pk_article_spellings")),
    )
    op.create_table(
        "article_acts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.key"], name=op.f("fk_article_acts_article_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_acts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_article_acts_article_id"), "article_acts", ["article", "id"], unique=False)
    op.create_table(
        "article_flags",
        sa.Column("id", BigId, nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('wrong', 'outdated', 'unclear')", name=op.f("ck_article_flags_kind_known")),
        sa.ForeignKeyConstraint(["article"], ["articles.key"], name=op.f("fk_article_flags_article_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_flags")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_article_flags_article_closed_at"), "article_flags", ["article", "closed_at"], unique=False)
    op.create_table(
        "article_cases",
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("how IN ('resolved', 'captured', 'linked')", name=op.f("ck_article_cases_how_known")),
        sa.PrimaryKeyConstraint("article", "case_id", "how", name=op.f("pk_article_cases")),
    )
    op.create_index(op.f("ix_article_cases_case_id"), "article_cases", ["case_id"], unique=False)
    op.create_table(
        "vain_searches",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vain_searches")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_vain_searches_closed_at_at"), "vain_searches", ["closed_at", "at"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        # The words come in as stems already, so the tokenizer has nothing to do but to split at spaces.
        op.execute("CREATE VIRTUAL TABLE article_fts USING fts5(head, problem, rest, tokenize = 'unicode61')")
    else:
        op.execute("CREATE TABLE article_fts (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_article_fts_words ON article_fts USING gin (words)")
