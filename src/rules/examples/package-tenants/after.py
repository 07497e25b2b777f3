from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
SCHEMAS = {"a.shop.example": "tenant_a", "b.shop.example": "tenant_b"}  # the table of domains


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"
    __table_args__ = {"schema": "tenant"}

    id: Mapped[int] = mapped_column(primary_key=True)


def db(host: Annotated[str, Header()]) -> Iterator[Session]:
    if host not in SCHEMAS:
        raise HTTPException(404)
    # In the statement, not in the connection: nothing is left behind in the pool.
    bound = engine.execution_options(schema_translate_map={"tenant": SCHEMAS[host]})
    with Session(bound) as session:
        yield session


app = FastAPI()


@app.get("/count/")
def count(session: Annotated[Session, Depends(db)]) -> int:
    return session.scalar(select(func.count(Item.id))) or 0


if __name__ == "__main__":
    with engine.begin() as connection:
        for schema in SCHEMAS.values():
            connection.execute(text(f"ATTACH ':memory:' AS {schema}"))
            connection.execute(text(f"CREATE TABLE {schema}.shop_item (id INTEGER)"))
        connection.execute(text("INSERT INTO tenant_a.shop_item VALUES (1), (2)"))
    client = TestClient(app)
    counts = [client.get("/count/", headers={"Host": host}).json() for host in SCHEMAS]
    assert counts == [2, 0] and client.get("/count/", headers={"Host": "x"}).status_code == 404
