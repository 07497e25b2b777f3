import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints, ValidationError
from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, create_engine, inspect, or_, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shop_shelf"
    # Both names come from the database. `index=True` would be ix_shop_shelf_code: dropped and made anew by the next migration.
    __table_args__ = (
        Index("shop_shelf_code_53a1c1a7", "code", postgresql_tablespace="fast"),
        Index("shop_shelf_code_53a1c1a7_like", "code", postgresql_ops={"code": "varchar_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(String(80), comment="may be NULL and may be empty")
    kind: Mapped[str] = mapped_column("Kind", String(3), default="std")  # not in the database
    tags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    made: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=text("CURRENT_TIMESTAMP"))
    name: Mapped[str] = mapped_column(String(40).with_variant(String(40, collation="de-x-icu"), "postgresql"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("shop_shelf.id"))  # db_index=False


class ShelfIn(BaseModel):
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10)]  # not blank
    note: Annotated[str, StringConstraints(max_length=80)] | None = None  # blank and null
    kind: Annotated[str, StringConstraints(min_length=1, max_length=3)] | None = None  # left out: the column's default


empty_note = or_(Shelf.note.is_(None), Shelf.note == "")

if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    columns = {column["name"]: column for column in inspect(engine).get_columns("shop_shelf")}
    assert columns["Kind"]["default"] is None and columns["made"]["default"] is not None
    try:
        ShelfIn(code=" ")
        raise AssertionError
    except ValidationError:
        pass
    with Session(engine) as session:
        sent = ShelfIn(code="A1", note="").model_dump(exclude_unset=True)
        shelf = Shelf(**sent, name="a")
        assert shelf.kind is None  # Django would show "std" already
        session.add_all([shelf, Shelf(code="A2", name="b")])
        session.commit()
        assert (shelf.kind, shelf.tags) == ("std", []) and shelf.made
        assert len(session.scalars(select(Shelf).where(empty_note)).all()) == 2
