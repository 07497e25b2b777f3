from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key="x" * 32, session_cookie="api_session")  # not Django's `sessionid`


def flash(request: Request, level: str, text: str) -> None:
    # A new list: the session notices assignment, not a change within.
    request.session["flashes"] = [*request.session.get("flashes", []), {"level": level, "text": text}]


def flashes(request: Request) -> list[dict[str, str]]:
    found: list[dict[str, str]] = request.session.pop("flashes", [])
    return found


@app.post("/buy/")
def buy(request: Request) -> RedirectResponse:
    flash(request, "success", "Bought.")
    return RedirectResponse("/", status_code=302)


@app.get("/")
def home(request: Request) -> list[dict[str, str]]:
    return flashes(request)


if __name__ == "__main__":
    client = TestClient(app)
    assert client.post("/buy/").json() == [{"level": "success", "text": "Bought."}]
    assert client.get("/").json() == []
