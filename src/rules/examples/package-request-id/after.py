import logging
from contextvars import ContextVar
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestId:
    """The header and the field of the log are those of the Django side."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        found = Headers(scope=scope).get("correlation-id") or uuid4().hex
        token = request_id.set(found)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Correlation-ID"] = found
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            request_id.reset(token)


class Field(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = request_id.get()
        return True


app = FastAPI()
app.add_middleware(RequestId)


@app.get("/")
def home() -> str:
    return request_id.get()  # a sync route runs in a thread, with a copy of the context


if __name__ == "__main__":
    client = TestClient(app)
    answer = client.get("/", headers={"Correlation-ID": "abc"})
    assert answer.json() == "abc" == answer.headers["correlation-id"]
    assert len(client.get("/").json()) == 32 and request_id.get() == "-"
