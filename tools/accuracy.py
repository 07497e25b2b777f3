#!/usr/bin/env python3
"""Writes docs/accuracy.md: how the report fares against what the live framework says, project by project.

    python3 tools/accuracy.py SCORES TRUTHS [-o docs/accuracy.md]

SCORES  JSON of a comparison: {"projects": {NAME: {CATEGORY: {"tp", "fp", "fn", …}}}, "micro": {CATEGORY: {…}}};
        with "coverage": {NAME: percent}, what the report itself says of its coverage
TRUTHS  folder with one JSON file a project, taken from the booted project: "project", "source", "django", "drf", "python"

The same input gives the same bytes. Standard library only.
"""

import argparse
import json
import sys
from pathlib import Path

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

This page is written by `python3 tools/accuracy.py SCORES TRUTHS`; `CONTRIBUTING.md` says where its input comes from.
"""


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


def page(scores, truths):
    projects, micro = scores["projects"], scores["micro"]
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
        coverage = scores.get("coverage", {}).get(name)
        rows.append([origin, version, truth.get("django") or "–", truth.get("drf") or "–", ".".join((truth.get("python") or "–").split(".")[:2]),
                     "–" if coverage is None else "%.1f" % coverage])
    yield from table(["project", "commit or release", "Django", "DRF", "Python", "coverage %"], rows)
    yield "`coverage` is what the report itself says: the share of facts that it could resolve. It is computed without knowing the truth.\n"

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scores", metavar="SCORES", type=Path)
    parser.add_argument("truths", metavar="TRUTHS", type=Path)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, default=Path(__file__).resolve().parent.parent / "docs" / "accuracy.md")
    args = parser.parse_args()
    scores = json.loads(args.scores.read_text(encoding="utf-8"))
    truths = {}
    for file in sorted(args.truths.glob("*.json")):
        truths[file.stem] = json.loads(file.read_text(encoding="utf-8"))
    lost = sorted(name for name, categories in scores["projects"].items() if name not in truths or not categories)
    if lost:
        sys.exit("no truth or no report for %s" % ", ".join(lost))
    text = "\n".join(page(scores, truths)).rstrip("\n") + "\n"
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text(text, encoding="utf-8")
    print("wrote %s: %d projects" % (args.output, len(scores["projects"])))


if __name__ == "__main__":
    main()
