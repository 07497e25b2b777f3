from sqlalchemy import String, create_engine, func, select
from sqlalchemy.dialects.sqlite import insert  # postgresql.insert has the same method
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Currency(Base):
    __tablename__ = "shop_currency"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(3), unique=True)


def seed(session: Session) -> None:
    """What the data migration made and code expects. Run after each upgrade, in old and new environments alike."""
    rows = [{"code": code} for code in ("EUR", "USD")]
    session.execute(insert(Currency).on_conflict_do_nothing(index_elements=["code"]), rows)


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Currency(code="USD"))  # a database that the migration has already filled in part
        session.commit()
        for _ in range(2):
            seed(session)
        assert session.scalar(select(func.count()).select_from(Currency)) == 2
