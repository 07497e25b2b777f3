import asyncio

import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@strawberry.type
class ItemType:
    name: str  # `auto` took it from the model

    @classmethod
    def of(cls, row: Item) -> "ItemType":
        return cls(name=row.name)


Info = strawberry.Info[AsyncSession, None]


@strawberry.type
class Query:
    @strawberry.field
    async def items(self, info: Info) -> list[ItemType]:
        """Asynchronous: a synchronous resolver would hold up the event loop."""
        rows = await info.context.scalars(select(Item).order_by(Item.id))
        return [ItemType.of(row) for row in rows]


schema = strawberry.Schema(query=Query)


async def main() -> None:
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add_all([Item(name="nail"), Item(name="bolt")])
        await session.commit()
        result = await schema.execute("{ items { name } }", context_value=session)
    await engine.dispose()
    assert result.errors is None and result.data == {"items": [{"name": "nail"}, {"name": "bolt"}]}


if __name__ == "__main__":
    asyncio.run(main())
