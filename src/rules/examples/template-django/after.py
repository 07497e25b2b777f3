from typing import Any

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from starlette.responses import Response
from starlette.templating import Jinja2Templates

PAGE = """{{ shop }}
{% for item in items %}<li>{{ loop.index }} {{ item.name.upper() }} {{ item.price|euro }}</li>{% endfor %}"""


def euro(cents: int) -> str:
    return f"{cents / 100:.2f} €"


def shop(request: Request) -> dict[str, Any]:
    return {"shop": "Chairs & more"}


class Item:
    def __init__(self, name: str, price: int) -> None:
        self.name, self.price = name, price


env = Environment(
    loader=DictLoader({"list.html": PAGE}),  # in earnest: FileSystemLoader("templates")
    autoescape=select_autoescape(),
    undefined=StrictUndefined,  # Django prints nothing for a name that is missing
)
env.filters["euro"] = euro
templates = Jinja2Templates(env=env, context_processors=[shop])
app = FastAPI()


@app.get("/")
def items(request: Request) -> Response:
    return templates.TemplateResponse(request, "list.html", {"items": [Item("<chair>", 1990)]})


if __name__ == "__main__":
    text = TestClient(app).get("/").text
    assert "Chairs &amp; more" in text and "<li>1 &lt;CHAIR&gt; 19.90 €</li>" in text
    assert "built-in method" in env.from_string("{{ 'a'.upper }}").render()  # Django would call it
