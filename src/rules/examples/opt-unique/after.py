import datetime as dt

from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import StaticPool, String, create_engine, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Coupon(Base):
    __tablename__ = "shop_coupon"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    day: Mapped[dt.date]
    slogan: Mapped[str] = mapped_column(String(80))


class CouponIn(BaseModel):
    code: str
    day: dt.date
    slogan: str


engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
app = FastAPI()


def taken(field: str) -> HTTPException:
    return HTTPException(400, {field: [f"coupon with this {field} already exists."]})


@app.post("/coupons", status_code=201)
def create(coupon: CouponIn) -> int:
    with Session(engine) as session, session.begin():
        if session.scalar(select(exists().where(Coupon.code == coupon.code))):
            raise taken("code")
        # unique_for_date: nothing in the database knows of it.
        if session.scalar(select(exists().where(Coupon.day == coupon.day, Coupon.slogan == coupon.slogan))):
            raise HTTPException(400, {"slogan": ["This field must be unique for the day date."]})
        row = Coupon(**coupon.model_dump())
        try:
            with session.begin_nested():  # another request may have been faster; only the savepoint is lost
                session.add(row)
        except IntegrityError:
            raise taken("code") from None
        return row.id


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    client = TestClient(app)
    first = {"code": "A", "day": "2026-01-01", "slogan": "x"}
    assert client.post("/coupons", json=first).status_code == 201
    answer = client.post("/coupons", json=first)
    assert answer.status_code == 400 and "code" in answer.json()["detail"]
    assert "slogan" in client.post("/coupons", json=first | {"code": "B"}).json()["detail"]
    assert client.post("/coupons", json=first | {"code": "B", "day": "2026-01-02"}).status_code == 201
    with Session(engine) as session:
        assert session.scalar(select(func.count(Coupon.id))) == 2
