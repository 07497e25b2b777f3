import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

PREFIX = "api:1:"  # never Django's: its values are pickles


class Store(Protocol):
    """The part of `redis.asyncio.Redis` that is used."""

    async def get(self, name: str) -> Any: ...
    async def set(self, name: str, value: str, *, ex: int) -> Any: ...


class Memory:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, name: str) -> Any:
        return self.kept.get(name)

    async def set(self, name: str, value: str, *, ex: int) -> Any:
        self.kept[name] = value


async def cached(store: Store, key: str, seconds: int, make: Callable[[], Awaitable[Any]]) -> Any:
    found = await store.get(PREFIX + key)
    if found is not None:
        return json.loads(found)
    value = await make()
    await store.set(PREFIX + key, json.dumps(value), ex=seconds)
    return value


store: Store = Memory()
app = FastAPI()


async def load() -> dict[str, int]:
    return {"chair": 10}


@app.get("/prices/")
async def prices(response: Response) -> dict[str, int]:
    response.headers["Cache-Control"] = "public, max-age=60"  # cache_page: the proxy's part
    found: dict[str, int] = await cached(store, "prices", 60, load)
    return found


if __name__ == "__main__":
    answer = TestClient(app).get("/prices/")
    assert answer.json() == {"chair": 10} and answer.headers["cache-control"] == "public, max-age=60"
    assert json.loads(asyncio.run(store.get("api:1:prices"))) == {"chair": 10}
