from datetime import datetime
from decimal import Decimal

from sqlalchemy import Numeric
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable


class Base(DeclarativeBase):
    pass


class Item(Base):
    """The column types that Django made on MySQL, not SQLAlchemy's defaults."""

    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(mysql.BIGINT, primary_key=True)
    active: Mapped[bool] = mapped_column(mysql.TINYINT(1))
    text: Mapped[str] = mapped_column(mysql.LONGTEXT)
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    made_at: Mapped[datetime] = mapped_column(mysql.DATETIME(fsp=6))  # UTC, without a zone


ENGINE_OPTIONS = {"isolation_level": "READ COMMITTED"}  # Django sets it, the server's default is REPEATABLE READ

if __name__ == "__main__":
    made = str(CreateTable(Item.__table__).compile(dialect=mysql.dialect()))  # type: ignore[arg-type]
    assert "LONGTEXT" in made and "DATETIME(6)" in made and "TINYINT(1)" in made
