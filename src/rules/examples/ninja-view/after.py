from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str

    @model_validator(mode="before")
    @classmethod
    def resolve(cls, item: Any) -> Any:
        """What `resolve_title` did."""
        return {"id": item.id, "title": item.name.title()} if isinstance(item, Item) else item


app = FastAPI()


@app.get("/api/items/{item_id}", response_model=ItemOut)
def item(item_id: int) -> Item:
    with Session(engine) as session:
        found = session.get(Item, item_id)
    if found is None:
        raise HTTPException(404, "Not Found")
    return found


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(Item(id=1, name="red chair"))
    client = TestClient(app)
    assert client.get("/api/items/1").json() == {"id": 1, "title": "Red Chair"}
    assert client.get("/api/items/2").status_code == 404
