"""Django is asked who it is: it reads its own sessions, prolongs them, and knows of second factors."""

import time
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Who(BaseModel):
    id: int
    name: str
    verified: bool  # the second factor, as django-otp's middleware found it
    acting_for: str | None = None  # the real user behind an impersonated one, for the audit log


class Whoami:
    """`GET /internal/whoami` of Django, not reachable from outside; an answer is good for a few seconds."""

    def __init__(self, client: httpx.Client, seconds: float = 5) -> None:
        self.client, self.seconds = client, seconds
        self.known: dict[str, tuple[float, Who]] = {}

    def __call__(self, request: Request) -> Who:
        cookie = request.cookies.get("sessionid", "")
        until, who = self.known.get(cookie, (0.0, None))
        if who is None or until < time.monotonic():
            answer = self.client.get("/internal/whoami", headers={"cookie": f"sessionid={cookie}"})
            if answer.status_code != 200:
                raise HTTPException(401)
            who = Who.model_validate(answer.json())
            self.known[cookie] = time.monotonic() + self.seconds, who
        if not who.verified:
            raise HTTPException(403, "Second factor missing.")
        return who


def django(request: httpx.Request) -> httpx.Response:
    """Stands for the inner endpoint."""
    calls.append(request.url.path)
    people = {"sessionid=ann": Who(id=7, name="ann", verified=True), "sessionid=half": Who(id=8, name="bob", verified=False)}
    who = people.get(request.headers["cookie"])
    return httpx.Response(200, json=who.model_dump()) if who else httpx.Response(401)


calls: list[str] = []
whoami = Whoami(httpx.Client(base_url="http://django.internal", transport=httpx.MockTransport(django)))
app = FastAPI()


@app.get("/me/")
def me(who: Annotated[Who, Depends(whoami)]) -> dict[str, str]:
    return {"name": who.name}


if __name__ == "__main__":
    ann = TestClient(app, cookies={"sessionid": "ann"})
    assert ann.get("/me/").json() == ann.get("/me/").json() == {"name": "ann"}
    assert len(calls) == 1
    assert TestClient(app, cookies={"sessionid": "half"}).get("/me/").status_code == 403
    assert TestClient(app).get("/me/").status_code == 401
