from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import StringConstraints, TypeAdapter
from pydantic_core import SchemaError

app = FastAPI(redirect_slashes=False)
Code = Annotated[str, Path(pattern="^[A-Z]{2}-[0-9]+$")]
Year = Annotated[str, Path(pattern="^[0-9]{4}$")]


@app.exception_handler(RequestValidationError)
async def no_match(request: Request, error: RequestValidationError) -> JSONResponse:
    status = 404 if all(e["loc"][0] == "path" for e in error.errors()) else 422
    return JSONResponse({"detail": "Not Found" if status == 404 else "wrong input"}, status)


@app.get("/items/{code}", include_in_schema=False)  # `/?$`: both forms answered, and both still do
@app.get("/items/{code}/")
def item(code: Code) -> dict[str, str]:
    return {"code": code}


@app.get("/reports/")  # the optional group: a route for each form
def all_reports() -> dict[str, str | None]:
    return {"year": None}


@app.get("/reports/{year}/")
def report(year: Year) -> dict[str, str | None]:
    return {"year": year}


def not_static(slug: str) -> str:
    """The look-ahead in words: no pattern of Pydantic or of an RE2 proxy can say it."""
    if slug == "static" or not slug.replace("-", "a").isalpha() or slug != slug.lower():
        raise HTTPException(404)
    return slug


@app.get("/{slug}/")  # last: it would catch everything of one segment
def page(slug: Annotated[str, Depends(not_static)]) -> dict[str, str]:
    return {"slug": slug}


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/AB-1").json() == client.get("/items/AB-1/").json() == {"code": "AB-1"}
    assert client.get("/items/ab-1/").status_code == 404
    assert client.get("/reports/").json() == {"year": None}
    assert client.get("/reports/2024/").json() == {"year": "2024"}
    assert client.get("/about-us/").json() == {"slug": "about-us"}
    assert client.get("/static/").status_code == 404
    try:
        TypeAdapter(Annotated[str, StringConstraints(pattern="^(?!static/)[a-z-]+$")])
        raise AssertionError("look-ahead is taken now")
    except SchemaError:
        pass
