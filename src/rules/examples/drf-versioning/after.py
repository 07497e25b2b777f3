from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

DEFAULT, ALLOWED = "1", {"1", "2"}


def version(x_version: Annotated[str | None, Header()] = None) -> str:
    if x_version is not None and x_version not in ALLOWED:
        raise HTTPException(406, 'Invalid version in "Accept" header.')
    return x_version or DEFAULT


app = FastAPI()


@app.get("/items/")
def items(asked: Annotated[str, Depends(version)]) -> list[str] | dict[str, list[str]]:
    return ["Nail"] if asked == "1" else {"results": ["Nail"]}


# versions in the path: a router each, what did not change is included twice
unchanged, second = APIRouter(), APIRouter()


@unchanged.get("/stock/")
def stock() -> int:
    return 3


@second.get("/prices/")
def prices() -> list[float]:
    return []


app.include_router(unchanged, prefix="/v1")
second.include_router(unchanged)
app.include_router(second, prefix="/v2")

if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/").json() == ["Nail"]
    assert client.get("/items/", headers={"X-Version": "2"}).json() == {"results": ["Nail"]}
    assert client.get("/items/", headers={"X-Version": "3"}).status_code == 406
    assert [client.get(p).status_code for p in ("/v1/stock/", "/v2/stock/", "/v1/prices/")] == [200, 200, 404]
