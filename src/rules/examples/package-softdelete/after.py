from datetime import datetime

from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria


class Base(DeclarativeBase):
    pass


class SoftDeleted:
    deleted: Mapped[datetime | None] = mapped_column()


class Item(SoftDeleted, Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)


@event.listens_for(Session, "do_orm_execute")
def hide_deleted(state: ORMExecuteState) -> None:
    """What the manager did, for every query; relations included."""
    if state.is_select and not state.execution_options.get("with_deleted", False):
        state.statement = state.statement.options(
            with_loader_criteria(SoftDeleted, lambda cls: cls.deleted.is_(None), include_aliases=True)
        )


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Item(id=1), Item(id=2, deleted=datetime(2024, 1, 1))])
        session.commit()
        assert list(session.scalars(select(Item.id))) == [1]
        assert len(session.scalars(select(Item.id), execution_options={"with_deleted": True}).all()) == 2
