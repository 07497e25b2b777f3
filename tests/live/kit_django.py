"""What Django says to requests with sessions and CSRF tokens of every kind: the truth for the bridge of the rollout kit.

    python kit_django.py FOLDER SETTINGS [--serve]

Runs in a copy of a fixture. Makes users and sessions, writes down the state of the database in FOLDER/seen.sqlite3 before it asks, since Django
ends sessions that it does not like, and prints every request with Django's answer as JSON. With --serve it goes on answering on a port.
"""

import datetime
import importlib.util
import json
import os
import shutil
import sys
import threading
from pathlib import Path
from unittest import mock
from urllib.parse import urlencode

FOLDER = Path(sys.argv[1]).resolve()
os.chdir(FOLDER)
sys.path.insert(0, str(FOLDER))
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path  # noqa: E402

NEW = django.VERSION >= (4, 1)
HOST = "app.example"
OLD_KEY = "fixture-secret-of-last-year-that-no-report-may-show"
TRUSTED = ["https://shop.example", "https://*.wide.example", "http://plain.example:8000"]
ENGINE = settings.SESSION_ENGINE.rsplit(".", 1)[1]


def me(request):
    return JsonResponse({"user": str(request.user.pk) if request.user.is_authenticated else None})


urlpatterns = [path("me/", me)]
if "--serve" in sys.argv:
    spec = importlib.util.spec_from_file_location("django_whoami", FOLDER / "kit" / "bridge" / "django_whoami.py")
    view = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(view)
    urlpatterns.append(path("internal/whoami/", view.whoami))

overrides = {
    "ROOT_URLCONF": __name__,
    "ALLOWED_HOSTS": ["*"],
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "CSRF_TRUSTED_ORIGINS": TRUSTED if NEW else [],
    "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
}
if NEW:
    overrides["SECRET_KEY_FALLBACKS"] = [OLD_KEY]
override_settings(**overrides).enable()
sys.modules["kit_django"] = sys.modules[__name__]

call_command("migrate", verbosity=0)
User = get_user_model()
users = {}
for number, name in enumerate(["ann", "bob", "cat", "dan", "eve"]):
    fields = {"email": f"{name}@example.com"}
    if User.USERNAME_FIELD == "username":
        fields["username"] = name
    users[name] = User.objects.create_user(password=f"pw-{name}", **fields)


def session(user=None, key=None, age=0, **content):
    """The cookie of a new session."""
    with override_settings(SECRET_KEY=key or settings.SECRET_KEY):
        import time as clock

        began = clock.time() - age
        with mock.patch("django.core.signing.time.time", lambda: began):
            store = __import__(settings.SESSION_ENGINE, fromlist=["SessionStore"]).SessionStore()
            if user is not None:
                store[SESSION_KEY] = user._meta.pk.value_to_string(user)
                store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
                store[HASH_SESSION_KEY] = user.get_session_auth_hash()
            store.update(content)
            store.save()
    if age and ENGINE != "signed_cookies":
        from django.contrib.sessions.models import Session

        ends = datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE - age)
        from django.utils import timezone

        Session.objects.filter(pk=store.session_key).update(expire_date=timezone.now() + ends)
    return store.session_key


def spoilt(text, at):
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def cookies_of_all_kinds():
    ann, age = users["ann"], settings.SESSION_COOKIE_AGE
    good = session(ann)
    out = {
        "good": good,
        "none": None,
        "empty": "",
        "nonsense": "nonsense",
        "strange": "a:b:c",
        "anonymous": session(cart=[1, 2]),
        "large": session(ann, cart=list(range(3000))) if ENGINE != "signed_cookies" else session(ann, cart=[0] * 800),
        "letters": session(ann, name="größe \u2028 \U0001f600"),
        "old but good": session(ann, age=age - 60),
        "expired": session(ann, age=age + 60),
        "password changed": session(users["bob"]),
        "inactive": session(users["cat"]),
        "deleted": session(users["dan"]),
        "other back end": session(ann, **{BACKEND_SESSION_KEY: "other.Backend"}),
        "no proof": session(ann, **{HASH_SESSION_KEY: ""}),
        "wrong proof": session(ann, **{HASH_SESSION_KEY: "0" * 64}),
        "someone else's proof": session(ann, **{HASH_SESSION_KEY: users["eve"].get_session_auth_hash()}),
        "foreign key": session(ann, key="fixture-secret-of-nobody-that-no-report-may-show"),
        "staff": session(users["eve"]),
    }
    if NEW:
        out["older key"] = session(ann, key=OLD_KEY)
    if ENGINE == "signed_cookies":
        out |= {f"spoilt at {at}": spoilt(good, at) for at in (0, len(good) // 2, good.index(":") + 1, len(good) - 10)}
        out["resigned"] = good.rpartition(":")[0] + ":" + session(users["eve"]).rpartition(":")[2]
    elif ENGINE != "cache":
        from django.contrib.sessions.models import Session

        out["spoilt key"] = spoilt(good, 3)
        for at in (0, 20, -10):
            key = session(ann)
            row = Session.objects.get(pk=key)
            row.session_data = spoilt(row.session_data, at % len(row.session_data))
            row.save()
            out[f"spoilt data at {at}"] = key
    bob, cat, eve = users["bob"], users["cat"], users["eve"]
    bob.set_password("another")
    bob.save()
    cat.is_active = False
    cat.save()
    eve.is_staff = True
    eve.save()
    users["dan"].delete()
    return out


def requests():
    """Name and request of each case."""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    secret = "".join(alphabet[(7 * i) % 62] for i in range(32))
    mask = "".join(alphabet[(11 * i + 5) % 62] for i in range(32))
    masked = mask + "".join(alphabet[(alphabet.index(a) + alphabet.index(b)) % 62] for a, b in zip(secret, mask))
    for name, cookie in cookies_of_all_kinds().items():
        yield f"session: {name}", {"method": "GET", "session": cookie}
    if settings.CSRF_USE_SESSIONS:
        holds = {"session": session(users["ann"], _csrftoken=secret)}
    else:
        holds = {"session": session(users["ann"]), "csrf": secret}
    post = {"method": "POST", **holds}
    tokens = {"raw": secret, "masked": masked, "wrong": secret[::-1], "wrong masked": masked[::-1], "short": secret[:-1], "long": masked + "a",
              "not allowed": "!" * 32, "empty": "", "of another mask": masked[:32] + secret}
    for name, token in tokens.items():
        yield f"csrf: token {name}", {**post, "headers": {"x-csrftoken": token}}
        yield f"csrf: form {name}", {**post, "form": {"csrfmiddlewaretoken": token}}
    good = {"x-csrftoken": masked}
    yield "csrf: no token", post
    yield "csrf: form wins", {**post, "headers": good, "form": {"csrfmiddlewaretoken": "b" * 32}}
    yield "csrf: form without", {**post, "headers": good, "form": {"a": "b"}}
    yield "csrf: GET", {**post, "method": "GET"}
    for method in ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]:
        yield f"csrf: {method} without", {**post, "method": method}
        yield f"csrf: {method} with", {**post, "method": method, "headers": good}
    yield "csrf: no cookie", {"method": "POST", "session": session(users["ann"]), "headers": good}
    if not settings.CSRF_USE_SESSIONS:
        yield "csrf: nobody logged in", {"method": "POST", "csrf": secret, "headers": good}
        yield "csrf: masked cookie", {**post, "csrf": masked, "headers": good}
        yield "csrf: spoilt cookie", {**post, "csrf": "short", "headers": good}
    if not NEW:
        return
    origins = ["http://app.example", "https://app.example", "http://app.example:80", "https://shop.example", "http://shop.example", "null", "",
               "https://a.wide.example", "https://a.b.wide.example", "https://wide.example", "https://awide.example", "http://a.wide.example",
               "http://plain.example:8000", "http://plain.example", "https://evil.example", "https://app.example.evil.example", "http://[",
               "HTTP://APP.EXAMPLE", "https://A.WIDE.EXAMPLE"]
    for secure in (False, True):
        for origin in origins:
            yield f"csrf: {'https' if secure else 'http'}, origin {origin}", {**post, "secure": secure, "headers": {**good, "origin": origin}}
    referers = [None, "", "https://app.example/", "https://app.example", "http://app.example/", "https://evil.example/", "https://shop.example/a",
                "https://a.wide.example/a?b", "https://app.example:444/", "https://plain.example:8000/", "nonsense", "https://[", "//app.example/",
                "https://APP.example/"]
    for secure in (False, True):
        for referer in referers:
            headers = good if referer is None else {**good, "referer": referer}
            yield f"csrf: {'https' if secure else 'http'}, referer {referer}", {**post, "secure": secure, "headers": headers}


def asked(request):
    client = Client(enforce_csrf_checks=True)
    cookies = {settings.SESSION_COOKIE_NAME: request.get("session"), settings.CSRF_COOKIE_NAME: request.get("csrf")}
    for name, value in cookies.items():
        if value is not None:
            client.cookies[name] = value
    headers = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in request.get("headers", {}).items()}
    cache.clear()  # another process would not have it either
    form = request.get("form")
    answer = client.generic(request["method"], "/me/", urlencode(form) if form else "", secure=request.get("secure", False),
                            content_type="application/x-www-form-urlencoded" if form else "application/json", HTTP_HOST=HOST, **headers)
    user = answer.json()["user"] if answer.status_code == 200 and request["method"] != "HEAD" else None
    return {"status": answer.status_code, "user": user}


def main():
    serve = "--serve" in sys.argv
    if serve:
        cases = {f"session: {name}": {"method": "GET", "session": cookie} for name, cookie in
                 {"good": session(users["ann"]), "none": None, "nonsense": "nonsense"}.items()}
        secret, mine = "a" * 32, session(users["ann"])
        cases["csrf: good"] = {"method": "POST", "session": mine, "csrf": secret, "headers": {"x-csrftoken": secret}}
        cases["csrf: wrong"] = {"method": "POST", "session": mine, "csrf": secret, "headers": {"x-csrftoken": "b" * 32}}
        cases["csrf: none"] = {"method": "POST", "session": mine, "csrf": secret}
        cases["csrf: origin"] = {"method": "POST", "session": mine, "csrf": secret,
                                 "headers": {"x-csrftoken": secret, "origin": "https://evil.example"}}
    else:
        cases = dict(requests())
    name = connection.settings_dict["NAME"]
    connection.close()
    shutil.copy(name, FOLDER / "seen.sqlite3")
    with mock.patch.object(cache, "clear") if serve else override_settings():
        answers = [{"name": case, "request": request, "django": asked(request)} for case, request in cases.items()]
    said = {"key": settings.SECRET_KEY, "fallbacks": [OLD_KEY] if NEW else [], "trusted": overrides["CSRF_TRUSTED_ORIGINS"], "host": HOST,
            "session_cookie": settings.SESSION_COOKIE_NAME, "csrf_cookie": settings.CSRF_COOKIE_NAME, "cases": answers}
    if serve:
        from wsgiref.simple_server import WSGIRequestHandler, make_server

        from django.core.wsgi import get_wsgi_application

        class Silent(WSGIRequestHandler):
            def log_message(self, *arguments):
                pass

        server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Silent)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        said["port"] = server.server_port
    print(json.dumps(said), flush=True)
    if serve:
        sys.stdin.read()


main()
