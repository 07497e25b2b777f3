from pydantic import BaseModel, ConfigDict, computed_field
from sqlalchemy import ForeignKey, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    width: Mapped[int]


class Vote(Base):
    __tablename__ = "shop_vote"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("shop_item.id"))
    user: Mapped[int]


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str
    width: int
    votes: int
    voted: bool

    @computed_field  # needs nothing but the row
    def label(self) -> str:
        return f"{self.name} ({self.width})"


def items(session: Session, user: int) -> list[ItemOut]:
    """What needs other rows or the user comes from the query: one for the list, not two a row."""
    votes = select(func.count()).where(Vote.item_id == Item.id).scalar_subquery()
    voted = select(Vote.id).where(Vote.item_id == Item.id, Vote.user == user).exists()
    query = select(Item.name, Item.width, votes.label("votes"), voted.label("voted")).order_by(Item.id)
    return [ItemOut.model_validate(row) for row in session.execute(query)]


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    statements: list[str] = []
    with Session(engine) as session:
        session.add_all([Item(name="Nail", width=3), Item(name="Screw", width=4)])
        session.flush()
        session.add_all([Vote(item_id=1, user=7), Vote(item_id=1, user=8)])
        session.commit()
        event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        shown = [item.model_dump(exclude={"width"}) for item in items(session, user=7)]
    assert shown[0] == {"name": "Nail", "votes": 2, "voted": True, "label": "Nail (3)"}
    assert shown[1] == {"name": "Screw", "votes": 0, "voted": False, "label": "Screw (4)"}
    assert len(statements) == 1
