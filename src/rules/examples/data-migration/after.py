from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, MetaData, String, Table, create_engine, select, text

CODES = ("DE", "FR")
country = Table("shop_country", MetaData(), Column("code", String(2), primary_key=True))


def upgrade(op: Operations) -> None:
    """The first revision of a new database: table, the rows that the code expects, and what no model tells of."""
    op.create_table("shop_country", Column("code", String(2), primary_key=True))
    op.execute("CREATE VIEW shop_codes AS SELECT code FROM shop_country")
    seed(op)


def seed(op: Operations) -> None:
    """May run twice: production has the rows already."""
    connection = op.get_bind()
    have = set(connection.execute(select(country.c.code)).scalars())
    op.bulk_insert(country, [{"code": code} for code in CODES if code not in have])


if __name__ == "__main__":
    with create_engine("sqlite://").begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        upgrade(op)
        seed(op)
        assert list(connection.execute(text("SELECT code FROM shop_codes ORDER BY code")).scalars()) == ["DE", "FR"]
