"""How Alembic runs here: on a connection that `regwatch.store.database` hands over, in one transaction."""

from alembic import context

from regwatch.store.tables import Table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Table.metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
