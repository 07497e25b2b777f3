from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from jinja2 import Environment
from starlette.routing import NoMatchFound, Route

# Written from Django's routes once, and kept as data: half of the targets live in the other process.
LINKS = {"home": "/", "item": "/items/{pk}/", "invoice": "/billing/invoices/{number}/"}


def reverse(name: str, **values: object) -> str:
    return LINKS[name].format(**values)


pages = Environment(autoescape=True)
pages.globals["url"] = reverse
app = FastAPI(redirect_slashes=False)


@app.get("/items/{pk}/", name="item")
def item(request: Request, pk: int) -> dict[str, str]:
    return {"self": reverse("item", pk=pk), "here": request.scope["route"].name}


@app.get("/", name="home")
def home() -> HTMLResponse:
    page = "<a href={{ url('item', pk=1) }}>first</a> <a href={{ url('invoice', number=5) }}>bill</a>"
    return HTMLResponse(pages.from_string(page).render())


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/items/7/").json() == {"self": "/items/7/", "here": "item"}
    assert "/items/1/" in client.get("/").text and "/billing/invoices/5/" in client.get("/").text
    try:
        app.url_path_for("invoice", number=5)
        raise AssertionError
    except NoMatchFound:  # url_for knows this process only
        pass
    own = {route.name: route.path for route in app.routes if isinstance(route, Route) and route.name in LINKS}
    assert own.items() <= LINKS.items()  # the test that keeps table and routes together
