from sqlalchemy import ForeignKey, String, Text, create_engine, delete, event, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, Session, mapped_column


class Base(DeclarativeBase):
    pass


class ContentType(Base):
    __tablename__ = "django_content_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    app_label: Mapped[str] = mapped_column(String(100))
    model: Mapped[str] = mapped_column(String(100))


class Comment(Base):
    __tablename__ = "notes_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_type_id: Mapped[int] = mapped_column(ForeignKey("django_content_type.id"))
    object_id: Mapped[int]  # no foreign key: nothing but code keeps it true
    text: Mapped[str] = mapped_column(Text)


class Photo(Base):
    __tablename__ = "notes_photo"

    id: Mapped[int] = mapped_column(primary_key=True)


TARGETS: dict[tuple[str, str], type[Photo]] = {("notes", "photo"): Photo}


def type_id(source: Session | Connection, app_label: str, model: str) -> int:
    """The ids differ from database to database: looked up by name, never written down."""
    found = select(ContentType.id).where(ContentType.app_label == app_label, ContentType.model == model)
    return source.execute(found).scalar_one()


def target(session: Session, comment: Comment) -> Photo | None:
    kind = session.get_one(ContentType, comment.content_type_id)
    return session.get(TARGETS[kind.app_label, kind.model], comment.object_id)


@event.listens_for(Photo, "after_delete")
def with_its_comments(mapper: Mapper[Photo], connection: Connection, photo: Photo) -> None:
    """What GenericRelation did: its rows go with the object. It does not run for a Core DELETE."""
    of_photo = Comment.content_type_id == type_id(connection, "notes", "photo")
    connection.execute(delete(Comment).where(of_photo, Comment.object_id == photo.id))


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        photo = Photo()
        session.add_all([ContentType(id=41, app_label="notes", model="photo"), photo])
        session.flush()
        comment = Comment(content_type_id=type_id(session, "notes", "photo"), object_id=photo.id, text="!")
        session.add(comment)
        session.commit()
        assert target(session, comment) is photo
        session.delete(photo)
        session.commit()
        assert session.scalars(select(Comment)).all() == []
