"""What a FastAPI application says of itself, route by route.

    python fastapi_truth.py ROOT MODULE:FACTORY > truth.json
"""

import importlib
import json
import sys
import types
import typing

root, target = sys.argv[1:]
sys.path.insert(0, root)

from fastapi import params  # noqa: E402
from fastapi.routing import iter_route_contexts  # noqa: E402
from starlette.routing import Host, Mount, Route, WebSocketRoute  # noqa: E402

module, factory = target.split(":")
app = getattr(importlib.import_module(module), factory)()


def spelled(annotation):
    """An annotation with dotted names, as a reader would write it today."""
    if annotation is None or annotation is type(None):
        return "None"
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(spelled(arg) for arg in args)
    if origin is not None:
        return "%s[%s]" % (spelled(origin), ", ".join(spelled(arg) for arg in args))
    name = "%s.%s" % (annotation.__module__, annotation.__qualname__)
    return name.removeprefix("builtins.")


def called(function):
    return "%s.%s" % (function.__module__, function.__qualname__)


def inner(route):
    return getattr(route, "starlette_route", None) or getattr(route, "original_route", route)


def row(route, prefix):
    endpoint = route.endpoint
    if endpoint.__module__.startswith(("fastapi.", "starlette.")):
        return None  # the pages of FastAPI's own
    methods = getattr(route, "methods", None)
    model = getattr(route, "response_model", None)
    socket = isinstance(inner(route), WebSocketRoute)
    if isinstance(endpoint, type):
        methods = {name.upper() for name in ("get", "post", "put", "patch", "delete", "options", "head", "trace") if hasattr(endpoint, name)}
    elif type(inner(route)) is Route and methods:
        methods = methods - {"HEAD"}  # Starlette adds it to GET
    dependant = getattr(route, "dependant", None)
    return {
        "path": prefix + route.path,
        "methods": None if socket else sorted(methods),
        "name": route.name,
        "endpoint": called(endpoint),
        "response_model": None if model is None or socket else spelled(model),
        "status_code": getattr(route, "status_code", None),
        "dependencies": sorted(called(inner.call) for inner in dependant.dependencies) if dependant and not socket else None,
        "include_in_schema": getattr(route, "include_in_schema", True),
    }


def walk(routes, prefix):
    for route in iter_route_contexts(routes):
        own = inner(route)
        if isinstance(own, (Mount, Host)):
            below = getattr(own, "routes", None) or []
            yield from walk(below, prefix + getattr(own, "path", ""))
        else:
            found = row(route, prefix)
            if found:
                yield found


json.dump(sorted(walk(app.routes, ""), key=lambda row: (row["path"], row["methods"] or [], row["endpoint"])), sys.stdout, indent=1)
