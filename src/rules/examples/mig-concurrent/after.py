import io

from alembic.migration import MigrationContext
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    # Needs the right to do so: superuser, or an extension that is marked as trusted.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    # Alembic runs all revisions in one transaction; CONCURRENTLY refuses to run in any.
    with op.get_context().autocommit_block():
        op.create_index(
            "entry_trgm",
            "shop_entry",
            ["text"],
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
            postgresql_concurrently=True,
            if_not_exists=True,
        )


if __name__ == "__main__":
    out = io.StringIO()
    options = {"as_sql": True, "output_buffer": out, "transactional_ddl": True}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with context.begin_transaction():
        upgrade(Operations(context))
    lines = [line for line in out.getvalue().splitlines() if line]
    assert lines == [
        "BEGIN;",
        "CREATE EXTENSION IF NOT EXISTS pg_trgm;",
        "COMMIT;",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS entry_trgm ON shop_entry USING gin (text gin_trgm_ops);",
        "BEGIN;",
        "COMMIT;",
    ], lines
