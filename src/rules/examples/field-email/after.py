import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ValidationError
from sqlalchemy import Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# The stored rows passed Django's validators, not those of EmailStr and HttpUrl, which refuse `ops@localhost` and rewrite addresses.
MAIL = re.compile(r"[-!#$%&'*+/=?^_`{}|~0-9A-Za-z.]+@(?:localhost|(?:[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?\.)+[0-9A-Za-z-]{2,63})")
SLUG = re.compile(r"[-a-zA-Z0-9_]+")


def mail(value: str) -> str:
    if not MAIL.fullmatch(value):
        raise ValueError("Enter a valid email address.")
    return value


def url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme.lower() not in {"http", "https", "ftp", "ftps"} or not parts.hostname or re.search(r"\s", value):
        raise ValueError("Enter a valid URL.")
    return value


def slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError("Enter a valid slug.")
    return value


class SupplierIn(BaseModel):
    mail: Annotated[str, AfterValidator(mail)]
    site: Annotated[str, AfterValidator(url)]
    slug: Annotated[str, AfterValidator(slug)]


class Base(DeclarativeBase):
    pass


class Supplier(Base):
    __tablename__ = "shop_supplier"
    # A slug is indexed without being asked; PostgreSQL has the `_like` twin besides.
    __table_args__ = (Index("shop_supplier_slug_6b1d3c52", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str] = mapped_column(String(254))
    site: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(50))


if __name__ == "__main__":
    kept = SupplierIn(mail="ops@localhost", site="HTTP://Example.com", slug="a-b_1")
    assert (kept.mail, kept.site) == ("ops@localhost", "HTTP://Example.com")
    try:
        SupplierIn(mail="nobody", site="example.com", slug="a b")
        raise AssertionError
    except ValidationError as wrong:
        assert wrong.error_count() == 3
