import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class AnyFormat(APIRoute):
    """DRF's default parsers: JSON or a form, an empty body is {}, anything else 415."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def parsed(request: Request) -> Response:
            given = request.headers.get("content-type", "")
            kind = given.split(";")[0].strip().lower()
            body = await request.body()
            if not body:
                body = b"{}"
            elif kind in FORMS:
                body = json.dumps({"active": False, **await request.form()}).encode()  # an absent checkbox is False
            elif kind != "application/json":
                raise HTTPException(415, f'Unsupported media type "{given}" in request.')
            headers = [(k, v) for k, v in request.scope["headers"] if k != b"content-type"]
            request = Request({**request.scope, "headers": [*headers, (b"content-type", b"application/json")]}, request.receive)
            request._body = body
            return await handle(request)

        return parsed


class Item(BaseModel):
    name: str = ""
    active: bool = True


router = APIRouter(route_class=AnyFormat)


@router.post("/items/")
def create(item: Item) -> Item:
    return item


async def lines(request: Request) -> list[str]:
    """A parser of one's own: the operation declares no body."""
    if request.headers.get("content-type", "").split(";")[0] != "text/plain":
        raise HTTPException(415)
    return (await request.body()).decode().splitlines()


app = FastAPI()
app.include_router(router)


@app.post("/import/", openapi_extra={"requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}}})
def take(found: Annotated[list[str], Depends(lines)]) -> int:
    return len(found)


@app.post("/photo/")
def upload(photo: Annotated[UploadFile, File()], title: Annotated[str, Form()]) -> int:
    data = photo.file.read(1000 + 1)  # nobody else limits the size
    if len(data) > 1000 or not data.startswith(b"\x89PNG"):
        raise HTTPException(400, "Upload a valid image.")
    return len(data)


if __name__ == "__main__":
    client = TestClient(app)
    assert client.post("/items/", data={"name": "Nut"}).json() == {"name": "Nut", "active": False}
    assert client.post("/items/").json() == {"name": "", "active": True}
    assert client.post("/items/", content="a", headers={"content-type": "text/xml"}).status_code == 415
    assert client.post("/import/", content="a\nb", headers={"content-type": "text/plain"}).json() == 2
    assert client.post("/photo/", files={"photo": b"\x89PNG"}, data={"title": "t"}).json() == 4
    assert client.post("/photo/", files={"photo": b"GIF"}, data={"title": "t"}).status_code == 400
