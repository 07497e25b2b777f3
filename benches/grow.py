#!/usr/bin/env python3
"""How the cost of a scan grows with the project: the exponent of processor time over size, along several directions.

    cargo build --release --bin migscan
    python3 benches/grow.py [-n ROUNDS] [--only KIND,…] [--copies FOLDER] [--markdown]

Made projects grow by routes (to 50,000), models (to 20,000), migrations (to 20,000) and modules (to 2,000, of 25 routes each); `--copies` takes a
real project once and ten times, each copy under package names of its own. The exponent is that of the last doubling steps: log of the ratio of
processor times over log of the ratio of sizes. `--keep DIR` leaves the trees there.
"""

import argparse
import math
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ratio import TARGET, run  # noqa: E402

MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\n"


def put(root, path, text):
    path = root / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def frame(root, apps, urls):
    put(root, "manage.py", MANAGE)
    put(root, "site_/__init__.py", "")
    installed = ["django.contrib.auth", "django.contrib.contenttypes", *apps]
    put(root, "site_/settings.py", "ROOT_URLCONF = 'site_.urls'\nINSTALLED_APPS = [\n%s]\n" % "".join("    %r,\n" % app for app in installed))
    put(root, "site_/urls.py", urls)
    for app in apps:
        put(root, "%s/__init__.py" % app.replace(".", "/"), "")


def included(apps):
    return "from django.urls import include, path\nurlpatterns = [\n%s]\n" % "".join("    path('%s/', include('%s.urls')),\n" % (app, app) for app in apps)


def app_of(root, app, models=0, routes=0, neighbour=None, migrations=0):
    lines = ["from django.db import models"]
    if neighbour:
        lines.append("from %s.models import Model0 as Other" % neighbour)
    for n in range(models):
        lines += ["class Model%d(models.Model):" % n, "    name = models.CharField(max_length=%d)" % (n % 200 + 1), "    count = models.IntegerField(default=0)"]
        if n:
            lines.append("    parent = models.ForeignKey('Model%d', on_delete=models.CASCADE, null=True)" % (n - 1))
        elif neighbour:
            lines.append("    other = models.ForeignKey(Other, on_delete=models.CASCADE, null=True)")
    put(root, app + "/models.py", "\n".join(lines) + "\n")
    views = ["from django.http import JsonResponse", "from .models import *"]
    urls = ["from django.urls import path", "from . import views", "urlpatterns = ["]
    for n in range(routes):
        model = "Model%d" % (n % models) if models else None
        found = "%s.objects.filter(pk=pk).first()" % model if model else "None"
        views += ["def view%d(request, pk):" % n, "    found = %s" % found, "    return JsonResponse({'id': pk, 'found': bool(found)})"]
        urls.append("    path('item%d/<int:pk>/', views.view%d, name='item%d')," % (n, n, n))
    put(root, app + "/views.py", "\n".join(views) + "\n")
    put(root, app + "/urls.py", "\n".join(urls) + "\n]\n")
    for n in range(migrations):
        before = "('%s', '%04d_step')" % (app, n - 1) if n else ""
        change = (
            "migrations.CreateModel(name='Model0', fields=[('id', models.AutoField(primary_key=True))])" if n == 0
            else "migrations.AddField('Model0', 'field%d', models.IntegerField(default=%d))" % (n, n) if n % 2
            else "migrations.RemoveField('Model0', 'field%d')" % (n - 1)
        )
        put(root, "%s/migrations/%04d_step.py" % (app, n), "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
            "    dependencies = [%s]\n    operations = [%s]\n" % (before, change))
    if migrations:
        put(root, app + "/migrations/__init__.py", "")


def by_routes(root, count):
    apps = ["app%d" % n for n in range(20)]
    frame(root, apps, included(apps))
    for app in apps:
        app_of(root, app, models=5, routes=count // len(apps))


def by_models(root, count):
    apps = ["app%d" % n for n in range(20)]
    frame(root, apps, "urlpatterns = []\n")
    for app in apps:
        app_of(root, app, models=count // len(apps))


def by_migrations(root, count):
    apps = ["app%d" % n for n in range(20)]
    frame(root, apps, "urlpatterns = []\n")
    for app in apps:
        app_of(root, app, models=1, migrations=count // len(apps))


def by_modules(root, count):
    apps = ["app%d" % n for n in range(count)]
    frame(root, apps, included(apps))
    for n, app in enumerate(apps):
        app_of(root, app, models=2, routes=25, neighbour=apps[n - 1] if n % 5 else None)


def copies(root, count, source):
    """Copies of a real project, the packages at its top renamed."""
    packages = [p.name for p in Path(source).iterdir() if (p / "__init__.py").exists()]
    words = re.compile(r"\b(%s)\b" % "|".join(map(re.escape, packages))) if packages else None
    for n in range(count):
        for folder, folders, files in os.walk(source):
            folders[:] = [f for f in folders if not f.startswith(".") and f != "node_modules"]
            below = os.path.relpath(folder, source)
            parts = [] if below == "." else below.split(os.sep)
            if parts and parts[0] in packages:
                parts[0] += "_%d" % n
            target = root / ("copy%d" % n) / os.path.join(*parts, "")
            target.mkdir(parents=True, exist_ok=True)
            for name in files:
                path = os.path.join(folder, name)
                if os.path.islink(path):
                    continue
                if not name.endswith(".py") or words is None:
                    shutil.copyfile(path, target / name)
                    continue
                text = Path(path).read_bytes().decode("utf-8", "surrogateescape")
                text = words.sub(lambda found: "%s_%d" % (found[1], n), text)
                (target / name).write_bytes(text.encode("utf-8", "surrogateescape"))


KINDS = {
    "routes": (by_routes, [3125, 12500, 50000]),
    "models": (by_models, [1250, 5000, 20000]),
    "migrations": (by_migrations, [1250, 5000, 20000]),
    "modules": (by_modules, [125, 500, 2000]),
}


def measure(binary, make, sizes, rounds, threads, keep):
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=keep) as folder:
            root = Path(folder) / "tree"
            root.mkdir()
            make(root, size)
            command = [str(binary), str(root), "--quiet", "--no-cache", "--threads", str(threads), "--json", folder + "/report.json", "--html", folder + "/report.html"]
            times = [run(command) for _ in range(rounds)]
            rows.append((size, min(t[0] for t in times), min(t[1] for t in times), max(t[2] for t in times)))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=3, metavar="ROUNDS")
    parser.add_argument("--only", default=",".join(KINDS), metavar="KIND,…")
    parser.add_argument("--copies", metavar="FOLDER", help="a real project, once and ten times")
    parser.add_argument("--shrink", type=int, default=1, metavar="N", help="all sizes divided by N")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--binary", default=str(TARGET / "migscan"))
    parser.add_argument("--make", nargs=3, metavar=("KIND", "SIZE", "DIR"), help="only make a tree")
    args = parser.parse_args()
    if args.make:
        kind, size, folder = args.make
        Path(folder).mkdir(parents=True)
        if kind == "copies":
            copies(Path(folder), int(size), args.copies)
        else:
            KINDS[kind][0](Path(folder), int(size))
        return
    runs = [(kind, *KINDS[kind]) for kind in args.only.split(",") if kind]
    if args.copies:
        runs.append(("copies", lambda root, count: copies(root, count, args.copies), [1, 10]))
    if args.markdown:
        print("| by | size | wall s | cpu s | MB | exponent |\n|---|--:|--:|--:|--:|--:|")
    for kind, make, sizes in runs:
        sizes = sizes if kind == "copies" else [max(size // args.shrink, 1) for size in sizes]
        before = None
        for size, wall, cpu, memory in measure(args.binary, make, sizes, args.n, args.threads, None):
            exponent = "%.2f" % (math.log(cpu / before[1]) / math.log(size / before[0])) if before else ""
            before = (size, cpu)
            row = (kind, "%d" % size, "%.2f" % wall, "%.2f" % cpu, "%.0f" % memory, exponent)
            print("| %s |" % " | ".join(row) if args.markdown else "%-11s %7s  wall %8s s  cpu %8s s  %6s MB  %s" % row, flush=True)


if __name__ == "__main__":
    main()
