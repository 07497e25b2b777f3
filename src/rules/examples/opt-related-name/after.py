from fastapi import HTTPException
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "shop_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    active: Mapped[bool] = mapped_column(default=True)
    # "%(class)s_owned": one reverse side for each child of the abstract base.
    car_owned: Mapped[list["Car"]] = relationship(back_populates="owner", lazy="raise")
    boat_owned: Mapped[list["Boat"]] = relationship(back_populates="owner", foreign_keys="Boat.owner_id", lazy="raise")
    # What Django called `boat_set`: here under a name that says what it is.
    boats_to_repair: Mapped[list["Boat"]] = relationship(foreign_keys="Boat.repairer_id", lazy="raise", viewonly=True)


class Owned:
    owner_id: Mapped[int] = mapped_column(ForeignKey("shop_person.id"))

    @declared_attr
    @classmethod
    def owner(cls) -> Mapped[Person]:
        side = f"{cls.__name__.lower()}_owned"
        return relationship(back_populates=side, foreign_keys=[cls.owner_id], lazy="raise")


class Car(Owned, Base):
    __tablename__ = "shop_car"

    id: Mapped[int] = mapped_column(primary_key=True)


class Boat(Owned, Base):
    __tablename__ = "shop_boat"

    id: Mapped[int] = mapped_column(primary_key=True)
    skipper_id: Mapped[int] = mapped_column(ForeignKey("shop_person.id"))  # related_name="+": nothing on the other side
    repairer_id: Mapped[int] = mapped_column(ForeignKey("shop_person.id"))


def skipper(session: Session, person_id: int) -> Person:
    """limit_choices_to as part of the look-up."""
    found = session.scalar(select(Person).where(Person.id == person_id, Person.active))
    if found is None:
        raise HTTPException(400, {"skipper": [f'Invalid pk "{person_id}" - object does not exist.']})
    return found


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Person(id=1), Person(id=2, active=False), Car(owner_id=1), Boat(owner_id=1, skipper_id=1, repairer_id=1)])
        session.commit()
        everything = selectinload(Person.car_owned), selectinload(Person.boats_to_repair)
        person = session.scalars(select(Person).options(*everything).where(Person.car_owned.any())).one()
        assert len(person.car_owned) == len(person.boats_to_repair) == 1
        assert skipper(session, 1) is person
        try:
            skipper(session, 2)
            raise AssertionError
        except HTTPException:
            pass
