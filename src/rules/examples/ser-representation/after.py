from typing import Annotated, Any

from fastapi import FastAPI, Header
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, model_validator

app = FastAPI()


class ItemIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"description": "a plain text is taken for the name"})
    name: str
    cost: int = 0

    @model_validator(mode="before")
    @classmethod
    def short_form(cls, data: Any) -> Any:
        return {"name": data} if isinstance(data, str) else data


class ItemOut(BaseModel):
    name: str
    cost: int = 0  # shown to the staff only: absent for others, not null


def shown(row: ItemIn, is_staff: bool) -> ItemOut:
    return ItemOut(name=row.name, cost=row.cost) if is_staff else ItemOut(name=row.name)


@app.post("/items/", response_model_exclude_unset=True)
def create(data: ItemIn, x_staff: Annotated[bool, Header()] = False) -> ItemOut:
    return shown(data, x_staff)


@app.get("/items/compact/")
def compact() -> list[tuple[int, str]]:
    return [(1, "Nail")]


if __name__ == "__main__":
    client = TestClient(app)
    assert client.post("/items/", json="Nail").json() == {"name": "Nail"}
    assert client.post("/items/", json="Nail", headers={"x-staff": "1"}).json() == {"name": "Nail", "cost": 0}
    assert client.get("/items/compact/").json() == [[1, "Nail"]]
