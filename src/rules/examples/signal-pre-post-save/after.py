from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import create_engine, event, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


@dataclass
class Effects:
    """Plain code that both sides call; the Django receiver becomes one line."""

    told: list[str] = field(default_factory=list)

    def saved(self, name: str, old_name: str | None, created: bool) -> None:
        self.told.append(f"new {name}" if created else f"{old_name} -> {name}")


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def connect(effects: Effects) -> Callable[[Session, object, object], None]:
    def before_flush(session: Session, context: object, instances: object) -> None:
        for item in session.new:
            if isinstance(item, Item):
                effects.saved(item.name, None, created=True)
        for item in session.dirty:
            if isinstance(item, Item) and session.is_modified(item):
                old = inspect(item).attrs["name"].history.deleted
                effects.saved(item.name, old[0] if old else None, created=False)

    return before_flush


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    effects = Effects()
    with Session(engine) as session:
        event.listen(session, "before_flush", connect(effects))
        item = Item(name="chair")
        session.add(item)
        session.commit()
        assert item.name == "chair"  # loaded: otherwise the old value is unknown
        item.name = "stool"
        session.commit()
        session.query(Item).update({"name": "x"})  # fires nothing, like QuerySet.update()
    assert effects.told == ["new chair", "chair -> stool"]
