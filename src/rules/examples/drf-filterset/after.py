from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from sqlalchemy import Select, create_engine, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    qty: Mapped[int]


class Invalid(Exception):
    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors


Items = Select[Item]


def visible() -> Items:
    """The back end that hides rows: the start of every operation, detail included."""
    return select(Item).where(Item.name.is_distinct_from("hidden"))


def filtered(query: Annotated[Items, Depends(visible)], name: str | None = None, min_qty: str | None = None) -> Items:
    if name:  # ?name= is ignored, not "equal to nothing"
        query = query.where(Item.name == name)
    if min_qty:
        try:
            query = query.where(Item.qty >= Decimal(min_qty.strip()))
        except InvalidOperation:
            raise Invalid({"min_qty": ["Enter a number."]}) from None
    return query


def listed(query: Annotated[Items, Depends(filtered)], search: str = "", ordering: str = "") -> Items:
    for word in search.replace(",", " ").split():  # all words, each in any of the columns
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in [Item.name])))
    columns: dict[str, Any] = {"name": Item.name, "qty": Item.qty}
    terms = [t.strip() for t in ordering.split(",")]
    order = [columns[t.lstrip("-")].desc() if t.startswith("-") else columns[t] for t in terms if t.lstrip("-") in columns]
    return query.order_by(*order, Item.id)  # unknown names are dropped


app = FastAPI()


@app.exception_handler(Invalid)
def invalid(request: Request, error: Invalid) -> JSONResponse:
    return JSONResponse(error.errors, 400)


@app.get("/items/")
def items(query: Annotated[Items, Depends(listed)]) -> list[str]:
    with Session(engine) as db:
        return [item.name for item in db.scalars(query)]


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add_all(Item(name=n, qty=q) for n, q in [("long nail", 1), ("nut 5%", 9), ("hidden", 9)])
        db.commit()
    client = TestClient(app)
    assert client.get("/items/?min_qty=&name=").json() == ["long nail", "nut 5%"]
    assert client.get("/items/?min_qty=x").json() == {"min_qty": ["Enter a number."]}
    assert client.get("/items/?search=nail LONG").json() == ["long nail"]
    assert client.get("/items/?search=%25").json() == ["nut 5%"]
    assert client.get("/items/?ordering=-qty,nonsense").json() == ["nut 5%", "long nail"]
