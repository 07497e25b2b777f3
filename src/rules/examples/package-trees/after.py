from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column


class Base(DeclarativeBase):
    pass


class Category(Base):
    """A table of django-mptt: the numbers are read, never written."""

    __tablename__ = "shop_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("shop_category.id"))
    tree_id: Mapped[int]
    lft: Mapped[int]
    rght: Mapped[int]


def descendants(session: Session, of: int) -> list[int]:
    top = aliased(Category)
    inside = (Category.tree_id == top.tree_id) & Category.lft.between(top.lft, top.rght)
    found = select(Category.id).join(top, inside).where(top.id == of).order_by(Category.lft)
    return list(session.scalars(found))


def by_parents(session: Session, of: int) -> list[int]:
    """The same without the numbers: how it is read once the tree has moved."""
    tree = select(Category.id).where(Category.id == of).cte(recursive=True)
    tree = tree.union_all(select(Category.id).join(tree, Category.parent_id == tree.c.id))
    return sorted(session.scalars(select(tree.c.id)))


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        rows = [(1, None, 1, 8), (2, 1, 2, 5), (3, 2, 3, 4), (4, 1, 6, 7)]
        session.add_all(Category(id=i, parent_id=p, tree_id=1, lft=left, rght=right) for i, p, left, right in rows)
        session.commit()
        assert descendants(session, 2) == [2, 3] == by_parents(session, 2)
        assert descendants(session, 1) == [1, 2, 3, 4]
