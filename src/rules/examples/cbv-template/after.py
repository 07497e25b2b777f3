from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from fastapi.testclient import TestClient
from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

PAGES = {
    "base.html": "<title>{{ title }}</title>{% block main %}{% endblock %}",
    "about.html": "{% extends 'base.html' %}{% block main %}{{ phone }} {{ user.get_full_name() }}{% endblock %}",
}
environment = Environment(loader=DictLoader(PAGES), autoescape=select_autoescape(), undefined=StrictUndefined)
app = FastAPI()


class Visitor:
    def get_full_name(self) -> str:
        return "Ann <Lee>"


def everywhere(request: Request) -> dict[str, object]:
    """The context processors of the settings, those that templates use."""
    return {"user": Visitor(), "title": "Shop"}


templates = Jinja2Templates(env=environment, context_processors=[everywhere])


@app.get("/about/")
def about(request: Request) -> Response:
    return templates.TemplateResponse(request, "about.html", {"phone": "112"})


@app.get("/old/")
def old(request: Request) -> RedirectResponse:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/about/{query}", status_code=302)  # the default is 307


if __name__ == "__main__":
    client = TestClient(app, follow_redirects=False)
    assert client.get("/about/").text == "<title>Shop</title>112 Ann &lt;Lee&gt;"
    answer = client.get("/old/?a=1")
    assert (answer.status_code, answer.headers["location"]) == (302, "/about/?a=1")
    assert RedirectResponse("/").status_code == 307
