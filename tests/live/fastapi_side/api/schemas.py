from pydantic import BaseModel


class Book(BaseModel):
    id: int
    title: str


class Page(BaseModel):
    items: list[Book]
