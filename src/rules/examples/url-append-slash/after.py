from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import RedirectResponse, Response
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.routing import Match

# www. is the proxy's work; the prefix is the server's: `uvicorn --root-path /app`
app = FastAPI(redirect_slashes=False)


@app.head("/items/", include_in_schema=False)
@app.get("/items/")
def items() -> dict[str, list[str]]:
    return {"items": []}


@app.exception_handler(404)
async def append_slash(request: Request, error: HTTPException) -> Response:
    """301 with a relative address, only where the path with a slash is a route, and only where no body gets lost."""
    path = request.scope["path"]
    with_slash = {**request.scope, "path": path + "/"}
    if request.method in ("GET", "HEAD") and not path.endswith("/"):
        if any(route.matches(with_slash)[0] is not Match.NONE for route in app.routes):
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{path}/{query}", 301)
    return await http_exception_handler(request, error)


if __name__ == "__main__":
    client = TestClient(app, root_path="/app", follow_redirects=False)
    assert client.get("/app/items/").json() == {"items": []}
    moved = client.get("/app/items?page=2")
    assert moved.status_code == 301 and moved.headers["location"] == "/app/items/?page=2"
    assert client.post("/app/items").status_code == 404
    assert client.get("/app/nothing").status_code == 404
    assert client.get("/app/openapi.json").json()["servers"] == [{"url": "/app"}]
