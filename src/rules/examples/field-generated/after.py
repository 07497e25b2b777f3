from pydantic import BaseModel, ConfigDict
from sqlalchemy import Computed, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Box(Base):
    __tablename__ = "shop_box"

    id: Mapped[int] = mapped_column(primary_key=True)
    width: Mapped[int]
    depth: Mapped[int]
    # The expression as the database has it; Alembic does not compare it, so copy it from the live schema, not from the model.
    area: Mapped[int] = mapped_column(Computed('"width" * "depth"', persisted=True))


class BoxIn(BaseModel):
    width: int
    depth: int


class BoxOut(BoxIn):
    model_config = ConfigDict(from_attributes=True)

    area: int


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        box = Box(**BoxIn.model_validate({"width": 3, "depth": 4, "area": 99}).model_dump())
        session.add(box)
        session.commit()
        assert BoxOut.model_validate(box).area == 12
        box.width = 5
        session.commit()
        assert box.area == 20
