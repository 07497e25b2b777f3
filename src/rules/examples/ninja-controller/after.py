from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient


class Stock:
    def total(self) -> int:
        return 3


def authenticated(x_user: Annotated[str, Header()] = "") -> str:
    if not x_user:
        raise HTTPException(401)
    return x_user


stock_router = APIRouter(prefix="/stock", dependencies=[Depends(authenticated)])


@stock_router.get("/")
def total(stock: Annotated[Stock, Depends()]) -> dict[str, int]:  # the injected service; one a request
    return {"total": stock.total()}


app = FastAPI()
app.include_router(stock_router, prefix="/api")

if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/api/stock/").status_code == 401
    assert client.get("/api/stock/", headers={"x-user": "ann"}).json() == {"total": 3}
    app.dependency_overrides[authenticated] = lambda: "ann"  # what the injector's test modules were for
    assert client.get("/api/stock/").json() == {"total": 3}
