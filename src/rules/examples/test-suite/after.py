from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)


def db() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


app = FastAPI()


@app.post("/items/")
def add(session: Annotated[Session, Depends(db)]) -> int:
    session.add(Item())
    session.commit()
    return session.scalar(select(func.count(Item.id))) or 0


@contextmanager
def test_case() -> Iterator[TestClient]:
    """What TestCase did: all that a test writes, commits included, is rolled back. A fixture in pytest."""
    with engine.connect() as connection:
        outer = connection.begin()
        session = Session(connection, join_transaction_mode="create_savepoint")
        app.dependency_overrides[db] = lambda: session
        yield TestClient(app, raise_server_exceptions=False, follow_redirects=False)  # as Django's client behaves
        session.close()
        outer.rollback()


if __name__ == "__main__":
    event.listen(engine, "connect", lambda c, _: setattr(c, "isolation_level", None))  # pysqlite: real savepoints
    event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN"))
    Base.metadata.create_all(engine)
    for _ in range(2):
        with test_case() as client:
            assert client.post("/items/").json() == 1
