from sqlalchemy import ForeignKey, case, create_engine, func, select, union
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "shop_customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"))
    total: Mapped[int] = mapped_column(default=0)


def customers(session: Session) -> list[tuple[str, int, int | None]]:
    # The outer statement has this table too: without an alias the subquery would be correlated away.
    other = aliased(Order)
    mine = select(other.total).where(other.customer_id == Customer.id)
    largest = mine.order_by(other.total.desc()).limit(1).scalar_subquery()
    rows = session.execute(
        select(Customer.name, func.count(Order.id), largest)
        .outerjoin(Order, Order.customer_id == Customer.id)  # an outer join: customers without orders count 0
        .group_by(Customer.id)
        .order_by(Customer.id)
    )
    return [(name, number, most) for name, number, most in rows]


def revenue(session: Session) -> int | None:
    return session.scalar(select(func.sum(Order.total)))


def best(session: Session) -> list[int]:
    place = func.row_number().over(partition_by=Order.customer_id, order_by=Order.total.desc()).label("place")
    ranked = select(Order.total, place).subquery()  # a window is filtered from outside
    return list(session.scalars(select(ranked.c.total).where(ranked.c.place == 1)))


def sizes(session: Session) -> list[str]:
    return list(session.scalars(select(case((Order.total > 5, "large"), else_="small")).order_by(Order.id)))


def extremes(session: Session) -> list[Order]:
    both = union(select(Order).where(Order.total == 0), select(Order).where(Order.total > 100))
    return list(session.scalars(select(Order).from_statement(both)))


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        assert revenue(session) is None  # Sum of nothing is NULL, as in Django
        session.add_all([Customer(id=1, name="Ada"), Customer(id=2, name="Grace")])
        session.add_all([Order(customer_id=1, total=4), Order(customer_id=1, total=101)])
        session.flush()
        assert customers(session) == [("Ada", 2, 101), ("Grace", 0, None)]
        assert best(session) == [101] and sizes(session) == ["small", "large"]
        assert [o.total for o in extremes(session)] == [101]
