from sqlalchemy import ForeignKey, String, UniqueConstraint, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class ContentType(Base):
    __tablename__ = "django_content_type"
    __table_args__ = (UniqueConstraint("app_label", "model"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    app_label: Mapped[str] = mapped_column(String(100))
    model: Mapped[str] = mapped_column(String(100))


class Permission(Base):
    __tablename__ = "auth_permission"
    __table_args__ = (UniqueConstraint("content_type_id", "codename"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    content_type_id: Mapped[int] = mapped_column(ForeignKey("django_content_type.id"))
    codename: Mapped[str] = mapped_column(String(100))


PERMISSIONS = {("shop", "refund"): {f"{verb}_refund": f"Can {verb} refund" for verb in ("add", "change", "delete", "view")}}
PERMISSIONS["shop", "refund"]["approve_refund"] = "Can approve a refund"


def seed(session: Session) -> int:
    """What post_migrate does for Django's own models, to be run after each upgrade. Rows that are there stay: groups point to them."""
    made = 0
    for (app_label, model), wanted in PERMISSIONS.items():
        kind = session.scalar(select(ContentType).filter_by(app_label=app_label, model=model))
        if kind is None:
            session.add(kind := ContentType(app_label=app_label, model=model))
            session.flush()
        there = set(session.scalars(select(Permission.codename).filter_by(content_type_id=kind.id)))
        missing = [Permission(codename=c, name=n, content_type_id=kind.id) for c, n in wanted.items() if c not in there]
        session.add_all(missing)
        made += len(missing)
    return made


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        assert seed(session) == 5
        session.commit()
        assert seed(session) == 0
