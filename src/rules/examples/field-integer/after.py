from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from sqlalchemy import BigInteger, CheckConstraint, Integer, SmallInteger, create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


def no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("A valid integer is required.")
    return value


Whole = Annotated[int, BeforeValidator(no_truth)]
Int16 = Annotated[Whole, Field(ge=-(2**15), lt=2**15)]
Amount = Annotated[Whole, Field(ge=0, lt=2**31)]


class Base(DeclarativeBase):
    pass


class Stock(Base):
    __tablename__ = "shop_stock"
    # PostgreSQL named them so; Alembic does not compare CHECK constraints, only this class keeps them.
    __table_args__ = (
        CheckConstraint("amount >= 0", name="shop_stock_amount_check"),
        CheckConstraint("rank >= 0", name="shop_stock_rank_check"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shelf: Mapped[int] = mapped_column(SmallInteger)
    delta: Mapped[int] = mapped_column(Integer, default=0)
    barcode: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(Integer)
    rank: Mapped[int] = mapped_column(SmallInteger, default=0)


class StockIn(BaseModel):
    shelf: Int16
    amount: Amount


if __name__ == "__main__":
    assert StockIn.model_validate({"shelf": "3", "amount": 7.0}).amount == 7
    for wrong in ({"shelf": True, "amount": 1}, {"shelf": 40000, "amount": 1}, {"shelf": 1, "amount": -1}):
        try:
            StockIn.model_validate(wrong)
            raise AssertionError(wrong)
        except ValidationError:
            pass
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Stock(shelf=1, barcode=2**40, amount=-1))
        try:
            session.commit()
            raise AssertionError
        except IntegrityError:
            pass
