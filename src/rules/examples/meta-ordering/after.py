import datetime as dt

from sqlalchemy import Select, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "shop_post"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[dt.date | None]


# Meta.ordering as a constant that queries have to name. The key at the end makes pages stable; Django did not add it.
# PostgreSQL sorts NULL first going down, SQLite last: said here, it is the same everywhere.
ORDER = (Post.day.desc().nulls_first(), Post.id)


def page(number: int, size: int = 2) -> Select[Post]:
    return select(Post).order_by(*ORDER).limit(size).offset((number - 1) * size)


def latest(session: Session) -> Post:
    """`latest()` raises when there is no row: one(), not first()."""
    return session.scalars(select(Post).order_by(Post.day.desc().nulls_first()).limit(1)).one()


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        today = dt.date(2026, 1, 1)
        session.add_all([Post(id=3, day=today), Post(id=1, day=today), Post(id=2, day=None), Post(id=4, day=dt.date(2027, 1, 1))])
        session.commit()
        assert [post.id for number in (1, 2) for post in session.scalars(page(number))] == [2, 4, 1, 3]
        assert latest(session).id == 2  # as Django on PostgreSQL: a row without a day is the latest
