from typing import Annotated

from pydantic import BaseModel, BeforeValidator, StringConstraints, ValidationError
from sqlalchemy import Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def as_text(value: object) -> object:
    """What a serializer's CharField takes: text and numbers, no booleans, no NUL."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and "\0" in value:
        raise ValueError("Null characters are not allowed.")
    return value


# The constraints stand first: behind a validator, min_length would see the text before it is stripped.
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), BeforeValidator(as_text)]
Notes = Annotated[str, StringConstraints(strip_whitespace=True), BeforeValidator(as_text)]


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "shop_customer"
    # Each unique or indexed text column has a second index on PostgreSQL, for LIKE 'x%'; a hash of table and column is in its name.
    __table_args__ = (Index("shop_customer_code_0a6e3f9d_like", "code", postgresql_ops={"code": "varchar_pattern_ops"}),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    notes: Mapped[str] = mapped_column(Text)


class CustomerIn(BaseModel):
    name: Name
    notes: Notes = ""


if __name__ == "__main__":
    assert CustomerIn.model_validate({"name": " Ada ", "notes": 5}) == CustomerIn(name="Ada", notes="5")
    for wrong in ("", "  ", True, "a\0b"):
        try:
            CustomerIn.model_validate({"name": wrong})
        except ValidationError:
            continue
        raise AssertionError(wrong)
