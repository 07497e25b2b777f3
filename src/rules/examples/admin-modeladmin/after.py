from decimal import Decimal

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqladmin import Admin, ModelView
from sqladmin.authentication import AuthenticationBackend
from sqlalchemy import Numeric, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool
from starlette.requests import Request


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2), default=Decimal(0))


class ItemAdmin(ModelView, model=Item):
    column_list = [Item.name, Item.price]
    column_searchable_list = [Item.name]
    form_columns = [Item.name]


class Staff(AuthenticationBackend):
    """Without one, everybody may do everything."""

    async def authenticate(self, request: Request) -> bool:
        return request.headers.get("x-staff") == "yes"  # in earnest: the session that Django made


engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
app = FastAPI()
Admin(app, engine, authentication_backend=Staff(secret_key="x" * 32)).add_view(ItemAdmin)

if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(Item(name="chair"))
    client = TestClient(app)
    assert client.get("/admin/item/list", follow_redirects=False).status_code == 302
    assert "chair" in client.get("/admin/item/list?search=cha", headers={"x-staff": "yes"}).text
