from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from jinja2 import DictLoader, Environment, select_autoescape
from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates


def nothing(value: Any) -> Any:
    """What a browser sends for an empty input."""
    return None if value == "" else value


class OrderIn(BaseModel):
    email: Annotated[str, Field(pattern=r".+@.+")]
    amount: Annotated[int | None, BeforeValidator(nothing)] = None
    gift: bool = False  # a checkbox that is off sends nothing


PAGE = """<form method="post">
{% for name, text in errors.items() %}<p>{{ name }}: {{ text }}</p>{% endfor %}
<input name="email" value="{{ old.email }}"><input name="amount"></form>"""
templates = Jinja2Templates(env=Environment(loader=DictLoader({"order.html": PAGE}), autoescape=select_autoescape()))
app = FastAPI()
saved: list[OrderIn] = []


@app.post("/order/", response_model=None)
async def order(request: Request) -> Response:
    raw = dict(await request.form())
    try:
        saved.append(OrderIn.model_validate(raw))
    except ValidationError as error:
        errors = {str(e["loc"][0]): e["msg"] for e in error.errors()}
        return templates.TemplateResponse(request, "order.html", {"old": raw, "errors": errors})  # 200, as Django does
    return RedirectResponse("/thanks/", status_code=302)


if __name__ == "__main__":
    client = TestClient(app, follow_redirects=False)
    answer = client.post("/order/", data={"email": "<b>", "amount": ""})
    assert answer.status_code == 200 and "email:" in answer.text and "&lt;b&gt;" in answer.text
    assert client.post("/order/", data={"email": "a@b.c", "amount": ""}).status_code == 302
    assert saved == [OrderIn(email="a@b.c", amount=None, gift=False)]
