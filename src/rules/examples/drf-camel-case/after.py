import re
from typing import Annotated, Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

app = FastAPI()


def camel(name: str) -> str:
    """The expression of the package; pydantic.alias_generators.to_camel differs for capitals, digits and a leading underscore."""
    return re.sub(r"[a-z0-9]?_[a-z0-9]", lambda found: found[0].replace("_", "")[:-1] + found[0][-1].upper(), name)


def camel_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {camel(k) if isinstance(k, str) else k: camel_keys(v) for k, v in value.items()}
    return [camel_keys(v) for v in value] if isinstance(value, list) else value


FreeForm = Annotated[dict[str, Any], PlainSerializer(camel_keys)]  # keys inside JSON fields are rewritten as well


class Schema(BaseModel):
    model_config = ConfigDict(alias_generator=camel, validate_by_name=True, validate_by_alias=True)


class Item(Schema):
    unit_price: int
    line_1: str
    extra_data: FreeForm = {}


@app.post("/items/")
def create(item: Item) -> Item:
    return item


if __name__ == "__main__":
    client = TestClient(app)
    sent = {"unitPrice": 2, "line1": "x", "extraData": {"deep_key": [{"a_b": 1}]}}
    assert client.post("/items/", json=sent).json() == {"unitPrice": 2, "line1": "x", "extraData": {"deepKey": [{"aB": 1}]}}
    assert list(Item.model_json_schema()["properties"]) == ["unitPrice", "line1", "extraData"]
    assert (camel("URL_name"), to_camel("URL_name")) == ("URLName", "urlName")
