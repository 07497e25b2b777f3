"""The project of a fixture under its real Django, as an ASGI application for the tests of the proxies: each answer says that Django gave it,
and, asked with X-Probe, which pattern. The database is one of its own, below SIDE_FOLDER.

    SIDE_FOLDER=/some/folder DJANGO_SETTINGS_MODULE=config.settings python -m uvicorn side_django:app --app-dir tests/live
"""

import os
from pathlib import Path

import django
from django.conf import settings

FOLDER = Path(os.environ["SIDE_FOLDER"])
settings.DEBUG  # noqa: B018  (reads the settings, so that they can be changed)
settings.DATABASES = {name: {**one, "NAME": FOLDER / (name + ".sqlite3")} for name, one in settings.DATABASES.items()}
settings.ALLOWED_HOSTS = ["*"]
settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"anon": None, "checkout": None}}
settings.LOGGING_CONFIG = None
django.setup()

import importlib  # noqa: E402

# The urlconf is that of the settings as they are; only answers are those of production.
importlib.import_module(settings.ROOT_URLCONF)
settings.DEBUG = False

from django.core.management import call_command  # noqa: E402

if not (FOLDER / "default.sqlite3").exists():
    for name in settings.DATABASES:
        call_command("migrate", database=name, verbosity=0)

from django.urls import Resolver404, resolve  # noqa: E402

module, _, name = settings.ASGI_APPLICATION.rpartition(".")
project = getattr(importlib.import_module(module), name)
MARK = (b"x-side", b"django")


async def app(scope, receive, send):
    refused = False

    async def marked(message):
        nonlocal refused
        if message["type"] in ("http.response.start", "websocket.accept"):
            raw = scope.get("raw_path") or b""
            message = {**message, "headers": [*message.get("headers", ()), MARK, (b"x-raw", raw)]}
        elif message["type"] == "websocket.close" and not refused:
            # A consumer that does not let in this stranger: an answer that says so, with the mark.
            refused = True
            await send({"type": "websocket.http.response.start", "status": 403, "headers": [MARK]})
            message = {"type": "websocket.http.response.body", "body": b""}
        await send(message)

    if scope["type"] == "lifespan":
        raise RuntimeError("no lifespan")
    if scope["type"] == "http" and (b"x-probe", b"1") in scope["headers"]:
        # Thousands of requests that ask only which pattern would answer.
        try:
            route = resolve(scope["path"]).route
        except Resolver404:
            route = ""
        await marked({"type": "http.response.start", "status": 200, "headers": [(b"x-route", route.encode())]})
        await send({"type": "http.response.body", "body": b""})
        return
    try:
        await project(scope, receive, marked)
    except ValueError:  # Channels: no consumer for this path
        await marked({"type": "websocket.close"})
