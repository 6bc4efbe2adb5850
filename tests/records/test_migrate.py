import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from records.engine import Database
from records.errors import RecordsError
from records.migrate import revision, upgrade
from records.people_tables import ConversationTable


def has_a_model(name: str | None, kind: str, _: object) -> bool:
    """Full text is each database's own and has no model: `tests/records/test_knowledge_search.py` is its test."""
    return kind != "table" or not str(name).startswith("article_fts")


def test_migrations_lead_to_the_tables_of_the_models(empty_url: str) -> None:
    upgrade(empty_url)

    database = Database(empty_url)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": has_a_model})
        differences = compare_metadata(context, ConversationTable.metadata)
        at = context.get_current_revision()
    database.close()

    assert differences == []
    assert (at, at) == revision(empty_url)


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    first = upgrade(empty_url)

    second = upgrade(empty_url)

    assert first == second


def test_a_database_of_a_newer_version_is_refused(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(RecordsError, match="9999"):
        upgrade(url)
