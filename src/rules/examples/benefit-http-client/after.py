import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient


async def remote(request: httpx.Request) -> httpx.Response:
    """Stands for a service that takes its time."""
    await asyncio.sleep(0.2)
    return httpx.Response(200, json={"rate": 2})


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    # One client a process; httpx gives up after 5 s by default, requests never does.
    async with httpx.AsyncClient(transport=httpx.MockTransport(remote), timeout=5, follow_redirects=True) as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)


@app.get("/rates/")
async def rates(request: Request) -> list[int]:
    client: httpx.AsyncClient = request.state.client
    try:
        answers = await asyncio.gather(*(client.get(f"https://rates.example/{name}") for name in "abc"))
    except httpx.TimeoutException as error:
        raise HTTPException(504) from error
    return [answer.json()["rate"] for answer in answers]


if __name__ == "__main__":
    with TestClient(app) as client:
        started = time.monotonic()
        assert client.get("/rates/").json() == [2, 2, 2]
        assert time.monotonic() - started < 0.5  # at once, not one after the other
