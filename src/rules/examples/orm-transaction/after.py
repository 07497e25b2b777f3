from collections.abc import Callable

from sqlalchemy import create_engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default="new")


def on_commit(session: Session, callback: Callable[[], None]) -> None:
    session.info.setdefault("on_commit", []).append(callback)


@event.listens_for(Session, "after_commit")
def run_callbacks(session: Session) -> None:
    for callback in session.info.pop("on_commit", []):
        callback()


@event.listens_for(Session, "after_rollback")
def drop_callbacks(session: Session) -> None:
    session.info.pop("on_commit", None)


def send(session: Session, pk: int, notify: Callable[[int], None]) -> None:
    locked = select(Order).where(Order.id == pk).with_for_update().execution_options(populate_existing=True)
    session.scalars(locked).one().status = "sent"
    on_commit(session, lambda: notify(pk))  # the key, not the object


def take(session: Session, references: list[str]) -> None:
    for reference in references:
        try:
            with session.begin_nested():  # without it the session is lost to PendingRollbackError
                session.add(Order(reference=reference))
        except IntegrityError:
            pass


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    told: list[int] = []
    with Session(engine) as session:
        with session.begin():
            take(session, ["a", "b", "a"])
        with session.begin():
            send(session, 1, told.append)
            assert told == []  # not before the commit
        assert told == [1]
        send(session, 2, told.append)
        session.rollback()
        session.commit()
        assert told == [1]
        assert session.scalars(select(Order.reference).order_by(Order.id)).all() == ["a", "b"]
