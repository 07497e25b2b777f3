#!/usr/bin/env python
"""What the live framework says about a Django project, as JSON.

Run it with the Python of the project's own virtual environment:

    python truth.py --root REPOSITORY --settings dotted.settings [--path DIR]... -o truth.json

It boots Django, imports every module of the installed first-party apps (no tests, no migrations except through
Django's own loader), and asks: the app registry, the URL resolver, the admin sites, the receivers of all signals, the
migration loader, the serializers of Django REST framework, Celery. No database is opened on purpose and no request is
made. The answer is canonical: sorted, without a clock, a machine's path or an address, so that two runs give the same
bytes, and so that a static report can be compared with it (`compare.py` beside this file does that).

"First-party" is what lies below --root and not in a site-packages directory or virtual environment.

Reading the result:

* `dynamic` marks classes and functions that exist but have no `class` or `def` of their own at the top of a module
  (made by `type()`, or inside a function): a report may list them, and may leave them out.
* `normal_boot` is false for what appears only because this script imports every module.
* Paths of routes: converters are dropped (`{pk}`), unnamed groups and wildcards are `{var}`, optional parts are there,
  anchors are not; the prefix of `i18n_patterns` is `{language}`. `raw` is the pattern as Django has it.
* `methods` is null where a plain function takes anything. OPTIONS and HEAD are never listed.
"""

import argparse
import ast
import functools
import gc
import importlib
import inspect
import io
import json
import os
import re
import sys
import types
import weakref

try:  # the module moved in Python 3.11
    from re import _parser as regex_parser
except ImportError:  # pragma: no cover
    import sre_parse as regex_parser

# Importing these runs somebody's program or test suite; a boot does not do it either.
NOT_IMPORTED = {"manage", "wsgi", "asgi", "conftest", "setup", "__main__", "fabfile", "noxfile"}
NOT_ENTERED = {"migrations", "node_modules", "static", "templates", "locale", "__pycache__"}


def is_test(name):
    return name in ("test", "tests", "testing") or name.startswith(("test_", "tests_")) or name.endswith(
        ("_test", "_tests"))


# --- where things are -------------------------------------------------------------------------------------------------


class Repository:
    """Knows which files are the project's own, and how to name them."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.venv = os.path.realpath(sys.prefix)
        self.sources = {}

    def owns(self, path):
        if not path:
            return False
        path = os.path.realpath(path)
        inside = path == self.root or path.startswith(self.root + os.sep)
        in_venv = self.venv.startswith(self.root + os.sep) and path.startswith(self.venv + os.sep)
        parts = path.split(os.sep)
        return inside and not in_venv and "site-packages" not in parts and "dist-packages" not in parts

    def relative(self, path):
        return os.path.relpath(os.path.realpath(path), self.root).replace(os.sep, "/") if self.owns(path) else None

    def scrub(self, error):
        """An error as text, without anything that belongs to this machine."""
        text = "%s: %s" % (type(error).__name__, error)
        for path, name in ((self.root, "<root>"), (self.venv, "<venv>"), (os.path.expanduser("~"), "<home>")):
            text = text.replace(path, name)
        return re.sub(r"0x[0-9a-fA-F]+", "0x", text)[:300]

    def source(self, path):
        """What one file defines: {qualified name: [(kind, first line, last line)]}, names assigned at the top,
        names bound in each class body."""
        if path not in self.sources:
            found = types.SimpleNamespace(definitions={}, assigned=set(), bodies={})
            try:
                with open(path, "rb") as file:
                    tree = ast.parse(file.read())
            except (OSError, SyntaxError, ValueError):
                tree = ast.Module(body=[], type_ignores=[])
            self._index(tree, (), found)
            self.sources[path] = found
        return self.sources[path]

    def _index(self, node, stack, found):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                name = ".".join(stack + (child.name,))
                kind = "class" if isinstance(child, ast.ClassDef) else "function"
                first = min([child.lineno] + [d.lineno for d in child.decorator_list])
                found.definitions.setdefault(name, []).append((kind, first, child.end_lineno, child.lineno))
                inner = (child.name,) if kind == "class" else (child.name, "<locals>")
                self._index(child, stack + inner, found)
                continue
            if isinstance(child, (ast.Assign, ast.AnnAssign)):
                targets = child.targets if isinstance(child, ast.Assign) else [child.target]
                names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
                if not stack:
                    found.assigned |= names
                elif stack[-1] != "<locals>":
                    found.bodies.setdefault(".".join(stack), set()).update(names)
            self._index(child, stack, found)


repo = None  # a Repository, once main() knows the root


def module_file(name):
    path = getattr(sys.modules.get(name or ""), "__file__", None)
    return path[:-1] if path and path.endswith(".pyc") else path


def file_of(thing):
    code = getattr(thing, "__code__", None)
    if code is not None and os.path.exists(code.co_filename):
        return code.co_filename
    return module_file(getattr(thing, "__module__", None))


def first_party(thing):
    return repo.owns(file_of(thing))


def dotted(thing):
    if not hasattr(thing, "__qualname__"):
        thing = type(thing)
    return "%s.%s" % (thing.__module__, thing.__qualname__)


def place(thing):
    """{"file", "line", "dynamic"} of a class or function."""
    path = file_of(thing)
    if not repo.owns(path):
        return {"file": None, "line": None, "dynamic": False}
    wanted = "class" if isinstance(thing, type) else "function"
    found = [d for d in repo.source(path).definitions.get(thing.__qualname__, ()) if d[0] == wanted]
    if len(found) > 1:  # defined more than once (if/else, try/except): the one that our code objects lie in
        codes = [getattr(getattr(v, "__func__", v), "__code__", None) for v in vars(thing).values()] \
            if wanted == "class" else [thing.__code__]
        lines = [c.co_firstlineno for c in codes if c is not None and c.co_filename == path]
        found = [d for d in found if any(d[1] <= line <= d[2] for line in lines)] or found
    return {
        "file": repo.relative(path),
        "line": found[0][3] if found else None,
        "dynamic": not found or "<locals>" in thing.__qualname__,
    }


def subclasses(base):
    seen, todo = set(), [base]
    while todo:
        for cls in type.__subclasses__(todo.pop()):
            if cls not in seen:
                seen.add(cls)
                todo.append(cls)
    return sorted(seen, key=dotted)


def ours(base):
    return [cls for cls in subclasses(base) if first_party(cls)]


def model_label(model):
    return getattr(getattr(model, "_meta", None), "label", None)


# --- importing --------------------------------------------------------------------------------------------------------


def try_import(name, errors):
    """Imports quietly. A module that fails is an entry under `errors`, not the end."""
    out, sys.stdout = sys.stdout, io.StringIO()
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a module may even call sys.exit()
        errors.append({"module": name, "reason": repo.scrub(error)})
        return None
    finally:
        sys.stdout = out


def modules_below(package, folder):
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            d for d in folders if d.isidentifier() and d not in NOT_ENTERED and not is_test(d)
            and not os.path.exists(os.path.join(here, d, "pyvenv.cfg")))
        inner = os.path.relpath(here, folder)
        base = package if inner == "." else ".".join([package] + inner.split(os.sep))
        for file in sorted(files):
            name, extension = os.path.splitext(file)
            if extension != ".py" or not name.isidentifier() or is_test(name) or name in NOT_IMPORTED:
                continue
            yield base if name == "__init__" else base + "." + name


# --- apps and models --------------------------------------------------------------------------------------------------


def collect_apps():
    from django.apps import apps

    return [
        {"label": app.label, "module": app.name, "config": dotted(type(app)), "path": repo.relative(app.path)}
        for app in apps.get_app_configs() if repo.owns(app.path)
    ]


def relation_kind(field):
    known = ("GenericForeignKey", "GenericRelation", "OneToOneField", "ManyToManyField", "ForeignKey")
    return next((c.__name__ for c in type(field).__mro__ if c.__name__ in known), type(field).__name__)


def describe_relation(field):
    if not field.is_relation:
        return None
    kind = relation_kind(field)
    if kind == "GenericForeignKey":  # points at anything, by two other fields
        return {"kind": kind, "to": None, "on_delete": None, "related_name": None, "through": None,
                "through_auto_created": None}
    remote = field.remote_field
    through = getattr(remote, "through", None)
    action = getattr(remote, "on_delete", None) if kind in ("ForeignKey", "OneToOneField") else None
    name = remote.related_name
    if isinstance(name, str) and name.endswith("_rel_+"):
        name = None  # what Django calls the reverse side of a symmetrical relation
    elif isinstance(name, str) and name.endswith("_+"):
        name = "+"  # Django makes hidden names of many-to-many fields unique
    action = getattr(action, "__name__", None)
    return {
        "kind": kind,
        "to": model_label(remote.model),
        "on_delete": "SET" if action == "set_on_delete" else action,
        "related_name": name,
        "through": model_label(through),
        "through_auto_created": bool(through._meta.auto_created) if through is not None else None,
    }


def local_fields(meta):
    return list(dict.fromkeys([*meta.local_fields, *meta.local_many_to_many, *meta.private_fields]))


def declaring_class(model, field):
    """The class whose body says `name = …`: the model, or an abstract base that it was copied from."""
    found = model
    for base in model.__mro__[1:]:
        meta = base.__dict__.get("_meta")
        if meta is not None and meta.abstract and any(
                f.name == field.name and f.creation_counter == field.creation_counter for f in local_fields(meta)):
            found = base
    return found


def describe_field(model, field):
    cls = declaring_class(model, field)
    has_default = getattr(field, "has_default", lambda: False)()
    body = repo.source(file_of(cls)).bodies.get(cls.__qualname__, ()) if first_party(cls) else ()
    return {
        "name": field.name,
        "type": type(field).__name__,
        "type_qualname": dotted(type(field)),
        "column": getattr(field, "column", None),
        "null": bool(getattr(field, "null", False)),
        "blank": bool(getattr(field, "blank", False)),
        "unique": bool(getattr(field, "unique", False)),
        "primary_key": bool(getattr(field, "primary_key", False)),
        "db_index": bool(getattr(field, "db_index", False)),
        "max_length": getattr(field, "max_length", None),
        "default": ("callable" if callable(field.default) else "literal") if has_default else "none",
        "choices": bool(getattr(field, "choices", None)),
        "auto_created": bool(field.auto_created),
        # explicit: first-party code has this field in a class body; the others come from packages and from Django
        "explicit": field.name in body,
        "declared_in": dotted(cls),
        "relation": describe_relation(field),
    }


def describe_model(model, normal):
    meta = model._meta
    # Django copies the generic relations of concrete parents; they are not the child's
    copied = {f.name for b in model.__mro__[1:] if getattr(b, "_meta", None) and not b._meta.abstract
              for f in b._meta.private_fields}
    fields = [f for f in local_fields(meta) if not (f in meta.private_fields and f.name in copied)]
    inherited = {f.name for f in meta.get_fields() if getattr(f, "model", model) is not model}
    return dict(place(model), **{
        "label": meta.label,
        "qualname": dotted(model),
        "app": meta.app_label,
        "abstract": False,
        "proxy": meta.proxy,
        "managed": meta.managed,
        "swapped": bool(meta.swapped),
        "swappable": meta.swappable,
        "db_table": meta.db_table,
        "auto_created": bool(meta.auto_created),
        "normal_boot": meta.label in normal,
        "fields": sorted((describe_field(model, f) for f in fields), key=lambda f: f["name"]),
        "inherited_fields": sorted(inherited | copied),
        "managers": [manager.name for manager in meta.managers],
        "unique_together": sorted(map(list, meta.unique_together)),
        "constraints": sorted(c.name for c in meta.constraints),
        "indexes": sorted(i.name for i in meta.indexes),
        "ordering": [str(o) for o in meta.ordering or ()],
    })


def all_models():
    from django.apps import apps

    return apps.get_models(include_auto_created=True, include_swapped=True)


def collect_models(normal):
    return [describe_model(m, normal) for m in all_models() if first_party(m)]


def collect_abstract_models():
    from django.db.models import Model

    return [
        dict(place(cls), qualname=dotted(cls), fields=sorted(f.name for f in local_fields(cls._meta)))
        for cls in ours(Model) if cls.__dict__.get("_meta") is not None and cls._meta.abstract
    ]


# --- routes -----------------------------------------------------------------------------------------------------------


def path_of_regex(regex):
    try:
        tree = regex_parser.parse(regex)
    except re.error:
        return regex
    names = {number: name for name, number in tree.state.groupdict.items()}

    def text(items, repeated=False):
        parts = []
        for op, value in items:
            op = str(op)
            if op == "LITERAL":
                parts.append(chr(value))
            elif op == "ANY":  # a lone dot is meant as one ("robots.txt"), a repeated one is a wildcard
                parts.append("{var}" if repeated else ".")
            elif op == "SUBPATTERN":
                group, inside = value[0], value[-1]
                parts.append(text(inside, repeated and len(inside) == 1) if group is None
                             else "{%s}" % names.get(group, "var"))
            elif op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
                parts.append(text(value[2], len(value[2]) == 1))
            elif op == "ATOMIC_GROUP":
                parts.append(text(value))
            elif op == "BRANCH":
                ways = {w for w in (text(b) for b in value[1]) if w}
                parts.append(ways.pop() if len(ways) == 1 else "{var}" if ways else "")
            elif op == "IN":
                single = value[0] if len(value) == 1 else (None, None)
                parts.append(chr(single[1]) if str(single[0]) == "LITERAL" else "{var}")
            elif op in ("NOT_LITERAL", "GROUPREF"):
                parts.append("{var}")
        return re.sub(r"(\{var\})+", "{var}", "".join(parts))  # anchors and look-arounds add nothing

    return text(tree)


def path_of(pattern):
    """(path, raw pattern, is it the prefix of i18n_patterns)"""
    if hasattr(pattern, "language_prefix"):
        return "{language}/", str(pattern.language_prefix), True
    if hasattr(pattern, "_route"):
        route = str(pattern._route)
        return re.sub(r"<(?:[^>:]+:)?\s*([^>]+?)\s*>", r"{\1}", route), route, False
    regex = str(pattern._regex)
    return path_of_regex(regex), regex, False


def remember_declarations():
    """From now on each URL pattern knows the line of the call that made it."""
    import django
    from django.urls import resolvers

    base = os.path.dirname(django.__file__)
    helpers = tuple(os.path.join(base, *parts) + os.sep for parts in (("urls",), ("conf", "urls")))
    original = resolvers.URLPattern.__init__

    @functools.wraps(original)
    def init(self, *args, **kwargs):
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith(helpers):
            frame = frame.f_back
        self._declared = (frame.f_code.co_filename, frame.f_lineno) if frame is not None else None
        original(self, *args, **kwargs)

    resolvers.URLPattern.__init__ = init


def cells(function):
    """What a closure closed over, by name."""
    found = {}
    code = getattr(function, "__code__", None)
    for name, cell in zip(code.co_freevars if code else (), getattr(function, "__closure__", None) or ()):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not bound yet
            pass
    return found


def wrapped_by(function):
    """The view inside a decorator that does not use functools.wraps: the one callable it closed over."""
    inside = {n: v for n, v in cells(function).items()
              if isinstance(v, (types.FunctionType, types.MethodType, functools.partial))}
    for name in ("view_func", "view", "func", "fn", "f", "function"):
        if name in inside:
            return inside[name]
    return list(inside.values())[0] if len(inside) == 1 else None


def unwrap(callback):
    """What is behind a URL pattern's callback: class, function or bound method, and what decorators say on the way."""
    found = types.SimpleNamespace(target=callback, actions=None, options={}, limits=[])
    seen = []
    while not any(found.target is s for s in seen):
        current = found.target
        seen.append(current)
        if isinstance(current, functools.partial):
            found.target = current.func
            continue
        limit = cells(current).get("request_method_list")  # require_http_methods and its friends
        if limit is not None:
            found.limits.append({str(m).upper() for m in limit})
        if hasattr(current, "__wrapped__"):
            for name in ("actions", "initkwargs", "view_initkwargs"):
                _keep(found, current, name)
            found.target = current.__wrapped__
            if not callable(found.target):
                break
            continue
        cls = getattr(current, "view_class", None) or getattr(current, "cls", None)
        if isinstance(cls, type) and not isinstance(current, type):
            for name in ("actions", "initkwargs", "view_initkwargs"):
                _keep(found, current, name)
            found.target = cls
            break
        if isinstance(current, types.FunctionType) and "<locals>" in current.__qualname__:
            inner = wrapped_by(current)
            if inner is not None:
                found.target = inner
                continue
        break
    # Django's as_view() and DRF's leave the class on the outermost function and every copy of it
    cls = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    if isinstance(cls, type) and not isinstance(callback, type):
        found.target = cls
    if not isinstance(found.target, (type, types.FunctionType, types.MethodType)):
        found.target = type(found.target)  # an instance that can be called, like a Feed
    return found


def _keep(found, function, name):
    value = getattr(function, name, None)
    if value:
        if name == "actions":
            found.actions = found.actions or value
        else:
            found.options = found.options or value


def is_api_view(target):
    return isinstance(target, type) and target.__qualname__.endswith("WrappedAPIView")


def view_name(target):
    if is_api_view(target):  # @api_view makes a class and gives it the function's name
        return "%s.%s" % (target.__module__, target.__name__)
    if isinstance(target, types.MethodType):
        owner = target.__self__ if isinstance(target.__self__, type) else type(target.__self__)
        return "%s.%s" % (dotted(owner), target.__func__.__name__)
    return dotted(target)


def methods_of(found):
    target, methods = found.target, None
    allowed = found.options.get("http_method_names") or getattr(target, "http_method_names", None)
    if found.actions:
        methods = {m.upper() for m in found.actions if not allowed or m.lower() in allowed}
    elif isinstance(target, type) and allowed:
        methods = {m.upper() for m in allowed if hasattr(target, m.lower())}
    for limit in found.limits:
        methods = limit if methods is None else methods & limit
    return None if methods is None else sorted(methods - {"HEAD", "OPTIONS"})


def collect_routes(urlconf, errors):
    """-> the routes, and the views behind them by name"""
    from django.urls import URLResolver, get_resolver

    rows, views = [], {}

    def walk(resolver, prefix, raw, namespaces, module, i18n, admin):
        for entry in resolver.url_patterns:
            text, pattern, language = path_of(entry.pattern)
            if isinstance(entry, URLResolver):
                inner = entry.urlconf_module
                walk(entry, prefix + text, raw + pattern,
                     namespaces + ([entry.namespace] if entry.namespace else []),
                     inner.__name__ if isinstance(inner, types.ModuleType) else module,
                     i18n or language, admin or entry.app_name == "admin")
                continue
            found = unwrap(entry.callback)
            target = found.target
            name = view_name(target)
            mine = repo.owns(module_file(target.__module__)) if is_api_view(target) else first_party(
                target.__func__ if isinstance(target, types.MethodType) else target)
            declared = getattr(entry, "_declared", None)
            declared = {"file": repo.relative(declared[0]), "line": declared[1]} if declared and repo.owns(
                declared[0]) else None
            rows.append({
                "path": "/" + (prefix + text).lstrip("/"),
                "raw": raw + pattern,
                "view": name,
                "methods": methods_of(found),
                "actions": {str(k).lower(): v for k, v in found.actions.items()} if found.actions else None,
                "name": entry.name,
                "namespace": ":".join(namespaces) or None,
                "urlconf": module,
                "i18n": i18n,
                "admin": admin,
                "format_suffix": "drf_format_suffix" in pattern or r"\.(?P<format>[a-z0-9]+)" in pattern,
                "view_first_party": mine,
                "declared": declared,
                "first_party": mine or declared is not None,
            })
            if mine:
                views[name] = target

    if urlconf:
        try:
            walk(get_resolver(urlconf), "", "", [], urlconf, False, False)
        except Exception as error:  # a URL configuration that cannot be imported
            errors.append({"module": urlconf, "reason": repo.scrub(error)})
    return rows, views


# --- views ------------------------------------------------------------------------------------------------------------


def kinds_of(target):
    """The kinds that a report may call this view; empty where there is no word for it."""
    if is_api_view(target):
        return ["api_view"]
    if isinstance(target, types.FunctionType):
        return ["function"]
    if not isinstance(target, type):
        return []
    from django.views import View

    names = [dotted(b) for b in target.__mro__]
    if "rest_framework.viewsets.ModelViewSet" in names:
        return ["model_viewset"]
    if "rest_framework.viewsets.ReadOnlyModelViewSet" in names:
        return ["model_viewset", "viewset"]
    if "rest_framework.viewsets.ViewSetMixin" in names:
        return ["viewset"]
    if "rest_framework.generics.GenericAPIView" in names:
        return ["generic_apiview"]
    if "rest_framework.views.APIView" in names:
        return ["apiview"]
    if not issubclass(target, View):
        return []
    base = next(b for b in target.__mro__[1:] if issubclass(b, View) and not first_party(b))
    if base is View:
        return ["class"]
    return ["generic"] if base.__module__.startswith("django.views.generic") else ["class", "generic"]


def collect_views(routed):
    from django.views import View

    pool = dict(routed)
    bases = [View]
    if "rest_framework" in sys.modules:
        from rest_framework.viewsets import ViewSetMixin

        bases.append(ViewSetMixin)
    for base in bases:
        for cls in ours(base):
            if not is_api_view(cls):
                pool.setdefault(dotted(cls), cls)
    rows = []
    for name, target in pool.items():
        if is_api_view(target):
            path = module_file(target.__module__)
            found = repo.source(path).definitions.get(target.__name__) or [(0, 0, 0, None)]
            where = {"file": repo.relative(path), "line": found[0][3], "dynamic": False}
        else:
            where = place(target.__func__ if isinstance(target, types.MethodType) else target)
        rows.append(dict(where, qualname=name, kinds=kinds_of(target), routed=name in routed,
                         method=isinstance(target, types.MethodType)))
    return rows


# --- serializers ------------------------------------------------------------------------------------------------------


def serializer_instance(cls):
    """Made without arguments, or, where that fails, with the context that a view would give."""
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    try:
        return dict(cls().get_fields())
    except Exception:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        return dict(cls(context={"request": request, "format": None}).get_fields())


def collect_serializers():
    try:
        from rest_framework import serializers as drf
    except Exception:  # not installed, or not usable with these settings
        return []
    rows = []
    for cls in ours(drf.BaseSerializer):
        kind = next(k for k in ("HyperlinkedModelSerializer", "ModelSerializer", "ListSerializer", "Serializer",
                                "BaseSerializer") if issubclass(cls, getattr(drf, k)))
        declared = getattr(cls, "_declared_fields", {})
        own = {n for n, f in declared.items()
               if not any(getattr(b, "_declared_fields", {}).get(n) is f for b in cls.__mro__[1:])}
        fields, problem = None, None
        if kind not in ("ListSerializer", "BaseSerializer"):
            try:
                fields = serializer_instance(cls)
            except Exception as error:
                problem = repo.scrub(error)
        nested = {}
        for name, field in (fields or {}).items():
            child = field.child if isinstance(field, drf.ListSerializer) else field
            if isinstance(child, drf.BaseSerializer):
                nested[name] = dotted(type(child))
        rows.append(dict(place(cls), **{
            "qualname": dotted(cls),
            "kind": kind,
            "model": model_label(getattr(getattr(cls, "Meta", None), "model", None)),
            "declared_fields": sorted(declared),
            "own_declared_fields": sorted(own),
            "declared_types": {n: type(declared[n]).__name__ for n in sorted(own)},
            "fields": None if fields is None else sorted(fields),
            "fields_error": problem,
            "nested": nested,
        }))
    return rows


# --- admin ------------------------------------------------------------------------------------------------------------


def variables():
    """(module, name, value) of everything at the top of all modules."""
    for module_name, module in sorted(sys.modules.items()):
        if isinstance(module, types.ModuleType):
            for name, value in list(vars(module).items()):
                yield module_name, name, value


def collect_admin():
    if "django.contrib.admin.sites" not in sys.modules:
        return []
    from django.contrib.admin.sites import AdminSite, all_sites

    known_as = {}
    for module, name, value in variables():
        # type(), not isinstance(): that would wake lazy objects
        if issubclass(type(value), AdminSite) and name in repo.source(module_file(module) or "").assigned:
            known_as.setdefault(id(value), "%s.%s" % (module, name))
    rows = []
    for site in all_sites:
        for model, admin in site._registry.items():
            # register(Model, list_display=…) makes a class on the spot; the one below it is somebody's
            cls = next(c for c in type(admin).__mro__ if c.__module__ != "django.contrib.admin.sites")
            if not first_party(cls) and not first_party(model):
                continue
            rows.append({
                "site": site.name,
                "site_class": dotted(type(site)),
                "site_variable": known_as.get(id(site)),
                "model": model_label(model),
                "admin": dotted(cls),
                "inlines": [dotted(i) for i in admin.inlines or ()],
                "actions": sorted(a if isinstance(a, str) else a.__name__ for a in admin.actions or ()),
                "admin_first_party": first_party(cls),
                "model_dynamic": place(model)["dynamic"],
            })
    return rows


# --- signals ----------------------------------------------------------------------------------------------------------


def live_signals():
    from django.dispatch import Signal

    return [o for o in gc.get_objects() if issubclass(type(o), Signal)]


def connected():
    """Which (signal, lookup key) there are now. Who asks keeps the signals alive."""
    signals = live_signals()
    return signals, {(id(s), entry[0]) for s in signals for entry in s.receivers or ()}


def signal_names(signals):
    """{id: dotted}: the module that says `name = Signal()`, or a class with such an attribute."""
    wanted, names = {id(s) for s in signals}, {}
    for module, name, value in variables():
        if id(value) in wanted:
            assigned = name in repo.source(module_file(module) or "").assigned
            names.setdefault(id(value), []).append((not assigned, len(module), "%s.%s" % (module, name)))
    for cls in subclasses(object):
        for name, value in list(vars(cls).items()):
            if id(value) in wanted and id(value) not in names:
                names.setdefault(id(value), []).append((False, 0, "%s.%s" % (dotted(cls), name)))
    return {key: min(found)[2] for key, found in names.items()}


def describe_receiver(receiver):
    """(dotted name, first-party, dynamic)"""
    while isinstance(receiver, functools.partial):
        receiver = receiver.func
    if isinstance(receiver, types.MethodType):
        return view_name(receiver), first_party(receiver.__func__), False
    if isinstance(receiver, types.FunctionType):
        receiver = inspect.unwrap(receiver)
    name = dotted(receiver)
    return name, first_party(receiver if hasattr(receiver, "__qualname__") else type(receiver)), "<" in name


def collect_signals(normal):
    signals = live_signals()
    names = signal_names(signals)
    rows, ids = [], set()
    for signal in signals:
        for entry in signal.receivers or ():
            receiver = entry[1]() if isinstance(entry[1], weakref.ReferenceType) else entry[1]
            if receiver is None:  # died since
                continue
            name, mine, dynamic = describe_receiver(receiver)
            if mine:
                ids.add(entry[0][1])
                rows.append((names.get(id(signal)), name, entry[0], dynamic, (id(signal), entry[0]) in normal))
    from django.dispatch.dispatcher import NONE_ID

    senders = {id(o): o for o in gc.get_objects() if id(o) in ids and id(o) != NONE_ID}
    found = {}
    for signal, receiver, (key, sender_id), dynamic, booted in rows:
        sender = senders.get(sender_id)
        if sender is not None:
            sender = model_label(sender) or dotted(sender)
        elif sender_id != NONE_ID:
            sender = "<gone>"
        row = {"signal": signal, "receiver": receiver, "sender": sender,
               "dispatch_uid": key if isinstance(key, str) else None, "dynamic": dynamic}
        row["normal_boot"] = booted or found.get(json.dumps(row, sort_keys=True), {}).get("normal_boot", False)
        found[json.dumps({k: v for k, v in row.items() if k != "normal_boot"}, sort_keys=True)] = row
    defined = sorted(
        name for name in names.values() if repo.owns(module_file(name.rpartition(".")[0])))
    return list(found.values()), defined


# --- migrations, and the rest -----------------------------------------------------------------------------------------


def collect_migrations(errors):
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations import RunPython, RunSQL, SeparateDatabaseAndState

    try:
        loader = MigrationLoader(None, ignore_no_migrations=True)
    except Exception as error:
        errors.append({"module": "migrations", "reason": repo.scrub(error)})
        return []

    def count(operations, kind):
        total = 0
        for operation in operations:
            if isinstance(operation, SeparateDatabaseAndState):
                total += count(operation.database_operations, kind) + count(operation.state_operations, kind)
            total += isinstance(operation, kind)
        return total

    leaves = set(loader.graph.leaf_nodes())
    rows = []
    for (app, name), migration in loader.disk_migrations.items():
        path = module_file(type(migration).__module__)
        if repo.owns(path):
            rows.append({
                "app": app,
                "name": name,
                "file": repo.relative(path),
                "dependencies": sorted([d[0], d[1]] for d in migration.dependencies),
                "swappable": sorted(d.setting for d in migration.dependencies if hasattr(d, "setting")),
                "replaces": sorted([a, n] for a, n in migration.replaces),
                "operations": [type(o).__name__ for o in migration.operations],
                "run_python": count(migration.operations, RunPython),
                "run_sql": count(migration.operations, RunSQL),
                "leaf": (app, name) in leaves,
            })
    return rows


def collect_migration_state(errors):
    """The tables that the migrations build, by the state that Django computes from them, and the operations that
    makemigrations would write. No database is asked."""
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.questioner import MigrationQuestioner
    from django.db.migrations.state import ProjectState

    try:
        loader = MigrationLoader(None, ignore_no_migrations=True)
        state = loader.project_state()
        models = state.apps.get_models(include_auto_created=True, include_swapped=True)
    except Exception as error:
        errors.append({"module": "migrations", "reason": repo.scrub(error)})
        return {"tables": [], "changes": []}
    # apps whose migrations lie in the repository, whoever the app belongs to
    labels = {app for (app, _), m in loader.disk_migrations.items() if repo.owns(module_file(type(m).__module__))}

    def column(field):
        remote = field.remote_field
        return {
            "name": field.name,
            "column": field.column,
            "type": type(field).__name__,
            "internal_type": field.get_internal_type(),
            "null": bool(field.null),
            "unique": bool(field.unique),
            "primary_key": bool(field.primary_key),
            "db_index": bool(field.db_index),
            "max_length": field.max_length,
            "to": model_label(remote.model) if field.is_relation else None,
            "on_delete": getattr(getattr(remote, "on_delete", None), "__name__", None) if field.is_relation else None,
        }

    tables = []
    for model in models:
        meta = model._meta
        if meta.app_label not in labels:
            continue
        migrated = state.models.get((meta.app_label, meta.model_name))
        options = migrated.options if migrated else {}
        tables.append({
            "model": meta.label,
            "db_table": meta.db_table,
            "managed": bool(meta.managed),
            "proxy": bool(meta.proxy),
            "auto": bool(meta.auto_created),
            "columns": sorted((column(f) for f in [*meta.local_fields, *meta.local_many_to_many]),
                              key=lambda c: c["name"]),
            "unique_together": sorted(map(list, meta.unique_together)),
            "indexes": sorted(i.name for i in options.get("indexes", ())),
            "constraints": sorted(c.name for c in options.get("constraints", ())),
        })
    detector = MigrationAutodetector(state, ProjectState.from_apps(apps), MigrationQuestioner(specified_apps=labels))
    changes = []
    for app, migrations in detector.changes(graph=loader.graph).items():
        for operation in (o for m in migrations for o in m.operations if app in labels):
            kind = type(operation).__name__
            about_model = kind in ("CreateModel", "DeleteModel", "RenameModel") or "Model" in kind or "Together" in kind
            model = getattr(operation, "model_name", None) or getattr(operation, "name", None)
            field = None if about_model or kind == "AlterOrderWithRespectTo" else getattr(operation, "name", None)
            if "Index" in kind or "Constraint" in kind:
                thing = getattr(operation, "index", None) or getattr(operation, "constraint", None)
                field = thing.name if thing is not None else getattr(operation, "new_name", field)
            changes.append({"app": app, "operation": kind, "model": model.lower(), "field": field})
    return {"tables": canonical(tables), "changes": canonical(changes)}


def collect_commands(errors):
    from django.apps import apps
    from django.core.management import find_commands

    rows = []
    for app in apps.get_app_configs():
        folder = os.path.join(app.path, "management")
        for name in find_commands(folder) if repo.owns(app.path) and os.path.isdir(folder) else ():
            module = try_import("%s.management.commands.%s" % (app.name, name), errors)
            command = getattr(module, "Command", None)
            if command is not None:
                rows.append({"app": app.label, "name": name, "qualname": dotted(command), "file": repo.relative(
                    module.__file__)})
    return rows


def collect_forms():
    from django.forms import BaseForm
    from django.forms.formsets import BaseFormSet
    from django.forms.models import BaseModelForm

    rows = []
    for base in (BaseForm, BaseFormSet):
        for cls in ours(base):
            rows.append(dict(place(cls), **{
                "qualname": dotted(cls),
                "kind": "FormSet" if base is BaseFormSet else "ModelForm" if issubclass(cls, BaseModelForm) else "Form",
                "model": model_label(getattr(getattr(cls, "_meta", None), "model", None)),
                "fields": sorted(getattr(cls, "base_fields", ())),
            }))
    return rows


def collect_template_tags(errors):
    from django.apps import apps
    from django.template import Library

    rows = []
    for app in apps.get_app_configs():
        folder = os.path.join(app.path, "templatetags")
        for file in sorted(os.listdir(folder)) if repo.owns(app.path) and os.path.isdir(folder) else ():
            if not file.endswith(".py") or file == "__init__.py":
                continue
            module = try_import("%s.templatetags.%s" % (app.name, file[:-3]), errors)
            library = getattr(module, "register", None)
            if isinstance(library, Library):
                rows.append({"app": app.label, "module": module.__name__, "library": file[:-3],
                             "tags": sorted(library.tags), "filters": sorted(library.filters)})
    return rows


def collect_tasks():
    if "celery" not in sys.modules:
        return []
    from celery import _state

    rows = {}
    for app in _state._get_active_apps():
        for name, task in app.tasks.items():
            if repo.owns(module_file(task.__module__)):
                run = getattr(task, "__wrapped__", None)
                run = getattr(run, "__func__", run)
                qualname = dotted(run) if run is not None else dotted(type(task))
                rows[qualname] = {"qualname": qualname, "name": name}
    return list(rows.values())


def collect_consumers():
    if "channels.consumer" not in sys.modules:
        return []
    from channels.consumer import AsyncConsumer, SyncConsumer

    return sorted({dotted(c) for base in (AsyncConsumer, SyncConsumer) for c in ours(base)})


# --- main -------------------------------------------------------------------------------------------------------------


def canonical(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def boot(settings_module):
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    remember_declarations()  # first: an app's ready() may already import URLs
    django.setup()
    from django.apps import apps
    from django.conf import settings

    if apps.is_installed("django.contrib.admin"):
        from django.contrib import admin

        admin.autodiscover()
    return settings


def import_everything(settings, errors):
    """First what a server imports by itself; then, for the registries to be complete, every module of the apps.
    Returns what was there in between."""
    from django.apps import apps
    from django.template import engines

    if settings.ROOT_URLCONF:
        try_import(settings.ROOT_URLCONF, errors)
    for middleware in settings.MIDDLEWARE:
        try_import(middleware.rpartition(".")[0], errors)
    try:
        engines.all()
    except Exception as error:
        errors.append({"module": "TEMPLATES", "reason": repo.scrub(error)})
    models = {m._meta.label for m in all_models()}
    signals, keys = connected()
    settings_modules = {n for n in sys.modules if n.rpartition(".")[2] == "settings" or ".settings." in n}
    for app in list(apps.get_app_configs()):
        if repo.owns(app.path):
            for name in modules_below(app.name, app.path):
                if name not in sys.modules and name not in settings_modules and ".settings" not in name:
                    try_import(name, errors)
    return models, signals, keys


def main():
    global repo
    parser = argparse.ArgumentParser(description="What the live framework says about a Django project, as JSON.")
    parser.add_argument("--root", required=True, help="the repository")
    parser.add_argument("--settings", required=True, help="the settings module, dotted")
    parser.add_argument("--path", action="append", default=[], help="a further folder for sys.path (repeatable)")
    parser.add_argument("-o", "--output", required=True, help="where the JSON goes")
    options = parser.parse_args()

    repo = Repository(options.root)
    sys.dont_write_bytecode = True
    output = os.path.abspath(options.output)
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [repo.root] + [os.path.abspath(p) for p in options.path] + [
        p for p in sys.path if os.path.abspath(p) != here]
    sys.argv = ["manage.py", "check"]  # some settings look at it

    errors = []
    settings = boot(options.settings)
    models, kept_alive, keys = import_everything(settings, errors)
    gc.collect()
    routes, routed = collect_routes(settings.ROOT_URLCONF, errors)
    signals, defined = collect_signals(keys)
    import django

    middleware = list(settings.MIDDLEWARE)
    truth = {
        "schema": 1,
        "settings": options.settings,
        "root_urlconf": settings.ROOT_URLCONF,
        "auth_user_model": settings.AUTH_USER_MODEL,
        "python": "%d.%d" % sys.version_info[:2],
        "django": django.get_version(),
        "drf": getattr(sys.modules.get("rest_framework"), "VERSION", None),
        "apps": canonical(collect_apps()),
        "models": canonical(collect_models(models)),
        "abstract_models": canonical(collect_abstract_models()),
        "routes": canonical(routes),
        "views": canonical(collect_views(routed)),
        "serializers": canonical(collect_serializers()),
        "admin": canonical(collect_admin()),
        "signals": canonical(signals),
        "signal_definitions": defined,
        "migrations": canonical(collect_migrations(errors)),
        "migration_state": collect_migration_state(errors),
        "commands": canonical(collect_commands(errors)),
        "forms": canonical(collect_forms()),
        "template_tags": canonical(collect_template_tags(errors)),
        "middleware": middleware,
        "middleware_first_party": [m for m in middleware if repo.owns(module_file(m.rpartition(".")[0]))],
        "tasks": canonical(collect_tasks()),
        "consumers": collect_consumers(),
        "errors": canonical(errors),
    }
    with open(output + ".part", "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.write("\n")
    os.replace(output + ".part", output)
    counts = ", ".join("%d %s" % (len(v), k) for k, v in truth.items() if isinstance(v, list) and v)
    print("Django %s: %s" % (truth["django"], counts), file=sys.stderr)
    sys.stderr.flush()
    os._exit(0)  # imports may have started threads that never end


if __name__ == "__main__":
    main()
