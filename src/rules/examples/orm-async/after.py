import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(default=0)


engine = create_async_engine("sqlite+aiosqlite://")
# Attributes stay readable behind a commit: a refresh would be a query where nobody awaits.
Sessions = async_sessionmaker(engine, expire_on_commit=False)


async def one(session: AsyncSession, pk: int) -> int:
    return (await session.get_one(Order, pk)).total


async def totals(session: AsyncSession) -> list[int]:
    rows = await session.stream_scalars(select(Order).order_by(Order.id))
    return [order.total async for order in rows]


async def main() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with Sessions.begin() as session:
        order = Order(total=3)
        session.add(order)
    assert order.total == 3
    async with Sessions() as session:
        assert await one(session, 1) == 3 and await totals(session) == [3]
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
