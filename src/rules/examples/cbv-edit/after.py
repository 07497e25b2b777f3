import secrets
from typing import Annotated

from fastapi import Cookie, Depends, FastAPI, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.testclient import TestClient
from jinja2 import Environment
from pydantic import BaseModel, Field, ValidationError

PAGE = Environment(autoescape=True).from_string(
    "<form method=post><input name=token value={{ token }}>{{ error }}<input name=name value='{{ name }}'></form>"
)
app = FastAPI()
saved: list[str] = []


class ItemForm(BaseModel):
    name: str = Field(min_length=1, max_length=10)


def csrf(token: Annotated[str, Form()] = "", csrftoken: Annotated[str, Cookie()] = "") -> None:
    if not csrftoken or not secrets.compare_digest(token, csrftoken):
        raise HTTPException(403, "CSRF token missing or incorrect.")


@app.get("/items/new/")
def form(csrftoken: Annotated[str, Cookie()] = "") -> HTMLResponse:
    token = csrftoken or secrets.token_hex(16)
    page = HTMLResponse(PAGE.render(token=token, name="", error=""))
    page.set_cookie("csrftoken", token, samesite="lax", secure=True)
    return page


@app.post("/items/new/", dependencies=[Depends(csrf)])
def create(csrftoken: Annotated[str, Cookie()], name: Annotated[str, Form()] = "") -> Response:
    try:  # the text comes in unchecked: a wrong form is shown again, not refused with 422
        item = ItemForm(name=name.strip())
    except ValidationError as wrong:
        return HTMLResponse(PAGE.render(token=csrftoken, name=name, error=wrong.errors()[0]["msg"]))
    saved.append(item.name)
    return RedirectResponse("/items/", status_code=302)


if __name__ == "__main__":
    client = TestClient(app, base_url="https://shop.example", follow_redirects=False)
    client.get("/items/new/")
    token = client.cookies["csrftoken"]
    assert client.post("/items/new/", data={"name": "Nail"}).status_code == 403
    again = client.post("/items/new/", data={"name": "<" * 11, "token": token})
    assert again.status_code == 200 and "&lt;" in again.text and "at most 10" in again.text
    assert client.post("/items/new/", data={"name": "Nail ", "token": token}).status_code == 302
    assert saved == ["Nail"]
