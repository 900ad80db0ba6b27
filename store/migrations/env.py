"""Runs migrations on the connection that `store.schema` gives."""

from alembic import context

from store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # Without this Alembic takes SQLite for unable, and commits half a migration.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
