from collections.abc import Sequence
from typing import Any

from fastapi import HTTPException
from sqlalchemy import Select, create_engine, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    status: Mapped[str | None]
    total: Mapped[int] = mapped_column(default=0)


def search(session: Session, text: str) -> Sequence[Order]:
    return session.scalars(select(Order).where(Order.reference.contains(text, autoescape=True))).all()


def one(session: Session, pk: int) -> Order:
    order = session.get(Order, pk)
    if order is None:
        raise HTTPException(404)
    return order


def first(session: Session) -> Order | None:
    return session.scalars(select(Order).order_by(Order.id).limit(1)).first()


def not_sent(session: Session) -> Sequence[Order]:
    return session.scalars(select(Order).where(Order.status.is_distinct_from("sent"))).all()


def open_orders() -> Select[Any]:
    return select(Order).where(Order.total > 0)  # the manager's condition


def either(session: Session, status: str) -> Sequence[Order]:
    return session.scalars(open_orders().where(or_(Order.status == status, Order.total == 0))).all()


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Order(reference="50%", total=1))
        session.add_all([Order(reference="500", status="sent"), Order(reference="5", status="new")])
        session.flush()
        assert [o.reference for o in search(session, "0%")] == ["50%"]
        assert [o.reference for o in not_sent(session)] == ["50%", "5"]  # NULL stays
        assert len(session.scalars(select(Order).where(Order.status != "sent")).all()) == 1  # the trap
        assert (newest := first(session)) is not None and newest.id == 1
        assert not either(session, "sent")
        try:
            one(session, 9)
        except HTTPException as error:
            assert error.status_code == 404
