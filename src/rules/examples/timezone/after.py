from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Header
from fastapi.testclient import TestClient

DEFAULT = ZoneInfo("Europe/Berlin")  # settings.TIME_ZONE


def zone(x_zone: Annotated[str | None, Header()] = None) -> ZoneInfo:
    """In earnest from the user's profile; it is an argument, nothing is activated."""
    return ZoneInfo(x_zone) if x_zone else DEFAULT


def day(value: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What `__date=value` compared with: a day of 23 or 25 hours twice a year."""
    start = datetime.combine(value, time(), zone)
    end = datetime.combine(value + timedelta(days=1), time(), zone)
    return start.astimezone(timezone.utc), end.astimezone(timezone.utc)


def from_row(value: datetime) -> datetime:
    """With USE_TZ = False rows hold local time: the zone is attached at the border."""
    return value.replace(tzinfo=DEFAULT)


app = FastAPI()


@app.get("/hours/{value}")
def hours(value: date, zone: Annotated[ZoneInfo, Depends(zone)]) -> float:
    start, end = day(value, zone)
    return (end - start) / timedelta(hours=1)


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/hours/2024-03-31").json() == 23
    assert client.get("/hours/2024-03-31", headers={"X-Zone": "Asia/Tokyo"}).json() == 24
    assert from_row(datetime(2024, 7, 1, 12)).isoformat() == "2024-07-01T12:00:00+02:00"
