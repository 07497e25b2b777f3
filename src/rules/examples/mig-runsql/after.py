from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Sale(Base):
    __tablename__ = "shop_sale"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]


def upgrade(op: Operations) -> None:
    """The bootstrap revision: what no class shows, from the dump of the live database rather than from the old migration."""
    op.execute("create view big_sale as select * from shop_sale where amount > 100")


def invisible(live: Connection, made: Connection) -> set[str]:
    """Views that the live database has and one made from the classes has not; triggers and functions alike, from the catalogue."""
    return set(inspect(live).get_view_names()) - set(inspect(made).get_view_names())


if __name__ == "__main__":
    live, made = create_engine("sqlite://"), create_engine("sqlite://")
    with live.begin() as old, made.begin() as new:
        Base.metadata.create_all(old)
        old.exec_driver_sql("create view big_sale as select * from shop_sale where amount > 100")
        Base.metadata.create_all(new)
        assert invisible(old, new) == {"big_sale"}
        upgrade(Operations(MigrationContext.configure(new)))
        assert invisible(old, new) == set()
