from datetime import datetime, timezone
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, PlainSerializer
from sqlalchemy import DateTime
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ZONE = ZoneInfo("Europe/Berlin")  # settings.TIME_ZONE


def aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=ZONE)


Moment = Annotated[
    datetime,
    AfterValidator(aware),
    PlainSerializer(lambda value: value.astimezone(ZONE).isoformat(), return_type=str),
]


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    placed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OrderOut(BaseModel):
    id: int
    placed_at: Moment


if __name__ == "__main__":
    shown = OrderOut(id=1, placed_at=datetime(2024, 7, 1, 10, tzinfo=timezone.utc)).model_dump(mode="json")
    assert shown["placed_at"] == "2024-07-01T12:00:00+02:00"
    assert OrderOut(id=1, placed_at=datetime(2024, 7, 1, 12)).placed_at.utcoffset() is not None
