from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import ForeignKey, String, create_engine, inspect, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

app = FastAPI()


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "shop_author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class Book(Base):
    __tablename__ = "shop_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    author_id: Mapped[int] = mapped_column(ForeignKey("shop_author.id"))
    author: Mapped[Author] = relationship(lazy="raise")  # loads by accident become errors here, not in production

    @property
    def label(self) -> str:
        return f"{self.author.name}: {self.title}"

    @property
    def old_title(self) -> str:
        """What __init__ remembered: the session knows it, and only until the flush. __init__ is not called for loaded rows."""
        deleted = inspect(self).attrs.title.history.deleted
        return str(deleted[0]) if deleted else self.title


class BookOut(BaseModel):
    label: str
    url: str

    @classmethod
    def of(cls, book: Book) -> "BookOut":
        return cls(label=book.label, url=app.url_path_for("book", book_id=book.id))


@app.get("/books/{book_id}", name="book")
def show(book_id: int) -> None: ...


def author_by_natural_key(session: Session, name: str) -> Author:
    return session.scalars(select(Author).where(Author.name == name)).one()


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Author(id=1, name="Ada"))
        session.add(Book(id=1, title="Notes", author_id=1))
        session.commit()
    with Session(engine) as session:
        book = session.get_one(Book, 1)
        try:
            BookOut.of(book)
            raise AssertionError
        except InvalidRequestError:
            pass
        book = session.scalars(select(Book).options(joinedload(Book.author)).execution_options(populate_existing=True)).one()
        assert BookOut.of(book) == BookOut(label="Ada: Notes", url="/books/1")
        book.title = "Sketch"
        assert book.old_title == "Notes"
        assert author_by_natural_key(session, "Ada").id == 1
