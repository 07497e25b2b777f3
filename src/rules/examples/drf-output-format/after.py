from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, PlainSerializer

ZONE = ZoneInfo("Europe/Berlin")  # settings.TIME_ZONE


def quantized(value: Decimal) -> float:  # decimal_places=2, COERCE_DECIMAL_TO_STRING = False
    return float(value.quantize(Decimal("0.01")))


Money = Annotated[Decimal, PlainSerializer(quantized, return_type=float, when_used="json")]
Moment = Annotated[
    datetime,
    PlainSerializer(lambda value: value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"), return_type=str, when_used="json"),
]


class Item(BaseModel):
    price: Money
    sold_at: Moment


class Bare(BaseModel):
    price: Decimal
    sold_at: datetime


if __name__ == "__main__":
    row = {"price": Decimal("1.5"), "sold_at": datetime(2024, 7, 1, 22, 30, tzinfo=timezone.utc)}
    assert Item.model_validate(row).model_dump_json() == '{"price":1.5,"sold_at":"2024-07-02 00:30"}'
    assert Bare.model_validate(row).model_dump_json() == '{"price":"1.5","sold_at":"2024-07-01T22:30:00Z"}'
