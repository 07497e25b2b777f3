from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

Empty = BeforeValidator(lambda value: None if value == "" else value)  # `?min=` is no filter


class Filters(BaseModel):
    min: Annotated[int | None, Empty] = None


class ItemOut(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    name: str
    unit_price: int


ITEMS = [ItemOut(name="chair", unit_price=10), ItemOut(name="table", unit_price=30)]
app = FastAPI()


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """DRF's shape: 400, texts by field."""
    body: dict[str, list[str]] = {}
    for found in error.errors():
        body.setdefault(str(found["loc"][-1]), []).append(found["msg"])
    return JSONResponse(body, status_code=400)


@app.get("/items/", operation_id="items_list")  # the name that generated clients know
def items(filters: Annotated[Filters, Query()]) -> list[ItemOut]:
    return [item for item in ITEMS if filters.min is None or item.unit_price >= filters.min]


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/?min=20").json() == [{"name": "table", "unitPrice": 30}]
    assert len(client.get("/items/?min=").json()) == 2
    answer: Any = client.get("/items/?min=x")
    assert answer.status_code == 400 and list(answer.json()) == ["min"]
    assert client.get("/openapi.json").json()["paths"]["/items/"]["get"]["operationId"] == "items_list"
