from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

AUTHORS = {1: "Ann"}
BOOKS = [(1, 1, "Nails"), (2, 1, "Screws")]

app = FastAPI(redirect_slashes=False)  # trailing_slash=False: a slash too much stays a 404


@app.get("/", include_in_schema=False)
def root(request: Request) -> dict[str, str]:
    """What DefaultRouter serves; only if clients walk from here."""
    return {"authors": str(request.url_for("author_list"))}


authors = APIRouter(prefix="/authors")


def load_author(author_pk: str) -> int:
    """get_object of the parent: a malformed key is 404 as well."""
    key = int(author_pk) if author_pk.isdecimal() else 0
    if key not in AUTHORS:
        raise HTTPException(404, "No Author matches the given query.")
    return key


Author = Annotated[int, Depends(load_author)]


@authors.get("", name="author_list")
def author_list() -> list[dict[str, int | str]]:
    return [{"id": key, "name": name} for key, name in AUTHORS.items()]


@authors.get("/{author_pk}")
def author_detail(author: Author) -> dict[str, int | str]:
    return {"id": author, "name": AUTHORS[author]}


@authors.get("/{author_pk}/books")  # Django answered [] for an unknown author; 404 was a decision
def book_list(author: Author) -> list[dict[str, int | str]]:
    return [{"id": id, "title": title} for id, by, title in BOOKS if by == author]


app.include_router(authors)

if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/").json() == {"authors": "http://testserver/authors"}
    assert client.get("/authors/1/books").json() == [{"id": 1, "title": "Nails"}, {"id": 2, "title": "Screws"}]
    assert client.get("/authors/x").status_code == 404
    assert client.get("/authors/1/").status_code == 404
    assert client.get("/authors/9/books").json() == {"detail": "No Author matches the given query."}
