from sqlalchemy import ForeignKey, Select, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Person(Base):
    """The model that AUTH_USER_MODEL names, and no other."""

    __tablename__ = "shop_person"

    id: Mapped[int] = mapped_column(primary_key=True)


class Stamped:
    """The abstract model: columns are copied to each child, a relationship has to be made for each."""

    by_id: Mapped[int] = mapped_column(ForeignKey("shop_person.id"))

    @declared_attr
    @classmethod
    def by(cls) -> Mapped[Person]:
        return relationship(lazy="raise")


class Place(Stamped, Base):
    __tablename__ = "shop_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))


class Restaurant(Place):
    """Multi-table inheritance: no column says which places are restaurants, so there is no polymorphic_on."""

    __tablename__ = "shop_restaurant"

    place_ptr_id: Mapped[int] = mapped_column(ForeignKey("shop_place.id"), primary_key=True)
    stars: Mapped[int] = mapped_column(default=0)


def closed_places() -> Select[Place]:
    """The proxy: its manager and its order, on the one mapped class."""
    return select(Place).order_by(Place.name, Place.id)


def places_with_stars() -> Select[int, str, int | None]:
    """A list of all kinds: one LEFT JOIN for each child table. None says: another kind (Django raised DoesNotExist)."""
    child = Restaurant.__table__
    return select(Place.id, Place.name, child.c.stars).outerjoin(child, child.c.place_ptr_id == Place.id).order_by(Place.id)


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Person(id=1))
        session.add_all([Restaurant(id=1, name="b", stars=2, by_id=1), Place(id=2, name="a", by_id=1)])
        session.commit()
        session.expunge_all()
        assert [type(place) for place in session.scalars(closed_places())] == [Place, Place]
        session.expunge_all()
        assert session.scalars(select(Restaurant)).one().name == "b"
        assert [tuple(row) for row in session.execute(places_with_stars())] == [(1, "b", 2), (2, "a", None)]
        session.delete(session.get_one(Restaurant, 1))
        session.flush()
        assert session.scalars(select(Place.id)).all() == [2]  # both rows went, as in Django
