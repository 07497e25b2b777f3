"""What a scan counts in repositories whose move to or from FastAPI was measured: writes tests/data/backtest.json.

    python3 tools/backtest.py DIR

DIR holds a checkout of each repository under the name in CASES, at the commit given there. The test `tests/backtest.rs` prices these counts with the
tables as they are now and holds the bars of docs/effort.md.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "release" / "migscan"
KEPT, FULL = '[target]\norm = "django"\n', ""

# Measured focus-hours are rebuilt from commits (sessions and author-days), fixes after the merge included; no review by others, no roll-out.
# `groups`: which work the measured hours cover, and the share of it. `fixed`: the once-per-project work that they cover.
CASES = [
    ("etesync", "etesync/server@08821c5", KEPT, 96, "Django REST framework to FastAPI, ORM kept, mounted in one process",
     {"api": 0.62, "infra": 1}, {"skeleton": 8, "mount": 4, "auth": 10, "data": 4},
     "31 of the 50 operations that a scan finds moved; 55 lines of tests were written, so tests are left out"),
    ("papermerge-api", "papermerge/papermerge-core@c7b403fe", KEPT, 237, "Django REST framework to FastAPI, ORM kept",
     {"api": 0.53, "tests": 0.53}, {"skeleton": 16, "data": 6, "auth": 28, "login": 24},
     "33 of 62 operations had moved when the measurement ends; the login became OAuth2 with tokens of its own"),
    ("papermerge-orm", "papermerge/papermerge-core@f761c60a", FULL, 159, "Django's ORM to SQLAlchemy behind FastAPI",
     {"data": 1, "api": 1, "tests": 1}, {"data": 24}, "the API had moved before"),
    ("aperag", "apecloud/ApeRAG@224a3ba9", FULL, 114, "Django Ninja and ORM to FastAPI and SQLAlchemy",
     {"api": 1, "data": 1, "infra": 1, "tests": 1}, {"skeleton": 8, "data": 24, "auth": 10}, "one merge, no proxy, no time side by side"),
    ("open-prices-reverse", "openfoodfacts/open-prices@0628f62a", FULL, 178, "FastAPI and SQLAlchemy to Django, sized by the Django side",
     {"api": 1, "data": 1, "infra": 1, "tests": 1, "web": 1, "packages": 1}, {"skeleton": 8, "data": 24, "auth": 10}, "one branch"),
    ("mavedb", "VariantEffect/mavedb@48dea57", FULL, 363, "Django rebuilt as FastAPI and SQLAlchemy, partial parity",
     {"api": 1, "data": 1, "infra": 1, "tests": 1}, {"skeleton": 8, "data": 24, "auth": 10, "deploy": 4}, "the pages did not move"),
]
# Not measured: repositories of known size, whose estimates are held so that a change of the tables is seen.
ANCHORS = [
    ("django-realworld-example-app", "gothinkster/django-realworld-example-app@29c9d42"),
    ("papermerge-drf", "papermerge/papermerge-core@c7b403fe"),
    ("open-prices", "openfoodfacts/open-prices@242c331c"),
    ("airavata-django-portal", "apache/airavata-django-portal@0c240ca6"),
    ("eda-server", "ansible/eda-server@d05189a9"),
    ("wger", "wger-project/wger@aaba2018"),
    ("readthedocs.org", "readthedocs/readthedocs.org@79371961"),
    ("pulpcore", "pulp/pulpcore@107800eb"),
    ("paperless-ngx", "paperless-ngx/paperless-ngx@b0e0e8a3"),
    ("taiga-back", "taigaio/taiga-back@3bea7114"),
]


def scanned(folder: Path, config: str) -> dict:
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(config)
        file.flush()
        done = subprocess.run([PROGRAM, folder, "--config", file.name, "--json", "-", "--quiet"], capture_output=True, check=True)
    return json.loads(done.stdout)


def counted(report: dict) -> list:
    """Group, driver, class, count and scale (learning and factors), summed over modules."""
    rows: dict[tuple, list] = {}
    fixed = [i for i in report["summary"]["effort"]["fixed"] if i["group"] != "fixed"]
    for item in [i for m in report["modules"] for i in m["effort"]["items"]] + fixed:
        if item["group"] in ("overhead", "integration"):
            continue
        # The two ways to count tests have units of their own.
        driver = "tests_by_case" if item["driver"] == "tests" and item["unit"] == "existing test case" else item["driver"]
        row = rows.setdefault((item["group"], driver, item["class"]), [0.0, 0.0])
        row[0] += item["count"]
        row[1] += item["count"] * item["scale"]
    return [[*key, round(n, 3), round(scaled / n, 4)] for key, (n, scaled) in sorted(rows.items()) if n]


def main() -> None:
    base = Path(sys.argv[1])
    cases = []
    for name, source, config, hours, what, groups, fixed, why in CASES:
        report = scanned(base / name, config)
        lines = sum(m["lines"] for m in report["modules"])
        ratio = round(sum(m["tests"]["lines"] for m in report["modules"]) / max(lines, 1), 3)
        cases.append({"name": name, "source": source, "what": what, "measured": hours, "tests": ratio, "groups": groups, "fixed": fixed,
                      "why": why, "counts": counted(report)})
    anchors = []
    for name, source in ANCHORS:
        effort = scanned(base / name, FULL)["summary"]["effort"]
        anchors.append({"name": name, "source": source, **{q: round(effort[q]) for q in ("p10", "p50", "p80", "p90")}})
    text = json.dumps({"cases": cases, "anchors": anchors}, indent=1)
    (ROOT / "tests" / "data" / "backtest.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
