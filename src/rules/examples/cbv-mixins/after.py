from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Response
from fastapi.testclient import TestClient


def never_cache(response: Response) -> None:
    response.headers["Cache-Control"] = "max-age=0, no-cache, no-store, must-revalidate, private"


def tenant(x_tenant: Annotated[str | None, Header()] = None) -> str:
    """TenantMixin.dispatch: loads, or refuses before the method runs."""
    if x_tenant is None:
        raise HTTPException(403)
    return x_tenant


# the decorator wraps dispatch, so it comes before the mixin; FastAPI resolves dependencies in this order
router = APIRouter(dependencies=[Depends(never_cache), Depends(tenant)])


@router.get("/stock/")
def stock(name: Annotated[str, Depends(tenant)]) -> str:  # computed once a request
    return name


app = FastAPI()
app.include_router(router)

if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/stock/").status_code == 403
    answer = client.get("/stock/", headers={"X-Tenant": "acme"})
    assert answer.json() == "acme" and "no-store" in answer.headers["cache-control"]
    # headers that a dependency sets are lost on an exception; Django's decorator covers the 403 as well
    assert "cache-control" not in client.get("/stock/").headers
