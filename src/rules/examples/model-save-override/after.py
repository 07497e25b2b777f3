import re
from collections.abc import Callable

from pydantic import BaseModel, ValidationError, field_validator
from sqlalchemy import String, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

sent: list[str] = []


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "shop_article"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(80))
    deleted: Mapped[bool] = mapped_column(default=False)


def slug_of(title: str) -> str:
    """A function of plain values in a module without Django: save() calls it until it is gone."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title.lower())).strip("-_")


class ArticleIn(BaseModel):
    title: str

    @field_validator("title")
    @classmethod
    def not_shouted(cls, value: str) -> str:
        """clean(): where forms went, not at every write."""
        if value.isupper():
            raise ValueError("Do not shout.")
        return value


def after_commit(session: Session, do: Callable[[], None]) -> None:
    event.listen(session, "after_commit", lambda _: do(), once=True)


def save_article(session: Session, article: Article) -> None:
    article.slug = slug_of(article.title)
    session.add(article)
    after_commit(session, lambda: sent.append("saved"))  # in save() the mail left even if the transaction failed later


def delete_article(session: Session, article: Article) -> None:
    """delete() only marked. QuerySet.delete() never came here and took the rows away: decide which of both is meant."""
    article.deleted = True


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        save_article(session, Article(title=ArticleIn(title="Big News!").title))
        assert sent == []
        session.commit()
        assert sent == ["saved"]
        article = session.scalars(select(Article)).one()
        assert article.slug == "big-news"
        delete_article(session, article)
        session.commit()
        assert session.scalars(select(Article.deleted)).all() == [True]
    try:
        ArticleIn(title="HEY")
        raise AssertionError
    except ValidationError:
        pass
