import datetime as dt

from sqlalchemy import DateTime, String, create_engine, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

ticks = iter(range(1, 60))


def now() -> dt.datetime:
    """A clock that ticks with every look, so that this file can show who looked."""
    return dt.datetime(2026, 1, 1, 12, 0, next(ticks))


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "shop_article"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    # Never a server_default: Django's column has none, and a migration check would report it.
    created: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    changed: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now, onupdate=now)

    def touch(self) -> None:
        """Django's save() moves `changed` even when nothing else changed; a flush of an unchanged object sends no UPDATE."""
        self.changed = now()


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        article = Article(title="a")
        session.add(article)
        session.commit()
        before = article.changed
        article.title = "a"
        session.commit()
        assert article.changed == before  # nothing to write, so no onupdate
        article.touch()
        session.commit()
        assert article.changed > before
        # QuerySet.update() leaves auto_now alone, a Core UPDATE runs onupdate: hand the old value back to keep it.
        kept = article.changed
        session.execute(update(Article).values(title="b", changed=Article.changed))
        session.commit()
        assert session.scalars(select(Article)).one().changed == kept
