from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="chair")


def item(session: Session, **given: str) -> Item:
    """A factory as a function: the session is that of the test, which rolls it back."""
    made = Item(**given)
    session.add(made)
    session.flush()
    return made


@contextmanager
def count_queries(engine: Engine) -> Iterator[list[str]]:
    """`assertNumQueries`, and what the debug toolbar showed."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


if __name__ == "__main__":
    engine = create_engine("sqlite://")  # in earnest postgresql+psycopg://…, the same driver as Django's
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        item(session, name="table")
        with count_queries(engine) as queries:
            assert session.scalars(select(Item.name)).all() == ["table"]
        assert len(queries) == 1
