from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.schema import SchemaItem


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)


class Event(Base):
    __tablename__ = "shop_event"
    __table_args__ = {"info": {"bind": "events"}}

    id: Mapped[int] = mapped_column(primary_key=True)


engines = {"default": create_engine("sqlite://"), "events": create_engine("sqlite://")}
sessions = sessionmaker(binds={Order: engines["default"], Event: engines["events"]})


def pending(alias: str, engine: Engine) -> list[str]:
    """env.py with `-x db=ALIAS`: each environment sees its own tables and has its own alembic_version."""

    def mine(item: SchemaItem, name: str | None, kind: str, reflected: bool, compare_to: SchemaItem | None) -> bool:
        return kind != "table" or item.info.get("bind", "default") == alias

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": mine})
        return [f"{change[0]} {change[1].name}" for change in compare_metadata(context, Base.metadata)]


def record(session: Session) -> None:
    """Two databases, two commits: nothing makes them one. The second may fail when the first is done."""
    session.add_all([Order(), Event()])
    session.commit()


if __name__ == "__main__":
    assert pending("default", engines["default"]) == ["add_table shop_order"]
    assert pending("events", engines["events"]) == ["add_table shop_event"]
    for alias, engine in engines.items():
        tables = [table for table in Base.metadata.sorted_tables if table.info.get("bind", "default") == alias]
        Base.metadata.create_all(engine, tables=tables)
        assert pending(alias, engine) == []
    with sessions() as session:
        record(session)
        assert session.get(Order, 1) and session.get(Event, 1)
