from collections.abc import Callable
from typing import Any

from celery import Celery
from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

celery = Celery("api", broker="memory://")


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)


def index_after_commit(session: Session, send: Callable[..., Any]) -> None:
    """The index, the schedule and the workers stay on Django: it is told what changed, by name and id."""
    changed: set[int] = set()

    @event.listens_for(session, "after_flush")
    def note(session: Session, context: object) -> None:
        changed.update(found.id for found in (*session.new, *session.dirty) if isinstance(found, Item))

    @event.listens_for(session, "after_commit")
    def tell(session: Session) -> None:
        if changed:
            send("shop.tasks.index", args=[sorted(changed)])
        changed.clear()

    @event.listens_for(session, "after_rollback")
    def forget(session: Session) -> None:
        changed.clear()


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    sent: list[Any] = []
    with Session(engine) as session:
        index_after_commit(session, lambda name, args: sent.append((name, args)))  # in earnest: celery.send_task
        session.add(Item(id=1))
        session.commit()
        session.add(Item(id=2))
        session.flush()
        session.rollback()
        session.commit()
    assert sent == [("shop.tasks.index", [[1]])]
