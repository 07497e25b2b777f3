import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel

PATHS = {"item": "/items/{id}/", "history": "/items/{id}/history/", "shelf": "/shelves/{id}/"}
SHELVES = {1}
ITEMS: dict[int, int] = {}
app = FastAPI(redirect_slashes=False)


class Links:
    """Both directions; the targets may live on the other side, so `url_for` is no help."""

    def __init__(self, request: Request) -> None:
        self.base = str(request.base_url).rstrip("/")  # host and scheme as the proxy passes them

    def to(self, name: str, id: int) -> str:
        return self.base + PATHS[name].format(id=id)

    def id_of(self, name: str, link: str) -> int:
        found = re.fullmatch(PATHS[name].replace("{id}", "([0-9]+)"), urlsplit(link).path)
        if not found:
            raise HTTPException(400, {name: ["Invalid hyperlink - No URL match."]})
        return int(found[1])


class ItemIn(BaseModel):
    shelf: str


class ItemOut(ItemIn):
    url: str
    history: str


@app.post("/items/", status_code=201)
def create(data: ItemIn, links: Annotated[Links, Depends()], response: Response) -> ItemOut:
    shelf = links.id_of("shelf", data.shelf)
    if shelf not in SHELVES:
        raise HTTPException(400, {"shelf": ["Invalid hyperlink - Object does not exist."]})
    id = len(ITEMS) + 1
    ITEMS[id] = shelf
    response.headers["Location"] = links.to("item", id)  # DRF takes it from the `url` of the data
    return ItemOut(url=links.to("item", id), shelf=links.to("shelf", shelf), history=links.to("history", id))


if __name__ == "__main__":
    client = TestClient(app, base_url="https://shop.example")
    made = client.post("/items/", json={"shelf": "https://shop.example/shelves/1/"})
    assert made.json()["url"] == made.headers["location"] == "https://shop.example/items/1/"
    assert client.post("/items/", json={"shelf": "/items/1/"}).status_code == 400
    assert "does not exist" in client.post("/items/", json={"shelf": "/shelves/9/"}).text
