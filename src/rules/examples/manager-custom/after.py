from sqlalchemy import ForeignKey, Select, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "shop_author"

    id: Mapped[int] = mapped_column(primary_key=True)


class Book(Base):
    __tablename__ = "shop_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("shop_author.id"))
    public: Mapped[bool] = mapped_column(default=False)
    price: Mapped[int]


def all_books() -> Select[Book]:
    return select(Book)


def books_of(author: Author) -> Select[Book]:
    """The related manager."""
    return all_books().where(Book.author_id == author.id)


def published(query: Select[Book]) -> Select[Book]:
    """A method that returned a queryset: from a Select to a Select, so that it chains on any start."""
    return query.where(Book.public)


def cheapest(session: Session, query: Select[Book]) -> Book | None:
    """A method that ended the query: it needs the session."""
    return session.scalars(query.order_by(Book.price, Book.id).limit(1)).first()


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        ada, bob = Author(), Author()
        session.add_all([ada, bob])
        session.flush()
        session.add_all([Book(author_id=ada.id, public=public, price=price) for public, price in [(False, 1), (True, 3), (True, 2)]])
        session.add(Book(author_id=bob.id, public=True, price=1))
        session.flush()
        found = cheapest(session, published(books_of(ada)))
        assert found is not None and found.price == 2
        assert len(session.scalars(published(all_books())).all()) == 3
