from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field


def like_spectacular(route: APIRoute) -> str:
    """stock_retrieve instead of stock_stock__get: generated clients keep their method names."""
    verb = {"GET": "retrieve", "POST": "create", "PUT": "update", "PATCH": "partial_update", "DELETE": "destroy"}
    method = next(m for m in sorted(route.methods or ()) if m in verb)
    return "_".join([*(part for part in route.path.strip("/").split("/") if "{" not in part), verb[method]])


app = FastAPI(generate_unique_id_function=like_spectacular)


class Stock(BaseModel):
    total: int = Field(ge=0, description="pieces")


@app.head("/stock/", include_in_schema=False, operation_id="stock_head")  # load balancers ask for it
@app.get("/stock/")
def stock() -> Stock:
    return Stock(total=0)


@app.options("/stock/", include_in_schema=False, operation_id="stock_options")
def describe() -> dict[str, Any]:
    """Only where a client builds forms from it."""
    return {"name": "Stock", "actions": {"GET": Stock.model_json_schema()["properties"]}}


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/openapi.json").json()["paths"]["/stock/"]["get"]["operationId"] == "stock_retrieve"
    assert list(client.get("/openapi.json").json()["paths"]["/stock/"]) == ["get"]
    assert client.head("/stock/").status_code == 200
    assert client.options("/stock/").json()["actions"]["GET"]["total"]["minimum"] == 0
