from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "shop_author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Note(Base):
    __tablename__ = "shop_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("shop_book.id"))
    text: Mapped[str]


class Book(Base):
    __tablename__ = "shop_book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("shop_author.id"))
    width: Mapped[int]
    height: Mapped[int]
    author: Mapped[Author | None] = relationship(lazy="raise")
    notes: Mapped[list[Note]] = relationship(lazy="raise", order_by="Note.id")  # Meta.ordering of the child


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AuthorOut(Out):
    id: int
    name: str  # and no more: `depth` would have shown every column


class NoteOut(Out):
    text: str


class Size(BaseModel):
    width: int
    height: int


class BookOut(Out):
    id: int
    author: AuthorOut | None
    author_name: str | None
    notes: list[NoteOut]
    size: Size


def shown(book: Book) -> BookOut:
    return BookOut(
        id=book.id,
        author=AuthorOut.model_validate(book.author) if book.author else None,
        author_name=book.author.name if book.author else None,  # source="author.name"
        notes=[NoteOut.model_validate(note) for note in book.notes],
        size=Size(width=book.width, height=book.height),  # source="*"
    )


def create(session: Session, size: Size) -> Book:
    book = Book(**size.model_dump())  # the keys of "*" are merged into the row's
    session.add(book)
    session.flush()
    return book


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        create(session, Size(width=1, height=2))
        session.add(Book(author=Author(name="Ann"), notes=[Note(text="a"), Note(text="b")], width=3, height=4))
        session.commit()
        query = select(Book).options(joinedload(Book.author), selectinload(Book.notes)).order_by(Book.id)
        first, second = [shown(book) for book in session.scalars(query)]
    assert first.author is None and first.author_name is None and first.size == Size(width=1, height=2)
    assert second.author_name == "Ann" and [note.text for note in second.notes] == ["a", "b"]
