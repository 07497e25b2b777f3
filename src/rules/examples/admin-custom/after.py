from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqladmin import Admin, BaseView, ModelView, action, expose
from sqlalchemy import Select, String, create_engine, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "shop_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    hidden: Mapped[bool] = mapped_column(default=False)


engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class ItemAdmin(ModelView, model=Item):
    column_list = [Item.name]
    column_formatters = {"name": lambda item, _: getattr(item, "name").upper()}
    can_delete = False

    # One condition, in every query: in Django one `get_queryset` served them all.
    def list_query(self, request: Request) -> Select[Any]:
        return select(Item).where(Item.hidden.is_(False))

    def count_query(self, request: Request) -> Select[Any]:
        return select(func.count(Item.id)).where(Item.hidden.is_(False))

    async def on_model_change(self, data: dict[str, Any], model: Any, is_created: bool, request: Request) -> None:
        data["name"] = data["name"].strip()

    @action(name="hide", label="Hide")
    async def hide(self, request: Request) -> Response:
        ids = [int(pk) for pk in request.query_params.get("pks", "").split(",") if pk]
        with Session(engine) as session, session.begin():
            session.execute(update(Item).where(Item.id.in_(ids), Item.hidden.is_(False)).values(hidden=True))
        return RedirectResponse(request.url_for("admin:list", identity=self.identity))


class Report(BaseView):
    name = "Report"

    @expose("/report", methods=["GET"])
    async def report(self, request: Request) -> Response:
        return PlainTextResponse("1 item")


app = FastAPI()
admin = Admin(app, engine)
admin.add_view(ItemAdmin)
admin.add_view(Report)

if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add_all([Item(id=1, name="chair"), Item(id=2, name="table")])
    client = TestClient(app)
    assert "CHAIR" in client.get("/admin/item/list").text
    after = client.get("/admin/item/action/hide?pks=1").text
    assert "TABLE" in after and "CHAIR" not in after
    assert client.get("/admin/report").text == "1 item"
