"""Random URL configurations as real Django projects, and what Django's own resolver answers for random paths.

    routing.py make SEED FOLDER          a project, and moves.json: what becomes of its views
    routing.py ask FOLDER PATHS SEED     rules.json of that folder against django.urls.resolve, as JSON on stdout
"""

import json
import random
import re
import sys
from pathlib import Path
from urllib.parse import quote

WORDS = ["items", "export", "a", "b", "new", "edit", "2024", "café", "x-y", "en", "de", "archiv", "a b", "x.y", "@me", "admin"]
SEGMENTS = ["items", "export", "a", "b", "new", "edit", "2024", "12", "0", "en", "de", "fr", "de-ch", "x-y", "x.y", "café", "a b", "@me", "Items",
            "1234", "12345", "foo_1", "", "items.json", "1.5", "é", "ünï", "abc", "f" * 8 + "-0000-1111-2222-" + "a" * 12, "%", "a/b", "Ab", "~u"]
CONVERTERS = ["int", "str", "slug", "path", "uuid", "year", "hexa", "odd", "yes"]
REGEXES = [
    r"^{w}/$", r"^{w}/?$", r"^{w}$", r"^{w}/(?P<pk>\d+)/$", r"^{w}/(?P<slug>[-\w]+)/?$", r"^(?P<x>[^/.]+)/$", r"^(?:{w}|{v})/$", r"^{w}/",
    r"{w}/$", r"(?i)^{w}/$", r"^{w}/(?P<y>[0-9]{{4}})(?:/(?P<m>[0-9]{{1,2}}))?/$", r"^(?P<rest>.*)$", r"^{w}/(?!{v})(?P<r>[a-z]+)/$",
    r"^{w}(?:\.(?P<format>[a-z0-9]+))?/?\Z", r"^(?P<a>[a-c]+)/(?P<b>.+)/{w}$", r"^{w}\.html$", r"^{w}/(({v})|(\d{{2}}))/$", r"^[a-z]{{1,3}}/$",
    r"^(?P<q>\w+)@(?P<z>[^@/]+)/$", r"^([^\d]+)/$", r"^{w}/[\w.@+-]+/$",
]
PREFIXES = [r"^{w}/", r"^(?P<i{n}>[^/]+)/", r"^(?P<i{n}>\d+)/", r"^(?P<i{n}>[a-z]+)", r"^(?:{w}|{v})/", r"^", r"^(?P<i{n}>.+)/", "{w}"]

HEAD = '''from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path, register_converter

import views


class Year:
    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


DIGITS = "[0-9a-f]"


class Hexa(Year):
    regex = DIGITS + "+"

    def to_python(self, value):
        return value.lower()


class Odd(Year):
    def to_python(self, value):
        if int(value) % 2 == 0:
            raise ValueError(value)
        return int(value)


class Yes:
    regex = "yes|no|y/n"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(Year, "year")
register_converter(Hexa, "hexa")
register_converter(Odd, "odd")
register_converter(Yes, "yes")
'''

SETTINGS = '''SECRET_KEY = "routing"
ROOT_URLCONF = "urls"
INSTALLED_APPS = []
ALLOWED_HOSTS = ["*"]
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French")]
MIDDLEWARE = [%s]
'''


def make(seed, folder):
    chance = random.Random(seed)
    count = 0

    def route(endpoint):
        parts = []
        for n in range(chance.choice([1, 1, 2, 2, 3]) if endpoint else 1):
            parts.append("<%s:p%d_%d>" % (chance.choice(CONVERTERS), n, chance.randrange(10**6)) if chance.random() < 0.4 else chance.choice(WORDS))
        return "/".join(parts) + chance.choice(["/", "/", "/", "", ".html" if endpoint else "/"])

    def patterns(depth, indent, least=1):
        nonlocal count
        lines = []
        for _ in range(chance.randint(least, 7 if depth == 0 else 4)):
            words = {"w": re.escape(chance.choice(WORDS)), "v": re.escape(chance.choice(WORDS)), "n": chance.randrange(10**6)}
            kind = chance.random()
            if depth < 3 and kind < 0.3:
                inner = patterns(depth + 1, indent + "    ")
                if chance.random() < 0.6:
                    lines.append("%spath(%r, include([\n%s%s]))," % (indent, chance.choice(["", route(False), chance.choice(WORDS) + "/"]), inner, indent))
                else:
                    lines.append("%sre_path(%r, include([\n%s%s]))," % (indent, chance.choice(PREFIXES).format(**words), inner, indent))
                continue
            count += 1
            if kind < 0.65:
                lines.append("%spath(%r, views.v%d)," % (indent, chance.choice([route(True), route(True), ""]), count))
            else:
                lines.append("%sre_path(%r, views.v%d)," % (indent, chance.choice(REGEXES).format(**words), count))
        return "\n".join(lines) + "\n"

    text = HEAD + "\nurlpatterns = [\n" + patterns(0, "    ", 4) + "]\n"
    if seed % 3 == 0:
        text += "urlpatterns += i18n_patterns(\n%s    prefix_default_language=%s,\n)\n" % (patterns(1, "    "), chance.choice(["True", "False"]))
        text += "urlpatterns += [\n%s]\n" % patterns(1, "    ")
    folder.mkdir(parents=True)
    (folder / "urls.py").write_text(text, encoding="utf-8")
    middleware = '"django.middleware.locale.LocaleMiddleware"' if seed % 2 == 0 else ""
    (folder / "settings.py").write_text(SETTINGS % middleware, encoding="utf-8")
    (folder / "views.py").write_text("".join("def v%d(request, *args, **kwargs):\n    pass\n\n\n" % n for n in range(1, count + 1)), encoding="utf-8")
    (folder / "manage.py").write_text('import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n', encoding="utf-8")
    moves = {}
    share = chance.choice([0.2, 0.5, 0.9])
    for n in range(1, count + 1):
        if chance.random() < share:
            moves["views.v%d" % n] = chance.choice([{"*": "fastapi"}, {"*": "fastapi"}, {"GET": "fastapi"}, {"GET": "canary"}, {"*": "canary"},
                                                    {"POST": "fastapi", "*": "django"}, {"DELETE": "django", "*": "fastapi"}])
    (folder / "moves.json").write_text(json.dumps(moves), encoding="utf-8")


def side_of(move, method):
    """What has to answer, said a second time: HEAD goes with GET, OPTIONS with all, only reads are tried out."""
    if method == "HEAD":
        method = "GET"
    if method == "OPTIONS":
        return "fastapi" if move == {"*": "fastapi"} else "django"
    side = move.get(method, move.get("*", "django"))
    return side if side != "canary" or method == "GET" else "django"


def random_path(chance, shapes):
    """A raw path: words of the configuration, then spoilt."""
    if shapes and chance.random() < 0.6:
        text = chance.choice(shapes)
        text = re.sub(r"\{[^}]*\}", lambda _: chance.choice(SEGMENTS), text)
    else:
        text = "/" + "/".join(chance.choice(SEGMENTS) for _ in range(chance.randint(0, 4))) + chance.choice(["/", ""])
    raw = "".join(quote(c, safe="/-._~!$&'()*+,;=:@" if chance.random() < 0.9 else "/") for c in text)
    spoil = chance.random()
    if spoil < 0.06:
        at = chance.randrange(1, len(raw) + 1)
        raw = raw[:at] + chance.choice(["%2F", "%41", "%61", "%C3%A9", "%c3%a9", "%FF", "%0A", "%25", "%20", "%E2%84%AA", "//", "%", "/../", "."]) + raw[at:]
    elif spoil < 0.09:
        raw = raw.swapcase()
    elif spoil < 0.12:
        raw = raw.rstrip("/") if raw != "/" else raw
    elif spoil < 0.14:
        raw = "".join("%%%02X" % ord(c) if c.isalpha() and chance.random() < 0.2 else c for c in raw)
    return raw


def ask(folder, number, seed):
    import os

    sys.path.insert(0, str(folder))
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    import django

    django.setup()
    from django.conf import settings
    from django.middleware.locale import LocaleMiddleware
    from django.test import RequestFactory
    from django.urls import Resolver404, resolve
    from django.utils import translation

    rules = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
    moves = json.loads((folder / "moves.json").read_text(encoding="utf-8"))
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    compiled = [(re.compile(rule["regex"]), rule) for rule in rules["rules"]]
    manual = {m["path"] for m in rules["manual"]}
    views = {}
    for r in report["inventory"]["routes"]:
        views.setdefault(r["view"], []).append(r["path"])
    by_hand = {view for view, paths in views.items() if manual & set(paths)}
    shapes = [r["path"] for r in report["inventory"]["routes"]]
    locale = LocaleMiddleware(lambda request: None) if settings.MIDDLEWARE else None
    chance, factory = random.Random(seed), RequestFactory()
    counts = {"asked": 0, "django": 0, "moved": 0, "resolved": 0, "by_hand": 0, "encoded_fallback": 0, "encoded_moved": 0}
    wrong = []
    for _ in range(number):
        raw, method = random_path(chance, shapes), chance.choice(["GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS"])
        request = factory.generic("GET", "/")
        request.path_info = decoded(raw)
        request.path = request.path_info
        translation.activate("en")
        if locale:
            locale.process_request(request)
        try:
            found = resolve(request.path_info)
            view = "views." + found.func.__name__
        except Resolver404:
            view = None
        translation.activate("en")
        rule = next((rule for regex, rule in compiled if regex.fullmatch(raw)), None)
        answer = "django" if rule is None else rule["methods"].get(method, rule["rest"])
        should = side_of(moves[view], method) if view in moves else "django"
        counts["asked"] += 1
        counts["resolved"] += view is not None
        counts["moved" if answer != "django" else "django"] += 1
        if answer == should:
            counts["encoded_moved"] += "%" in raw and answer != "django"
            continue
        if answer == "django" and "%" in raw:
            counts["encoded_fallback"] += 1  # allowed: Django still knows
        elif answer == "django" and view in by_hand:
            counts["by_hand"] += 1  # said
        else:
            wrong.append([method, raw, view, should, answer, rule and rule["regex"]])
    print(json.dumps({"counts": counts, "wrong": wrong[:20], "wrong_count": len(wrong), "rules": len(compiled), "manual": len(manual)}))


def decoded(raw):
    """As a server hands the path to Django."""
    from django.core.handlers.wsgi import get_path_info
    from urllib.parse import unquote_to_bytes

    return get_path_info({"PATH_INFO": unquote_to_bytes(raw).decode("latin-1")})


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        ask(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
