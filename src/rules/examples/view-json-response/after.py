from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.encoders import jsonable_encoder
from fastapi.testclient import TestClient
from pydantic import BaseModel, PlainSerializer

app = FastAPI()


def as_django(value: datetime) -> str:
    """DjangoJSONEncoder: milliseconds, and Z for UTC."""
    text = value.isoformat()
    if value.microsecond:
        text = text[:23] + text[26:]
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


class Item(BaseModel):
    price: Decimal
    sold_at: Annotated[datetime, PlainSerializer(as_django, return_type=str)]


ITEMS = {1: Item(price=Decimal("1.10"), sold_at=datetime(2024, 7, 1, 10, 0, 0, 123456, timezone.utc))}


def load(pk: int) -> Item:
    if pk not in ITEMS:
        raise HTTPException(404, "No Item matches the given query.")
    return ITEMS[pk]


@app.get("/items/{pk}/")
def item(found: Annotated[Item, Depends(load)]) -> Item:
    return found


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/1/").json() == {"price": "1.10", "sold_at": "2024-07-01T10:00:00.123Z"}
    assert client.get("/items/2/").status_code == 404
    bare = jsonable_encoder({"price": Decimal("1.10"), "sold_at": ITEMS[1].sold_at})  # what a plain dictionary becomes
    assert bare == {"price": 1.1, "sold_at": "2024-07-01T10:00:00.123456+00:00"}
