from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

T = TypeVar("T")
ROWS: list[str] = ["nail", "screw"]


class Page(BaseModel, Generic[T]):
    items: list[T]
    count: int


class ItemIn(BaseModel):
    name: str = Field(max_length=20)  # ModelSchema took the length from the column


class ItemOut(BaseModel):
    id: int
    label: str

    @classmethod
    def of(cls, id: int, name: str) -> "ItemOut":
        return cls(id=id, label=name.upper())  # resolve_label


class Message(BaseModel):
    message: str


class Filters(BaseModel):
    """FilterSchema: None is no condition. The page's bounds are Ninja's."""

    name: str | None = None
    limit: int = Field(100, ge=1)
    offset: int = Field(0, ge=0)


def token(given: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]) -> str:
    if given is None or given.credentials != "let-me-in":
        raise HTTPException(401, "Unauthorized")
    return given.credentials


router = APIRouter(prefix="/items")


@router.get("/")
def items(filters: Annotated[Filters, Query()]) -> Page[ItemOut]:
    found = [(i, name) for i, name in enumerate(ROWS, 1) if filters.name is None or name.startswith(filters.name)]
    rows = found[filters.offset : filters.offset + filters.limit]
    return Page(items=[ItemOut.of(id, name) for id, name in rows], count=len(found))


@router.post("/", status_code=201, response_model=ItemOut, responses={409: {"model": Message}})
def create(data: ItemIn) -> ItemOut | JSONResponse:
    if data.name in ROWS:
        return JSONResponse(Message(message="taken").model_dump(), 409)
    ROWS.append(data.name)
    return ItemOut.of(len(ROWS), data.name)


app = FastAPI(dependencies=[Depends(token)])  # NinjaAPI(auth=…): every operation
app.include_router(router, prefix="/api")

if __name__ == "__main__":
    client = TestClient(app, headers={"authorization": "Bearer let-me-in"})
    assert client.get("/api/items/?name=n").json() == {"items": [{"id": 1, "label": "NAIL"}], "count": 1}
    assert client.post("/api/items/", json={"name": "bolt"}).json() == {"id": 3, "label": "BOLT"}
    again = client.post("/api/items/", json={"name": "bolt"})
    assert again.status_code == 409 and again.json() == {"message": "taken"}
    refused = TestClient(app).get("/api/items/")
    assert refused.status_code == 401 and refused.json() == {"detail": "Unauthorized"}
