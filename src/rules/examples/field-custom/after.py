from sqlalchemy import Text, create_engine, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator


class CommaList(TypeDecorator[list[str]]):
    """The bodies of get_prep_value and from_db_value, unchanged: rows of both sides must read alike."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else ",".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str]:
        return value.split(",") if value else []


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "shop_parcel"

    id: Mapped[int] = mapped_column(primary_key=True)
    codes: Mapped[list[str]] = mapped_column(CommaList)


# Rows as the old side wrote them, exported once: the contract that the new class has to keep, both ways.
WRITTEN = {"a,b": ["a", "b"], "": [], "x": ["x"]}

if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    for raw, value in WRITTEN.items():
        with Session(engine) as session:
            session.execute(text("insert into shop_parcel (id, codes) values (1, :raw)"), {"raw": raw})
            parcel = session.get_one(Parcel, 1)
            assert parcel.codes == value
            parcel.codes = list(value)
            session.flush()
            assert session.execute(text("select codes from shop_parcel")).scalar_one() == raw
