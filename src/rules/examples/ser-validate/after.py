from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Booking(Base):
    __tablename__ = "shop_booking"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    start: Mapped[date]
    end: Mapped[date]


class BookingIn(BaseModel):
    code: str
    start: date
    end: date

    @model_validator(mode="before")
    @classmethod
    def defaults(cls, data: Any) -> Any:
        """run_validation: on a copy, the caller keeps its input."""
        return {**data, "code": data.get("code") or "NONE"} if isinstance(data, dict) else data

    @field_validator("code")
    @classmethod
    def upper(cls, value: str) -> str:
        return value.upper()

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Values only; the error is given its field."""
        if self.end < self.start:
            error = InitErrorDetails(type=PydanticCustomError("order", "before the start"), loc=("end",), input=self.end)
            raise ValidationError.from_exception_data("BookingIn", [error])
        return self


class Refused(Exception):
    """Becomes a 400 with this body."""


def check_free(session: Session, data: BookingIn, row: Booking | None = None) -> None:
    """What needs the database comes last, in the service, and knows the row that is changed."""
    clash = select(Booking.id).where(Booking.start < data.end, Booking.end > data.start)
    if row is not None:
        clash = clash.where(Booking.id != row.id)
    if session.scalar(clash.limit(1)):
        raise Refused({"non_field_errors": ["taken"]})


if __name__ == "__main__":
    data = BookingIn.model_validate({"code": "a1", "start": "2024-05-01", "end": "2024-05-03"})
    assert data.code == "A1"
    try:
        BookingIn.model_validate({"start": "2024-05-03", "end": "2024-05-01"})
        raise AssertionError
    except ValidationError as wrong:
        assert [(e["loc"], e["msg"]) for e in wrong.errors()] == [(("end",), "before the start")]
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        row = Booking(**data.model_dump())
        session.add(row)
        session.flush()
        check_free(session, data, row)
        try:
            check_free(session, data)
            raise AssertionError
        except Refused as refused:
            assert refused.args == ({"non_field_errors": ["taken"]},)
