import importlib
import tempfile

from fastapi import APIRouter, Depends, FastAPI
from fastapi.middleware.wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Host, Route, Router

from .deps import audit
from .plain import routes
from .routers import books


def health():
    return {"ok": True}


async def window(request):
    return JSONResponse([])


def add_health(app, path="/healthz"):
    app.add_api_route(path, health, methods=["GET", "HEAD"], tags=["ops"])


def create_app(debug: bool = False) -> FastAPI:
    app = FastAPI(title="Library", dependencies=[Depends(audit)])
    add_health(app)
    for name in ("shelves",):
        module = importlib.import_module(f"api.routers.{name}")
        app.include_router(module.router, prefix="/api/v1")
    app.include_router(books.router, prefix="/api/v1")
    app.include_router(books.router, prefix="/api/v2", tags=["second"])
    admin = FastAPI()

    @admin.get("/users/{name:path}")
    def users(name: str) -> dict:
        return {}

    app.mount("/admin", admin)
    app.mount("/plain", Starlette(routes=routes))
    partners = FastAPI()

    @partners.get("/offers/{number}")
    def offers(number: int) -> list[int]:
        return []

    app.host("partners.example.org", partners)
    app.router.host("{shop}.example.org", Router(routes=[Route("/window", window)]))
    app.mount("/hosts", Starlette(routes=[Host("www.example.org", app=Router([Route("/deep", window)]))]))
    built = APIRouter(prefix="/ui")
    built.frontend("/app", directory=tempfile.gettempdir())
    app.include_router(built, prefix="/web")
    app.frontend("/", directory=tempfile.gettempdir())
    from site_config.wsgi import application

    app.mount("/", WSGIMiddleware(application))
    return app
