"""A FastAPI application for the tests of the proxies: it answers everything, and says that it was the one, and with which raw path."""

from fastapi import FastAPI, Request, Response, WebSocket

app = FastAPI(openapi_url=None, redirect_slashes=False)
SEEN = []


@app.get("/healthz")
def health():
    return "ok"


@app.get("/_seen")
def seen():
    return SEEN


@app.websocket("/{path:path}")
async def talk(socket: WebSocket):
    await socket.accept(headers=[(b"x-side", b"fastapi")])
    await socket.send_text("hello from fastapi")
    await socket.close()


@app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def everything(request: Request):
    if len(SEEN) < 10_000 and "copied" in request.url.query:
        SEEN.append([request.method, request.url.query])
    shown = {name: request.headers.get(name, "") for name in ("host", "x-mig", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host",
                                                              "x-forwarded-ssl")}
    headers = {"x-side": "fastapi", "x-got": repr(shown), "x-raw": request.scope["raw_path"].decode("latin-1")}
    return Response("fastapi", headers=headers)
