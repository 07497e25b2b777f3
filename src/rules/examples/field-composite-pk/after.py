from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool
from typing import Annotated, Iterator


class Base(DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "shop_line"

    order_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quantity: Mapped[int]


engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
app = FastAPI()


def session() -> Iterator[Session]:
    with Session(engine) as open_session:
        yield open_session


@app.get("/orders/{order_number}/lines/{position}")
def line(order_number: int, position: int, db: Annotated[Session, Depends(session)]) -> dict[str, int]:
    # Both halves of the key are part of the address; `pk` as one value has no counterpart.
    found = db.get(Line, (order_number, position))
    if found is None:
        raise HTTPException(404)
    return {"quantity": found.quantity}


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Line(order_number=7, position=2, quantity=5))
        db.commit()
    client = TestClient(app)
    assert client.get("/orders/7/lines/2").json() == {"quantity": 5}
    assert client.get("/orders/7/lines/3").status_code == 404
