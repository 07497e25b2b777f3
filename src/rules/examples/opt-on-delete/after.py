from sqlite3 import Connection as SQLite

from fastapi import HTTPException
from sqlalchemy import ForeignKey, create_engine, delete, event, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "shop_customer"

    id: Mapped[int] = mapped_column(primary_key=True)


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"))  # CASCADE
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("shop_customer.id"))  # SET_NULL
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("shop_customer.id"))  # PROTECT


def delete_customer(session: Session, customer_id: int) -> None:
    """Django's collector, written down: every key that points here, in its order, in one transaction. Without it the database refuses."""
    if session.scalar(select(exists().where(Order.payer_id == customer_id))):
        raise HTTPException(409, "Orders are paid by this customer.")
    session.execute(update(Order).where(Order.seller_id == customer_id).values(seller_id=None))
    session.execute(delete(Order).where(Order.customer_id == customer_id))
    session.execute(delete(Customer).where(Customer.id == customer_id))


engine = create_engine("sqlite://")


@event.listens_for(engine, "connect")
def keys_count(connection: SQLite, record: object) -> None:
    """Django switches this on; without it SQLite lets the parent go and keeps orphans."""
    connection.execute("PRAGMA foreign_keys=ON")


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Customer(id=1), Customer(id=2)])
        session.flush()
        session.add_all([Order(id=1, customer_id=1), Order(id=2, customer_id=2, seller_id=1)])
        session.commit()
        try:
            session.execute(delete(Customer).where(Customer.id == 1))
            raise AssertionError
        except IntegrityError:  # on PostgreSQL only at the COMMIT: Django's keys are deferred
            session.rollback()
        delete_customer(session, 1)
        session.commit()
        assert [(order.id, order.seller_id) for order in session.scalars(select(Order))] == [(2, None)]
