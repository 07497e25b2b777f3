from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.testclient import TestClient


@dataclass
class User:
    name: str
    permissions: set[str] = field(default_factory=set)


USERS = {"ann": User("ann", {"shop.view_order"}), "bob": User("bob")}


def optional_user(x_user: Annotated[str | None, Header()] = None) -> User | None:
    return USERS.get(x_user or "")  # stands for the session cookie


Visitor = Annotated[User | None, Depends(optional_user)]


def api_user(user: Visitor) -> User:
    if user is None:
        raise HTTPException(401)
    return user


def page_user(request: Request, user: Visitor) -> User:
    if user is None:  # as login_required: 302 to LOGIN_URL?next=…
        raise HTTPException(302, headers={"Location": f"/accounts/login/?next={quote(request.url.path)}"})
    return user


def permitted(codename: str) -> Callable[[User], User]:
    def check(user: Annotated[User, Depends(api_user)]) -> User:
        if codename not in user.permissions:
            raise HTTPException(403)
        return user

    return check


app = FastAPI()
pages = APIRouter(dependencies=[Depends(page_user)])  # closed by default


@pages.get("/account/")
def account(user: Annotated[User, Depends(page_user)]) -> str:
    return user.name


@app.get("/orders/")
def orders(user: Annotated[User, Depends(permitted("shop.view_order"))]) -> str:
    return "orders"


app.include_router(pages)

if __name__ == "__main__":
    client = TestClient(app, follow_redirects=False)
    answer = client.get("/account/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/accounts/login/?next=/account/")
    assert client.get("/account/", headers={"x-user": "bob"}).json() == "bob"
    statuses = [client.get("/orders/", headers=h).status_code for h in ({}, {"x-user": "bob"}, {"x-user": "ann"})]
    assert statuses == [401, 403, 200]
