from sqlalchemy import Integer, ScalarSelect, cast, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class ContentType(Base):
    __tablename__ = "django_content_type"
    id: Mapped[int] = mapped_column(primary_key=True)
    app_label: Mapped[str]
    model: Mapped[str]


class Permission(Base):
    __tablename__ = "auth_permission"
    id: Mapped[int] = mapped_column(primary_key=True)
    content_type_id: Mapped[int]
    codename: Mapped[str]


class UserObjectPermission(Base):
    __tablename__ = "guardian_userobjectpermission"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    permission_id: Mapped[int]
    content_type_id: Mapped[int]
    object_pk: Mapped[str]  # text, whatever the key of the model is


def allowed_keys(app_label: str, model: str, codename: str, user_id: int) -> ScalarSelect[int]:
    """The cast is on the permission's side: the index of the items stays in use."""
    return (
        select(cast(UserObjectPermission.object_pk, Integer))
        .join(Permission, Permission.id == UserObjectPermission.permission_id)
        .join(ContentType, ContentType.id == UserObjectPermission.content_type_id)
        .where(ContentType.app_label == app_label, ContentType.model == model)
        .where(Permission.codename == codename, UserObjectPermission.user_id == user_id)
        .scalar_subquery()
    )


def visible_items(session: Session, user_id: int) -> list[Item]:
    """Lists and single look-ups start from the same set; rights of groups are a second table of the same shape."""
    keys = allowed_keys("shop", "item", "view_item", user_id)
    return list(session.scalars(select(Item).where(Item.id.in_(keys)).order_by(Item.id)))


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Item(name="mine"), Item(name="theirs")])
        session.add(ContentType(id=31, app_label="shop", model="item"))  # another number in every database
        session.add(Permission(id=5, content_type_id=31, codename="view_item"))
        session.add(UserObjectPermission(user_id=7, permission_id=5, content_type_id=31, object_pk="1"))
        session.flush()
        assert [item.name for item in visible_items(session, 7)] == ["mine"]
        assert visible_items(session, 8) == []
