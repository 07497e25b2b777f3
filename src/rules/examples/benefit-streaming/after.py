import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

open_streams = 0
app = FastAPI()


async def events() -> AsyncIterator[str]:
    global open_streams
    open_streams += 1
    try:
        for number in range(3):
            yield f"id: {number}\ndata: {number}\n\n"
            await asyncio.sleep(0)
    finally:
        open_streams -= 1  # also when the client goes away


@app.get("/events/")
async def stream() -> StreamingResponse:
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # the proxy passes each part on
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


if __name__ == "__main__":
    with TestClient(app).stream("GET", "/events/") as answer:
        lines = [line for line in answer.iter_lines() if line.startswith("data")]
    assert lines == ["data: 0", "data: 1", "data: 2"] and open_streams == 0
