import datetime as dt
import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ValidationError
from sqlalchemy import Date, Time, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import String, TypeDecorator
from sqlalchemy.engine import Dialect


def iso_day(value: object) -> object:
    """Pydantic also takes 0 and a midnight datetime for a date; the old API took `YYYY-MM-DD` only."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", value):
        return dt.datetime.strptime(value, "%Y-%m-%d").date()
    raise ValueError("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")


class TimeText(TypeDecorator[dt.time]):
    """Django writes `03:04:05` to SQLite, SQLAlchemy `03:04:05.000000`; SQLite compares them as text."""

    impl = Time
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Time | String:
        return String(15) if dialect.name == "sqlite" else Time()

    def process_bind_param(self, value: dt.time | None, dialect: Dialect) -> object:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> dt.time | None:
        return dt.time.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]


class Base(DeclarativeBase):
    pass


class Shift(Base):
    __tablename__ = "shop_shift"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date)
    start: Mapped[dt.time] = mapped_column(TimeText)


class ShiftIn(BaseModel):
    day: Annotated[dt.date, BeforeValidator(iso_day)]
    start: dt.time


if __name__ == "__main__":
    assert ShiftIn.model_validate({"day": "2026-02-03", "start": "09:00"}).day == dt.date(2026, 2, 3)
    for wrong in (0, "2026-02-03T00:00:00", dt.datetime(2026, 2, 3)):
        try:
            ShiftIn.model_validate({"day": wrong, "start": "09:00"})
            raise AssertionError(wrong)
        except ValidationError:
            pass
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Shift(day=dt.date(2026, 2, 3), start=dt.time(9)))
        session.commit()
        assert session.execute(text("select start from shop_shift")).scalar_one() == "09:00:00"
        assert session.query(Shift).one().start == dt.time(9)
