import datetime as dt

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, create_engine, func, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

SQLITE = True  # one file per back end: the pair below is another kind of object on each


class Base(DeclarativeBase):
    pass


class Slot(Base):
    __tablename__ = "shop_slot"

    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int]
    day: Mapped[dt.date]
    title: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        # unique_together; its name has a hash and comes from the database
        Index("shop_slot_room_day_7a1c2e3f_uniq", "room", "day", unique=True) if SQLITE else UniqueConstraint("room", "day"),
        Index("shop_slot_day_room_9c0d1e2f_idx", "day", "room"),
        UniqueConstraint("title", "day", name="slot_title_day"),
        # A condition makes it an index. Conditions and CHECKs are compared by nobody: this class is the only place that keeps them.
        Index("slot_one_active", "title", unique=True, postgresql_where=text("active"), sqlite_where=text("active")),
        CheckConstraint("room > 0", name="slot_room_positive"),
        Index("slot_day_desc", "day" if SQLITE else text("day DESC")),
    )


Index("slot_title_lower", func.lower(Slot.title))


def refused(session: Session, slot: Slot) -> str:
    try:
        with session.begin_nested():
            session.add(slot)
    except IntegrityError as error:
        return str(error.orig)
    return ""


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    assert "shop_slot_room_day_7a1c2e3f_uniq" in {index["name"] for index in inspect(engine).get_indexes("shop_slot")}
    first, second = dt.date(2026, 1, 1), dt.date(2026, 1, 2)
    with Session(engine) as session:
        assert not refused(session, Slot(room=1, day=first, title="a"))
        assert "shop_slot.room, shop_slot.day" in refused(session, Slot(room=1, day=first, title="b"))
        assert "shop_slot.title" in refused(session, Slot(room=2, day=second, title="a"))
        assert not refused(session, Slot(room=2, day=second, title="a", active=False))
        assert "slot_room_positive" in refused(session, Slot(room=0, day=first, title="c"))
