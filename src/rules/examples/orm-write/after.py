from datetime import datetime, timezone

from sqlalchemy import Column, ForeignKey, Table, create_engine, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert  # postgresql.insert on PostgreSQL
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


def now() -> datetime:
    return datetime.now(timezone.utc)


class Base(DeclarativeBase):
    pass


order_tags = Table(
    "shop_order_tags",
    Base.metadata,
    Column("order_id", ForeignKey("shop_order.id"), primary_key=True),
    Column("tag_id", ForeignKey("shop_tag.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "shop_tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(default="new")
    changed: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    tags: Mapped[set[Tag]] = relationship(secondary=order_tags)


def send(session: Session, pk: int) -> None:
    session.get_one(Order, pk).status = "sent"
    session.commit()  # nothing stays without it


def tag(session: Session, order: Order, name: str) -> None:
    session.execute(upsert(Tag).values(name=name).on_conflict_do_nothing(index_elements=[Tag.name]))
    order.tags.add(session.scalars(select(Tag).where(Tag.name == name)).one())


def load(session: Session, rows: list[dict[str, str]]) -> None:
    session.execute(insert(Order), rows)


def close_all(session: Session) -> None:
    # `changed` stays, as it did: a Core update would fire `onupdate`, where `auto_now` did not.
    session.execute(update(Order).where(Order.status == "new").values(status="closed", changed=Order.changed))


def purge(session: Session) -> None:
    gone = select(Order.id).where(Order.status == "closed")
    session.execute(delete(order_tags).where(order_tags.c.order_id.in_(gone)))  # the cascade that Django did in Python
    session.execute(delete(Order).where(Order.status == "closed"))


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        load(session, [{"status": "new"}, {"status": "new"}])
        send(session, 1)
        order = session.get_one(Order, 2)
        tag(session, order, "gift")
        tag(session, order, "gift")
        session.flush()
        before = order.changed
        close_all(session)
        session.refresh(order)
        assert order.status == "closed" and order.changed == before and len(order.tags) == 1
        purge(session)
        assert session.scalars(select(Order.id)).all() == [1] and not session.execute(select(order_tags)).all()
