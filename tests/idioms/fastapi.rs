//! FastAPI beside Django: the ways in which applications, routers and routes are put together.

use migscan::django::inventory::{Certainty, FastRoute};

use crate::project::{Seen, seen};

/// `METHODS path -> endpoint` of every route, in the order of the report.
fn routes(seen: &Seen) -> Vec<String> {
    let line = |route: &FastRoute| {
        let methods = route.methods.as_ref().map_or_else(|| route.kind.to_owned(), |methods| methods.join(","));
        format!("{methods} {} -> {}", route.path, route.endpoint.as_deref().unwrap_or("?"))
    };
    seen.inventory.fastapi.routes.iter().map(line).collect()
}

fn route<'a>(seen: &'a Seen, path: &str) -> &'a FastRoute {
    seen.inventory.fastapi.routes.iter().find(|route| route.path == path).unwrap_or_else(|| panic!("no {path}: {:?}", routes(seen)))
}

/// A file `api/main.py` in which an application has been made.
fn seen_app(text: &str) -> Seen {
    seen(&format!("# --- api/main.py\nfrom fastapi import APIRouter, Depends, FastAPI\napp = FastAPI()\n{text}"))
}

#[test]
fn decorators_of_the_application() {
    let seen = seen_app(
        "@app.get('/items/{pk}')\ndef read(pk: int):\n    pass\n@app.api_route('/both', methods=['post', 'GET'])\nasync def both():\n    pass\n@app.websocket('/ws')\nasync def talk(ws):\n    pass\n",
    );
    assert_eq!(routes(&seen), ["GET,POST /both -> api.main.both", "GET /items/{pk} -> api.main.read", "websocket /ws -> api.main.talk"]);
    assert!(route(&seen, "/both").is_async && !route(&seen, "/items/{pk}").is_async);
    assert_eq!((route(&seen, "/both").place.file.as_str(), route(&seen, "/both").place.line), ("api/main.py", 6));
    assert_eq!(route(&seen, "/both").app, "api.main.app");
}

#[test]
fn routers_within_routers_across_files() {
    let seen = seen(
        "# --- api/main.py\nfrom fastapi import FastAPI\nfrom api.v1 import router as v1\napp = FastAPI()\napp.include_router(v1, prefix='/api')\n# --- api/v1.py\nfrom fastapi import APIRouter\nfrom . import items\nrouter = APIRouter(prefix='/v1')\nrouter.include_router(items.router, prefix='/shelf')\n# --- api/items.py\nfrom fastapi.routing import APIRouter\nrouter = APIRouter(prefix='/items')\n@router.post('/', status_code=201)\ndef make():\n    pass\n",
    );
    assert_eq!(routes(&seen), ["POST /api/v1/shelf/items/ -> api.items.make"]);
    assert_eq!(route(&seen, "/api/v1/shelf/items/").status_code, Some(201));
}

#[test]
fn a_function_that_nobody_calls_makes_the_application() {
    let seen = seen(
        "# --- api/factory.py\nimport fastapi\nfrom .views import add\ndef create_app(debug=False):\n    application = fastapi.FastAPI(root_path='/v2')\n    add(application)\n    return application\n# --- api/views.py\ndef ping():\n    pass\ndef add(app):\n    app.add_api_route('/ping', ping, methods=['GET', 'HEAD'])\n",
    );
    assert_eq!(routes(&seen), ["GET,HEAD /ping -> api.views.ping"]);
    let app = &seen.inventory.fastapi.apps[0];
    assert_eq!((app.name.as_str(), app.root_path.as_deref()), ("api.factory.create_app()", Some("/v2")));
}

#[test]
fn a_loop_over_routers() {
    let seen = seen_app(
        "a, b = APIRouter(prefix='/a'), APIRouter(prefix='/b')\n@a.get('')\ndef one():\n    pass\n@b.delete('/x')\ndef two():\n    pass\nfor router in (a, b):\n    app.include_router(router)\n",
    );
    assert_eq!(routes(&seen), ["GET /a -> api.main.one", "DELETE /b/x -> api.main.two"]);
}

#[test]
fn a_router_that_is_included_twice_answers_twice() {
    let seen = seen_app(
        "r = APIRouter()\n@r.get('/x')\ndef one():\n    pass\napp.include_router(r, prefix='/v1')\napp.include_router(r, prefix='/v2')\n",
    );
    assert_eq!(routes(&seen), ["GET /v1/x -> api.main.one", "GET /v2/x -> api.main.one"]);
}

#[test]
fn what_is_added_after_its_router_was_included_is_only_likely() {
    let seen = seen_app("r = APIRouter()\napp.include_router(r)\n@r.get('/late')\ndef late():\n    pass\n");
    assert_eq!(route(&seen, "/late").certainty, Certainty::Likely);
}

#[test]
fn mounts() {
    let seen = seen(
        "# --- api/main.py\nfrom fastapi import FastAPI\nfrom fastapi.middleware.wsgi import WSGIMiddleware\nfrom fastapi.staticfiles import StaticFiles\nfrom config.wsgi import application\nsub = FastAPI()\n@sub.get('/x')\ndef x():\n    pass\napp = FastAPI()\napp.mount('/sub', sub)\napp.mount('/static', StaticFiles(directory='s'))\napp.mount('/', WSGIMiddleware(application))\n# --- config/wsgi.py\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
    );
    assert_eq!(routes(&seen), ["GET /sub/x -> api.main.x"]);
    let mounts: Vec<_> = seen.inventory.fastapi.mounts.iter().map(|m| (m.path.as_str(), m.kind)).collect();
    assert_eq!(mounts, [("/", "django"), ("/static", "static"), ("/sub", "app")]);
    let apps: Vec<_> = seen.inventory.fastapi.apps.iter().map(|a| (a.name.as_str(), a.mounted)).collect();
    assert_eq!(apps, [("api.main.app", false), ("api.main.sub", true)]);
}

#[test]
fn lists_of_starlette() {
    let seen = seen(
        "# --- api/main.py\nfrom starlette.applications import Starlette\nfrom starlette.endpoints import HTTPEndpoint\nfrom starlette.routing import Mount, Route, WebSocketRoute\ndef home(request):\n    pass\nasync def talk(ws):\n    pass\nclass Page(HTTPEndpoint):\n    async def get(self, request):\n        pass\n    async def post(self, request):\n        pass\napp = Starlette(routes=[Route('/', home), Mount('/in', routes=[Route('/page', Page), WebSocketRoute('/ws', talk)])])\n",
    );
    assert_eq!(routes(&seen), ["GET / -> api.main.home", "GET,POST /in/page -> api.main.Page", "websocket /in/ws -> api.main.talk"]);
}

#[test]
fn a_subclass_of_the_router_hands_its_prefix_on() {
    let seen = seen_app(
        "class Ours(APIRouter):\n    def __init__(self, name, **kwargs):\n        super().__init__(prefix=f'/{name}', **kwargs)\nr = Ours('books', tags=['b'])\n@r.get('/all')\ndef every():\n    pass\napp.include_router(r)\n",
    );
    assert_eq!(routes(&seen), ["GET /books/all -> api.main.every"]);
    assert_eq!(route(&seen, "/books/all").tags, ["b"]);
}

#[test]
fn response_models_have_dotted_names() {
    let seen = seen(
        "# --- api/schemas.py\nfrom pydantic import BaseModel\nclass Book(BaseModel):\n    pass\n# --- api/main.py\nfrom typing import List, Optional\nfrom fastapi import FastAPI, Response, status\nfrom . import schemas\nfrom .schemas import Book\napp = FastAPI()\n@app.get('/a', response_model=List[schemas.Book])\ndef a():\n    pass\n@app.get('/b')\ndef b() -> Optional[Book]:\n    pass\n@app.get('/c', response_model=None)\ndef c() -> Book:\n    pass\n@app.get('/d', status_code=status.HTTP_204_NO_CONTENT)\ndef d() -> Response:\n    pass\n",
    );
    assert_eq!(route(&seen, "/a").response_model.as_deref(), Some("list[api.schemas.Book]"));
    assert_eq!(route(&seen, "/b").response_model.as_deref(), Some("api.schemas.Book | None"));
    assert_eq!((&route(&seen, "/c").response_model, &route(&seen, "/d").response_model), (&None, &None));
    assert_eq!(route(&seen, "/d").status_code, Some(204));
}

#[test]
fn dependencies_from_the_outside_inwards() {
    let seen = seen(
        "# --- api/deps.py\nfrom typing import Annotated\nfrom fastapi import Depends, Security\ndef audit():\n    pass\ndef tenant():\n    pass\ndef user():\n    pass\ndef db():\n    pass\nDb = Annotated[object, Depends(db)]\n# --- api/main.py\nfrom fastapi import APIRouter, Depends, FastAPI, Security\nfrom . import deps\nfrom .deps import Db\nr = APIRouter(dependencies=[Depends(deps.tenant)])\n@r.get('/x')\ndef x(db: Db, user=Security(deps.user)):\n    pass\napp = FastAPI(dependencies=[Depends(deps.audit)])\napp.include_router(r)\n",
    );
    assert_eq!(route(&seen, "/x").dependencies, ["api.deps.audit", "api.deps.tenant", "api.deps.db", "api.deps.user"]);
}

#[test]
fn decorators_that_wrap_show_what_they_wrap() {
    let seen = seen_app(
        "import functools\ndef audit(name):\n    def decorator(func):\n        @functools.wraps(func)\n        def wrapper(*args, **kwargs):\n            return func(*args, **kwargs)\n        return wrapper\n    return decorator\ndef user():\n    pass\n@app.get('/x')\n@audit('x')\ndef x(who=Depends(user)) -> int:\n    pass\n",
    );
    let x = route(&seen, "/x");
    assert_eq!((x.endpoint.as_deref(), x.response_model.as_deref()), (Some("api.main.x"), Some("int")));
    assert_eq!((x.name.as_deref(), x.dependencies.join(",")), (Some("x"), "api.main.user".to_owned()));
}

#[test]
fn conditions_are_kept() {
    let seen = seen_app("import os\nif os.environ['DEBUG']:\n    @app.get('/debug')\n    def debug():\n        pass\n");
    assert_eq!(route(&seen, "/debug").certainty, Certainty::Likely);
    assert!(route(&seen, "/debug").condition.is_some());
}

#[test]
fn what_is_not_known_has_a_place_and_a_reason() {
    let seen = seen_app(
        "import somewhere\nr = APIRouter(prefix=somewhere.PREFIX)\n@r.get('/x')\ndef x():\n    pass\napp.include_router(r)\nlost = APIRouter()\n@lost.get('/lost')\ndef y():\n    pass\n",
    );
    assert_eq!((routes(&seen), route(&seen, "{?}/x").certainty), (vec!["GET {?}/x -> api.main.x".to_owned()], Certainty::Unknown));
    let open: Vec<_> = seen.inventory.fastapi.unresolved.iter().map(|u| (u.file.as_str(), u.line, u.reason.as_str())).collect();
    assert!(open.contains(&("api/main.py", 9, "no application in view includes this router")), "{open:?}");
    assert!(open.iter().any(|(_, line, _)| *line == 4), "{open:?}");
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.kind == "fastapi"));
}

#[test]
fn a_class_of_another_library_is_no_application() {
    let seen = seen(
        "# --- api/main.py\nimport fastapi\nfrom slowapi import FastAPI, APIRouter\napp = FastAPI()\nr = APIRouter()\n@r.get('/x')\ndef x():\n    pass\n@app.get('/y')\ndef y():\n    pass\n",
    );
    assert!(seen.inventory.fastapi.is_empty() && seen.inventory.fastapi.unresolved.is_empty());
}

#[test]
fn django_is_the_same_with_and_without_the_other_half() {
    let models = "# --- shop/models.py\nfrom django.db import models\nclass A(models.Model):\n    name = models.CharField(max_length=3)\n# --- config/urls.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('a/', views.one)]\n# --- shop/views.py\ndef one(request):\n    pass\n";
    let with = "# --- fastapi_app/main.py\nfrom fastapi import FastAPI\nfrom shop.models import A\nfrom shop import views\napp = FastAPI()\n@app.get('/a')\ndef a():\n    return A.objects.all()\n";
    let (one, two) = (seen(models), seen(&format!("{models}{with}")));
    assert_eq!(one.models(), two.models());
    assert_eq!(one.paths(), two.paths());
    assert_eq!(routes(&two), ["GET /a -> fastapi_app.main.a"]);
}

#[test]
fn tables_of_sqlalchemy() {
    let seen = seen_app(
        "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\nclass Book(Base):\n    __tablename__ = 'shop_book'\nclass Fake:\n    __tablename__ = 'nothing'\n",
    );
    let tables: Vec<_> = seen.inventory.fastapi.tables.iter().map(|t| (t.name.as_str(), t.class.as_str())).collect();
    assert_eq!(tables, [("shop_book", "api.main.Book")]);
}

#[test]
fn what_only_fastapi_reaches_is_on_the_other_side() {
    let seen = seen(
        "# --- api/main.py\nfrom fastapi import FastAPI\nfrom api import schemas, shared\napp = FastAPI()\n# --- api/schemas.py\nX = 1\n# --- api/shared.py\nY = 1\n# --- shop/views.py\nfrom django.http import HttpResponse\nfrom api import shared\n# --- shop/alone.py\nZ = 1\n",
    );
    let other: Vec<&str> = seen.inventory.files.iter().filter(|file| file.fastapi).map(|file| file.path.as_str()).collect();
    assert_eq!(other, ["api/main.py", "api/schemas.py"]);
}

/// Reason and text of what could not be followed, by line.
fn open(seen: &Seen) -> Vec<(u32, &str, &str)> {
    let mut out: Vec<_> =
        seen.inventory.fastapi.unresolved.iter().map(|open| (open.line, open.reason.as_str(), open.text.as_str())).collect();
    out.sort();
    out
}

#[test]
fn routers_of_packages_are_named_where_they_come_in() {
    let seen = seen_app(
        "from acme_health import router as health\nfrom acme_kit import make_router\nfrom fastapi_crudrouter import MemoryCRUDRouter\nfrom fastapi_users import FastAPIUsers\napp.include_router(health, prefix='/health')\napp.include_router(make_router())\ncrud = MemoryCRUDRouter(schema=None, prefix='/crud')\n@crud.get('/more')\ndef more():\n    pass\napp.include_router(crud)\nusers = FastAPIUsers(None, [])\napp.include_router(users.get_auth_router(None), prefix='/auth')\n",
    );
    assert_eq!(routes(&seen), ["GET /crud/more -> api.main.more"]);
    let outside = "a router from outside the repository, whose routes are not in view";
    assert_eq!(
        open(&seen),
        [
            (7, outside, "/health: acme_health.router"),
            (8, outside, ": acme_kit.make_router"),
            (9, "a router of a package, which may bring routes of its own", "fastapi_crudrouter.MemoryCRUDRouter"),
            (15, outside, "/auth: fastapi_users.FastAPIUsers.get_auth_router"),
        ]
    );
}

#[test]
fn a_class_whose_methods_are_routes() {
    let seen = seen_app(
        "from fastapi_utils.cbv import cbv\nfrom fastapi_utils.inferring_router import InferringRouter\nrouter = InferringRouter()\n@cbv(router)\nclass Items:\n    user: str = Depends(print)\n    @router.get('/items/{pk}')\n    def read(self, pk: int):\n        pass\n    @router.post('/items')\n    async def make(self):\n        pass\napp.include_router(router, prefix='/v1')\n",
    );
    assert_eq!(routes(&seen), ["POST /v1/items -> api.main.Items.make", "GET /v1/items/{pk} -> api.main.Items.read"]);
    assert!(open(&seen).is_empty(), "{:?}", open(&seen));
}

#[test]
fn what_answers_for_one_host() {
    let seen = seen_app(
        "from starlette.routing import Host, Route, Router\nimport elsewhere\ninner = FastAPI()\n@inner.get('/x')\ndef x():\n    pass\nasync def y(request):\n    pass\napp.host('api.example.org', inner)\napp.router.routes.append(Host('{sub}.example.org', app=Router(routes=[Route('/y', y)])))\napp.host('far.example.org', elsewhere.app)\n",
    );
    assert_eq!(routes(&seen), ["GET /x -> api.main.x", "GET /y -> api.main.y"]);
    let x = route(&seen, "/x");
    assert_eq!(
        (x.condition.as_deref(), x.certainty, x.app.as_str()),
        (Some("requests for the host api.example.org"), Certainty::Likely, "api.main.app")
    );
    let mounts: Vec<_> = seen.inventory.fastapi.mounts.iter().map(|mount| (mount.kind, mount.host.as_deref().unwrap_or("?"))).collect();
    assert_eq!(mounts, [("app", "api.example.org"), ("app", "{sub}.example.org"), ("other", "far.example.org")]);
    assert_eq!(open(&seen), [(13, "what answers for a host is not in view", "elsewhere.app")]);
    assert!(seen.inventory.fastapi.apps.iter().any(|app| app.name == "api.main.inner" && app.mounted));
}

#[test]
fn front_ends_are_no_routes() {
    let seen = seen_app(
        "router = APIRouter(prefix='/ui')\nrouter.frontend('/app/', directory='dist')\napp.include_router(router, prefix='/web')\napp.frontend('/', directory='dist')\n",
    );
    assert!(routes(&seen).is_empty() && open(&seen).is_empty());
    let mounts: Vec<_> = seen.inventory.fastapi.mounts.iter().map(|mount| (mount.kind, mount.path.as_str())).collect();
    assert_eq!(mounts, [("frontend", "/"), ("frontend", "/web/ui/app")]);
}
