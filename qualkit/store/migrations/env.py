"""What Alembic runs: the migrations, on the connection it is handed, in that transaction."""

from alembic import context

from qualkit.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
