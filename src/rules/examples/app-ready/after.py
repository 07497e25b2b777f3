from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.testclient import TestClient

running: list[str] = []


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Once for each web process. Workers and commands that relied on ready() call the same function at their own start."""
    running.append("clock")
    yield
    running.clear()  # ready() had no counterpart of this


app = FastAPI(lifespan=lifespan)


@app.get("/health")
def health() -> list[str]:
    return running


if __name__ == "__main__":
    assert TestClient(app).get("/health").json() == []  # nothing has started yet: an import alone does nothing
    with TestClient(app) as client:
        assert client.get("/health").json() == ["clock"]
    assert running == []
