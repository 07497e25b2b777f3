import hmac
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Request
from fastapi.testclient import TestClient

TRUSTED_ORIGINS = {"https://shop.example"}  # CSRF_TRUSTED_ORIGINS
SESSIONS = {"s1": "ann"}


class Login(NamedTuple):
    user: str
    by: str  # request.auth


def by_session(request: Request, sessionid: Annotated[str | None, Cookie()] = None) -> Login | None:
    user = SESSIONS.get(sessionid or "")
    if user is None:
        return None  # not mine: the next source may know
    if request.method not in {"GET", "HEAD", "OPTIONS", "TRACE"}:  # CSRF only where the cookie identified the user
        origin = request.headers.get("origin")
        if origin and origin not in TRUSTED_ORIGINS and urlsplit(origin).netloc != request.headers["host"]:
            raise HTTPException(403, f"CSRF Failed: Origin checking failed - {origin} does not match any trusted origins.")
        if not hmac.compare_digest(request.headers.get("x-csrftoken", ""), request.cookies.get("csrftoken", "-")):
            raise HTTPException(403, "CSRF Failed: CSRF token missing.")
    return Login(user, "session")


def by_key(x_key: Annotated[str | None, Header()] = None) -> Login | None:
    if x_key is None:
        return None
    if not hmac.compare_digest(x_key, "secret"):
        raise HTTPException(403, "Invalid key.")  # refused, even on a public operation
    return Login("robot", "key")


def login(first: Annotated[Login | None, Depends(by_session)], second: Annotated[Login | None, Depends(by_key)]) -> Login | None:
    return first or second


def required(found: Annotated[Login | None, Depends(login)]) -> Login:
    if found is None:  # the first class has no WWW-Authenticate header: 403 instead of 401
        raise HTTPException(403, "Authentication credentials were not provided.")
    return found


app = FastAPI()


@app.get("/me/")
@app.post("/me/")
def me(found: Annotated[Login, Depends(required)]) -> Login:
    return found


@app.get("/public/")
def public(found: Annotated[Login | None, Depends(login)]) -> str:
    return found.user if found else "anonymous"


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/me/").status_code == 403 and "www-authenticate" not in client.get("/me/").headers
    assert client.get("/public/").json() == "anonymous"
    assert client.get("/public/", headers={"X-Key": "wrong"}).status_code == 403
    assert client.post("/me/", headers={"X-Key": "secret"}).json() == ["robot", "key"]  # no CSRF for keys
    client.cookies.update({"sessionid": "s1", "csrftoken": "t"})
    assert client.post("/me/").status_code == 403
    assert client.post("/me/", headers={"X-CSRFToken": "t"}).json() == ["ann", "session"]
    assert client.post("/me/", headers={"X-CSRFToken": "t", "Origin": "https://evil.example"}).status_code == 403
