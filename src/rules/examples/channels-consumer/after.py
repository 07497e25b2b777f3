import asyncio

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.testclient import TestClient

app = FastAPI()


class Group:
    """Within one process; between processes a Redis channel feeds `send`."""

    def __init__(self) -> None:
        self.queues: set[asyncio.Queue[int]] = set()

    def send(self, price: int) -> None:
        for queue in self.queues:
            queue.put_nowait(price)


prices = Group()


@app.websocket("/prices/")
async def listen(socket: WebSocket) -> None:
    if socket.cookies.get("sessionid") != "k":  # in earnest: the bridge; before `accept`, so that the answer is 403
        await socket.close(code=4401)
        return
    await socket.accept()
    queue: asyncio.Queue[int] = asyncio.Queue(maxsize=100)
    prices.queues.add(queue)
    try:
        while True:
            await socket.send_json(await queue.get())
    finally:
        prices.queues.discard(queue)


@app.post("/prices/{price}")
async def tell(price: int) -> int:
    prices.send(price)
    return len(prices.queues)


if __name__ == "__main__":
    with TestClient(app, cookies={"sessionid": "k"}) as client:
        with client.websocket_connect("/prices/") as socket:
            assert client.post("/prices/7").json() == 1
            assert socket.receive_json() == 7
    try:
        with TestClient(app).websocket_connect("/prices/"):
            raise AssertionError
    except WebSocketDisconnect as refused:
        assert refused.code == 4401
