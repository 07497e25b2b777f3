from dataclasses import dataclass
from typing import Any

import strawberry
from fastapi import FastAPI
from fastapi.testclient import TestClient
from strawberry.dataloader import DataLoader
from strawberry.fastapi import BaseContext, GraphQLRouter

AUTHORS = {1: "Ann", 2: "Bob"}
BOOKS: list[tuple[str, int]] = [("Nails", 1), ("Screws", 2), ("Bolts", 1)]
batches: list[list[int]] = []


@strawberry.type
class Author:
    name: str


async def load_authors(keys: list[int]) -> list[Author | None]:
    """One query for all keys, the answer in their order."""
    batches.append(keys)
    return [Author(name=AUTHORS[key]) if key in AUTHORS else None for key in keys]


class Context(BaseContext):
    def __init__(self) -> None:
        super().__init__()
        self.authors: DataLoader[int, Author | None] = DataLoader(load_fn=load_authors)  # one a request, never longer


Info = strawberry.Info[Context, None]


@strawberry.type
class Book:
    title: str
    author_id: strawberry.Private[int]

    @strawberry.field
    async def author(self, info: Info) -> Author | None:
        return await info.context.authors.load(self.author_id)


@strawberry.input
class BookInput:
    title: str
    note: str | None = strawberry.UNSET  # not sent is not null


@strawberry.type
@dataclass
class AddBook:
    """The payload type keeps its name: clients select `addBook { book { title } }`."""

    book: Book | None


@strawberry.type
class Query:
    @strawberry.field
    def books(self) -> list[Book]:
        return [Book(title=title, author_id=author) for title, author in BOOKS]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def add_book(self, data: BookInput) -> AddBook:
        BOOKS.append((data.title, 1))
        return AddBook(book=Book(title=data.title, author_id=1))


schema = strawberry.Schema(query=Query, mutation=Mutation)
app = FastAPI()
app.include_router(GraphQLRouter(schema, context_getter=Context), prefix="/graphql")

if __name__ == "__main__":
    client = TestClient(app)

    def ask(query: str) -> Any:
        return client.post("/graphql", json={"query": query}).json()

    found = ask("{ books { title author { name } } }")["data"]["books"]
    assert [book["author"]["name"] for book in found] == ["Ann", "Bob", "Ann"]
    assert batches == [[1, 2]]
    made = ask('mutation { addBook(data: {title: "Pins"}) { book { title } } }')
    assert made["data"] == {"addBook": {"book": {"title": "Pins"}}}
    assert "author: Author\n" in schema.as_str()  # nullability as in the exported SDL
