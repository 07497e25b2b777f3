"""Who is logged in, asked of Django, in FastAPI: no import of Django.

    from bridge.session_bridge import CurrentUser, csrf_protect

    @app.post("/api/orders/", dependencies=[Depends(csrf_protect)])
    def order(user: CurrentUser) -> Order: ...

Written by migscan for one project. Its sessions cannot be read from outside Django; README.md says why. So every request that wants to know
its user costs a request to Django, which answers with the view in django_whoami.py. From the environment:

    DJANGO_URL          where Django listens inside, past the proxy, e.g. http://django:8000
    DJANGO_WHOAMI       path of the view (/internal/whoami/ unless it is set); the proxy must not let it be reached from outside
    DJANGO_TIMEOUT      seconds to wait for the answer (2 unless it is set)
"""

import os
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final

import httpx
from fastapi import Depends, HTTPException, Request

SESSION_COOKIE: Final = "sessionid"  # fitted
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# What Django decides by: who it is, whether the token is right, where the request came from.
FORWARDED: Final = ("cookie", "origin", "referer", "x-csrftoken", "accept-language", "x-request-id")


@dataclass(frozen=True)
class User:
    id: int | str
    is_active: bool
    is_staff: bool
    is_superuser: bool


@cache
def client() -> httpx.Client:
    return httpx.Client(base_url=os.environ["DJANGO_URL"], timeout=float(os.environ.get("DJANGO_TIMEOUT") or 2))


def whoami(request: Request, method: str) -> httpx.Response:
    headers = {name: value for name in FORWARDED if (value := request.headers.get(name)) is not None}
    headers["host"] = request.headers.get("host", "")
    headers["x-forwarded-proto"] = request.url.scheme
    try:
        return client().request(method, os.environ.get("DJANGO_WHOAMI") or "/internal/whoami/", headers=headers)
    except httpx.HTTPError:
        raise HTTPException(503, "Who you are cannot be asked at the moment.", {"Retry-After": "1"}) from None


# Plain functions, no coroutines: FastAPI runs them in its pool of threads, where waiting for Django stops nobody.


def current_user(request: Request) -> User | None:
    if SESSION_COOKIE not in request.cookies:
        return None
    answer = whoami(request, "GET")
    if answer.status_code != 200:
        raise HTTPException(503, "Who you are cannot be asked at the moment.", {"Retry-After": "1"})
    said = answer.json()["user"]
    return None if said is None else User(said["id"], said["is_active"], said["is_staff"], said["is_superuser"])


def required_user(user: Annotated[User | None, Depends(current_user)]) -> User:
    if user is None:
        raise HTTPException(403, "Authentication credentials were not provided.")
    return user


OptionalUser = Annotated[User | None, Depends(current_user)]
CurrentUser = Annotated[User, Depends(required_user)]


def csrf_protect(request: Request) -> None:
    """As CsrfViewMiddleware, and by it: everyone who sends an unsafe method has to show the token in the header X-CSRFToken."""
    if request.method not in SAFE_METHODS and whoami(request, "POST").status_code != 200:
        raise HTTPException(403, "CSRF Failed.")


def csrf_protect_session(request: Request, user: OptionalUser) -> None:
    """As SessionAuthentication of the REST framework: only who is logged in by the session has to show it."""
    if user is not None:
        csrf_protect(request)
