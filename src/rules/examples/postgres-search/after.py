from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def found(words: str) -> Select[Any]:
    # The configuration is part of the expression: an index on another one is not used.
    vector = func.to_tsvector("english", func.coalesce(Item.text, ""))
    query = func.websearch_to_tsquery("english", words)
    return select(Item).where(vector.op("@@")(query)).order_by(func.ts_rank(vector, query).desc(), Item.id)


if __name__ == "__main__":
    made = str(found("red chair").compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "@@ websearch_to_tsquery" in made and "coalesce(shop_item.text" in made
