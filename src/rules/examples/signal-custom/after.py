import json
from datetime import datetime, timezone

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    paid: Mapped[bool] = mapped_column(default=False)


class Outbox(Base):
    """What other modules must hear, written in the transaction of what happened."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[str]
    done_at: Mapped[datetime | None]


def pay(session: Session, order: Order) -> None:
    order.paid = True
    # A receiver of the same module would simply be called here.
    session.add(Outbox(kind="paid", payload=json.dumps({"order": order.id})))


def replay(session: Session, thank: list[int]) -> None:
    """On the side of the receiver: a worker, in order, each row once."""
    for row in session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)):
        thank.append(json.loads(row.payload)["order"])
        row.done_at = datetime.now(timezone.utc)


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    thanked: list[int] = []
    with Session(engine) as session:
        session.add(Order(id=1))
        session.flush()
        pay(session, session.get_one(Order, 1))
        session.commit()
        pay(session, session.get_one(Order, 1))
        session.rollback()  # and the message is gone with it
    for _ in range(2):
        with Session(engine) as session, session.begin():
            replay(session, thanked)
    assert thanked == [1]
