"""Alembic runs this file; the connection and its transaction come from `records.migrate`."""

from alembic import context

from records.people_tables import ConversationTable

# All tables, those of records.tables too, share one metadata.
context.configure(connection=context.config.attributes["connection"], target_metadata=ConversationTable.metadata)
with context.begin_transaction():
    context.run_migrations()
