"""The rollout kit, as the program writes it, against the real Django: who is logged in, CSRF, password hashes; the contract recorder."""

import json
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import FIXTURES, HERE, ROOT, binary, run

# fixture, its settings file, the engine and what else is said at the end of the settings
BACKENDS = "django.contrib.sessions.backends."
PROJECTS = {
    "shop, db": ("shop", "config/settings.py", {}),
    "shop, cached_db": ("shop", "config/settings.py", {"SESSION_ENGINE": BACKENDS + "cached_db", "SESSION_COOKIE_NAME": "shop_id"}),
    "shop, signed_cookies": ("shop", "config/settings.py", {"SESSION_ENGINE": BACKENDS + "signed_cookies", "SESSION_COOKIE_AGE": 5000}),
    "newsroom, db": ("newsroom", "newsroom/settings/local.py", {"CSRF_USE_SESSIONS": True}),
    "newsroom, cached_db": ("newsroom", "newsroom/settings/local.py", {"SESSION_ENGINE": BACKENDS + "cached_db", "CSRF_COOKIE_NAME": "news-csrf"}),
    "newsroom, signed_cookies": ("newsroom", "newsroom/settings/local.py",
                                 {"SESSION_ENGINE": BACKENDS + "signed_cookies", "CSRF_USE_SESSIONS": True}),
    "legacy, db": ("legacy", "quillmere/settings.py", {}),
    "legacy, signed_cookies": ("legacy", "quillmere/settings.py", {"SESSION_ENGINE": BACKENDS + "signed_cookies"}),
}
HASHERS = ["PBKDF2PasswordHasher", "PBKDF2SHA1PasswordHasher", "Argon2PasswordHasher", "BCryptSHA256PasswordHasher", "BCryptPasswordHasher",
           "ScryptPasswordHasher", "MD5PasswordHasher"]
DEFAULT = ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "scrypt"]
ACCEPTED = {"good", "large", "letters", "old but good", "older key", "staff"}


def made(tmp_path, fixture, file, said):
    """A copy of the fixture with more settings, and the kit that the program writes for it."""
    project = shutil.copytree(ROOT / "fixtures" / fixture, tmp_path / fixture)
    with (project / file).open("a", encoding="utf-8") as settings:
        settings.writelines(f"{name} = {value!r}\n" for name, value in said.items())
    run([binary(), "plan", project, "--out", project / "kit", "--proxy", "nginx", "--settings", FIXTURES[fixture]])
    return project


@pytest.mark.parametrize("name", PROJECTS)
def test_the_bridge_says_what_django_says(name, python_of, tmp_path):
    fixture, file, said = PROJECTS[name]
    project = made(tmp_path, fixture, file, said)
    asked = run([python_of[fixture], HERE / "kit_django.py", project, FIXTURES[fixture]]).stdout
    cases = json.loads(asked)["cases"]
    got = json.loads(run([python_of["kit"], HERE / "kit_fastapi.py", project / "kit", project / "seen.sqlite3"], input=asked).stdout)
    differing = [f"{case['name']}: Django {case['django']}, bridge {got[case['name']]}" for case in cases if case["django"] != got[case["name"]]]
    print(f"{name}: {len(cases)} requests")
    assert differing == []
    # and Django itself says what the names promise: a test in which everything is refused would prove nothing
    let_in = {case["name"].removeprefix("session: ") for case in cases if case["name"].startswith("session: ") and case["django"]["user"]}
    assert let_in == {name for name in ACCEPTED if fixture != "legacy" or name != "older key"}
    statuses = [case["django"]["status"] for case in cases if case["name"].startswith("csrf: ")]
    assert statuses.count(200) >= 10 and statuses.count(403) >= 10


def test_django_is_asked_where_sessions_cannot_be_read(python_of, tmp_path):
    project = made(tmp_path, "shop", "config/settings.py", {"SESSION_ENGINE": BACKENDS + "cache"})
    assert "only Django reads them" in (project / "kit" / "README.md").read_text()
    django = subprocess.Popen([python_of["shop"], HERE / "kit_django.py", project, FIXTURES["shop"], "--serve"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        asked = django.stdout.readline()
        got = json.loads(run([python_of["kit"], HERE / "kit_fastapi.py", project / "kit", "none"], input=asked).stdout)
        cases = json.loads(asked)["cases"]
        assert {case["name"]: case["django"] for case in cases} == got
        assert [case["django"]["status"] for case in cases] == [200, 200, 200, 200, 403, 403, 403]
        assert cases[0]["django"]["user"] and not cases[1]["django"]["user"]
    finally:
        django.stdin.close()
        django.wait(20)


@pytest.mark.parametrize("listed", [None, HASHERS], ids=["default", "all"])
def test_hashes_made_by_django(listed, python_of, tmp_path):
    said = {} if listed is None else {"PASSWORD_HASHERS": ["django.contrib.auth.hashers." + name for name in listed]}
    project = made(tmp_path, "newsroom", "newsroom/settings/local.py", said)
    got = json.loads(run([python_of["kit"], HERE / "kit_passwords.py", project / "kit"]).stdout)
    for algorithm, judged in got.items():
        known = listed is not None or algorithm in DEFAULT
        assert all(verdict is known for verdict in judged["right"]) and not any(judged["wrong"]), algorithm
    assert sum(len(judged["right"]) for judged in got.values()) == 21


def test_the_kit_is_typed(python_of, tmp_path):
    kits = [made(tmp_path / str(number), *project) / "kit" for number, project in enumerate(list(PROJECTS.values())[:3])]
    kits.append(made(tmp_path / "ask", "shop", "config/settings.py", {"SESSION_ENGINE": BACKENDS + "file"}) / "kit")
    for kit in kits:
        run([python_of["kit"], "-m", "mypy", "--config-file", HERE / "mypy-examples.ini", "--cache-dir", tmp_path / "cache", "-m", "bridge.session_bridge"],
            cwd=kit)
    run([python_of["kit"], "-m", "mypy", "--config-file", HERE / "mypy-examples.ini", "--cache-dir", tmp_path / "cache", "contract.py"],
        cwd=kits[0] / "contract")


def test_a_second_run_writes_nothing(tmp_path):
    project = made(tmp_path, "shop", "config/settings.py", {})
    kit = project / "kit"
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kit.rglob("*") if path.is_file()}
    (kit / "contract" / "values.json").write_text("{}")
    (kit / "README.md").write_text("mine")
    run([binary(), "plan", project, "--proxy", "nginx", "--out", kit])
    after = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kit.rglob("*") if path.is_file()}
    assert {path.relative_to(kit).as_posix() for path in after if path not in before or after[path] != before[path]} == {
        "README.md", "contract/values.json"}


# --- the contract recorder: two small servers that differ in one thing ------------------------------------------------------------------


class Tiny(BaseHTTPRequestHandler):
    """Answers with what `pages` of its server holds: path → status, headers, body; a body may be a function."""

    def answer(self):
        path = self.path
        self.server.seen.append((self.command, path, self.headers.get("Host"), self.headers.get("Cookie")))
        status, headers, body = self.server.pages.get(path, (404, {}, {"detail": "Not found."}))
        body = body(self.server) if callable(body) else body
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_DELETE = answer

    def log_message(self, *arguments):
        pass


def counter(server):
    server.count += 1
    return {"results": [{"id": 1, "at": f"{server.count}"}, {"id": 2, "at": f"{server.count}"}], "name": "a"}


PAGES = {
    "/items/": (200, {"Vary": "Accept, Cookie", "Allow": "GET, POST"}, [{"id": 1, "price": "1.50"}, {"id": 2, "price": "2.00"}]),
    "/items/7/": (200, {"ETag": '"a"'}, {"id": 7, "flag": True, "none": None}),
    "/volatile/": (200, {}, counter),
    "/moved/": (301, {"Location": "/items/"}, b""),
    "/page/": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<p>page</p>"),
}


@pytest.fixture
def sides():
    """Makes servers; gives their addresses and what they saw."""
    servers = []

    def make(**changes):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Tiny)
        server.pages, server.seen, server.count = {**PAGES, **changes.get("pages", {})}, [], changes.get("count", 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server, f"http://127.0.0.1:{server.server_port}"

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


REQUESTS = '''\
method,path,values,query,body,ordered,mask
GET,/items/,,,,yes,
GET,/items/{pk}/,"{""pk"":""""}",,,no,
HEAD,/items/,,,,no,
GET,/volatile/,,,,no,
GET,/moved/,,,,no,
GET,/page/,,,,no,
GET,/items/{other}/,,,,no,
POST,/items/,,,"{""name"": ""x""}",no,
'''


def contract(python_of, folder, *arguments):
    kit = ROOT / "src" / "plan" / "kit" / "templates" / "contract.py"
    return subprocess.run([python_of["kit"], kit, *arguments], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def recorded(sides, python_of, tmp_path):
    server, base = sides()
    (tmp_path / "requests.csv").write_text(REQUESTS)
    (tmp_path / "values.json").write_text('{"/items/{pk}/": {"pk": 7}}')
    done = contract(python_of, tmp_path, "record", "--base", base, "--values", "values.json", "--header", "Host: app.example", "requests.csv",
                    "recorded.jsonl")
    assert done.returncode == 0, done.stderr
    assert "6 answers recorded, 2 requests left out" in done.stdout
    assert "a write" in done.stderr and "values are missing" in done.stderr
    assert all(method != "POST" and host == "app.example" for method, _, host, _ in server.seen)
    return tmp_path


ALIKE = {
    "the same": {},
    "volatile": {"count": 100},
    "order and case of a list in a header": {"pages": {"/items/": (200, {"Vary": "cookie,accept", "Allow": "POST, GET"}, PAGES["/items/"][2])}},
    "a header that does not matter": {"pages": {"/moved/": (301, {"Location": "/items/", "X-Other": "1"}, b"")}},
    "keys in another order": {"pages": {"/items/7/": (200, {"ETag": '"a"'}, {"none": None, "flag": True, "id": 7})}},
}
DIFFERENT = {
    "status": ("/moved/", (307, {"Location": "/items/"}, b""), "status"),
    "location": ("/moved/", (301, {"Location": "/items"}, b""), "header location"),
    "vary": ("/items/", (200, {"Vary": "Accept", "Allow": "GET, POST"}, PAGES["/items/"][2]), "header vary"),
    "etag gone": ("/items/7/", (200, {}, PAGES["/items/7/"][2]), "header etag"),
    "content type": ("/page/", (200, {"Content-Type": "text/html"}, b"<p>page</p>"), "header content-type"),
    "decimal": ("/items/", (200, PAGES["/items/"][1], [{"id": 1, "price": 1.5}, {"id": 2, "price": "2.00"}]), "body 0.price"),
    "order that counts": ("/items/", (200, PAGES["/items/"][1], PAGES["/items/"][2][::-1]), "body 0.id"),
    "key gone": ("/items/7/", (200, {"ETag": '"a"'}, {"id": 7, "flag": True}), "body none"),
    "true is not 1": ("/items/7/", (200, {"ETag": '"a"'}, {"id": 7, "flag": 1, "none": None}), "body flag"),
    "one more": ("/items/", (200, PAGES["/items/"][1], [*PAGES["/items/"][2], {"id": 3}]), "3 elements"),
    "page": ("/page/", (200, PAGES["/page/"][1], b"<p>other</p>"), "body"),
    "beside the volatile": ("/volatile/", (200, {}, lambda server: {**counter(server), "name": "b"}), "body name"),
}


@pytest.mark.parametrize("name", ALIKE)
def test_alike_sides_pass(name, recorded, sides, python_of):
    _, base = sides(**ALIKE[name])
    done = contract(python_of, recorded, "replay", "--base", base, "--header", "Host: app.example", "recorded.jsonl")
    assert (done.returncode, done.stdout) == (0, "6 requests, 0 with differences\n"), done.stdout + done.stderr


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_is_named(name, recorded, sides, python_of):
    path, page, word = DIFFERENT[name]
    _, base = sides(pages={path: page})
    done = contract(python_of, recorded, "replay", "--base", base, "recorded.jsonl")
    assert done.returncode == 1, done.stdout + done.stderr
    assert path in done.stdout and word in done.stdout


def test_both_sides_live_and_writes(sides, python_of, tmp_path):
    (one, a), (two, b) = sides(), sides()
    (tmp_path / "requests.csv").write_text(REQUESTS)
    arguments = ["compare", "--base", a, "--other", b, "--writes", "requests.csv"]
    assert contract(python_of, tmp_path, *arguments).returncode == 0
    # a write goes once to each side
    assert [sum(seen[0] == "POST" for seen in side.seen) for side in (one, two)] == [1, 1]
    two.pages["/moved/"] = (301, {"Location": f"{b}/items/"}, b"")
    one.pages["/moved/"] = (301, {"Location": f"{a}/items/"}, b"")
    assert contract(python_of, tmp_path, *arguments).returncode == 0


def test_what_cannot_be_done_ends_with_two(python_of, tmp_path):
    (tmp_path / "requests.csv").write_text("method,path\nGET,items/\n")
    (tmp_path / "recorded.jsonl").write_text("{}\n")
    for arguments in (["record", "--base", "http://127.0.0.1:9", "requests.csv", "out"], ["replay", "--base", "http://127.0.0.1:9", "recorded.jsonl"],
                      ["record", "--base", "http://127.0.0.1:9", "nothing.csv", "out"]):
        done = contract(python_of, tmp_path, *arguments)
        assert done.returncode == 2 and done.stderr.startswith("contract.py: ") and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
