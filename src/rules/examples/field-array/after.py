from datetime import datetime, timezone

from pydantic import BaseModel
from sqlalchemy import Index, Integer, Text, create_mock_engine, func, select
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT, HSTORE, TSTZRANGE, TSVECTOR, ExcludeConstraint, Range
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql.ddl import ExecutableDDLElement


class Base(DeclarativeBase):
    pass


class Booking(Base):
    __tablename__ = "shop_booking"

    id: Mapped[int] = mapped_column(primary_key=True)
    rooms: Mapped[list[int]] = mapped_column(MutableList.as_mutable(ARRAY(Integer)))  # `size` is not in the database
    extras: Mapped[dict[str, str | None]] = mapped_column(MutableDict.as_mutable(HSTORE()), default=dict)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    search: Mapped[str | None] = mapped_column(TSVECTOR)
    guest: Mapped[str] = mapped_column(CITEXT)

    # Method, operator class and exclusion are not compared by Alembic: this is the only place that keeps them.
    __table_args__ = (
        ExcludeConstraint((during, "&&"), name="booking_no_overlap", using="gist"),
        Index("booking_search", search, postgresql_using="gin"),
        Index("booking_during", during, postgresql_using="brin"),
        Index("booking_guest", guest, postgresql_using="hash"),
        Index("booking_trigram", func.lower(guest).label("g"), postgresql_using="gin", postgresql_ops={"g": "gin_trgm_ops"}),
    )


class Stay(BaseModel):
    """On the wire as before: two bounds, the upper one outside, which is the meaning of `[)`."""

    lower: datetime
    upper: datetime

    def stored(self) -> Range[datetime]:
        return Range(self.lower, self.upper, bounds="[)")


if __name__ == "__main__":
    written: list[str] = []

    def note(element: ExecutableDDLElement, *_: object, **__: object) -> None:
        written.append(" ".join(str(element.compile(dialect=mock.dialect)).split()))

    mock = create_mock_engine("postgresql+psycopg://", note)
    Base.metadata.create_all(mock, checkfirst=False)
    assert "EXCLUDE USING gist (during WITH &&)" in written[0]
    assert "CREATE INDEX booking_trigram ON shop_booking USING gin (lower(guest) gin_trgm_ops)" in written
    # `rooms__contains`, `rooms__overlap`, `during__contains` keep their operators.
    query = select(Booking).where(Booking.rooms.contains([1]), Booking.rooms.overlap([2]))
    sql = str(query.compile(dialect=mock.dialect))
    assert "@>" in sql and "&&" in sql
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    assert noon not in Stay(lower=noon.replace(hour=9), upper=noon).stored()
