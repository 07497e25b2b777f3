import asyncio
from collections import defaultdict
from typing import Annotated

from fastapi import Cookie, Depends, FastAPI, Header, WebSocket, WebSocketDisconnect, WebSocketException
from fastapi.testclient import TestClient
from pydantic import BaseModel, ValidationError

ORIGINS = {"https://shop.example"}
USERS = {"k": "ann"}  # stands for the reader of Django's session


class Broker:
    """In one process; with several, Redis publish and subscribe behind the same two methods."""

    def __init__(self) -> None:
        self.queues: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)

    def publish(self, group: str, text: str) -> None:
        for queue in self.queues[group]:
            if not queue.full():  # a slow client loses messages, and nobody else's wait for it
                queue.put_nowait(text)


broker = Broker()
app = FastAPI()


class Message(BaseModel):
    text: str


def user(origin: Annotated[str, Header()] = "", sessionid: Annotated[str, Cookie()] = "") -> str:
    """Before accept(): cookies come from every site, so the origin is checked as well as the login."""
    if origin not in ORIGINS or sessionid not in USERS:
        raise WebSocketException(1008)
    return USERS[sessionid]


async def forward(socket: WebSocket, queue: asyncio.Queue[str]) -> None:
    while True:
        await socket.send_json({"said": await queue.get()})


@app.websocket("/ws/room/")
async def room(socket: WebSocket, name: Annotated[str, Depends(user)]) -> None:
    await socket.accept()
    queue: asyncio.Queue[str] = asyncio.Queue(100)
    broker.queues["room"].add(queue)
    sender = asyncio.create_task(forward(socket, queue))
    try:
        while True:
            try:
                message = Message.model_validate_json(await socket.receive_text())
            except ValidationError:
                await socket.send_json({"error": "wrong message"})
                continue
            await socket.send_json({"echo": message.text})
            broker.publish("room", f"{name}: {message.text}")
    except WebSocketDisconnect:
        pass
    finally:  # also when the client just went away
        sender.cancel()
        broker.queues["room"].discard(queue)


if __name__ == "__main__":
    client = TestClient(app, cookies={"sessionid": "k"})
    headers = {"origin": "https://shop.example"}
    with client.websocket_connect("/ws/room/", headers=headers) as socket:
        socket.send_json({"text": "hello"})
        assert socket.receive_json() == {"echo": "hello"}
        assert socket.receive_json() == {"said": "ann: hello"}
        socket.send_text("{}")
        assert socket.receive_json() == {"error": "wrong message"}
    assert not broker.queues["room"]
    try:
        with client.websocket_connect("/ws/room/", headers={"origin": "https://evil.example"}):
            raise AssertionError
    except WebSocketDisconnect as refused:
        assert refused.code == 1008
