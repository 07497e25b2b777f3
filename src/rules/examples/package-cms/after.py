from typing import Annotated, Any

import httpx
from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient


def content(request: httpx.Request) -> httpx.Response:
    """Stands for the part that stays on Django, seen through its API."""
    known = request.url.path == "/api/v2/pages/7/"
    return httpx.Response(200, json={"id": 7, "title": "About"}) if known else httpx.Response(404)


def pages() -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url="http://django.internal", transport=httpx.MockTransport(content), timeout=2)


app = FastAPI()


@app.get("/about/")
async def about(client: Annotated[httpx.AsyncClient, Depends(pages)], page: int = 7) -> dict[str, Any]:
    # No second model of its tables: rules about drafts, revisions and rights stay where they are.
    async with client:
        answer = await client.get(f"/api/v2/pages/{page}/")
    if answer.status_code == 404:
        raise HTTPException(404)
    return {"title": answer.raise_for_status().json()["title"]}


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/about/").json() == {"title": "About"}
    assert client.get("/about/?page=8").status_code == 404
