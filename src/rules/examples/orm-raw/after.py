from sqlalchemy import bindparam, create_engine, func, literal_column, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    total: Mapped[int] = mapped_column(default=0)


# `%s` is `:least`, `%%` is `%`.
LARGE = text("SELECT * FROM shop_order WHERE total > :least AND reference LIKE 'A%'")


def large(session: Session, least: int) -> list[Order]:
    return list(session.scalars(select(Order).from_statement(LARGE), {"least": least}))


def by_length(session: Session) -> list[tuple[Order, int]]:
    # extra(select=, where=): an expression and a condition.
    rows = session.execute(select(Order, func.length(Order.reference)).where(Order.total > 0))
    return [(order, length) for order, length in rows]


def doubled(session: Session) -> list[int]:
    double = literal_column("total", Order.total.type) * bindparam("times", 2)
    return list(session.scalars(select(double).select_from(Order).order_by(Order.id)))


def total(session: Session) -> int:
    return int(session.scalar(text("SELECT sum(total) FROM shop_order")) or 0)


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Order(reference="A1", total=7), Order(reference="B22", total=9)])
        session.flush()
        assert [o.reference for o in large(session, 5)] == ["A1"]
        assert [length for _, length in by_length(session)] == [2, 3]
        assert doubled(session) == [14, 18] and total(session) == 16
