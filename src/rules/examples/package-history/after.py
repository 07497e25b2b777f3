from datetime import datetime, timezone

from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class HistoricalItem(Base):
    """The table of django-simple-history: both sides write it."""

    __tablename__ = "shop_historicalitem"

    history_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int]
    name: Mapped[str]
    history_date: Mapped[datetime]
    history_type: Mapped[str]
    history_user_id: Mapped[int | None]


class Recorded(Session):
    user: int | None = None


@event.listens_for(Recorded, "after_flush")
def record(session: Recorded, context: object) -> None:
    changed = [found for found in session.dirty if session.is_modified(found)]
    for kind, objects in {"+": list(session.new), "~": changed, "-": list(session.deleted)}.items():
        for item in [found for found in objects if isinstance(found, Item)]:
            session.add(
                HistoricalItem(
                    id=item.id,
                    name=item.name,
                    history_date=datetime.now(timezone.utc),
                    history_type=kind,
                    history_user_id=session.user,
                )
            )


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Recorded(engine) as session:
        session.user = 7
        session.add(Item(id=1, name="chair"))
        session.commit()
        item = session.get_one(Item, 1)
        item.name = "stool"
        session.commit()
        session.delete(session.get_one(Item, 1))
        session.commit()
        rows = session.execute(select(HistoricalItem.history_type, HistoricalItem.name, HistoricalItem.history_user_id))
        assert [tuple(row) for row in rows] == [("+", "chair", 7), ("~", "stool", 7), ("-", "stool", 7)]
