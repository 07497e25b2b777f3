from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
TYPES: dict[tuple[str, str], int] = {}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Ids are this database's own: names in code, ids from the table, once per process."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT app_label, model, id FROM django_content_type"))
        TYPES.update({(row.app_label, row.model): row.id for row in rows})
    if ("shop", "item") not in TYPES:  # what a system check said
        raise RuntimeError("content type of shop.item is missing")
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/kind/")
def kind() -> int:
    return TYPES["shop", "item"]


if __name__ == "__main__":
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE django_content_type (id INTEGER, app_label TEXT, model TEXT)"))
        connection.execute(text("INSERT INTO django_content_type VALUES (12, 'shop', 'item')"))
    with TestClient(app) as client:
        assert client.get("/kind/").json() == 12
