import json
from datetime import datetime, timezone

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


def mail(order: int) -> str:
    """The body, without an import of Django or a queue: either side's worker can call it."""
    return f"mailed {order}"


FUNCTIONS = {"shop.tasks.mail": mail}


class Base(DeclarativeBase):
    pass


class Job(Base):
    """Queued in the transaction of what caused it: gone if that rolls back."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    payload: Mapped[str]
    done_at: Mapped[datetime | None]


def work(session: Session) -> list[str]:
    waiting = select(Job).where(Job.done_at.is_(None)).order_by(Job.id).with_for_update(skip_locked=True)
    out = []
    for job in session.scalars(waiting):
        out.append(FUNCTIONS[job.name](**json.loads(job.payload)))
        job.done_at = datetime.now(timezone.utc)
    return out


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Job(name="shop.tasks.mail", payload='{"order": 1}'))
        session.commit()
        session.add(Job(name="shop.tasks.mail", payload='{"order": 2}'))
        session.rollback()
        assert work(session) == ["mailed 1"] and work(session) == []
