from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel


class User(BaseModel):
    name: str
    permissions: set[str] = set()
    is_superuser: bool = False


USERS = {"ann": User(name="ann", permissions={"shop.change_order"}), "bob": User(name="bob"), "root": User(name="root", is_superuser=True)}
OWNERS = {1: "ann"}


def current_user(x_user: Annotated[str | None, Header()] = None) -> User:
    if x_user not in USERS:
        raise HTTPException(403, "Authentication credentials were not provided.")  # session first: 403, not 401
    return USERS[x_user]


CurrentUser = Annotated[User, Depends(current_user)]
VERBS = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


class ModelPermissions:
    """DjangoModelPermissions: reading needs a login only."""

    def __init__(self, app: str, model: str) -> None:
        self.app, self.model = app, model

    def __call__(self, request: Request, user: CurrentUser) -> None:
        verb = VERBS.get(request.method)
        if verb and not user.is_superuser and f"{self.app}.{verb}_{self.model}" not in user.permissions:
            raise HTTPException(403, "You do not have permission to perform this action.")


def load(id: int, user: CurrentUser) -> int:
    if id not in OWNERS:
        raise HTTPException(404)
    if OWNERS[id] != user.name:
        raise HTTPException(403, "Not your order.")  # the object's permission: in the loader, where it cannot be forgotten
    return id


orders = APIRouter(prefix="/orders", dependencies=[Depends(ModelPermissions("shop", "order"))])


@orders.get("/{id}/")
def retrieve(id: Annotated[int, Depends(load)]) -> int:
    return id


@orders.patch("/{id}/")
def change(id: Annotated[int, Depends(load)]) -> int:
    return id


app = FastAPI()
closed = APIRouter(dependencies=[Depends(current_user)])  # everything but what is named as public
closed.include_router(orders)
app.include_router(closed)


@app.get("/health/")
def health() -> str:
    return "ok"


if __name__ == "__main__":
    client = TestClient(app)
    expected = {None: (403, 403), "bob": (403, 403), "ann": (200, 200), "root": (403, 403)}
    for name, (read, written) in expected.items():
        headers = {"x-user": name} if name else {}
        assert client.get("/orders/1/", headers=headers).status_code == read, name
        assert client.patch("/orders/1/", headers=headers).status_code == written, name
    assert client.patch("/orders/9/", headers={"x-user": "bob"}).status_code == 403  # the model's permission comes first
    assert client.get("/health/").json() == "ok"
