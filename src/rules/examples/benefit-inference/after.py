import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.concurrency import run_in_threadpool

Model = Callable[[float], float]


def load() -> Model:
    """Seconds and gigabytes in earnest: once, before the first request, not at import."""
    return lambda size: 2 * size


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    # As many at once as there are cores; the rest waits without holding a worker.
    yield {"model": await run_in_threadpool(load), "slots": asyncio.Semaphore(2)}


app = FastAPI(lifespan=lifespan)


@app.get("/price/")
async def price(request: Request, size: float) -> float:
    async with request.state.slots:
        # A thread where the library releases the interpreter's lock, else a process pool.
        return await run_in_threadpool(request.state.model, size)


if __name__ == "__main__":
    with TestClient(app) as client:
        assert client.get("/price/", params={"size": 2}).json() == 4
        assert client.get("/price/", params={"size": "x"}).status_code == 422
