from sqlalchemy import ForeignKey, Index, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, foreign, mapped_column, relationship, remote, selectinload

# On PostgreSQL: ForeignKey(…, deferrable=True, initially="DEFERRED"), as Django made it. No `ondelete`: Django deletes in Python.


class Base(DeclarativeBase):
    pass


class Country(Base):
    __tablename__ = "shop_country"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(2), unique=True)


class Customer(Base):
    __tablename__ = "shop_customer"
    __table_args__ = (Index("shop_customer_country_id_0f3a61bc", "country_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    # The column is called country_id and holds the code: it has the type of the column that it points to.
    country_id: Mapped[str] = mapped_column(String(2), ForeignKey("shop_country.code"))
    country: Mapped[Country] = relationship(lazy="raise")  # related_name="+": nothing on the other side
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", lazy="raise")
    profile: Mapped["Profile | None"] = relationship(back_populates="customer", lazy="raise", uselist=False)


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"))
    customer: Mapped[Customer] = relationship(back_populates="orders", lazy="raise")
    # db_constraint=False: an index and no constraint, so the join has to be spelled out.
    archive_id: Mapped[int | None]
    archive: Mapped["Order | None"] = relationship(
        primaryjoin=lambda: foreign(Order.archive_id) == remote(Order.id), viewonly=True, lazy="raise"
    )


class Profile(Base):
    __tablename__ = "shop_profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), unique=True)
    customer: Mapped[Customer] = relationship(back_populates="profile", lazy="raise")


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        ada = Customer(name="Ada", country_id="GB")
        session.add_all([Country(code="GB"), ada, Order(customer=ada), Order(customer=ada, archive_id=99)])
        session.commit()
        loaded = session.scalars(select(Customer).options(selectinload(Customer.orders), selectinload(Customer.profile))).one()
        assert len(loaded.orders) == 2
        assert loaded.profile is None  # Django raises RelatedObjectDoesNotExist here
