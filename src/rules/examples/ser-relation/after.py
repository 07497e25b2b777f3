from pydantic import BaseModel
from sqlalchemy import Column, ForeignKey, Table, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


item_tags = Table(
    "shop_item_tags",
    Base.metadata,
    Column("item_id", ForeignKey("shop_item.id"), primary_key=True),
    Column("tag_id", ForeignKey("shop_tag.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "shop_tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Shelf(Base):
    __tablename__ = "shop_shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    open: Mapped[bool] = mapped_column(default=True)


class Item(Base):
    __tablename__ = "shop_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shop_shelf.id"))
    main_tag_id: Mapped[int] = mapped_column(ForeignKey("shop_tag.id"))
    shelf: Mapped[Shelf] = relationship()
    main_tag: Mapped[Tag] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=item_tags, order_by=Tag.id)


class ItemIn(BaseModel):
    shelf: int
    main_tag: str
    tags: list[int]


class ItemOut(ItemIn):
    shelf_text: str


class Refused(Exception):
    """Becomes a 400 with this body."""


def save(session: Session, data: ItemIn, item: Item) -> ItemOut:
    shelf = session.scalar(select(Shelf).where(Shelf.open, Shelf.id == data.shelf))  # the field's queryset
    tag = session.scalar(select(Tag).where(Tag.name == data.main_tag))
    tags = list(session.scalars(select(Tag).where(Tag.id.in_(data.tags))))
    errors = {}
    if shelf is None:
        errors["shelf"] = [f'Invalid pk "{data.shelf}" - object does not exist.']
    if tag is None:
        errors["main_tag"] = [f"Object with name={data.main_tag} does not exist."]
    if missing := sorted(set(data.tags) - {tag.id for tag in tags}):
        errors["tags"] = [f'Invalid pk "{missing[0]}" - object does not exist.']
    if shelf is None or tag is None or errors:
        raise Refused(errors)
    item.shelf, item.main_tag, item.tags = shelf, tag, tags  # the set is replaced; [] clears it
    session.add(item)
    session.commit()
    return ItemOut(shelf=shelf.id, shelf_text=f"Shelf {shelf.id}", main_tag=tag.name, tags=[tag.id for tag in item.tags])


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Shelf(), Shelf(open=False), Tag(name="new"), Tag(name="old")])
        session.commit()
        item = Item()
        made = save(session, ItemIn(shelf=1, main_tag="new", tags=[2, 1, 2]), item)
        assert made.model_dump() == {"shelf": 1, "main_tag": "new", "tags": [1, 2], "shelf_text": "Shelf 1"}
        assert save(session, ItemIn(shelf=1, main_tag="new", tags=[]), item).tags == []
        try:
            save(session, ItemIn(shelf=2, main_tag="x", tags=[1, 99]), Item())
            raise AssertionError
        except Refused as refused:
            assert set(refused.args[0]) == {"shelf", "main_tag", "tags"}
