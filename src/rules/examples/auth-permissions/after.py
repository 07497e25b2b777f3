from sqlalchemy import Column, ForeignKey, Integer, Table, create_engine, select, union
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class ContentType(Base):
    __tablename__ = "django_content_type"
    id: Mapped[int] = mapped_column(primary_key=True)
    app_label: Mapped[str]
    model: Mapped[str]


class Permission(Base):
    __tablename__ = "auth_permission"
    id: Mapped[int] = mapped_column(primary_key=True)
    content_type_id: Mapped[int] = mapped_column(ForeignKey("django_content_type.id"))
    codename: Mapped[str]


class User(Base):
    __tablename__ = "auth_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_superuser: Mapped[bool] = mapped_column(default=False)


def link(name: str, *columns: str) -> Table:
    return Table(name, Base.metadata, *(Column(column, Integer) for column in columns))


user_permissions = link("auth_user_user_permissions", "user_id", "permission_id")
user_groups = link("auth_user_groups", "user_id", "group_id")
group_permissions = link("auth_group_permissions", "group_id", "permission_id")


def permissions(session: Session, user: User) -> frozenset[str]:
    """`app_label.codename`, of the user and the groups: Django's ModelBackend in one query."""
    if not user.is_active:
        return frozenset()
    names = select(ContentType.app_label, Permission.codename).join(ContentType, Permission.content_type_id == ContentType.id)
    if not user.is_superuser:
        own = select(user_permissions.c.permission_id).where(user_permissions.c.user_id == user.id)
        by_group = (
            select(group_permissions.c.permission_id)
            .join(user_groups, user_groups.c.group_id == group_permissions.c.group_id)
            .where(user_groups.c.user_id == user.id)
        )
        names = names.where(Permission.id.in_(union(own, by_group).scalar_subquery()))
    return frozenset(f"{app}.{codename}" for app, codename in session.execute(names))


def add_permission(session: Session, app_label: str, model: str, codename: str) -> Permission:
    """What post_migrate did; by the names of the content type, never by its id."""
    type_id = session.scalars(select(ContentType.id).filter_by(app_label=app_label, model=model)).one()
    made = Permission(content_type_id=type_id, codename=codename)
    session.add(made)
    session.flush()
    return made


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(ContentType(app_label="shop", model="item"))
        price, change = (add_permission(session, "shop", "item", name) for name in ("price_item", "change_item"))
        ann, root, gone = User(), User(is_superuser=True), User(is_active=False, is_superuser=True)
        session.add_all([ann, root, gone])
        session.flush()
        session.execute(user_permissions.insert().values(user_id=ann.id, permission_id=change.id))
        session.execute(user_groups.insert().values(user_id=ann.id, group_id=1))
        session.execute(group_permissions.insert().values(group_id=1, permission_id=price.id))
        assert permissions(session, ann) == permissions(session, root) == {"shop.price_item", "shop.change_item"}
        assert permissions(session, gone) == frozenset()
