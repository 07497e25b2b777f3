from decimal import Decimal
from typing import Annotated

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import Double, Numeric, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


Amount = Annotated[Decimal, Field(max_digits=8, decimal_places=2), AfterValidator(cents)]
# NaN and infinity are no JSON: they would leave as null.
Weight = Annotated[float, Field(allow_inf_nan=False)]


class Base(DeclarativeBase):
    pass


class Price(Base):
    __tablename__ = "shop_price"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    weight: Mapped[float] = mapped_column(Double)


class PriceBody(BaseModel):
    amount: Amount
    weight: Weight


app = FastAPI()


# With a response model the amount leaves as a string, as DRF sends it; a bare dict would turn it into a float.
@app.post("/prices", status_code=201)
def create(price: PriceBody) -> PriceBody:
    return price


if __name__ == "__main__":
    client = TestClient(app)
    assert client.post("/prices", json={"amount": "1.5", "weight": 2}).json() == {"amount": "1.50", "weight": 2.0}
    assert client.post("/prices", json={"amount": "1.555", "weight": 2}).status_code == 422
    assert client.post("/prices", json={"amount": "1", "weight": "nan"}).status_code == 422
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Price(amount=Decimal("19.90"), weight=0.5))
        session.commit()
        assert session.query(Price.amount).scalar() == Decimal("19.90")
