"""Each proxy in front of the real Django and a real FastAPI: the side that answers is the side that the rules name."""

import http.client
import json
import signal
import time

import pytest

from conftest import HERE, run, venvs
from proxies import METHODS, NAMES, SAFE, Proxy, Rules, ask, django_side, fastapi_side, free_port, normal, samples, variants, wait_for, websocket

PHASES = sorted((HERE / "phases").glob("*.json"))
STRANGERS = ["/", "/nowhere/", "/favicon.ico", "/static/x.css", "/admin/", "/api/", "/api/v1/", "/health/", "/api/v1/catalog/sale/",
             "/api/v1/orders/", "/api/v1/cart/", "/_mig_copy", "/k1", "/none", "/%", "/a%20b/", "/a%zz/", "/~user/", "/a'b\"c/", "/a|b/", "/{x}/", "/$host/"]


class Sides:
    def __init__(self, folder):
        self.folder, self.django, self.fastapi = folder, free_port(), free_port()
        self.old = django_side(self.django, folder)
        self.new = fastapi_side(self.fastapi, folder)

    def kill_fastapi(self):
        self.new.stop(signal.SIGKILL)

    def start_fastapi(self):
        self.new = fastapi_side(self.fastapi, self.folder)

    def stop(self):
        self.old.stop()
        self.new.stop()


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    run(["sh", HERE / "setup.sh", "shop", "proxies"])
    run(["sh", HERE / "debian.sh", venvs() / "debian"])
    both = Sides(tmp_path_factory.mktemp("sides"))
    yield both
    both.stop()


@pytest.fixture
def proxy(sides, tmp_path):
    """Makes and starts a proxy; stops it at the end."""
    made = []

    def make(name, rules, *options):
        one = Proxy(name, tmp_path / ("p%d" % len(made)), rules, sides.django, sides.fastapi, *options)
        made.append(one)
        one.validate()
        return one.start()

    yield make
    for one in made:
        one.stop()


def requests(rules):
    """Method and path of everything that is sent for a phase."""
    paths = [path for rule in rules["rules"] for path in samples(rule["regex"])]
    for path in dict.fromkeys(paths + STRANGERS):
        yield from ((method, path) for method in METHODS)
    for path in dict.fromkeys(one for path in paths for one in variants(path)):
        yield from ((method, path) for method in ("GET", "POST"))


@pytest.mark.parametrize("phase", PHASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", NAMES)
def test_the_side_that_answers_is_the_side_that_is_named(name, phase, proxy, capsys):
    data = json.loads(phase.read_text())
    rules, one = Rules(data), proxy(name, phase, "--canary", "30")
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=20)
    wrong, refused, count = [], [], 0
    for method, target in requests(data):
        wanted = rules.side(method, normal(target) if name == "traefik" else target)
        for force in ["new", "old"] if wanted == "canary" else [""]:
            side = {"new": "fastapi", "old": "django"}.get(force, wanted)
            status, headers, _ = ask(one.port, method, target, {"X-Mig": force} if force else {}, connection)
            count += 1
            if "x-side" not in headers:
                refused.append((method, target, status))
            elif headers["x-side"] != side:
                wrong.append((method, target, side, headers["x-side"], status))
            elif headers.get("x-mig-to") != side and not (name == "traefik" and force):
                wrong.append((method, target, "x-mig-to", headers.get("x-mig-to"), status))
            elif "x-raw" in headers and headers["x-raw"] != target.partition("?")[0] and name not in ("traefik", "caddy"):
                wrong.append((method, target, "forwarded as", headers["x-raw"], status))
    with capsys.disabled():
        print("\n%s, %s: %d requests, %d misrouted, %d refused by the proxy itself" % (name, phase.stem, count, len(wrong), len(refused)))
    assert not wrong, wrong[:20]
    # What a proxy does not let through at all is no path that a URL may have.
    assert all(status in (400, 404) for _, _, status in refused), refused[:20]
    assert {path for _, path, _ in refused} <= {"/%", "/a%zz/", *(path for _, path, _ in refused if "%0A" in path or "%3F" in path or "%23" in path)}, refused[:20]


@pytest.mark.parametrize("name", NAMES)
def test_headers_that_reach_the_sides(name, proxy):
    one = proxy(name, HERE / "phases" / "mixed.json")
    _, headers, _ = ask(one.port, "GET", "/api/v1/catalog/items/7/", {"Host": "shop.example:8080", "X-Mig": "old", "X-Forwarded-For": "6.6.6.6",
                                                                  "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})
    assert headers["x-side"] == "fastapi", "the wish is only for canaries"
    got = eval(headers["x-got"], {})
    assert got["host"] == "shop.example:8080" and got["x-mig"] == "" and got["x-forwarded-proto"] == "http", got
    assert got["x-forwarded-for"] == "127.0.0.1" and got["x-forwarded-host"] == "shop.example:8080", got


FORGED = {"Host": "shop.example", "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "front.example",
          "X-Forwarded-Ssl": "on", "X-Mig-Said": "on"}


def got_by_fastapi(one, headers):
    _, answered, _ = ask(one.port, "GET", "/api/v1/catalog/items/7/", headers)
    assert answered["x-side"] == "fastapi"
    return eval(answered["x-got"], {})


@pytest.mark.parametrize("name", NAMES)
def test_what_a_front_says_is_passed_on(name, proxy):
    """A load balancer that ends TLS: its word counts, and Django is told of HTTPS."""
    one = proxy(name, HERE / "phases" / "mixed.json", "--front", "127.0.0.0/8", "--front", "2001:db8::/32")
    got = got_by_fastapi(one, FORGED)
    assert got["x-forwarded-proto"] == "https" and got["x-forwarded-host"] == "front.example", got
    assert got["x-forwarded-for"].replace(" ", "") == "6.6.6.6,127.0.0.1", got
    got = got_by_fastapi(one, {"Host": "shop.example", "X-Forwarded-Proto": "http"})
    assert got["x-forwarded-proto"] == "http" and got["x-forwarded-host"] == "shop.example" and got["x-forwarded-for"] == "127.0.0.1", got
    assert got_by_fastapi(one, {"Host": "shop.example"})["x-forwarded-proto"] == "http"


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_not_believed(name, proxy):
    one = proxy(name, HERE / "phases" / "mixed.json", "--front", "192.0.2.0/24")
    got = got_by_fastapi(one, FORGED)
    assert got["x-forwarded-proto"] == "http" and got["x-forwarded-host"] == "shop.example" and got["x-forwarded-for"] == "127.0.0.1", got


@pytest.mark.parametrize("front", ["", "127.0.0.1", "192.0.2.1"])
@pytest.mark.parametrize("name", NAMES)
def test_the_header_of_the_settings(name, front, proxy):
    fronts = ["--front", front] if front else []
    one = proxy(name, HERE / "phases" / "mixed.json", "--ssl-header", "HTTP_X_FORWARDED_SSL=on", *fronts)
    believed = front == "127.0.0.1"
    for said in ["on", "off"]:
        got = got_by_fastapi(one, {**FORGED, "X-Forwarded-Ssl": said})
        if name == "traefik":
            assert got["x-forwarded-ssl"] == "", got
            continue
        secure = believed and said == "on"
        assert got["x-forwarded-ssl"] == ("on" if secure else ""), got
        assert got["x-forwarded-proto"] == ("https" if secure else "http"), got


@pytest.mark.parametrize("name", NAMES)
def test_websockets(name, proxy):
    one = proxy(name, HERE / "phases" / "mixed.json")
    assert websocket(one.port, "/ws/orders/12-ab/") == (101, "fastapi", b"hello from fastapi")
    assert websocket(one.port, "/ws/support/")[:2] in [(101, "django"), (403, "django")]
    assert websocket(one.port, "/ws/elsewhere/")[1] == "django"


@pytest.mark.parametrize("name", NAMES)
def test_the_canary_is_a_share_and_sticks(name, proxy):
    one = proxy(name, HERE / "phases" / "mixed.json", "--canary", "30")
    new = 0
    for _ in range(400):
        _, headers, _ = ask(one.port, "GET", "/api/v1/catalog/tags/")
        new += headers["x-side"] == "fastapi"
    assert 70 <= new <= 170, "%d of 400 at 30 %%" % new  # five standard deviations
    for _ in range(10):
        _, headers, _ = ask(one.port, "GET", "/api/v1/catalog/tags/")
        cookie = headers["set-cookie"].partition(";")[0]
        assert cookie.startswith("mig_c=") and "httponly" in headers["set-cookie"].lower()
        for path in ["/api/v1/catalog/tags/", "/api/v1/catalog/items/"]:
            for _ in range(3):
                _, again, _ = ask(one.port, "GET", path, {"Cookie": "a=b; " + cookie})
                assert again["x-side"] == headers["x-side"]
        _, written, _ = ask(one.port, "POST", "/api/v1/catalog/tags/", {"Cookie": cookie})
        assert written["x-side"] == "django"


@pytest.mark.parametrize("name", NAMES)
def test_fastapi_dies_and_the_switch_is_thrown(name, proxy, sides):
    one = proxy(name, HERE / "phases" / "mixed.json")
    moved = ["/api/v1/catalog/items/7/", "/version", "/api/v1/payments/by-reference/ab-1/"]
    side = lambda method, path: ask(one.port, method, path)[1].get("x-side")
    assert all(side("GET", path) == "fastapi" for path in moved)
    sides.kill_fastapi()
    try:
        began = time.monotonic()
        wait_for(lambda: all(side("GET", path) == "django" for path in moved), 5, "reads are not served by Django")
        took = time.monotonic() - began
        for path in moved:
            for method in sorted(SAFE):
                assert side(method, path) == "django"
        # What changes data is never answered by the side that does not own it.
        assert side("PATCH", "/api/v1/payments/by-reference/ab-1/") is None
        assert side("POST", "/version") is None
        print("%s: reads back after %.2f s" % (name, took))
    finally:
        sides.start_fastapi()
    wait_for(lambda: all(side("GET", path) == "fastapi" for path in moved), 10, "FastAPI is not taken back")
    began = time.monotonic()
    one.kill(True)
    wait_for(lambda: side("GET", moved[0]) == "django", 1, "the switch is too slow")
    time.sleep(max(0, began + 1 - time.monotonic()))
    for path in moved:
        assert side("GET", path) == "django" and side("POST", path) == "django"
    assert side("PATCH", "/api/v1/payments/by-reference/ab-1/") == "django"
    one.kill(False)
    wait_for(lambda: side("GET", moved[0]) == "fastapi", 3, "the switch does not go back")


@pytest.mark.parametrize("name", NAMES)
def test_without_fail_back_nothing_falls_back(name, proxy, sides):
    one = proxy(name, HERE / "phases" / "mixed.json", "--no-fail-back")
    sides.kill_fastapi()
    try:
        for _ in range(5):
            assert "x-side" not in ask(one.port, "GET", "/version")[1]
            time.sleep(0.2)
    finally:
        sides.start_fastapi()


@pytest.mark.parametrize("name", ["nginx", "traefik", "envoy"])
def test_only_safe_requests_are_copied(name, proxy, sides):
    one = proxy(name, HERE / "phases" / "mixed.json", "--canary", "0", "--mirror", "100")
    mark = "copied=%s" % name
    for method in METHODS:
        for path in ["/api/v1/catalog/tags/", "/api/v1/catalog/items/9/", "/nowhere/"]:
            ask(one.port, method, "%s?%s" % (path, mark))
    time.sleep(0.5)
    seen = [method for method, query in json.loads(ask(sides.fastapi, "GET", "/_seen")[2]) if query == mark]
    # The copies of the canary's path, and GET and HEAD of the path that FastAPI answers itself.
    assert sorted(seen) == sorted([*SAFE, "GET", "HEAD"])
