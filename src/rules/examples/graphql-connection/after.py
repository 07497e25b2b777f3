import base64
import binascii

import strawberry

ROWS = {1: "nail", 2: "bolt", 3: "screw"}
LARGEST = 100  # RELAY_CONNECTION_MAX_LIMIT


def encode(kind: str, value: int) -> str:
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def decode(kind: str, text: str) -> int:
    try:
        head, _, value = base64.b64decode(text).decode().partition(":")
        if head == kind:
            return int(value)
    except (binascii.Error, ValueError):
        pass
    raise ValueError(f"no {kind}: {text}")


@strawberry.type
class ItemNode:
    id: strawberry.ID  # `ItemNode:1`: the type's name is in ids that clients keep
    name: str


@strawberry.type
class Edge:
    node: ItemNode
    cursor: str


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class ItemNodeConnection:
    edges: list[Edge]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    def items(self, first: int = LARGEST, after: str | None = None, name: str | None = None) -> ItemNodeConnection:
        """graphene's cursor is a position in the list, not a key."""
        start = decode("arrayconnection", after) + 1 if after else 0
        rows = [(key, value) for key, value in ROWS.items() if name is None or value == name]
        chosen = rows[start : start + max(0, min(first, LARGEST))]
        edges = [
            Edge(node=ItemNode(id=strawberry.ID(encode("ItemNode", key)), name=value), cursor=encode("arrayconnection", start + i))
            for i, (key, value) in enumerate(chosen)
        ]
        more = start + len(chosen) < len(rows)
        return ItemNodeConnection(
            edges=edges, page_info=PageInfo(has_next_page=more, end_cursor=edges[-1].cursor if edges else None)
        )


schema = strawberry.Schema(query=Query)

if __name__ == "__main__":
    query = "query ($after: String) { items(first: 2, after: $after) { edges { node { id name } } pageInfo { hasNextPage endCursor } } }"
    first = schema.execute_sync(query).data
    assert first and first["items"]["edges"][0]["node"] == {"id": "SXRlbU5vZGU6MQ==", "name": "nail"}
    assert first["items"]["pageInfo"] == {"hasNextPage": True, "endCursor": "YXJyYXljb25uZWN0aW9uOjE="}
    second = schema.execute_sync(query, {"after": first["items"]["pageInfo"]["endCursor"]}).data
    assert second and [edge["node"]["name"] for edge in second["items"]["edges"]] == ["screw"]
