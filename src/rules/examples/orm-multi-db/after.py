from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import StaticPool, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(default=0)


# One engine for each alias of DATABASES.
primary = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
replica = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Primary = sessionmaker(primary)
Replica = sessionmaker(replica)


def writing() -> Iterator[Session]:
    with Primary.begin() as session:
        yield session


def reading() -> Iterator[Session]:
    with Replica() as session:
        yield session


app = FastAPI()


@app.get("/orders/count")
def count(session: Annotated[Session, Depends(reading)]) -> int:
    return session.scalar(select(func.count()).select_from(Order)) or 0


@app.post("/orders")
def create(session: Annotated[Session, Depends(writing)]) -> int:
    session.add(Order(total=1))
    session.flush()
    # Read your own write: on the session that wrote it.
    return session.scalar(select(func.count()).select_from(Order)) or 0


if __name__ == "__main__":
    for engine in (primary, replica):
        Base.metadata.create_all(engine)
    client = TestClient(app)
    assert client.post("/orders").json() == 1
    assert client.get("/orders/count").json() == 0  # the replica has not caught up
