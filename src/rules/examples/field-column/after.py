from sqlalchemy import ForeignKey, Integer, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Basket(Base):
    __tablename__ = "shop_basket"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    basket_id: Mapped[int] = mapped_column(ForeignKey("shop_basket.id"))
    codes: Mapped[str] = mapped_column(String(40))  # "1,2,3": a text, split by whoever reads it
    order: Mapped[int] = mapped_column("_order", Integer)  # NOT NULL without a default, without an index


def add_item(session: Session, basket_id: int, codes: list[int]) -> Item:
    """Django counts `_order` up in save(); the database does not."""
    last = session.scalar(select(func.max(Item.order)).where(Item.basket_id == basket_id))
    item = Item(basket_id=basket_id, codes=",".join(map(str, codes)), order=0 if last is None else last + 1)
    session.add(item)
    session.flush()
    return item


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        basket = Basket(name="a")
        session.add(basket)
        session.flush()
        assert [add_item(session, basket.id, [1, 2]).order for _ in range(3)] == [0, 1, 2]
