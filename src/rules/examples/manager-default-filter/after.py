from sqlalchemy import ForeignKey, create_engine, event, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    joinedload,
    mapped_column,
    relationship,
    sessionmaker,
    with_loader_criteria,
)


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "shop_author"

    id: Mapped[int] = mapped_column(primary_key=True)
    deleted: Mapped[bool] = mapped_column(default=False)


class Book(Base):
    __tablename__ = "shop_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("shop_author.id"))
    author: Mapped[Author] = relationship(lazy="raise")


sessions = sessionmaker()


@event.listens_for(sessions, "do_orm_execute")
def alive(state: ORMExecuteState) -> None:
    """The default manager for the whole session; `everything` is an execution option.

    A foreign key went through `_base_manager`, which does not filter: so relationships are left alone, or `book.author` would be lost.
    """
    if state.is_select and not state.is_relationship_load and not state.execution_options.get("everything", False):
        state.statement = state.statement.options(
            with_loader_criteria(Author, Author.deleted.is_(False), propagate_to_loaders=False, include_aliases=False)
        )


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with sessions(bind=engine) as session:
        session.add_all([Author(id=1), Author(id=2, deleted=True), Book(author_id=2)])
        session.commit()
        assert session.scalars(select(Author.id)).all() == [1]
        assert len(session.scalars(select(Author), execution_options={"everything": True}).all()) == 2
        # Joined by hand: an alias would not be filtered. Asked for the book, Django showed its author, deleted or not.
        query = select(Book).options(joinedload(Book.author)).execution_options(everything=True)
        assert session.scalars(query).one().author.deleted
