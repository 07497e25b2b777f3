"""FastAPI's half of the report is what the booted application says of itself: every route, and no other."""

import json

import pytest
from conftest import HERE, binary, run

KEYS = ["methods", "name", "endpoint", "response_model", "status_code", "dependencies", "include_in_schema"]


@pytest.fixture(scope="module")
def sides(python_of):
    side = HERE / "fastapi_side"
    truth = json.loads(run([python_of["kit"], HERE / "fastapi_truth.py", side, "api.factory:create_app"]).stdout)
    return truth, json.loads(run([binary(), side, "--json", "-"]).stdout)


def keyed(routes):
    found = {}
    for route in routes:
        key = route["path"], tuple(route["methods"] or ["websocket"])
        assert key not in found, key
        found[key] = route
    return found


def test_every_route_and_no_other(sides):
    truth, report = sides
    truth, seen = keyed(truth), keyed(report["inventory"]["fastapi"]["routes"])
    missing, extra = sorted(set(truth) - set(seen)), sorted(set(seen) - set(truth))
    assert not missing and not extra, (missing, extra)


def test_what_is_said_of_each_route(sides):
    truth, report = sides
    seen = keyed(report["inventory"]["fastapi"]["routes"])
    wrong = []
    for key, route in keyed(truth).items():
        mine = dict(seen[key], dependencies=sorted(set(seen[key]["dependencies"])))
        wrong += [(key, name, route[name], mine[name]) for name in KEYS
                  if route[name] != mine[name] and not (name == "dependencies" and route[name] is None)]
    assert not wrong, wrong


def test_places_are_those_of_the_decorators(sides):
    _, report = sides
    for route in report["inventory"]["fastapi"]["routes"]:
        text = (HERE / "fastapi_side" / route["file"]).read_text().splitlines()[route["line"] - 1]
        assert any(word in text for word in ("@", "add_api_route", "Route(")), (route, text)


def test_progress_is_what_both_sides_answer(sides):
    """Asked of both: Django's resolver and FastAPI's routes, by the paths of the fixture."""
    _, report = sides
    matches = {report["inventory"]["routes"][m["route"]]["path"]: m for m in report["progress"]["matches"]}
    assert {path: match["state"] for path, match in matches.items()} == {
        "/api/v1/books/": "live_twice", "/api/v1/books/{pk}/": "live_twice"}
    routes = report["progress"]["routes"]
    assert (routes["django"], routes["live_twice"], routes["partly"]) == (3, 2, 0)
    mounts = {(mount["path"], mount["kind"], mount["host"]) for mount in report["inventory"]["fastapi"]["mounts"]}
    assert mounts == {("/", "django", None), ("/admin", "app", None), ("/plain", "app", None), ("/hosts", "app", None),
                      ("/", "app", "partners.example.org"), ("/", "app", "{shop}.example.org"), ("/hosts", "app", "www.example.org"),
                      ("/web/ui/app", "frontend", None), ("/", "frontend", None)}


def test_what_answers_for_one_host_only_is_said_to(sides):
    _, report = sides
    hosts = {route["path"]: route["condition"] for route in report["inventory"]["fastapi"]["routes"] if route["certainty"] == "likely"}
    assert hosts == {"/offers/{number}": "requests for the host partners.example.org", "/window": "requests for the host {shop}.example.org",
                     "/hosts/deep": "requests for the host www.example.org"}
    assert not [found for found in report["coverage"]["unresolved"] if found["kind"] == "fastapi"]
