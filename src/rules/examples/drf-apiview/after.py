from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from pydantic import BaseModel

calls: list[str] = []


def user(x_user: Annotated[str | None, Header()] = None) -> str | None:
    calls.append("user")
    return x_user


def permission(name: Annotated[str | None, Depends(user)]) -> None:
    calls.append("permission")
    if name is None:
        raise HTTPException(403, "Authentication credentials were not provided.")


def throttle() -> None:
    calls.append("throttle")


# APIView.initial: who, may they, too often; for every method of the class
stock = APIRouter(prefix="/stock", dependencies=[Depends(user), Depends(permission), Depends(throttle)])


@stock.get("/")
def total() -> dict[str, int]:
    return {"total": 0}


@stock.post("/", status_code=202)
def add(data: Annotated[dict[str, Any] | None, Body()] = None) -> dict[str, Any]:
    return {"got": data or {}}  # DRF reads an empty body as {}


class Rename(BaseModel):
    name: str = ""  # request.data.get("name", "")


app = FastAPI()
app.include_router(stock)


@app.post("/rename/")
def rename(data: Rename | None = None) -> Rename:
    return data or Rename()


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/stock/").json() == {"detail": "Authentication credentials were not provided."}
    assert client.get("/stock/", headers={"x-user": "ann"}).json() == {"total": 0}
    assert calls == ["user", "permission", "user", "permission", "throttle"]
    assert client.post("/stock/", headers={"x-user": "ann"}).json() == {"got": {}}
    assert client.post("/rename/").json() == {"name": ""}
