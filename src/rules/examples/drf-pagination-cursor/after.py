from base64 import b64decode, b64encode
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Cursor(NamedTuple):
    """DRF's token, so that walks that began on Django go on here."""

    offset: int = 0
    reverse: bool = False
    position: str | None = None

    def encode(self) -> str:
        parts = {"o": str(self.offset)} if self.offset else {}
        parts |= {"r": "1"} if self.reverse else {}
        parts |= {"p": self.position} if self.position is not None else {}
        return b64encode(urlencode(parts).encode("ascii")).decode("ascii")

    @classmethod
    def decode(cls, token: str) -> "Cursor":
        parts = parse_qs(b64decode(token.encode("ascii")).decode("ascii"), keep_blank_values=True)
        return cls(int(parts.get("o", ["0"])[0]), parts.get("r", ["0"])[0] == "1", parts.get("p", [None])[0])


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "shop_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[str]


def page(db: Session, token: str | None, size: int = 2) -> tuple[list[int], str | None]:
    """Forwards, newest first. Rows of equal position are told apart by the offset, as DRF does."""
    cursor = Cursor.decode(token) if token else Cursor()
    query = select(Event).order_by(Event.created.desc(), Event.id).offset(cursor.offset).limit(size + 1)
    if cursor.position is not None:
        query = query.where(Event.created <= cursor.position)
    rows = list(db.scalars(query))
    shown, more = rows[:size], rows[size:]
    if not more:
        return [row.id for row in shown], None
    position = more[0].created
    same = sum(row.created == position for row in shown)  # those of this position that were shown already
    if same and position == cursor.position:
        same += cursor.offset
    return [row.id for row in shown], Cursor(same, False, position).encode()


if __name__ == "__main__":
    assert Cursor(position="2024-07-01").encode() == "cD0yMDI0LTA3LTAx"  # as rest_framework writes it
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add_all(Event(id=n, created=day) for n, day in enumerate(["d3", "d2", "d2", "d2", "d2", "d1"], start=1))
        db.commit()
        seen, token = page(db, None)
        while token:
            rows, token = page(db, token)
            seen += rows
    assert seen == [1, 2, 3, 4, 5, 6]
