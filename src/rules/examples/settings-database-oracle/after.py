from typing import Any

from sqlalchemy import Dialect, Unicode, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator


class Text(TypeDecorator[str]):
    """Oracle stores "" as NULL; Django hides that for text columns, so the new side has to."""

    impl = Unicode
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> str:
        return "" if value is None else str(value)


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(Text, nullable=True)


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(insert(Item).values(id=1, note=None))
        assert session.scalar(select(Item.note)) == ""
