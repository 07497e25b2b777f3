from datetime import datetime
from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, DateTime, Select, Text, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def sounds(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """The lookup `__sounds`: a function in place of a registered class."""
    return func.soundex(column) == func.soundex(text)


def search(text: str) -> Select[Any]:
    vector = func.to_tsvector("english", func.coalesce(Order.note, ""))
    return select(Order).where(vector.bool_op("@@")(func.plainto_tsquery("english", text)))


def months(zone: str) -> ClauseElement:
    # In the zone that Django had as its current one, not in that of the connection.
    month = func.date_trunc("month", func.timezone(zone, Order.created), type_=DateTime()).label("month")
    # By its name: repeated, the expression gets bind parameters of its own, and PostgreSQL takes it for another one.
    return select(month, func.count(Order.id)).group_by("month")


def sql(statement: ClauseElement) -> str:
    return str(statement.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    assert "timezone(" in sql(months("Europe/Berlin")) and "GROUP BY month" in sql(months("Europe/Berlin"))
    assert "to_tsvector(" in sql(search("late")) and "@@ plainto_tsquery(" in sql(search("late"))
    assert "soundex(shop_order.note) = soundex(" in sql(select(Order).where(sounds(Order.note.expression, "Meyer")))
