from contextvars import ContextVar
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

tenant: ContextVar[str | None] = ContextVar("tenant", default=None)


class Tenant:
    """Wraps everything: pure ASGI, so that context and streaming stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        token = tenant.set(Headers(scope=scope).get("x-tenant"))

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Tenant"] = tenant.get() or ""
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            tenant.reset(token)


def known_tenant() -> str:
    """What `process_view` refused: a dependency, which runs after routing."""
    found = tenant.get()
    if found is None:
        raise HTTPException(403)
    return found


private = APIRouter(dependencies=[Depends(known_tenant)])
app = FastAPI()
app.add_middleware(Tenant)


@private.get("/items/")
def items(name: Annotated[str, Depends(known_tenant)]) -> str:
    return name


@app.get("/health/")
def health() -> str:
    return "ok"


app.include_router(private)

if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/").status_code == 403 and client.get("/health/").status_code == 200
    answer = client.get("/items/", headers={"X-Tenant": "a"})
    assert answer.json() == "a" and answer.headers["x-tenant"] == "a"
