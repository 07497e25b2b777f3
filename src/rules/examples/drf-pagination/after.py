from typing import Annotated, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    count: int
    next: str | None
    previous: str | None
    results: list[T]


class PageNumber:
    """PageNumberPagination: everything is text, and what is no number falls back or is 404, never 422."""

    def __init__(self, request: Request, page: str = "1", page_size: str = "") -> None:
        self.request, self.page = request, page
        self.size = min(int(page_size), 5) if page_size.isdecimal() and int(page_size) > 0 else 2

    def of(self, rows: list[T]) -> Page[T]:  # with SQL: count the filtered query, then limit and offset, ordered by something unique
        pages = max(1, -(-len(rows) // self.size))
        number = pages if self.page == "last" else int(self.page) if self.page.isdecimal() else 0
        if not 1 <= number <= pages:
            raise HTTPException(404, "Invalid page.")
        found = rows[(number - 1) * self.size : number * self.size]
        return Page(count=len(rows), next=self.link(number + 1, pages), previous=self.link(number - 1, pages), results=found)

    def link(self, number: int, pages: int) -> str | None:
        if not 1 <= number <= pages:
            return None
        query = {**dict(parse_qsl(self.request.url.query, keep_blank_values=True)), "page": str(number)}
        if number == 1:
            del query["page"]
        url = str(self.request.url.replace(query=""))
        return f"{url}?{urlencode(sorted(query.items()))}" if query else url


def window(rows: list[T], limit: str = "", offset: str = "", default: int = 2, most: int = 100) -> list[T]:
    """LimitOffsetPagination: limit=0 and nonsense mean the default."""
    size = min(int(limit), most) if limit.isdecimal() and int(limit) > 0 else default
    first = int(offset) if offset.isdecimal() else 0
    return rows[first : first + size]


app = FastAPI()


@app.get("/items/")
def items(pages: Annotated[PageNumber, Depends()]) -> Page[int]:
    return pages.of([1, 2, 3])


if __name__ == "__main__":
    client = TestClient(app)
    first = client.get("/items/?q=x&a=1").json()
    assert first == {"count": 3, "next": "http://testserver/items/?a=1&page=2&q=x", "previous": None, "results": [1, 2]}
    assert client.get("/items/?page=last").json()["previous"] == "http://testserver/items/"
    assert client.get("/items/?page=9").json() == {"detail": "Invalid page."} == client.get("/items/?page=x").json()
    assert client.get("/items/?page_size=nonsense").json()["results"] == [1, 2]
    assert (window([1, 2, 3], "0"), window([1, 2, 3], "1", "2")) == ([1, 2], [3])
