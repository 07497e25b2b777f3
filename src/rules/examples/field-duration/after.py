import datetime as dt
import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, PlainSerializer
from sqlalchemy import BigInteger, create_engine, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

MICROSECOND = dt.timedelta(microseconds=1)
PLAIN = re.compile(r"(?:(?P<days>-?\d+) )?(?:(?:(?P<hours>\d+):)?(?P<minutes>\d+):)?(?P<seconds>\d+)(?:\.(?P<fraction>\d{1,6}))?")


class Duration(TypeDecorator[dt.timedelta]):
    """Microseconds in a bigint: Django's storage everywhere but on PostgreSQL, where the column is an `interval`."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> dt.timedelta | None:
        return None if value is None else value * MICROSECOND


def read(value: object) -> object:
    """`1 00:00:05` and plain seconds, as DRF writes and takes them; Pydantic refuses both."""
    found = PLAIN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    fraction = (found["fraction"] or "").ljust(6, "0")
    parts = {name: int(found[name] or 0) for name in ("days", "hours", "minutes", "seconds")}
    return dt.timedelta(**parts, microseconds=int(fraction))


def shown(value: dt.timedelta) -> str:
    clock, _, fraction = str(value - dt.timedelta(value.days)).partition(".")
    clock = clock.zfill(8) + (f".{fraction}" if fraction else "")
    return f"{value.days} {clock}" if value.days else clock


class Base(DeclarativeBase):
    pass


class Timer(Base):
    __tablename__ = "shop_timer"

    id: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[dt.timedelta] = mapped_column(Duration)


class TimerBody(BaseModel):
    length: Annotated[dt.timedelta, BeforeValidator(read), PlainSerializer(shown, return_type=str)]


if __name__ == "__main__":
    assert TimerBody.model_validate({"length": "1 00:00:05"}).model_dump() == {"length": "1 00:00:05"}
    assert TimerBody.model_validate({"length": "90"}).length == dt.timedelta(seconds=90)
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Timer(length=dt.timedelta(seconds=5)))
        session.commit()
        assert session.execute(text("select length from shop_timer")).scalar_one() == 5_000_000
