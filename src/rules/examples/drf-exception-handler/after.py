from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.exceptions import HTTPException

NON_FIELD_ERRORS_KEY = "__all__"
MESSAGES = {"missing": "This field is required.", "int_parsing": "A valid integer is required.", "int_type": "A valid integer is required."}
app = FastAPI()


class APIException(Exception):
    """For services: knows nothing of FastAPI."""

    status_code = 500
    detail: object = "A server error occurred."


class SoldOut(APIException):
    status_code = 409
    detail = "Sold out."


def envelope(status: int, data: object, headers: Any = None) -> JSONResponse:
    """The project's EXCEPTION_HANDLER: every error body passes through here."""
    if not isinstance(data, dict | list):
        data = {"detail": data}
    return JSONResponse({"status": status, "errors": data}, status, headers)


@app.exception_handler(APIException)
def api_exception(request: Request, error: APIException) -> JSONResponse:
    return envelope(error.status_code, error.detail)


@app.exception_handler(HTTPException)
def http_exception(request: Request, error: HTTPException) -> JSONResponse:
    detail = f'Method "{request.method}" not allowed.' if error.status_code == 405 else error.detail
    return envelope(error.status_code, detail, error.headers)


@app.exception_handler(RequestValidationError)
def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    out: dict[Any, Any] = {}
    for found in error.errors():
        if found["loc"][0] == "path":
            return envelope(404, "Not found.")
        if found["type"] == "json_invalid":
            return envelope(400, f"JSON parse error - {found['ctx']['error']}")
        *parents, last = found["loc"][1:] or (NON_FIELD_ERRORS_KEY,)
        at = out
        for name in parents:
            at = at.setdefault(name, {})
        at.setdefault(last, []).append(MESSAGES.get(found["type"], found["msg"]))
    return envelope(400, out)


class Line(BaseModel):
    qty: int


class Order(BaseModel):
    line: Line


@app.post("/orders/{number}/")
def order(number: int, data: Order) -> None:
    raise SoldOut


if __name__ == "__main__":
    client = TestClient(app)
    good = {"line": {"qty": 1}}
    assert client.post("/orders/1/", json=good).json() == {"status": 409, "errors": {"detail": "Sold out."}}
    assert client.post("/orders/1/", json={"line": {}}).json()["errors"] == {"line": {"qty": ["This field is required."]}}
    assert client.post("/orders/x/", json=good).json() == {"status": 404, "errors": {"detail": "Not found."}}
    assert client.post("/orders/1/", content="{", headers={"content-type": "application/json"}).json()["errors"]["detail"].startswith("JSON parse error - ")
    assert client.put("/orders/1/").json()["errors"] == {"detail": 'Method "PUT" not allowed.'}
    assert client.get("/nothing/").json()["status"] == 404
