from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

router = APIRouter(prefix="/items", tags=["items"])


class ItemIn(BaseModel):
    name: str = Field(min_length=1, max_length=20)
    qty: int = 3


class ItemPatch(BaseModel):
    """All optional, with the validators of ItemIn."""

    name: str = Field(default="", min_length=1, max_length=20)
    qty: int = 0


class Item(ItemIn):
    id: int


ROWS = {1: Item(id=1, name="Nail", qty=9)}


def load(id: str) -> Item:  # text: what is no number is 404 as in DRF, not 422
    row = ROWS.get(int(id)) if id.isdecimal() else None
    if row is None:
        raise HTTPException(404, "No Item matches the given query.")
    return row


Loaded = Annotated[Item, Depends(load)]


@router.get("/export/", operation_id="items_export_retrieve")
def export() -> list[str]:  # before /{id}/: the first match wins
    return [row.name for row in ROWS.values()]


@router.get("/{id}/", operation_id="items_retrieve")
def retrieve(row: Loaded) -> Item:
    return row


@router.put("/{id}/", operation_id="items_update")
def update(row: Loaded, data: ItemIn) -> Item:
    return write(row, data)


@router.patch("/{id}/", operation_id="items_partial_update")
def partial_update(row: Loaded, data: ItemPatch) -> Item:
    return write(row, data)


@router.delete("/{id}/", status_code=204, operation_id="items_destroy")
def destroy(row: Loaded) -> Response:
    del ROWS[row.id]
    return Response(status_code=204)


def write(row: Item, data: BaseModel) -> Item:
    for name, value in data.model_dump(exclude_unset=True).items():  # PUT too leaves alone what it does not name
        setattr(row, name, value)
    return row


app = FastAPI(redirect_slashes=False)
app.include_router(router)

if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/export/").json() == ["Nail"]
    assert client.put("/items/1/", json={"name": "Nut"}).json() == {"id": 1, "name": "Nut", "qty": 9}
    assert client.patch("/items/1/", json={"qty": 5}).json()["qty"] == 5
    assert client.patch("/items/1/", json={"name": ""}).status_code == 422
    assert client.get("/items/abc/").status_code == 404
    assert client.delete("/items/1/").status_code == 204
