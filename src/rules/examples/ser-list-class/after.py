from typing import Annotated, Any

from fastapi import Body, FastAPI, HTTPException
from fastapi.responses import JSONResponse, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field, ValidationError

ROWS = {1: "Nail", 2: "Screw"}
app = FastAPI()


class ItemIn(BaseModel):
    id: int
    name: str = Field(min_length=1, max_length=10)


def validated(items: list[Any]) -> tuple[list[ItemIn], list[dict[str, list[str]]]]:
    """Item by item, because the errors are a list as long as the input, with {} for the good ones."""
    good: list[ItemIn] = []
    errors: list[dict[str, list[str]]] = []
    for item in items:
        try:
            good.append(ItemIn.model_validate(item))
            errors.append({})
        except ValidationError as wrong:
            errors.append({str(e["loc"][0]) if e["loc"] else "non_field_errors": [e["msg"]] for e in wrong.errors()})
    return good, errors


@app.put(
    "/items/",
    response_model=list[ItemIn],
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": {"type": "array"}}}}},
)
def update_many(items: Annotated[list[Any], Body(max_length=100)]) -> Response | list[ItemIn]:
    good, errors = validated(items)
    if any(errors):
        return JSONResponse(errors, 400)  # nothing is stored of a list with one bad item
    if missing := [item.id for item in good if item.id not in ROWS]:
        raise HTTPException(404, f"No item {missing[0]}")
    ROWS.update({item.id: item.name for item in good})
    return good


if __name__ == "__main__":
    client = TestClient(app)
    wrong = client.put("/items/", json=[{"id": 1, "name": "Bolt"}, {"id": 2, "name": ""}])
    assert wrong.status_code == 400 and wrong.json()[0] == {} and list(wrong.json()[1]) == ["name"]
    assert ROWS[1] == "Nail"
    assert client.put("/items/", json=[{"id": 1, "name": "Bolt"}]).json() == [{"id": 1, "name": "Bolt"}]
    assert ROWS == {1: "Bolt", 2: "Screw"}
