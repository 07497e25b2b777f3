from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import String, Text, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# What the migrations built: twelve characters, no `paid`, and `legacy`, which Django's state has forgotten.
PRODUCTION = "CREATE TABLE shop_order (id INTEGER PRIMARY KEY NOT NULL, number VARCHAR(12) NOT NULL, legacy TEXT NOT NULL)"


class Base(DeclarativeBase):
    pass


class Order(Base):
    """As the table is. `paid` comes with the first own revision, not with the baseline."""

    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12))
    legacy: Mapped[str] = mapped_column(Text, default="")


class FromTheModel(DeclarativeBase):
    pass


class Wrong(FromTheModel):
    """What a translation of models.py says."""

    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    paid: Mapped[bool]


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text(PRODUCTION))
        context = MigrationContext.configure(connection)
        # The baseline may be stamped: autogenerate finds nothing to do.
        assert compare_metadata(context, Base.metadata) == []
        drift = compare_metadata(context, FromTheModel.metadata)
        assert {row[0] for row in drift if isinstance(row, tuple)} >= {"add_column", "remove_column"}
