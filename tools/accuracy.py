#!/usr/bin/env python3
"""Writes docs/accuracy.md: how the report fares against what the live framework says, project by project.

    python3 tools/accuracy.py PROJECTS TRUTHS COMPARE [--migscan target/release/migscan] [-o docs/accuracy.md]

PROJECTS  folder with the projects, each a checkout named like its truth
TRUTHS    folder with one JSON file a project, taken from the booted project: "project", "source", "django", "drf", "python"
COMPARE   program: `COMPARE TRUTH REPORT --json --misses N` prints {"categories": {CATEGORY: {"tp", "fp", "fn", "misses": […], "extras": […], "wrong": […]}}}

Scans every project, compares, and lists each difference that is left with its reason from tools/accuracy-reasons.toml; fails if one has none,
if the report does not name the place that the reason names, or if something is called unknowable without a place. The same input gives the same bytes. Standard library only, Python 3.11.
"""

import argparse
import fnmatch
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Tables by area; a category that stands nowhere here comes last, so that none is lost.
AREAS = {
    "Apps and models": ["apps", "models", "abstract models", "model flags and db_table", "model fields", "model fields, implied", "field types",
                        "field attributes", "relations", "relation kind", "relation on_delete", "relation related_name", "relation through"],
    "Routes and views": ["routes", "routes, path only", "route methods", "route actions", "route names", "views", "views, routed", "view kinds"],
    "Serializers and forms": ["serializers", "serializer kind", "serializer model", "serializer nested", "serializer declared fields",
                              "serializer resolved fields", "serializers, not DRF", "forms", "form model"],
    "Admin and signals": ["admin", "admin inlines", "admin actions", "signals", "signal senders", "custom signals"],
    "Migrations": ["migrations", "migration operations", "single operations", "migration dependencies", "migration replaces", "run_python/run_sql"],
    "The rest": ["commands", "middleware", "middleware, first-party", "celery tasks", "template tags and filters"],
}
# Parts of "field attributes", which has them all.
LEFT_OUT = {"field attr null", "field attr unique", "field attr primary_key", "field attr db_index", "field attr column", "field attr max_length"}

TEXT = """# Accuracy

Each project below was installed and booted under its own Django, and the framework was asked what it knows: the registry of apps and models, the
URL resolver, the admin sites, the receivers of all signals, the migration loader, serializer instances. migscan read the same commit as text,
and the two were compared item by item. Only what the project itself defines counts.

* **recall**: of what Django knows, how much the report has, right. **precision**: of what the report claims, how much is right.
* A wrong value is an error of both kinds; an unknown one (`null`) is only missing. A dash: there is nothing of the kind to find or to claim.
* Not counted either way: what Django makes by itself (through models, implied keys), what exists only at run time (`type()`, classes
  inside functions), routes of other people's apps and of the admin site.
* One boot knows one environment: claims from files that it never imported cannot be judged and are not counted either.

Figures are percents, rounded down, so that 100 means all.

This page is written by `python3 tools/accuracy.py PROJECTS TRUTHS COMPARE`; `CONTRIBUTING.md` says where its input comes from, and of what.

## A project of yours

    venv/bin/python truth.py --root . --settings mysite.settings -o truth.json
    migscan . --truth truth.json

`tests/live/truth.py` needs nothing but the Python that runs the project; it boots Django and writes down what the framework knows. The second
command prints precision and recall of each category and what is missing, too much or wrong; `--verbose` lists all of it.
"""

READERS = """## What readers found and the report does not

Three of the projects were read by people who wrote down what a report about them must not miss. What of that is a fact about code and stands in no
part of the report:
"""

KINDS = {
    "unknowable": "unknowable from the source",
    "environment": "another environment",
    "comparison": "the comparison",
    "open": "not done yet",
}


def differences(categories):
    """(category, what, item); those of parts and of sums that other categories have are left out"""
    for category, counted in categories.items():
        if category not in LEFT_OUT and category != "migration operations":
            for what in ("misses", "extras", "wrong"):
                for item in counted[what]:
                    yield category, what, item


def reason_of(reasons, project, category, item):
    for reason in reasons:
        if fnmatch.fnmatchcase(project, reason["project"]) and any(fnmatch.fnmatchcase(category, c) for c in reason["categories"]):
            if re.search(reason.get("items", ""), item):
                return reason
    return None


def explained(found, reports, reasons):
    """Rows of the table of differences, one a reason and project; and the complaints."""
    rows, complaints, used = {}, [], set()
    for project, categories in found.items():
        for category, what, item in differences(categories):
            reason = reason_of(reasons, project, category, item)
            if reason is None:
                complaints.append("no reason for %s: %s, %s: %s" % (project, category, what, item))
                continue
            used.add(id(reason))
            rows.setdefault((project, id(reason)), (reason, []))[1].append((category, item))
    for (project, _), (reason, _items) in rows.items():
        place = reason.get("place")
        named = {u["file"] for u in reports[project]["coverage"]["unresolved"]} | {d["code"] for d in reports[project]["diagnostics"]}
        if place and place not in named:
            complaints.append("the report of %s does not name %s" % (project, place))
        if reason["kind"] == "unknowable" and not place:
            complaints.append("no place for what nobody can know: %s, %s" % (project, reason["why"]))
    complaints += ["nothing needs the reason: %s, %s" % (r["project"], r["why"]) for r in reasons if id(r) not in used]
    return rows, complaints


def scanned(args, names):
    """Counts and lists of every project, and the reports."""
    found, reports = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            report = Path(folder) / (name + ".json")
            subprocess.run([args.migscan, args.projects / name, "--quiet", "--json", report], check=True, stderr=subprocess.DEVNULL)
            command = [sys.executable, args.compare, args.truths / (name + ".json"), report, "--json", "--misses", "1000000"]
            compared = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            found[name], reports[name] = compared["categories"], json.loads(report.read_text(encoding="utf-8"))
    return found, reports


def total(found):
    out = {}
    for categories in found.values():
        for category, counted in categories.items():
            sums = out.setdefault(category, {"tp": 0, "fp": 0, "fn": 0})
            for key in sums:
                sums[key] += counted[key]
    return out


def percent(right, errors, digits=0):
    """From the counts, so that nothing is rounded up to 100."""
    if right + errors == 0:
        return "–"
    scale = 10 ** digits
    return "%.*f" % (digits, right * 100 * scale // (right + errors) / scale)


def recall(c, digits=0):
    return percent(c["tp"], c["fn"], digits)


def precision(c, digits=0):
    return percent(c["tp"], c["fp"], digits)


def pair(counted):
    if not counted or counted["tp"] + counted["fp"] + counted["fn"] == 0:
        return "–"
    return "%s / %s" % (recall(counted), precision(counted))


def table(head, rows):
    yield "| %s |" % " | ".join(head)
    yield "|---|%s" % ("--:|" * (len(head) - 1))
    for cells in rows:
        yield "| %s |" % " | ".join(cells)
    yield ""


def source(truth):
    """`github:owner/name@commit` or `pypi:name==version` as name and version."""
    kind, _, rest = (truth.get("source") or "").partition(":")
    if kind == "github":
        name, _, commit = rest.partition("@")
        return "[%s](https://github.com/%s)" % (name, name), "`%s`" % commit[:12]
    if kind == "pypi":
        name, _, version = rest.partition("==")
        return "%s, from PyPI" % name, version
    return truth["project"], "–"


def page(projects, reports, rows_of_reasons, truths, readers):
    micro = total(projects)
    names = sorted((n for n in projects if projects[n]), key=str.lower)
    known = {c for cs in AREAS.values() for c in cs} | LEFT_OUT
    areas = dict(AREAS)
    others = [c for c in micro if c not in known]
    if others:
        areas["Other"] = others

    yield TEXT
    yield "## The projects\n"
    rows = []
    for name in names:
        truth = truths[name]
        origin, version = source(truth)
        coverage = reports[name]["coverage"]["percent"]
        rows.append([origin, version, truth.get("django") or "–", truth.get("drf") or "–", ".".join((truth.get("python") or "–").split(".")[:2]),
                     "%.1f" % coverage])
    yield from table(["project", "commit or release", "Django", "DRF", "Python", "coverage %"], rows)
    yield "`coverage` is what the report itself says: the share of facts that it could resolve. It is computed without knowing the truth.\n"
    yield "[Strangers](strangers.md) tells of the first look at projects that are not among these.\n"

    yield "## All projects together\n"
    rows = []
    for categories in areas.values():
        for category in categories:
            c = micro.get(category)
            if c and c["tp"] + c["fp"] + c["fn"]:
                rows.append([category, str(c["tp"] + c["fn"]), recall(c, 1), precision(c, 1), str(c["fn"]), str(c["fp"])])
    yield from table(["category", "items", "recall", "precision", "missing", "too much"], rows)

    for area, categories in areas.items():
        used = [c for c in categories if any(pair(projects[n].get(c)) != "–" for n in names)]
        if not used:
            continue
        yield "## %s\n" % area
        yield "Recall / precision.\n"
        rows = [[n] + [pair(projects[n].get(c)) for c in used] for n in names]
        rows.append(["**all**"] + ["**%s**" % pair(micro.get(c)) for c in used])
        yield from table(["project"] + used, rows)

    yield "## What is left, and why\n"
    yield "Every difference between a report and its project. *place* is what the report itself names under `coverage.unresolved` or in a diagnostic.\n"
    rows = []
    for (name, _), (reason, items) in sorted(rows_of_reasons.items(), key=lambda row: (row[0][0].lower(), row[1][0]["why"])):
        counted = {}
        for category, _item in items:
            counted[category] = counted.get(category, 0) + 1
        what = ", ".join("%s %d" % pair for pair in sorted(counted.items()))
        example = "`%s`" % items[0][1].replace("`", "'").replace("|", "/")[:90]
        place = "`%s`" % reason["place"] if reason.get("place") else "–"
        rows.append([name, what, KINDS[reason["kind"]], reason["why"], place, example])
    yield from table(["project", "differences", "kind", "why", "place", "for example"], rows)
    yield READERS
    yield from table(["project", "what", "why"], [[r["project"], r["what"], r["why"]] for r in readers])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", metavar="PROJECTS", type=Path)
    parser.add_argument("truths", metavar="TRUTHS", type=Path)
    parser.add_argument("compare", metavar="COMPARE", type=Path)
    parser.add_argument("--migscan", type=Path, default=HERE.parent / "target" / "release" / "migscan")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, default=HERE.parent / "docs" / "accuracy.md")
    args = parser.parse_args()
    truths = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(args.truths.glob("*.json"))}
    lost = sorted(name for name in truths if not (args.projects / name).is_dir())
    if lost:
        sys.exit("no checkout of %s" % ", ".join(lost))
    known = tomllib.loads((HERE / "accuracy-reasons.toml").read_text(encoding="utf-8"))
    reasons = known["reason"]
    found, reports = scanned(args, truths)
    rows, complaints = explained(found, reports, reasons)
    if complaints:
        sys.exit("\n".join(complaints))
    text = "\n".join(page(found, reports, rows, truths, known["reader"])).rstrip("\n") + "\n"
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text(text, encoding="utf-8")
    print("wrote %s: %d projects" % (args.output, len(found)))


if __name__ == "__main__":
    main()
