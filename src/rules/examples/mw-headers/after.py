import secrets

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.testclient import TestClient
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class Security:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)  # a route may say otherwise
                headers.setdefault("Content-Security-Policy", f"script-src 'nonce-{nonce}'")
            await send(message)

        await self.app(scope, receive, with_headers)


app = FastAPI(redirect_slashes=False)  # Starlette would answer 307, Django 301
# Added last, runs first: the order of MIDDLEWARE read from below.
app.add_middleware(GZipMiddleware, minimum_size=200)
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_methods=["GET", "POST"])
app.add_middleware(Security)


@app.get("/items/")
def items(request: Request) -> str:
    nonce: str = request.state.nonce
    return nonce


if __name__ == "__main__":
    client = TestClient(app)
    answer = client.get("/items/", headers={"Origin": "https://shop.example"})
    assert answer.headers["x-frame-options"] == "DENY" and answer.json() in answer.headers["content-security-policy"]
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert client.get("/items").status_code == 404
