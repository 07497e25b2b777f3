"""Runs migscan below strace: what it asks of the system, and what it does when the system says no."""

import os
import re
import subprocess

from conftest import binary

CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*?)(?:\) += +(-?\d+|\?)(.*))?$")
PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')

TREE = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n",
    "config/__init__.py": "",
    "config/settings.py": "INSTALLED_APPS = ['notes']\nROOT_URLCONF = 'config.urls'\nSECRET_KEY = 'correct-horse'\n",
    "config/urls.py": "from django.urls import path\nfrom notes.views import home\nurlpatterns = [path('', home)]\n",
    "notes/__init__.py": "",
    "notes/views.py": "from django.http import HttpResponse\ndef home(request):\n    return HttpResponse('')\n",
    "notes/models.py": "from django.db import models\nclass Note(models.Model):\n    text = models.TextField()\n",
    "notes/templates/a.html": "{% extends 'b.html' %}\n",
    "requirements.txt": "-r more.txt\ndjango==5.2\n",
    "pyproject.toml": "[project]\ndependencies = ['django']\n",
    "migscan.toml": "exclude = ['away/']\n",
}


def write(root, tree=None):
    for name, text in (tree or TREE).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def strace(options, command, log, **more):
    """The exit status (negative for a signal), stdout, stderr, and the lines of the log without those that only resume another."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("RUST", "LD_"))}
    done = subprocess.run(["strace", "-f", "-qq", "-o", str(log), *options, str(binary()), *map(str, command)], env=env,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, **more)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace"), log.read_text(errors="replace").splitlines()


def calls(lines):
    """Name, arguments, result of every system call. One that another thread cut in two is put together again."""
    open_ = {}
    for line in lines:
        pid, _, rest = line.partition(" ")
        rest = rest.lstrip()
        if rest.endswith("<unfinished ...>"):
            open_[pid] = rest[: -len("<unfinished ...>")].rstrip()
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)$", rest)
        if resumed:
            rest = open_.pop(pid, "") + resumed.group(1)
        found = re.match(r"(\w+)\((.*)\) += +(-?\d+|\?|0x[0-9a-f]+)(.*)$", rest)
        if found:
            yield found.group(1), found.group(2), found.group(3)
    for rest in open_.values():
        yield rest.partition("(")[0], rest.partition("(")[2], "?"


def paths(arguments):
    """The strings among the arguments, as strace escapes them."""
    return [found.encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "replace") for found in PATH.findall(arguments)]
