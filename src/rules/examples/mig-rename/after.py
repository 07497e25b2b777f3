from sqlalchemy import Engine, Index, String, create_engine, inspect, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql import quoted_name


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "shop_product"
    __table_args__ = (Index("shop_product_code_5d1f0a3c", "code"),)  # what the model would be given today

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))


def adopt_names(engine: Engine) -> None:
    """For env.py: each index takes the name that the database has for the same columns.

    On the engine, not on Alembic's connection: looking there opens a transaction that later rolls the stamp back.
    Several indexes of the same columns (`…_like`) need their operator classes compared as well.
    """
    for table in Base.metadata.tables.values():
        there = {(tuple(i["column_names"]), bool(i["unique"])): i["name"] for i in inspect(engine).get_indexes(table.name)}
        for index in table.indexes:
            name = there.get((tuple(column.name for column in index.columns), bool(index.unique)))
            if name is not None:
                index.name = quoted_name(name, None)


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("create table shop_product (id integer primary key, code varchar(20) not null)"))
        # Made when the table was shop_article and the column sku: neither rename touched it.
        connection.execute(text("create index shop_article_sku_0c2b7d11 on shop_product (code)"))
    adopt_names(engine)
    assert [index.name for index in Base.metadata.tables["shop_product"].indexes] == ["shop_article_sku_0c2b7d11"]
