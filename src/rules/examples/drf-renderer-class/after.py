import csv
import io
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.exceptions import HTTPException as AnyHTTPException

T = TypeVar("T")
app = FastAPI()


class Envelope(BaseModel, Generic[T]):
    ok: bool = True
    data: T


@app.exception_handler(AnyHTTPException)  # of Starlette: the 404 of no route too
def failed(request: Request, error: AnyHTTPException) -> JSONResponse:
    return JSONResponse({"ok": False, "data": {"detail": error.detail}}, error.status_code, error.headers)


def wanted(accept: Annotated[str, Header()] = "*/*") -> str:
    for part in accept.split(","):
        kind = part.split(";")[0].strip()
        if kind in {"application/json", "*/*", "application/*"}:
            return "json"
        if kind == "text/csv":
            return "csv"
    raise HTTPException(406, "Could not satisfy the request Accept header.")


@app.get("/items/", response_model=Envelope[list[str]], responses={200: {"content": {"text/csv": {}}}})
def items(kind: Annotated[str, Depends(wanted)]) -> Envelope[list[str]] | Response:
    names = ["Nail", "Nut"]
    if kind == "json":
        return Envelope(data=names)
    text = io.StringIO()
    csv.writer(text).writerows([name] for name in names)
    return Response(text.getvalue(), media_type="text/csv", headers={"Vary": "Accept"})


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/").json() == {"ok": True, "data": ["Nail", "Nut"]}
    assert client.get("/items/", headers={"Accept": "text/csv"}).text == "Nail\r\nNut\r\n"
    assert client.get("/items/", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/nothing/").json() == {"ok": False, "data": {"detail": "Not Found"}}
