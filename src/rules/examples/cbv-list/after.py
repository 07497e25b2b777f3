from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

ZONE = ZoneInfo("Europe/Berlin")  # settings.TIME_ZONE
engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "shop_post"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    written_at: Mapped[datetime]


class PostOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str


def session() -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


Db = Annotated[Session, Depends(session)]


@app.get("/posts/")
def posts(db: Db, page: str = "1", size: int = 2) -> list[PostOut]:
    pages = max(1, -(-(db.scalar(select(func.count()).select_from(Post)) or 0) // size))
    number = pages if page == "last" else int(page) if page.isdecimal() else 0
    if not 1 <= number <= pages:
        raise HTTPException(404)
    query = select(Post).order_by(Post.title, Post.id).limit(size).offset((number - 1) * size)
    return [PostOut.model_validate(post) for post in db.scalars(query)]


@app.get("/posts/{year}/archive/")
def of_year(db: Db, year: int) -> list[PostOut]:
    start, end = (datetime(y, 1, 1, tzinfo=ZONE).astimezone(ZoneInfo("UTC")).replace(tzinfo=None) for y in (year, year + 1))
    query = select(Post).where(Post.written_at >= start, Post.written_at < end).order_by(Post.written_at, Post.id)
    return [PostOut.model_validate(post) for post in db.scalars(query)]


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as db:  # UTC, as Django stores it on SQLite; the first is of 2025 in Berlin
        db.add_all(Post(title=t, written_at=w) for t, w in [("b", datetime(2024, 12, 31, 23, 30)), ("b", datetime(2024, 5, 1)), ("a", datetime(2024, 5, 2))])
        db.commit()
    client = TestClient(app)
    assert [p["title"] for p in client.get("/posts/").json()] == ["a", "b"]
    assert len(client.get("/posts/?page=last").json()) == 1
    assert client.get("/posts/?page=3").status_code == 404
    assert [p["id"] for p in client.get("/posts/2025/archive/").json()] == [1]
