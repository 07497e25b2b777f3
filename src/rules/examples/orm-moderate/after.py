from collections.abc import Iterator, Sequence

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.orm import joinedload, load_only, selectinload


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "shop_customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", lazy="raise")


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"))
    total: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    customer: Mapped[Customer] = relationship(back_populates="orders", lazy="raise")


def with_customer(session: Session) -> Sequence[Order]:
    return session.scalars(select(Order).options(joinedload(Order.customer, innerjoin=True))).all()


def with_orders(session: Session) -> Sequence[Customer]:
    return session.scalars(select(Customer).options(selectinload(Customer.orders))).all()


def totals(session: Session) -> list[tuple[int, int]]:
    return [(row.id, row.total) for row in session.execute(select(Order.id, Order.total))]


def short(session: Session) -> Sequence[Order]:
    return session.scalars(select(Order).options(load_only(Order.total, raiseload=True))).all()


def buyers(session: Session) -> Sequence[Customer]:
    # EXISTS gives each customer once: no DISTINCT is needed.
    return session.scalars(select(Customer).where(Customer.orders.any(Order.total > 5))).all()


def export(session: Session) -> Iterator[Order]:
    yield from session.scalars(select(Order).execution_options(yield_per=2000))


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Customer(name="Ada", orders=[Order(total=6), Order(total=7)]))
        session.commit()
    with Session(engine) as session:
        assert [c.name for c in buyers(session)] == ["Ada"]
        joined = session.scalars(select(Customer).join(Order).where(Order.total > 5)).all()
        assert len(joined) == 2  # the trap: one row for each order
        assert totals(session) == [(1, 6), (2, 7)]
        assert len(list(export(session))) == 2
    with Session(engine) as session:
        try:
            session.scalars(select(Order)).all()[0].customer
        except InvalidRequestError:
            pass  # a forgotten option is an error, not a silent query
        else:
            raise AssertionError("lazy access")
    with Session(engine) as session:
        assert [o.customer.name for o in with_customer(session)] == ["Ada", "Ada"]
        assert len(with_orders(session)[0].orders) == 2
        assert short(session)[0].total == 6
