"""The plan of the shop fixture, phase by phase, with every proxy in front of the real Django and a real FastAPI: the side that answers is the side
that the plan names, and Django's own resolver agrees on the pattern. Expected is what the JSON report says of the phases and what Django's resolver
says of the paths; the proxy rules are not asked."""

import http.client
import itertools
import json
import re
import shutil
import time

import pytest

from conftest import FIXTURES, HERE, ROOT, binary, run, venvs
from proxies import METHODS, NAMES, SAFE, Proxy, ask, free_port, variants, wait_for
from test_proxies import STRANGERS, Sides

SHOP = ROOT / "fixtures" / "shop"
VALUES = ["7", "WH12", "ab-1", "AB-1", "2024", "12", "en", "0b5c8a64-1d5e-4f7c-9a57-0f6f2c1b7a11", "ab", "a/b", "x.txt", "1.5"]


def joined(pattern):
    """Django and the report join patterns alike, but for the anchors of what is included."""
    return pattern and pattern.replace("^", "")


def filled(path):
    """The path with values in the place of what is variable."""
    names = list(dict.fromkeys(re.findall(r"\{[^}]*\}", path)))
    for values in itertools.product(VALUES, repeat=len(names)):
        raw = path
        for name, value in zip(names, values):
            raw = raw.replace(name, value)
        yield raw


class Kit:
    def __init__(self, folder, sides):
        self.folder, self.port, self.admin = folder, free_port(), free_port()
        run([binary(), "plan", SHOP, "--out", folder, "--listen", self.port, "--admin", self.admin, "--canary", "30",
             "--django", "127.0.0.1:%d" % sides.django, "--fastapi", "127.0.0.1:%d" % sides.fastapi])
        report = json.loads(run([binary(), SHOP, "--json", "-", "--quiet"]).stdout)
        self.routes, self.phases = report["inventory"]["routes"], report["plan"]["phases"]
        for route in self.routes:
            route["pattern"] = joined(route["pattern"])
        self.paths, self.resolved, self.unsampled = {}, {}, []
        self.sample()

    def resolve(self, raws):
        asked = sorted(set(raws) - set(self.resolved))
        if asked:
            out = run([venvs() / "shop" / "bin" / "python", HERE / "plan_django.py", SHOP, FIXTURES["shop"]], input=json.dumps(asked)).stdout
            self.resolved.update({raw: joined(pattern) for raw, pattern in json.loads(out).items()})

    def sample(self):
        """A raw path that Django resolves to the very pattern of each route."""
        tries = {i: list(filled(route["path"])) for i, route in enumerate(self.routes)}
        self.resolve([raw for raws in tries.values() for raw in raws])
        for i, raws in tries.items():
            good = [raw for raw in raws if self.resolved[raw] == self.routes[i]["pattern"]]
            if good:
                self.paths[i] = good[0]
            else:
                self.unsampled.append(self.routes[i]["path"])

    def moved(self, number):
        """Pattern → the methods that FastAPI has after the phase, None for all that the pattern knows."""
        gone = {}
        for phase in self.phases:
            for one in phase["routes"] if phase["number"] <= number else []:
                gone.setdefault(one["route"], []).append(one["methods"])
        out = {}
        for i, route in enumerate(self.routes):
            known = set(route["methods"] or ())
            parts = gone.get(i, [])
            methods = set().union(*[part for part in parts if part]) if parts else set()
            whole = any(part is None for part in parts) or (known and methods >= known)
            out.setdefault(route["pattern"], []).append((known, methods, whole))
        return out

    def side(self, number, method, raw, tried=False):
        """Who has to answer; with `tried`, whether it is what the phase tries out."""
        pattern = self.resolved[raw.partition("?")[0]]
        now = self.answers(self.moved(number).get(pattern, ()), method)
        before = self.answers(self.moved(number - 1).get(pattern, ()), method) if tried else now
        if tried and now != before:
            # Only reads are tried out; what is asked with OPTIONS is about the whole path.
            return "canary" if method in ("GET", "HEAD") else "django"
        return now

    @staticmethod
    def answers(routes, method):
        if not routes:
            return "django"
        if method == "OPTIONS":
            return "fastapi" if all(whole for _, _, whole in routes) else "django"
        if all(whole for _, _, whole in routes):
            return "fastapi"
        asked = "GET" if method == "HEAD" else method
        return "fastapi" if any(asked in methods or (whole and asked in known) for known, methods, whole in routes) else "django"


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    run(["sh", HERE / "setup.sh", "shop", "proxies"])
    run(["sh", HERE / "debian.sh", venvs() / "debian"])
    both = Sides(tmp_path_factory.mktemp("sides"))
    yield both
    both.stop()


@pytest.fixture(scope="module")
def kit(sides, tmp_path_factory):
    return Kit(tmp_path_factory.mktemp("plan") / "kit", sides)


@pytest.fixture
def proxy(kit, tmp_path):
    """Starts a proxy on a copy of a phase's files; stops it at the end."""
    made = []

    def make(name, phase):
        folder = shutil.copytree(kit.folder / "phases" / phase / name, tmp_path / ("%s-%s" % (phase, name)))
        one = Proxy.of_kit(name, folder, kit.port, kit.admin)
        made.append(one)
        one.validate()
        return one.start()

    yield make
    for one in made:
        one.stop()


def requests(kit, routes):
    """Method and raw path: each route × method, with variants for those of `routes`, and strangers."""
    for raw in dict.fromkeys([*kit.paths.values(), *STRANGERS]):
        yield from ((method, raw) for method in METHODS)
    for raw in dict.fromkeys(one for i in routes if i in kit.paths for one in variants(kit.paths[i])):
        yield from ((method, raw) for method in ("GET", "POST"))


def check(kit, one, number, routes, tried):
    """Sends everything; gives the number of requests and what went wrong."""
    asked = list(dict.fromkeys(requests(kit, routes)))
    kit.resolve([raw.partition("?")[0] for _, raw in asked])
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=20)
    wrong, refused, count, cautious = [], [], 0, 0
    for method, raw in asked:
        wanted = kit.side(number, method, raw, tried)
        for force in ["new", "old"] if wanted == "canary" else [""]:
            side = {"new": "fastapi", "old": "django"}.get(force, wanted)
            status, headers, _ = ask(one.port, method, raw, {"X-Probe": "1", **({"X-Mig": force} if force else {})}, connection)
            count += 1
            got = headers.get("x-side")
            if got is None:
                refused.append((method, raw, status))
            elif got != side and not (got == "django" and "%" in raw):
                wrong.append((method, raw, side, got))
            elif headers.get("x-mig-to") != got:
                wrong.append((method, raw, "x-mig-to", headers.get("x-mig-to")))
            elif got == "django" and one.name not in ("traefik", "caddy") and joined(headers["x-route"]) != (kit.resolved[raw.partition("?")[0]] or ""):
                wrong.append((method, raw, "pattern", headers["x-route"]))
            cautious += got is not None and got != side
    assert all(status in (400, 404) for _, _, status in refused), refused[:20]
    assert all("%" in raw for _, raw, _ in refused), refused[:20]
    return count, wrong, cautious


def test_the_kit_has_every_phase(kit):
    assert len(kit.phases) > 5 and len(kit.paths) >= len(kit.routes) - 3, kit.unsampled
    moved = {one["route"] for phase in kit.phases for one in phase["routes"]}
    assert len(moved) > 40
    for phase in kit.phases:
        folder = kit.folder / "phases" / ("%02d" % phase["number"])
        assert {"checklist.md", "ownership.csv"} <= {path.name for path in folder.iterdir()}
        assert {path.name for path in folder.iterdir() if path.is_dir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_in_every_phase_the_side_that_the_plan_names_answers(name, kit, proxy, capsys):
    total, misrouted, stays = 0, [], 0
    for phase in kit.phases:
        number, routes = phase["number"], [one["route"] for one in phase["routes"]]
        folders = [("%02d" % number, False)] + ([("%02d-canary" % number, True)] if phase["canary"] else [])
        for folder, tried in folders:
            one = proxy(name, folder)
            count, wrong, cautious = check(kit, one, number, routes, tried)
            one.stop()
            total, stays = total + count, stays + cautious
            misrouted += [(folder, *row) for row in wrong]
    with capsys.disabled():
        print("\n%s: %d phases, %d requests, %d misrouted, %d encoded ones left on Django" % (name, len(kit.phases), total, len(misrouted), stays))
    assert misrouted == [], misrouted[:20]
    assert stays < total / 20


@pytest.mark.parametrize("name", ["nginx", "traefik", "envoy"])
def test_a_shadow_answers_from_django_and_copies_reads(name, kit, proxy, sides):
    phase = next(phase for phase in kit.phases if phase["shadow"])
    folder = kit.folder / "phases" / ("%02d-shadow" % phase["number"])
    assert {path.name for path in folder.iterdir()} == {"nginx", "traefik", "envoy"}
    one = proxy(name, folder.name)
    raws = [kit.paths[route["route"]] for route in phase["routes"] if route["route"] in kit.paths]
    mark = "copied=shadow-%s" % name
    for _ in range(200):
        for raw in raws:
            assert ask(one.port, "GET", raw + "?" + mark)[1]["x-side"] == "django"
            ask(one.port, "POST", raw + "?" + mark)
    time.sleep(0.5)
    seen = [method for method, query in json.loads(ask(sides.fastapi, "GET", "/_seen")[2]) if query == mark]
    share = len(seen) / (200 * len(raws))
    assert set(seen) == {"GET"} and 0.03 < share < 0.2, (share, phase["shadow"])


@pytest.mark.parametrize("name", NAMES)
def test_fastapi_dies_in_the_middle_of_a_phase(name, kit, proxy, sides):
    """Reads of a phase in which FastAPI owns nothing yet, and one in which it does."""
    number = max(phase["number"] for phase in kit.phases if phase["proxy"]["fail_back"] and phase["routes"])
    one = proxy(name, "%02d" % number)
    reads = [raw for i, raw in kit.paths.items() if kit.side(number, "GET", raw) == "fastapi" and kit.routes[i]["methods"]]
    assert len(reads) > 3
    side = lambda method, path: ask(one.port, method, path, {"X-Probe": "1"})[1].get("x-side")
    assert all(side("GET", path) == "fastapi" for path in reads)
    sides.kill_fastapi()
    try:
        wait_for(lambda: all(side("GET", path) == "django" for path in reads), 5, "reads are not served by Django")
        assert all(side(method, path) == "django" for path in reads for method in sorted(SAFE))
    finally:
        sides.start_fastapi()
    wait_for(lambda: all(side("GET", path) == "fastapi" for path in reads), 10, "FastAPI is not taken back")
    began = time.monotonic()
    one.kill(True)
    wait_for(lambda: all(side("GET", path) == "django" for path in reads), 1, "the switch is too slow")
    print("%s: the switch took %.2f s" % (name, time.monotonic() - began))
    one.kill(False)
    wait_for(lambda: side("GET", reads[0]) == "fastapi", 3, "the switch does not go back")
    one.stop()
    # Once FastAPI owns a table, nobody else answers for it.
    owns = next(phase["number"] for phase in kit.phases if not phase["proxy"]["fail_back"])
    one = proxy(name, "%02d" % owns)
    sides.kill_fastapi()
    try:
        assert all(side("GET", path) is None for path in reads)
    finally:
        sides.start_fastapi()
