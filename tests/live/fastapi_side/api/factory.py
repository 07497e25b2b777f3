import importlib

from fastapi import Depends, FastAPI
from fastapi.middleware.wsgi import WSGIMiddleware
from starlette.applications import Starlette

from .deps import audit
from .plain import routes
from .routers import books


def health():
    return {"ok": True}


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
    from site_config.wsgi import application

    app.mount("/", WSGIMiddleware(application))
    return app
