from typing import Annotated

from fastapi import FastAPI, Form, HTTPException
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient

app = FastAPI(redirect_slashes=False)
NAMES = ["Screw", "Nail"]


@app.get("/items/", response_class=PlainTextResponse)
@app.head("/items/", response_class=PlainTextResponse, include_in_schema=False)  # Django answers HEAD through get()
def list_items(q: str = "") -> str:
    return "\n".join(name for name in NAMES if q.lower() in name.lower())


@app.post("/items/", response_class=PlainTextResponse, status_code=201)
def create_item(name: Annotated[str | None, Form()] = None) -> str:
    if name is None:
        raise HTTPException(400, "name is missing")  # was a 500: request.POST["name"]
    NAMES.append(name)
    return str(len(NAMES))


@app.get("/export/")
def export() -> Response:
    return Response("name\n", media_type="text/csv")


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/", params={"q": "NA"}).text == "Nail"
    assert client.head("/items/").status_code == 200
    assert client.post("/items/", data={"name": "Nut"}).status_code == 201
    assert client.post("/items/").status_code == 400
    assert client.put("/items/").headers["allow"] == "HEAD"  # of one matching route; Django says "GET, POST"
    assert client.head("/export/").status_code == 405
