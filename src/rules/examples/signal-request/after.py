from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event, text
from starlette.types import ASGIApp, Receive, Scope, Send

finished: list[str] = []
failed: list[str] = []


class Finished:
    """Pure ASGI: `send` has returned for the last part of the body when this goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            failed.append(type(error).__name__)
            raise
        finally:
            if scope["type"] == "http":
                finished.append(scope["path"])


engine = create_engine("sqlite://")


@event.listens_for(engine, "connect")
def tuned(connection: Any, record: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")


app = FastAPI()
app.add_middleware(Finished)


@app.get("/broken")
def broken() -> None:
    raise LookupError


if __name__ == "__main__":
    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/broken").status_code == 500
    assert finished == ["/broken"] and failed == ["LookupError"]
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
