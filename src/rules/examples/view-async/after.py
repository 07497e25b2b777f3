import asyncio
import time

import httpx
from fastapi import FastAPI

app = FastAPI()
upstream = httpx.MockTransport(lambda request: httpx.Response(200, text="1.08"))


@app.get("/rate/")
async def rate() -> str:
    await asyncio.sleep(0.1)  # time.sleep would stop every request of this worker
    async with httpx.AsyncClient(transport=upstream) as client:
        return (await client.get("https://rates.example/eur")).text


@app.get("/report/")
def report() -> str:
    time.sleep(0.1)  # blocking is right in a plain function: it runs in a thread
    return "done"


async def together() -> float:
    began = time.monotonic()
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answers = await asyncio.gather(*(client.get(path) for path in ["/rate/", "/report/"] * 3))
    assert [a.status_code for a in answers] == [200] * 6
    return time.monotonic() - began


if __name__ == "__main__":
    assert asyncio.run(together()) < 0.5  # six tenths of a second one after the other
