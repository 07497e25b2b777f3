from typing import Annotated

import httpx
from fastapi import Cookie, Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient


def whoami(request: httpx.Request) -> httpx.Response:
    """Stands for a view of Django: 200 with the id of `request.user`, else 401."""
    known = "sessionid=k" in request.headers.get("cookie", "")
    return httpx.Response(200, json={"user": 7}) if known else httpx.Response(401)


django = httpx.AsyncClient(base_url="http://django.internal", transport=httpx.MockTransport(whoami), timeout=2)


async def current_user(sessionid: Annotated[str | None, Cookie()] = None) -> int:
    # Sessions that only the cache holds are pickles: ask the side that owns them, until they are in the database.
    if sessionid is None:
        raise HTTPException(401)
    answer = await django.get("/internal/whoami/", headers={"Cookie": f"sessionid={sessionid}"})
    if answer.status_code != 200:
        raise HTTPException(401)
    return int(answer.json()["user"])


app = FastAPI()


@app.get("/me/")
async def me(user: Annotated[int, Depends(current_user)]) -> int:
    return user


if __name__ == "__main__":
    assert TestClient(app).get("/me/").status_code == 401
    assert TestClient(app, cookies={"sessionid": "x"}).get("/me/").status_code == 401
    assert TestClient(app, cookies={"sessionid": "k"}).get("/me/").json() == 7
