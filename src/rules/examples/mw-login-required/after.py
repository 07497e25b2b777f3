from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from starlette.routing import Mount
from fastapi.routing import APIRoute


def current_user(x_remote_user: Annotated[str | None, Header()] = None) -> str:
    """The proxy overwrites the header; nothing else may reach this process."""
    if x_remote_user is None:
        raise HTTPException(401)
    return x_remote_user


app = FastAPI(dependencies=[Depends(current_user)])
public = FastAPI()


@app.get("/orders/")
def orders(user: Annotated[str, Depends(current_user)]) -> str:
    return user


@public.get("/health")
def health() -> str:
    return "ok"


app.mount("/public", public)

if __name__ == "__main__":
    client = TestClient(app)
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    assert routes and all(client.request(min(route.methods or ()), route.path).status_code == 401 for route in routes)
    assert client.get("/public/health").json() == "ok"
    assert client.get("/orders/", headers={"X-Remote-User": "ada"}).json() == "ada"
    assert [route.path for route in app.routes if isinstance(route, Mount)] == ["/public"]
