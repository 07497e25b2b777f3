from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, String, Text, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, composite, mapped_column
from sqlalchemy.types import TypeDecorator


class Zone(TypeDecorator[ZoneInfo]):
    """django-timezone-field: the name in the column, the zone in code."""

    impl, cache_ok = String(63), True

    def process_bind_param(self, value: ZoneInfo | None, dialect: Dialect) -> str | None:
        return value.key if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> ZoneInfo | None:
        return ZoneInfo(value) if value else None


class Choices(TypeDecorator[list[str]]):
    """django-multiselectfield: values joined by commas."""

    impl, cache_ok = Text, True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        return ",".join(value) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str]:
        return value.split(",") if value else []


@dataclass
class Money:
    amount: Decimal
    currency: str


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    zone: Mapped[ZoneInfo] = mapped_column(Zone)
    colours: Mapped[list[str]] = mapped_column(Choices)
    amount: Mapped[Decimal] = mapped_column("total")  # django-money: two columns, one value
    currency: Mapped[str] = mapped_column("total_currency", String(3))
    total: Mapped[Money] = composite("amount", "currency")


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(text("INSERT INTO shop_order VALUES (1, 'Europe/Berlin', 'red,blue', 9.5, 'EUR')"))
        order = session.scalars(select(Order)).one()
        assert order.zone.key == "Europe/Berlin" and order.colours == ["red", "blue"]
        assert order.total == Money(Decimal("9.5"), "EUR")
