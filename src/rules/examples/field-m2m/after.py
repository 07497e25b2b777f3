from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint, create_engine, func, select
from sqlalchemy.dialects.sqlite import insert  # postgresql.insert has the same method
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


def through(name: str, one: tuple[str, str], other: tuple[str, str]) -> Table:
    """The table that Django makes: a key of its own and a unique pair, not SQLAlchemy's usual key of two columns."""
    (left, left_to), (right, right_to) = one, other
    return Table(
        name,
        Base.metadata,
        Column("id", Integer, primary_key=True),
        Column(left, ForeignKey(left_to), nullable=False),
        Column(right, ForeignKey(right_to), nullable=False),
        UniqueConstraint(left, right),
    )


tags = through("shop_product_tags", ("product_id", "shop_product.id"), ("tag_id", "shop_tag.id"))
similar = through("shop_product_similar", ("from_product_id", "shop_product.id"), ("to_product_id", "shop_product.id"))


class Tag(Base):
    __tablename__ = "shop_tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


class Product(Base):
    __tablename__ = "shop_product"

    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list[Tag]] = relationship(secondary=tags)
    offers: Mapped[list["Offer"]] = relationship()  # through=: an object with columns, whose defaults are Python


class Offer(Base):
    __tablename__ = "shop_offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"))
    supplier_id: Mapped[int]
    price: Mapped[int] = mapped_column(default=0)


def add_tag(session: Session, product: Product, tag: Tag) -> None:
    """`product.tags.add(tag)`: a pair that is there already is no error. A list's append would break the unique pair."""
    session.execute(insert(tags).values(product_id=product.id, tag_id=tag.id).on_conflict_do_nothing())


def add_similar(session: Session, one: Product, other: Product) -> None:
    """A symmetrical relation to itself is two rows."""
    pairs = [(one.id, other.id), (other.id, one.id)]
    rows = [{"from_product_id": a, "to_product_id": b} for a, b in pairs]
    session.execute(insert(similar).on_conflict_do_nothing(), rows)


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        red, one, two = Tag(name="red"), Product(), Product()
        session.add_all([red, one, two])
        session.flush()
        for _ in range(2):
            add_tag(session, one, red)
            add_similar(session, one, two)
        assert [tag.name for tag in one.tags] == ["red"]
        assert session.scalar(select(func.count()).select_from(similar)) == 2
