"""Is the yardstick straight? The truths are full, the same each time, and the comparison sees what is wrong."""

import copy

import pytest
from compare import CATEGORIES, report_from_truth
from conftest import FIXTURES, HERE, ROOT, run

# A truth that lost half of its contents would make every test pass: so much there has to be at the least.
AT_LEAST = {
    "shop": {"apps": 6, "models": 27, "abstract_models": 4, "routes": 70, "views": 30, "serializers": 30, "admin": 18,
             "signals": 20, "signal_definitions": 4, "migrations": 12, "commands": 5, "tasks": 6, "consumers": 2,
             "middleware_first_party": 2},
    "newsroom": {"apps": 7, "models": 18, "abstract_models": 1, "routes": 45, "views": 30, "admin": 16, "signals": 10,
                 "signal_definitions": 2, "migrations": 9, "commands": 3, "forms": 12, "template_tags": 2,
                 "middleware_first_party": 4},
    "legacy": {"apps": 4, "models": 20, "abstract_models": 2, "routes": 30, "views": 20, "admin": 13, "signals": 16,
               "signal_definitions": 2, "migrations": 10, "commands": 3, "forms": 2, "template_tags": 1,
               "middleware_first_party": 2},
}

# For each category: the list of the report it reads, and what to change in one row for the row to be wrong.
SPOIL = {
    "apps": ("apps", {"label": "other"}),
    "models": ("models", {"label": "other.Thing"}),
    "abstract_models": ("models", {"qualname": "other.Thing"}),
    "model_flags": ("models", {"db_table": "other"}),
    "fields": ("fields", {"name": "other"}),
    "implied_fields": ("fields", {"type": "OtherField"}),
    "field_types": ("fields", {"type": "OtherField"}),
    "field_attributes": ("fields", {"max_length": 7}),
    "relations": ("fields", {"relation": {"kind": "ForeignKey", "to": "other.Thing"}}),
    "routes": ("routes", {"path": "/other/"}),
    "route_methods": ("routes", {"methods": ["TRACE"]}),
    "route_names": ("routes", {"name": "other"}),
    "route_actions": ("routes", {"actions": {"get": "other", "post": "other", "put": "other", "delete": "other"}}),
    "views": ("views", {"qualname": "other.view"}),
    "view_kinds": ("views", {"kind": "other"}),
    "consumers": ("consumers", "other.Consumer"),
    "serializers": ("serializers", {"qualname": "other.Serializer"}),
    "serializer_models": ("serializers", {"model": "other.Thing"}),
    "serializer_declared_fields": ("serializers", {"declared_fields": [{"name": "other"}]}),
    "serializer_fields": ("serializers", {"fields": ["other"]}),
    "serializer_nesting": ("serializers", {"declared_fields": []}),
    "forms": ("forms", {"model": "other.Thing"}),
    "admin": ("admin", {"model": "other.Thing"}),
    "admin_inlines": ("admin", {"inlines": ["other.Inline"]}),
    "admin_actions": ("admin", {"actions": ["other"]}),
    "signals": ("signals", {"receiver": "other.receiver"}),
    "signal_senders": ("signals", {"sender": "other.Thing"}),
    "signal_definitions": ("signal_definitions", "other.signal"),
    "migrations": ("migrations", {"name": "9999_other"}),
    "migration_operations": ("migrations", {"operations": [{"type": "Other"}]}),
    "migration_details": ("migrations", {"run_python": 7}),
    "schema_tables": ("schema", {"db_table": "other"}),
    "schema_columns": ("columns", {"null": None, "column": "other"}),
    "drift": ("drift", {"field": "other"}),
    "commands": ("commands", {"name": "other"}),
    "middleware": ("middleware", {"qualname": "other.Middleware"}),
    "template_tags": ("template_tags", {"tags": ["other"]}),
    "tasks": ("tasks", {"qualname": "other.task"}),
}


def rows_of(report, key):
    inventory = report["inventory"]
    if key == "fields":
        return [f for m in inventory["models"] if not m.get("abstract") for f in m["fields"]]
    if key == "columns":
        return [c for t in inventory["schema"] for c in t["columns"]]
    return inventory[key]


@pytest.mark.parametrize("fixture", FIXTURES)
def test_truth_is_full(fixture, truth_of):
    truth = truth_of[fixture]
    assert truth["errors"] == []
    short = {k: len(truth[k]) for k, least in AT_LEAST[fixture].items() if len(truth[k]) < least}
    assert short == {}


@pytest.mark.parametrize("fixture", FIXTURES)
def test_truth_is_the_same_each_time_and_knows_no_machine(fixture, python_of, tmp_path):
    texts = []
    for name, seed in (("one.json", "1"), ("two.json", "2")):
        run(["env", "PYTHONHASHSEED=" + seed, python_of[fixture], HERE / "truth.py", "--root", ROOT / "fixtures" / fixture,
             "--settings", FIXTURES[fixture], "-o", tmp_path / name])
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    assert str(ROOT) not in texts[0] and "0x" not in texts[0]


@pytest.mark.parametrize("fixture", FIXTURES)
def test_secrets_stay_inside(fixture, truth_of):
    assert "no-report-may-show" not in str(truth_of[fixture])


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("fixture", FIXTURES)
def test_comparison_accepts_the_truth_itself(fixture, category, truth_of):
    truth = truth_of[fixture]
    judgement = CATEGORIES[category](truth, report_from_truth(truth))
    assert judgement.perfect, str(judgement)


def test_every_category_is_tested():
    assert set(SPOIL) == set(CATEGORIES)


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("fixture", FIXTURES)
def test_comparison_sees_each_loss_and_each_change(fixture, category, truth_of):
    truth = truth_of[fixture]
    key, change = SPOIL[category]
    judge = CATEGORIES[category]
    if judge(truth, report_from_truth(truth)).expected == 0:
        # nothing of the kind here (no serializers in the newsroom): then any claim of it is one too many
        return
    whole = report_from_truth(truth)
    seen = 0
    for index in range(len(rows_of(whole, key))):
        report = copy.deepcopy(whole)
        row = rows_of(report, key)[index]
        if isinstance(change, str):
            rows_of(report, key)[index] = change
        else:
            row.update(change)
        seen += not judge(truth, report).perfect
    # rows that are optional (made at run time, say) may be changed without harm: but not most of them
    assert seen > 0
    report = copy.deepcopy(whole)
    if key == "fields":
        for model in report["inventory"]["models"]:
            model["fields"] = []
    elif key == "columns":
        for table in report["inventory"]["schema"]:
            table["columns"] = []
    else:
        report["inventory"][key] = [] if key != "apps" else [dict(a, installed=False) for a in whole["inventory"]["apps"]]
    assert not judge(truth, report).perfect


@pytest.mark.parametrize("fixture", FIXTURES)
def test_what_is_not_installed_does_not_count(fixture, truth_of):
    truth = truth_of[fixture]
    report = report_from_truth(truth)
    report["inventory"]["apps"].append({"label": "labs", "module": "labs", "path": "labs", "installed": False})
    report["inventory"]["models"].append({"label": "labs.Experiment", "app": "labs", "file": "labs/models.py", "fields": []})
    report["inventory"]["migrations"].append({"app": "labs", "name": "0001_initial", "operations": []})
    for category in ("apps", "models", "migrations"):
        assert CATEGORIES[category](truth, report).perfect


@pytest.mark.parametrize("fixture", FIXTURES)
def test_bait_that_is_taken_is_seen(fixture, truth_of):
    truth = truth_of[fixture]
    report = report_from_truth(truth)
    report["inventory"]["models"].append({"label": "lib.CardPrinter", "app": "lib", "file": "lib/models.py", "fields": []})
    report["inventory"]["routes"].append({"path": "/county/", "view": "ext.urls.county", "methods": None})
    report["inventory"]["admin"].append({"model": "ext.Coffee", "admin": None})
    for category in ("models", "routes", "admin"):
        assert len(CATEGORIES[category](truth, report).extra) == 1
