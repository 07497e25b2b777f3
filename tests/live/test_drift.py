"""The fixtures without drift say nothing of drift; here each loses a migration, or a model its words, and what the report says then has to
be what makemigrations would write."""

import json
import re
import shutil

import pytest
from compare import CATEGORIES
from conftest import FIXTURES, HERE, ROOT, binary, run

# Words of a model, and what stands there after the change. Only the first place in each models file is changed.
CHANGES = {
    "longer": (r"max_length=(\d+)", lambda m: "max_length=1%s" % m[1]),
    "nullable": (r"(models\.(?:TextField|IntegerField|DateField)\()(?![^)\n]*null=)", lambda m: m[1] + "null=True, "),
    "another word": (r"verbose_name = (_?\(?)(['\"])", lambda m: "verbose_name = %s%sother " % (m[1], m[2])),
    "another action": (r"on_delete=models\.CASCADE", lambda m: "on_delete=models.PROTECT"),
    "one more field": (r"\n( +)class Meta", lambda m: "\n%sextra = models.IntegerField(default=0)\n\n%sclass Meta" % (m[1], m[1])),
}


def copies(fixture, folder):
    """(what was done, a copy of the fixture with it)"""
    source = ROOT / "fixtures" / fixture
    for name, (pattern, change) in CHANGES.items():
        copy = shutil.copytree(source, folder / name.replace(" ", "_"))
        changed = 0
        for file in sorted([*copy.rglob("models.py"), *copy.rglob("models/*.py")]):
            text = file.read_text(encoding="utf-8", errors="surrogateescape")
            new = re.sub(pattern, change, text, count=1)
            changed += new != text
            file.write_text(new, encoding="utf-8", errors="surrogateescape")
        if changed:
            yield name, copy


@pytest.mark.parametrize("fixture", FIXTURES)
def test_changed_models(fixture, python_of, tmp_path):
    seen = 0
    for name, copy in copies(fixture, tmp_path):
        truth = tmp_path / "truth.json"
        run([python_of[fixture], HERE / "truth.py", "--root", copy, "--settings", FIXTURES[fixture], "-o", truth])
        truth = json.loads(truth.read_text(encoding="utf-8"))
        report = json.loads(run([binary(), copy, "--json", "-"]).stdout)
        judgement = CATEGORIES["drift"](truth, report)
        assert judgement.perfect, "%s: %s" % (name, judgement)
        seen += judgement.expected
    assert seen > 5
