from pydantic import BaseModel
from sqlalchemy import UniqueConstraint, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int]
    name: Mapped[str]


class ItemIn(BaseModel):
    name: str  # the owner is not here: it is the user's id, whatever the client sends


class Refused(Exception):
    """Becomes a 400 with this body."""


TAKEN = {"non_field_errors": ["The fields owner, name must make a unique set."]}


def save(session: Session, data: ItemIn, owner_id: int, row: Item | None = None) -> Item:
    same = select(Item.id).where(Item.owner_id == owner_id, Item.name == data.name)
    if row is not None:
        same = same.where(Item.id != row.id)
    if session.scalar(same.limit(1)):
        raise Refused(TAKEN)
    row = row or Item()
    try:
        with session.begin_nested():  # two requests at once pass the query: the constraint decides
            row.owner_id, row.name = owner_id, data.name
            session.add(row)
    except IntegrityError as error:
        raise Refused(TAKEN) from error
    return row


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        row = save(session, ItemIn(name="Nail"), owner_id=1)
        save(session, ItemIn(name="Nail"), owner_id=1, row=row)
        save(session, ItemIn(name="Nail"), owner_id=2)
        try:
            save(session, ItemIn(name="Nail"), owner_id=1)
            raise AssertionError("taken twice")
        except Refused as refused:
            assert refused.args == (TAKEN,)
