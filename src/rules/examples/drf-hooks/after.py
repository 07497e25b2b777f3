from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel


class User(BaseModel):
    name: str
    is_staff: bool = False


class Row(BaseModel):
    id: int
    owner: str
    note: str
    margin: int = 0


ROWS = [Row(id=1, owner="ann", note="old", margin=5)]


def current_user(x_user: Annotated[str, Header()]) -> User:
    return User(name=x_user, is_staff=x_user == "ann")


CurrentUser = Annotated[User, Depends(current_user)]


def visible(user: CurrentUser) -> list[Row]:
    """get_queryset: every operation of the resource starts here."""
    return [row for row in ROWS if row.owner == user.name]


def load(id: int, rows: Annotated[list[Row], Depends(visible)]) -> Row:
    for row in rows:
        if row.id == id:
            return row
    raise HTTPException(404)  # another user's order does not exist


class OrderIn(BaseModel):
    note: str


class OrderOut(OrderIn):
    id: int


class StaffOrderOut(OrderOut):
    margin: int


class Versioned(APIRoute):
    """finalize_response: wraps every operation of the router."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def wrapped(request: Request) -> Response:
            response = await handle(request)
            response.headers["X-Api-Version"] = "2"
            return response

        return wrapped


router = APIRouter(prefix="/orders", route_class=Versioned)


def shown(row: Row, user: User) -> StaffOrderOut | OrderOut:
    return StaffOrderOut(**row.model_dump()) if user.is_staff else OrderOut(**row.model_dump())


@router.get("/{id}/")
def retrieve(row: Annotated[Row, Depends(load)], user: CurrentUser) -> StaffOrderOut | OrderOut:
    return shown(row, user)


@router.post("/", status_code=201)
def create(data: OrderIn, user: CurrentUser) -> StaffOrderOut | OrderOut:
    row = Row(id=len(ROWS) + 1, owner=user.name, **data.model_dump())  # perform_create: the owner is not the client's to say
    ROWS.append(row)
    return shown(row, user)


app = FastAPI()
app.include_router(router)

if __name__ == "__main__":
    client = TestClient(app)
    ann, bob = {"x-user": "ann"}, {"x-user": "bob"}
    assert client.get("/orders/1/", headers=ann).json() == {"id": 1, "note": "old", "margin": 5}
    assert client.get("/orders/1/", headers=bob).status_code == 404
    made = client.post("/orders/", headers=bob, json={"note": "new", "owner": "ann"})
    assert made.json() == {"id": 2, "note": "new"} and ROWS[1].owner == "bob"
    assert made.headers["x-api-version"] == "2"
