"""`migscan --truth FILE` says what `compare.py` says: of the truth as it is, and of truths in which something was changed."""

import copy
import json
import random
import re

import pytest
from compare import CATEGORIES
from conftest import FIXTURES, ROOT, binary, run

COUNTS = ("expected", "right", "missing", "extra", "wrong")


def table(fixture, truth, tmp_path):
    """{category: counts} of the program's table; a category without anything has no line."""
    file = tmp_path / "truth.json"
    file.write_text(json.dumps(truth), encoding="utf-8")
    text = run([binary(), ROOT / "fixtures" / fixture, "--settings", FIXTURES[fixture], "--truth", file]).stdout
    lines = re.findall(r"^(\S[\w ]*?) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +[\d.-]+ +[\d.-]+$", text, re.MULTILINE)
    return {name.replace(" ", "_"): dict(zip(COUNTS, map(int, counts))) for name, *counts in lines}


def counts(judgement):
    return {"expected": judgement.expected, "right": judgement.right, "missing": len(judgement.missing),
            "extra": len(judgement.extra), "wrong": len(judgement.wrong)}


def changed(truth, seed):
    """A truth that lost rows, and in which values of other rows are somebody else's."""
    chance = random.Random(seed)
    truth = copy.deepcopy(truth)

    def spoil(rows):
        for row in rows:
            for key, value in sorted(row.items()) if isinstance(row, dict) else ():
                if chance.random() < 0.05:
                    row[key] = copy.deepcopy(chance.choice([r[key] for r in rows if isinstance(r, dict) and key in r]))
                elif isinstance(value, list) and value and isinstance(value[0], dict):
                    spoil(value)
        rows[:] = [row for row in rows if chance.random() > 0.1]

    for part in (truth, truth["migration_state"]):
        for key in sorted(part):
            if isinstance(part[key], list):
                spoil(part[key])
    return truth


@pytest.mark.parametrize("seed", [None, 1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("fixture", FIXTURES)
def test_same_as_the_comparison_in_python(fixture, seed, truth_of, report_of, tmp_path):
    truth = truth_of[fixture] if seed is None else changed(truth_of[fixture], seed)
    expected = {name: counts(judge(truth, report_of[fixture])) for name, judge in CATEGORIES.items()}
    expected = {name: found for name, found in expected.items() if found["expected"] or found["extra"]}
    assert table(fixture, truth, tmp_path) == expected
