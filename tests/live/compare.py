"""A migscan report against the truth that `truth.py` wrote: what is missing, what is too much, what is wrong.

Every category is a small function that turns both sides into `{key: value}` and says which claims are neither wanted
nor wrong. Wanted is what an ordinary boot of the project has and its source text says. Neither wanted nor wrong:

* what Django makes by itself: through models nobody wrote, implied primary keys and parent links;
* what is `dynamic` (made by `type()` or inside a function), on either side;
* what only turns up because `truth.py` imports every module (`normal_boot` is false);
* routes of other people's apps and of the admin site, DRF's format-suffix twins, websocket routes among the routes.

Everything else that the report claims and Django does not know is an error, whichever file it comes from: the bait in
the fixtures would otherwise be worth nothing.
"""

CATEGORIES = {}  # name: function(truth, report) -> Judgement


def category(function):
    CATEGORIES[function.__name__] = function
    return function


class Judgement:
    def __init__(self, expected, reported, optional=(), same=lambda wanted, got: wanted == got):
        self.missing = sorted(k for k in expected if k not in reported)
        self.extra = sorted(k for k in reported if k not in expected and k not in optional)
        self.wrong = [(k, expected[k], reported[k]) for k in sorted(expected)
                      if k in reported and not same(expected[k], reported[k])]
        self.expected = len(expected)
        self.right = len(expected) - len(self.missing) - len(self.wrong)

    def ratio(self, errors):
        return self.right / (self.right + errors) if self.right + errors else 1.0

    @property
    def precision(self):
        return self.ratio(len(self.extra) + len(self.wrong))

    @property
    def recall(self):
        return self.ratio(len(self.missing) + len(self.wrong))

    @property
    def perfect(self):
        return not (self.missing or self.extra or self.wrong)

    def __str__(self):
        lines = ["%d expected, %d right; precision %.3f, recall %.3f" % (
            self.expected, self.right, self.precision, self.recall)]
        lines += ["  missing  %s" % k for k in self.missing]
        lines += ["  extra    %s" % k for k in self.extra]
        lines += ["  wrong    %s: Django says %s, the report says %s" % (k, show(a), show(b)) for k, a, b in self.wrong]
        return "\n".join(lines)


def show(value):
    return ", ".join(sorted(map(str, value))) if isinstance(value, (set, frozenset)) else repr(value)


class Unknown:
    """In the report's place where it says nothing about something that it should know."""

    def __repr__(self):
        return "nothing"


UNKNOWN = Unknown()


def last(name):
    return name.rpartition(".")[2] if isinstance(name, str) else name


def name_of(item):
    return item if isinstance(item, str) else item.get("qualname") or item.get("name")


def names(items):
    return [name_of(item) for item in items or ()]


def rows(report, key):
    """The rows of an inventory list, without what belongs to apps that no settings module installs."""
    inventory = report["inventory"]
    off = [app for app in inventory["apps"] if app.get("installed") is False]
    labels, folders = {a["label"] for a in off}, tuple(a["path"] + "/" for a in off if a.get("path"))
    kept = []
    for row in inventory[key]:
        if isinstance(row, dict):
            if row.get("app") in labels or row.get("installed") is False:
                continue
            if folders and (row.get("file") or "").startswith(folders):
                continue
        kept.append(row)
    return kept


def claims(rows, expected, key, value=lambda row: None):
    """{key: value} of what the report claims. A row that says it is dynamic counts only where it is wanted."""
    found = {}
    for row in rows:
        k = key(row)
        if k is None or (isinstance(row, dict) and row.get("dynamic") and k not in expected):
            continue
        found[k] = value(row)
    return found


# --- apps and models --------------------------------------------------------------------------------------------------


@category
def apps(truth, report):
    expected = {a["label"]: a["module"] for a in truth["apps"]}
    return Judgement(expected, {a["label"]: a["module"] for a in report["inventory"]["apps"] if a.get(
        "installed") is not False})


def wanted_models(truth):
    return {m["label"]: m for m in truth["models"] if m["normal_boot"] and not (m["dynamic"] or m["auto_created"])}


def reported_models(report):
    return {m["label"]: m for m in rows(report, "models") if not m.get("abstract")}


@category
def models(truth, report):
    wanted = wanted_models(truth)
    expected = {label: m["file"] for label, m in wanted.items()}
    reported = claims(reported_models(report).values(), expected, lambda m: m["label"], lambda m: m.get("file"))
    return Judgement(expected, reported, optional={m["label"] for m in truth["models"]})


@category
def abstract_models(truth, report):
    expected = {m["qualname"]: None for m in truth["abstract_models"] if not m["dynamic"]}
    abstract = [m for m in rows(report, "models") if m.get("abstract")]
    return Judgement(expected, claims(abstract, expected, lambda m: m["qualname"]),
                     optional={m["qualname"] for m in truth["abstract_models"]})


@category
def model_flags(truth, report):
    """proxy, managed, the table, and the setting that can swap the model"""
    expected, reported = {}, {}
    found = reported_models(report)
    for label, model in wanted_models(truth).items():
        for flag in ("proxy", "managed", "db_table", "swappable"):
            expected["%s %s" % (label, flag)] = model[flag]
            if label in found:
                reported["%s %s" % (label, flag)] = found[label].get(flag)
    return Judgement(expected, reported)


def field_pairs(truth, report):
    """(key, live field or None, reported field or None, live model) of the fields of all wanted models"""
    found = reported_models(report)
    for label, model in sorted(wanted_models(truth).items()):
        live = {f["name"]: f for f in model["fields"]}
        claimed = {f["name"]: f for f in (found.get(label) or {}).get("fields") or ()}
        for name in sorted(set(live) | set(claimed)):
            yield "%s.%s" % (label, name), live.get(name), claimed.get(name), model


def written(field):
    """A field that a first-party class body spells out."""
    return field is not None and field["explicit"] and not field["auto_created"]


@category
def fields(truth, report):
    expected, reported, optional = {}, {}, set()
    for key, live, claimed, model in field_pairs(truth, report):
        if written(live):
            expected[key] = None
        elif live is not None or key.rpartition(".")[2] in model["inherited_fields"]:
            optional.add(key)  # implied here, or a parent's column: a report may list it with the child
        if claimed is not None and (key in expected or not claimed.get("dynamic")):
            reported[key] = None
    return Judgement(expected, reported, optional)


@category
def implied_fields(truth, report):
    """Fields that nobody wrote and the table has all the same: of AbstractUser, of order_with_respect_to"""
    expected, reported = {}, {}
    for key, live, claimed, _model in field_pairs(truth, report):
        if live is not None and not live["explicit"] and not live["auto_created"]:
            expected[key] = live["type"]
            if claimed is not None:
                reported[key] = last(claimed.get("type"))
    return Judgement(expected, reported)


@category
def field_types(truth, report):
    expected, reported = {}, {}
    for key, live, claimed, _model in field_pairs(truth, report):
        if written(live):
            expected[key] = live["type"]
            if claimed is not None:
                reported[key] = last(claimed.get("type"))
    return Judgement(expected, reported)


ATTRIBUTES = ("null", "blank", "unique", "primary_key", "db_index", "max_length", "column", "default", "choices")


@category
def field_attributes(truth, report):
    expected, reported = {}, {}
    for key, live, claimed, _model in field_pairs(truth, report):
        kind = (live or {}).get("relation") and live["relation"]["kind"]
        if not written(live) or kind in ("GenericForeignKey", "GenericRelation"):
            continue  # generic ones have no column, what their attributes say is Django's inner business
        for attribute in ATTRIBUTES:
            want = live[attribute]
            name = "%s %s" % (key, attribute)
            expected[name] = want
            if claimed is not None:
                got = claimed.get(attribute, UNKNOWN)
                # a many-to-many field has no column of its own, although Django gives it a name for one
                reported[name] = want if attribute == "column" and kind == "ManyToManyField" and got is None else got
    return Judgement(expected, reported)


def clean_action(value):
    return last(value.partition("(")[0]) if isinstance(value, str) else value


@category
def relations(truth, report):
    expected, reported = {}, {}
    for key, live, claimed, _model in field_pairs(truth, report):
        relation = (claimed or {}).get("relation")
        if live is not None and live["relation"] is None and relation:
            reported["%s relation" % key] = relation.get("kind")
        if not written(live) or live["relation"] is None:
            continue
        generic = live["relation"]["kind"].startswith("Generic")
        for part in ("kind", "to") if generic else ("kind", "to", "on_delete", "related_name", "through"):
            name = "%s %s" % (key, part)
            want = live["relation"][part]
            if part == "through" and live["relation"]["through_auto_created"]:
                want = None
            expected[name] = want
            if relation:
                got = relation.get(part)
                if part == "kind":
                    got = last(got)
                elif part == "on_delete":
                    got = clean_action(got)
                elif part == "through" and want is None and got == live["relation"]["through"]:
                    got = None  # the one that Django makes may be named
                reported[name] = got
    return Judgement(expected, reported)


# --- routes and views -------------------------------------------------------------------------------------------------


def route_groups(truth, report):
    """-> ({key: live routes}, {key: reported routes}, keys that are neither wanted nor wrong)

    A key is path and view. Somebody else's view counts by its last name: where a package defines it and where one
    imports it from are two spellings of the same thing."""
    expected, others = {}, set()
    for route in truth["routes"]:
        if not route["first_party"] or route["admin"] or route["format_suffix"]:
            others.add(route["path"])
            continue
        view = route["view"] if route["view_first_party"] else last(route["view"])
        expected.setdefault("%s -> %s" % (route["path"], view), []).append(route)
    consumers, wanted_paths = set(truth["consumers"]), {k.partition(" -> ")[0] for k in expected}
    reported, optional = {}, set()
    for route in rows(report, "routes"):
        path, view = route["path"], route.get("view")
        if route.get("format_suffix") or view in consumers or path is None:
            continue  # a path that is not known is no claim
        key = "%s -> %s" % (path, view)
        if key not in expected and "%s -> %s" % (path, last(view)) in expected:
            key = "%s -> %s" % (path, last(view))
        if key not in expected and (route.get("dynamic") or path in others - wanted_paths or (
                view is None and any(other.startswith(path) for other in others))):
            optional.add(key)  # the include of an app that is not ours, or a page of it
        reported.setdefault(key, []).append(route)
    return expected, reported, optional


@category
def routes(truth, report):
    expected, reported, optional = route_groups(truth, report)
    return Judgement(dict.fromkeys(expected), dict.fromkeys(reported), optional)


@category
def route_methods(truth, report):
    expected, reported, _optional = route_groups(truth, report)

    def methods(group):
        if any(route.get("methods") is None for route in group):
            return None
        return {m.upper() for route in group for m in route["methods"]} - {"HEAD", "OPTIONS"}

    wanted = {k: methods(group) for k, group in expected.items()}
    wanted = {k: m for k, m in wanted.items() if m is not None}
    got = {k: methods(reported[k]) for k in wanted if k in reported}
    return Judgement(wanted, {k: UNKNOWN if m is None else m for k, m in got.items()})


@category
def route_names(truth, report):
    expected, reported, _optional = route_groups(truth, report)

    def full(group):
        return {":".join(filter(None, (route.get("namespace"), route["name"]))) for route in group if route.get("name")}

    return Judgement({k: full(group) for k, group in expected.items()},
                     {k: full(reported[k]) for k in expected if k in reported})


@category
def route_actions(truth, report):
    """Which method of a viewset answers; only the HTTP methods that get through to it"""
    expected, reported, _optional = route_groups(truth, report)
    wanted, got = {}, {}
    for key, group in expected.items():
        allowed = {m.lower() for route in group for m in route["methods"] or ()}
        actions = {m: a for route in group for m, a in (route["actions"] or {}).items() if m in allowed}
        if actions:
            wanted[key] = actions
            if key in reported:
                got[key] = {m.lower(): a for route in reported[key] for m, a in (route.get("actions") or {}).items()
                            if m.lower() in allowed}
    return Judgement(wanted, got)


@category
def views(truth, report):
    expected = {v["qualname"]: v["file"] for v in truth["views"] if not (v["dynamic"] or v["method"])}
    reported = claims(rows(report, "views"), expected, lambda v: v["qualname"], lambda v: v.get("file"))
    return Judgement(expected, reported, {v["qualname"] for v in truth["views"]} | set(truth["consumers"]))


@category
def view_kinds(truth, report):
    expected = {v["qualname"]: v["kinds"] for v in truth["views"] if v["kinds"] and not v["dynamic"]}
    reported = {v["qualname"]: v.get("kind") for v in rows(report, "views") if v["qualname"] in expected}
    return Judgement(expected, reported, same=lambda wanted, got: got in wanted)


@category
def consumers(truth, report):
    return Judgement(dict.fromkeys(truth["consumers"]), dict.fromkeys(names(rows(report, "consumers"))))


# --- serializers and forms --------------------------------------------------------------------------------------------


def wanted_serializers(truth):
    return {s["qualname"]: s for s in truth["serializers"] if not s["dynamic"]}


def serializer_pairs(truth, report):
    found = {s["qualname"]: s for s in rows(report, "serializers")}
    return [(name, live, found.get(name)) for name, live in wanted_serializers(truth).items()]


@category
def serializers(truth, report):
    expected = {name: s["file"] for name, s in wanted_serializers(truth).items()}
    reported = claims(rows(report, "serializers"), expected, lambda s: s["qualname"], lambda s: s.get("file"))
    return Judgement(expected, reported, {s["qualname"] for s in truth["serializers"]})


@category
def serializer_models(truth, report):
    pairs = serializer_pairs(truth, report)
    return Judgement({name: live["model"] for name, live, _claimed in pairs},
                     {name: claimed.get("model") for name, _live, claimed in pairs if claimed})


@category
def serializer_declared_fields(truth, report):
    expected, reported, optional = {}, {}, set()
    for name, live, claimed in serializer_pairs(truth, report):
        own = set(live["own_declared_fields"])
        expected.update(("%s.%s" % (name, field), None) for field in own)
        # a report may say inherited ones again
        optional |= {"%s.%s" % (name, field) for field in live["declared_fields"] if field not in own}
        reported.update(("%s.%s" % (name, f), None) for f in names((claimed or {}).get("declared_fields")))
    return Judgement(expected, reported, optional)


@category
def serializer_fields(truth, report):
    """What the serializer has in the end: declared, from Meta, from the model"""
    expected, reported = {}, {}
    for name, live, claimed in serializer_pairs(truth, report):
        if live["fields"] is not None:
            expected.update(("%s.%s" % (name, field), None) for field in live["fields"])
            reported.update(("%s.%s" % (name, f), None) for f in names((claimed or {}).get("fields")))
    return Judgement(expected, reported)


@category
def serializer_nesting(truth, report):
    expected, reported = {}, {}
    for name, live, claimed in serializer_pairs(truth, report):
        declared = {f["name"]: f for f in (claimed or {}).get("declared_fields") or () if isinstance(f, dict)}
        for field in live["own_declared_fields"]:
            key = "%s.%s" % (name, field)
            expected[key] = live["nested"].get(field)
            if field in declared:
                reported[key] = declared[field].get("nested")
    return Judgement(expected, reported)


@category
def forms(truth, report):
    live = [f for f in truth["forms"] if f["kind"] != "FormSet" and not f["dynamic"]]
    expected = {f["qualname"]: f["model"] for f in live}
    reported = claims(rows(report, "forms"), expected, name_of, lambda f: f.get("model"))
    return Judgement(expected, reported, {f["qualname"] for f in truth["forms"]})


# --- admin ------------------------------------------------------------------------------------------------------------


def admin_pairs(truth, report):
    """{key: row} on both sides; a key is the model and the class (the last name of a class that is not ours)"""
    expected = {}
    for row in truth["admin"]:
        admin = row["admin"] if row["admin_first_party"] else last(row["admin"])
        expected["%s by %s" % (row["model"], admin)] = row
    reported = {}
    for row in rows(report, "admin"):
        key = "%s by %s" % (row["model"], row.get("admin") or "ModelAdmin")
        if key not in expected and "%s by %s" % (row["model"], last(row.get("admin"))) in expected:
            key = "%s by %s" % (row["model"], last(row.get("admin")))
        if key in expected or not row.get("dynamic"):
            reported[key] = row
    return expected, reported


@category
def admin(truth, report):
    expected, reported = admin_pairs(truth, report)

    def same_site(live, claimed):
        spellings = {live["site"], live["site_class"], live["site_variable"]}
        if live["site"] == "admin":  # the site that everybody has
            spellings |= {None, "django.contrib.admin.site", "django.contrib.admin.sites.site"}
        return claimed.get("site") in spellings

    optional = {key for key, row in expected.items() if row["model_dynamic"]}
    judgement = Judgement({k: r for k, r in expected.items() if k not in optional}, reported, optional, same_site)
    judgement.wrong = [(k, live["site"], claimed.get("site")) for k, live, claimed in judgement.wrong]
    return judgement


def admin_lists(truth, report, name, spelling):
    expected, reported = admin_pairs(truth, report)
    return Judgement({k: {spelling(x) for x in row[name]} for k, row in expected.items() if not row["model_dynamic"]},
                     {k: {spelling(x) for x in names(reported[k].get(name))} for k in expected if k in reported and
                      not expected[k]["model_dynamic"]})


@category
def admin_inlines(truth, report):
    return admin_lists(truth, report, "inlines", str)


@category
def admin_actions(truth, report):
    return admin_lists(truth, report, "actions", last)


# --- signals ----------------------------------------------------------------------------------------------------------


def signal_claims(truth, report):
    """(signal, receiver, sender) triples on both sides, and those that are neither wanted nor wrong"""
    labels = {m["qualname"]: m["label"] for m in truth["models"]}
    expected = {(s["signal"], s["receiver"], s["sender"]) for s in truth["signals"]
                if s["normal_boot"] and not s["dynamic"]}
    optional = {(s["signal"], s["receiver"], s["sender"]) for s in truth["signals"]} - expected
    reported = set()
    for row in rows(report, "signals"):
        senders = row.get("sender")
        for sender in senders if isinstance(senders, list) else [senders]:
            triple = (row["signal"], row["receiver"], labels.get(sender, sender))
            if triple in expected or not (row.get("dynamic") or "<" in (row["receiver"] or "")):
                reported.add(triple)
    return expected, reported, optional


def arrows(triples, sender):
    return {"%s -> %s%s" % (t[0], t[1], " from %s" % t[2] if sender else ""): None for t in triples}


@category
def signals(truth, report):
    expected, reported, optional = signal_claims(truth, report)
    return Judgement(arrows(expected, False), arrows(reported, False), arrows(optional, False))


@category
def signal_senders(truth, report):
    expected, reported, optional = signal_claims(truth, report)
    return Judgement(arrows(expected, True), arrows(reported, True), arrows(optional, True))


@category
def signal_definitions(truth, report):
    return Judgement(dict.fromkeys(truth["signal_definitions"]),
                     dict.fromkeys(names(rows(report, "signal_definitions"))))


# --- migrations and the rest ------------------------------------------------------------------------------------------


def migration_pairs(truth, report):
    return ({"%s.%s" % (m["app"], m["name"]): m for m in truth["migrations"]},
            {"%s.%s" % (m["app"], m["name"]): m for m in rows(report, "migrations")})


@category
def migrations(truth, report):
    expected, reported = migration_pairs(truth, report)
    return Judgement({k: m["file"] for k, m in expected.items()}, {k: m.get("file") for k, m in reported.items()})


@category
def migration_operations(truth, report):
    """The types, in order"""
    expected, reported = migration_pairs(truth, report)

    def types(migration):
        return [last(o if isinstance(o, str) else o["type"]) for o in migration["operations"]]

    return Judgement({k: types(m) for k, m in expected.items()}, {k: types(reported[k]) for k in expected if
                                                                 k in reported})


@category
def migration_details(truth, report):
    """Dependencies, what a squash replaces, how much RunPython and RunSQL (nested ones too), is it a leaf"""
    expected, reported = {}, {}
    live, claimed = migration_pairs(truth, report)
    for key, migration in live.items():
        row = claimed.get(key)

        def pairs(source, part):
            found = {".".join(pair) for pair in source.get(part) or ()}
            if part == "dependencies" and migration["swappable"]:
                # whatever a setting names: the first migration of the user model's app, say
                found = {f for f in found if not f.endswith(".__first__") and not f.startswith("__setting__")}
            return found

        for part in ("dependencies", "replaces", "run_python", "run_sql", "leaf"):
            name = "%s %s" % (key, part)
            expected[name] = pairs(migration, part) if part in ("dependencies", "replaces") else migration[part]
            if row is not None:
                got = row.get(part, UNKNOWN)
                if part in ("dependencies", "replaces"):
                    got = pairs(row, part)
                elif isinstance(got, list):  # the operations themselves, or their lines
                    got = len(got)
                reported[name] = got

    def same(wanted, got):
        return bool(wanted) == got if isinstance(got, bool) else wanted == got

    return Judgement(expected, reported, same=same)


def table_pairs(truth, report):
    return ({t["model"]: t for t in truth["migration_state"]["tables"]},
            {t["model"]: t for t in rows(report, "schema") if t["state"]})


@category
def schema_tables(truth, report):
    """The tables that the migrations build: name, proxy or not, sets of fields that are unique together, names of
    indexes and constraints"""
    expected, reported = table_pairs(truth, report)

    def table(row):
        # which set comes first says nothing; an automatic table's columns are in it as Django orders them
        together = sorted(map(list, row["unique_together"]))
        rules = [sorted(r if isinstance(r, str) else r["name"] for r in row[part]) for part in ("indexes", "constraints")]
        return (row["db_table"], row["managed"], row["proxy"], row["auto"], together, rules)

    return Judgement({k: table(t) for k, t in expected.items()}, {k: table(t) for k, t in reported.items()})


@category
def schema_columns(truth, report):
    """Their columns, with type, flags, length and target"""
    flags = ("null", "unique", "primary_key", "db_index", "max_length")

    def columns(tables):
        found = {}
        for label, row in tables.items():
            for c in row["columns"]:
                many = c["type"] in ("ManyToManyField", "TaggableManager")  # its column is another table's
                to = c["to"] if "to" in c else (c["relation"] or {}).get("to")
                found["%s %s" % (label, c["name"])] = (
                    None if many else c["column"], c["type"], to, [] if many else [c[f] for f in flags])
        return found

    expected, reported = table_pairs(truth, report)
    return Judgement(columns(expected), columns(reported))


KINDS = {  # what makemigrations would write for a kind of drift
    "model_without_migration": "CreateModel", "table_without_model": "DeleteModel", "field_without_migration": "AddField",
    "column_without_field": "RemoveField", "field_altered": "AlterField", "db_table_altered": "AlterModelTable",
    "unique_together_altered": "AlterUniqueTogether", "index_together_altered": "AlterIndexTogether",
    "order_with_respect_to_altered": "AlterOrderWithRespectTo", "options_altered": "AlterModelOptions",
    "index_without_migration": "AddIndex", "index_without_model": "RemoveIndex", "index_renamed": "RenameIndex",
    "constraint_without_migration": "AddConstraint", "constraint_without_model": "RemoveConstraint",
}


@category
def drift(truth, report):
    """What makemigrations would write, and what the report says it would"""
    changes = truth["migration_state"]["changes"]
    whole = {(c["app"], c["model"]) for c in changes if c["operation"] in ("CreateModel", "DeleteModel")}
    expected = {}
    for c in changes:
        if (c["app"], c["model"]) in whole and c["operation"] not in ("CreateModel", "DeleteModel"):
            continue  # the parts of a new model, and of one that goes
        if c["operation"] in ("AlterModelManagers", "AlterModelTableComment"):
            continue
        name = c["field"] if c["operation"] not in ("CreateModel", "DeleteModel") else None
        expected["%s %s.%s %s" % (c["operation"], c["app"], c["model"], name)] = None
    reported = {}
    for d in rows(report, "drift"):
        if d["kind"] in KINDS and d["certainty"] == "certain":
            name = d["field"]
            if "index_" in d["kind"] or "constraint_" in d["kind"]:
                name = d["in_models"] if d["kind"] == "index_renamed" else d["attribute"]
            if "together" in d["kind"]:
                name = None
            model = d["model"].partition(".")[2].lower()
            reported["%s %s.%s %s" % (KINDS[d["kind"]], d["app"], model, name)] = None
        elif d["kind"] in ("constraint_altered", "index_altered"):
            # another definition under the same name goes and comes
            for kind in ("Remove", "Add"):
                operation = kind + ("Index" if d["kind"] == "index_altered" else "Constraint")
                model = d["model"].partition(".")[2].lower()
                reported["%s %s.%s %s" % (operation, d["app"], model, d["attribute"])] = None
    return Judgement(expected, reported)


@category
def commands(truth, report):
    expected = {"%s %s" % (c["app"], c["name"]): None for c in truth["commands"]}
    return Judgement(expected, claims(rows(report, "commands"), expected, lambda c: "%s %s" % (c.get("app"), c["name"])))


@category
def middleware(truth, report):
    """What the settings list, in order; and our own classes among it"""
    listed = names(report["inventory"]["settings"]["middleware"])
    expected = {name: position for position, name in enumerate(truth["middleware"])}
    reported = {name: position for position, name in enumerate(listed)}
    own = set(names(rows(report, "middleware")))
    for name in truth["middleware_first_party"]:
        expected["ours: " + name] = None
        if name in own:
            reported["ours: " + name] = None
    return Judgement(expected, reported)


@category
def template_tags(truth, report):
    expected = {"%s %s" % (x["library"], n): None for x in truth["template_tags"] for n in x["tags"] + x["filters"]}
    reported = {}
    for row in rows(report, "template_tags"):
        library = row.get("library") or last(row.get("module"))
        found = names(row.get("tags")) + names(row.get("filters")) if "tags" in row or "filters" in row else [row["name"]]
        reported.update(("%s %s" % (library, name), None) for name in found)
    return Judgement(expected, reported)


@category
def tasks(truth, report):
    expected = {t["qualname"]: None for t in truth["tasks"]}
    return Judgement(expected, claims(rows(report, "tasks"), expected, name_of))


def report_from_truth(truth):
    """The report that a perfect scan would give, as far as the categories look at it. For the self-test, and as an
    example of the shape they read."""
    return {"inventory": {
        "apps": [dict(a, installed=True) for a in truth["apps"]],
        "models": [dict(m) for m in truth["models"]] + [dict(m, abstract=True) for m in truth["abstract_models"]],
        "routes": [dict(r) for r in truth["routes"] if r["first_party"]],
        "views": [dict(v, kind=(v["kinds"] or [None])[0]) for v in truth["views"]],
        "serializers": [dict(s, declared_fields=[{"name": n, "nested": s["nested"].get(n)} for n in s[
            "declared_fields"]]) for s in truth["serializers"]],
        "admin": [dict(a) for a in truth["admin"]],
        "signals": [dict(s) for s in truth["signals"]],
        "signal_definitions": list(truth["signal_definitions"]),
        "migrations": [dict(m, operations=[{"type": o} for o in m["operations"]]) for m in truth["migrations"]],
        "schema": [dict(t, state=True) for t in truth["migration_state"]["tables"]],
        "drift": [],
        "commands": [dict(c) for c in truth["commands"]],
        "forms": [dict(f) for f in truth["forms"]],
        "template_tags": [dict(t) for t in truth["template_tags"]],
        "tasks": [dict(t) for t in truth["tasks"]],
        "consumers": list(truth["consumers"]),
        "middleware": [{"qualname": m} for m in truth["middleware_first_party"]],
        "settings": {"middleware": list(truth["middleware"])},
    }}
