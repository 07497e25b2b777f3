import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainSerializer, ValidationError

ZONE = ZoneInfo("Europe/Berlin")  # settings.TIME_ZONE


def text_only(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError("Datetime has wrong format.")  # Pydantic would take it for seconds since 1970
    return value


def aware(value: datetime) -> datetime:
    return value.astimezone(ZONE) if value.tzinfo else value.replace(tzinfo=ZONE)


def iso_day(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")


def parse_duration(value: Any) -> Any:
    """Django's `1 02:03:04`, and plain seconds."""
    found = re.fullmatch(r"(?:(-?\d+) )?(?:(?:(\d+):)?(\d+):)?(\d+)", value) if isinstance(value, str) else None
    if not found:
        return value  # ISO 8601 is left to Pydantic: read both during the move
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def duration_text(value: timedelta) -> str:
    hours, rest = divmod(value.seconds, 3600)
    clock = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    return f"{value.days} {clock}" if value.days else clock


Money = Annotated[
    Decimal, Field(max_digits=6, decimal_places=2), PlainSerializer(lambda v: str(v.quantize(Decimal("0.01"))), str)
]
Moment = Annotated[datetime, BeforeValidator(text_only), AfterValidator(aware), PlainSerializer(datetime.isoformat, str)]
Day = Annotated[date, BeforeValidator(iso_day)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(duration_text, str)]


class Offer(BaseModel):
    price: Money
    start: Moment
    day: Day
    length: Duration


if __name__ == "__main__":
    given = {"price": 1.5, "start": "2024-07-01T12:00:00", "day": "2024-07-01", "length": "1 00:00:05"}
    offer = Offer.model_validate(given)
    assert offer.model_dump(mode="json") == {
        "price": "1.50",
        "start": "2024-07-01T12:00:00+02:00",
        "day": "2024-07-01",
        "length": "1 00:00:05",
    }
    assert Offer.model_validate(given | {"start": "2024-01-01T11:00:00Z"}).start.isoformat() == "2024-01-01T12:00:00+01:00"
    assert Offer.model_validate(given | {"length": "90"}).length == timedelta(seconds=90)
    for wrong in ({"start": 0}, {"day": "2024-07-01T00:00:00"}, {"day": 0}, {"price": "1.505"}):
        try:
            Offer.model_validate(given | wrong)
            raise AssertionError(wrong)
        except ValidationError:
            pass
