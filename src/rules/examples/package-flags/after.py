import random
from collections.abc import Callable

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Flag(Base):
    __tablename__ = "waffle_flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    everyone: Mapped[bool | None]
    superusers: Mapped[bool] = mapped_column(default=True)
    percent: Mapped[float | None]


def is_active(
    session: Session,
    name: str,
    superuser: bool,
    cookies: dict[str, str],
    set_cookie: Callable[[str, str], None],
) -> bool:
    """The order of django-waffle: everyone, kinds of users, then the percentage, which a cookie remembers."""
    flag = session.scalars(select(Flag).where(Flag.name == name)).first()
    if flag is None:
        return False
    if flag.everyone is not None:
        return flag.everyone
    if flag.superusers and superuser:
        return True
    if flag.percent:
        known = cookies.get(f"dwf_{name}")
        active = known == "True" if known else random.uniform(0, 100) <= flag.percent
        set_cookie(f"dwf_{name}", str(active))  # the other side reads it
        return active
    return False


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Flag(name="off", everyone=False, percent=100), Flag(name="some", percent=0.1)])
        session.commit()
        made: dict[str, str] = {}
        assert not is_active(session, "off", True, {}, made.__setitem__)
        assert is_active(session, "some", True, {}, made.__setitem__) and not made
        assert is_active(session, "some", False, {"dwf_some": "True"}, made.__setitem__)
        assert made == {"dwf_some": "True"} and not is_active(session, "none", True, {}, made.__setitem__)
