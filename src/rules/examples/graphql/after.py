import base64

import strawberry
from fastapi import FastAPI
from fastapi.testclient import TestClient
from strawberry.fastapi import GraphQLRouter

ROWS = {1: "chair", 2: "table"}


@strawberry.type(name="ItemType")  # names are the contract
class Item:
    pk: strawberry.Private[int]
    name: str

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(base64.b64encode(f"ItemType:{self.pk}".encode()).decode())  # the global id of relay


@strawberry.type
class Query:
    @strawberry.field
    def items(self) -> list[Item | None] | None:  # nullable, as graphene's List was
        return [Item(pk=pk, name=name) for pk, name in ROWS.items()]


schema = strawberry.Schema(query=Query)
app = FastAPI()
app.include_router(GraphQLRouter(schema, graphql_ide=None), prefix="/graphql")

if __name__ == "__main__":
    assert "items: [ItemType]" in schema.as_str()  # compare with the saved SDL of the old side
    answer = TestClient(app).post("/graphql", json={"query": "{ items { id name } }"}).json()
    assert answer["data"]["items"][0] == {"id": "SXRlbVR5cGU6MQ==", "name": "chair"}
