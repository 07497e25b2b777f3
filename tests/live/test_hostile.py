"""What a hostile project makes of the files that a team copies: Python, JSON, CSV and YAML of the rollout kit stay what they are."""

import ast
import csv
import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT, binary

sys.path.insert(0, str(ROOT / "tools" / "torture"))
import hostile  # noqa: E402
from torture import put  # noqa: E402


@pytest.fixture(scope="module", params=["names-that-speak", "regular-expressions", "values-that-are-huge-at-once"])
def kit(request, tmp_path_factory):
    """The kit of a hostile project, and that of a plain one."""
    made = []
    for name, tree in ((request.param, hostile.CASES[request.param]()), ("plain", hostile.project())):
        folder = tmp_path_factory.mktemp("hostile")
        put(folder / "project", tree)
        done = subprocess.run([str(binary()), "plan", str(folder / "project"), "--out", str(folder / "kit")], capture_output=True, timeout=120)
        assert done.returncode in (0, 2), done.stderr
        assert not any(byte < 32 and byte not in (9, 10) or byte == 127 for byte in done.stderr + done.stdout), name
        made.append(folder / "kit" if done.returncode == 0 else None)
    if made[0] is None:
        pytest.skip("refused")
    return made


def files(folder, ending):
    return sorted(os.path.relpath(os.path.join(above, name), folder) for above, _, names in os.walk(folder) for name in names if name.endswith(ending))


def shape(text):
    """The syntax tree without its constants, and how often each call is in it."""
    tree = ast.parse(text)
    return sorted({ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}), len(tree.body)


def test_python_is_the_same_code(kit):
    evil, plain = kit
    names = files(evil, ".py")
    for name in names:
        calls, statements = shape((evil / name).read_text(encoding="utf-8"))
        assert "__import__" not in calls, name
        if (plain / name).exists():
            assert (calls, statements) == shape((plain / name).read_text(encoding="utf-8")), name


def test_the_rest_is_read(kit):
    evil, _ = kit
    for name in files(evil, ".json"):
        json.loads((evil / name).read_text(encoding="utf-8"))
    for name in files(evil, ".csv"):
        with open(evil / name, encoding="utf-8", newline="") as text:
            rows = list(csv.reader(text))
        assert len({len(row) for row in rows if row}) <= 1, name
        assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+@") or cell[:1] == "-" and not cell[1:2].isdigit() and len(cell) > 1], name
    for name in files(evil, ""):
        text = (evil / name).read_text(encoding="utf-8")
        assert not [ch for ch in text if ord(ch) < 32 and ch not in "\n\t\r" or ch in "\x7f\x85\u2028\u2029\u202e"], name
        assert name == os.path.normpath(name) and not name.startswith(("/", "..")), name
