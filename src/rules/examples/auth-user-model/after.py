from datetime import datetime

from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, defer, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    """Django's table, its names, and nothing that writes: registration and reset are there."""

    __tablename__ = "people_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    password: Mapped[str]
    last_login: Mapped[datetime | None]
    email: Mapped[str] = mapped_column(unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)


def normalize_email(email: str) -> str:
    """As Django: the domain only, the part before the last @ keeps its case."""
    name, at, domain = email.strip().rpartition("@")
    return name + at + domain.lower()


def by_email(session: Session, email: str) -> User | None:
    """get_by_natural_key, and without the password for everybody but the login."""
    query = select(User).where(func.upper(User.email) == email.upper(), User.is_active)
    return session.scalars(query.options(defer(User.password, raiseload=True))).one_or_none()


if __name__ == "__main__":
    assert normalize_email(" Ann@Example.COM ") == "Ann@example.com"
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([User(email="Ann@example.com", password="x"), User(email="b@c.de", password="x", is_active=False)])
        session.commit()
        session.expunge_all()
        ann = by_email(session, "ann@EXAMPLE.com")
        assert ann is not None and ann.email == "Ann@example.com"
        assert by_email(session, "b@c.de") is None
        try:
            ann.password
            raise AssertionError("the hash was loaded")
        except InvalidRequestError:
            pass
