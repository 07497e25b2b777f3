from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool


def database() -> Engine:
    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


primary, replica = database(), database()


class Routed(Session):
    """What the router decided; after its first write a request reads what it wrote."""

    wrote = False

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        self.wrote = self.wrote or self._flushing
        return primary if self.wrote else replica


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)


def unit_of_work() -> Iterator[Session]:
    with Routed() as session, session.begin():  # ATOMIC_REQUESTS: commit, or roll back on any exception
        yield session


app = FastAPI()


@app.post("/items/{number}")
def add(number: int, session: Annotated[Session, Depends(unit_of_work)]) -> int:
    session.add(Item(id=number))
    session.flush()
    if number < 0:
        raise HTTPException(400)
    return session.scalar(select(func.count(Item.id))) or 0


if __name__ == "__main__":
    for engine in (primary, replica):
        Base.metadata.create_all(engine)
    client = TestClient(app)
    assert client.post("/items/1").json() == 1
    assert client.post("/items/-1").status_code == 400
    assert client.post("/items/2").json() == 2  # the refused row is gone
