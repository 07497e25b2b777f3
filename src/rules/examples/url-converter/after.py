from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.testclient import TestClient
from pydantic import AfterValidator, BeforeValidator

app = FastAPI(redirect_slashes=False)


def digits(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("digits only")  # int() would take -1 and 1_0
    return value


def recent(year: int) -> int:
    if year < 1990:
        raise ValueError("no such year")
    return year


Number = Annotated[int, Path(), BeforeValidator(digits)]
Year = Annotated[int, Path(), BeforeValidator(digits), AfterValidator(recent)]


@app.exception_handler(RequestValidationError)
async def no_match(request: Request, error: RequestValidationError) -> Response:
    """A path that does not fit is no such page, as in Django."""
    if any(e["loc"][0] == "path" for e in error.errors()):
        return JSONResponse({"detail": "Not Found"}, 404)
    return await request_validation_exception_handler(request, error)


@app.get("/items/{pk}/")
def item(pk: Number) -> dict[str, int]:
    return {"pk": pk}


@app.get("/archive/{year}/")
def archive(year: Year) -> dict[str, int]:
    return {"year": year}


@app.get("/files/{name:path}")
def download(name: str) -> dict[str, str]:
    if not name or ".." in name.split("/"):  # Starlette's path also matches nothing at all
        raise HTTPException(404)
    return {"name": name}


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/7/").json() == {"pk": 7}
    assert [client.get(f"/items/{pk}/").status_code for pk in ("abc", "-1", "1_0")] == [404, 404, 404]
    assert [client.get(f"/archive/{year}/").status_code for year in ("1989", "1990")] == [404, 200]
    assert client.get("/files/a/b.txt").json() == {"name": "a/b.txt"}
    assert client.get("/files/").status_code == 404
