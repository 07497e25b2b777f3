from pydantic import BaseModel
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]
    lines: Mapped[list["Line"]] = relationship(cascade="all, delete-orphan", order_by="Line.id")


class Line(Base):
    __tablename__ = "shop_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    text: Mapped[str]


class LineIn(BaseModel):
    id: int | None = None
    text: str


class OrderIn(BaseModel):
    note: str
    lines: list[LineIn] = []


class Refused(Exception):
    """Becomes a 400 with this body."""


def update_order(session: Session, order: Order, data: OrderIn) -> Order:
    if "note" in data.model_fields_set:
        order.note = data.note
    if "lines" in data.model_fields_set:  # left out: untouched; []: all deleted
        known = {line.id: line for line in order.lines}
        kept = []
        for index, item in enumerate(data.lines):
            if item.id is not None and item.id not in known:  # of another order, or of none
                raise Refused({"lines": [{}] * index + [{"id": ["no line of this order"]}]})
            line = known[item.id] if item.id is not None else Line()
            line.text = item.text
            kept.append(line)
        order.lines = kept  # the rest are orphans, and deleted with the flush
    session.flush()
    return order


def save_order(session: Session, order: Order, data: OrderIn) -> list[str]:
    """save(): one transaction, and the side effect after its commit."""
    with session.begin_nested():
        update_order(session, order, data)
    session.commit()
    return [f"changed {order.id}"]


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        order = Order(note="a", lines=[Line(text="one"), Line(text="two")])
        session.add_all([order, Order(note="b", lines=[Line(text="foreign")])])
        session.commit()
        assert save_order(session, order, OrderIn(note="x")) == ["changed 1"] and len(order.lines) == 2
        save_order(session, order, OrderIn(note="x", lines=[LineIn(id=1, text="ONE"), LineIn(text="new")]))
        assert [line.text for line in order.lines] == ["ONE", "new"]
        try:
            save_order(session, order, OrderIn(note="x", lines=[LineIn(id=3, text="stolen")]))
            raise AssertionError
        except Refused as refused:
            assert "lines" in refused.args[0]
