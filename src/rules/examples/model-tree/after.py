from sqlalchemy import ForeignKey, Select, String, case, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, column_property, mapped_column


class Base(DeclarativeBase):
    pass


class Category(Base):
    __tablename__ = "shop_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("shop_category.id"))
    # Kept by the package's save(): read them, and leave writing to Django while they exist.
    lft: Mapped[int]
    rght: Mapped[int]
    tree_id: Mapped[int]


def descendants(node: Category) -> Select[Category]:
    """get_descendants(), by the stored columns."""
    inside = Category.lft > node.lft, Category.rght < node.rght, Category.tree_id == node.tree_id
    return select(Category).where(*inside).order_by(Category.lft)


def descendants_by_parent(node_id: int) -> Select[int]:
    """The same when those columns are gone."""
    tree = select(Category.id).where(Category.parent_id == node_id).cte("tree", recursive=True)
    child = aliased(Category)
    tree = tree.union_all(select(child.id).where(child.parent_id == tree.c.id))
    return select(tree.c.id)


KINDS = {7: "picture"}  # ids of content types in *this* database, by (app_label, model), read at start-up


class Asset(Base):
    __tablename__ = "shop_asset"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    polymorphic_ctype_id: Mapped[int] = mapped_column()
    kind: Mapped[str] = column_property(case(KINDS, value=polymorphic_ctype_id, else_="asset"))

    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "asset"}


class Picture(Asset):
    __tablename__ = "shop_picture"

    asset_ptr_id: Mapped[int] = mapped_column(ForeignKey("shop_asset.id"), primary_key=True)
    width: Mapped[int]

    __mapper_args__ = {"polymorphic_identity": "picture"}


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        root = Category(id=1, name="all", lft=1, rght=6, tree_id=1)
        inner = Category(id=2, name="a", parent_id=1, lft=2, rght=5, tree_id=1)
        leaf = Category(id=3, name="b", parent_id=2, lft=3, rght=4, tree_id=1)
        session.add_all([root, inner, leaf, Asset(id=1, name="x", polymorphic_ctype_id=6)])
        session.add(Picture(id=2, name="y", width=9, polymorphic_ctype_id=7))
        session.commit()
        assert [node.id for node in session.scalars(descendants(root))] == [2, 3]
        assert sorted(session.scalars(descendants_by_parent(1))) == [2, 3]
        session.expunge_all()
        assert [type(asset) for asset in session.scalars(select(Asset).order_by(Asset.id))] == [Asset, Picture]
