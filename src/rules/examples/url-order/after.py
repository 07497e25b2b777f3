from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    show_debug: bool = False


router = APIRouter(tags=["items"])


@router.get("/export/")  # before /{pk}/: FastAPI takes the first path that fits, whatever the type of its parameter
def export() -> dict[str, list[str]]:
    return {"rows": []}


@router.get("/{pk}/")
def item(pk: int) -> dict[str, int]:
    return {"pk": pk}


debug_router = APIRouter()


@debug_router.get("/debug/")
def debug() -> dict[str, str]:
    return {}


def make_app(settings: Settings) -> FastAPI:
    app = FastAPI(redirect_slashes=False)
    app.include_router(router, prefix="/items")
    if settings.show_debug:
        app.include_router(debug_router)
    return app


if __name__ == "__main__":
    client = TestClient(make_app(Settings(show_debug=False)))
    assert client.get("/items/export/").json() == {"rows": []}
    assert client.get("/items/7/").json() == {"pk": 7}
    assert client.get("/debug/").status_code == 404
    assert TestClient(make_app(Settings(show_debug=True))).get("/debug/").status_code == 200

    wrong = APIRouter()  # the order of the URLconf
    wrong.add_api_route("/{pk}/", item)
    wrong.add_api_route("/export/", export)
    swapped = FastAPI()
    swapped.include_router(wrong, prefix="/items")
    assert TestClient(swapped).get("/items/export/").status_code == 422
