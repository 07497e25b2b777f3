"""Rules for a proxy against Django's own resolver: random URL configurations, random moves, 10,000 random paths a run.

MIGSCAN_ROUTING_SEED varies the run; a failure names the seed of its project.
"""

import json
import os

import pytest
from conftest import HERE, binary, run

PROJECTS, PATHS = 40, 250
FIRST = int(os.environ.get("MIGSCAN_ROUTING_SEED", "1")) * 1000


@pytest.fixture(scope="module")
def answers(python_of, tmp_path_factory):
    """What came of each project."""
    folder = tmp_path_factory.mktemp("routing")
    out = {}
    for seed in range(FIRST, FIRST + PROJECTS):
        project, script = folder / str(seed), HERE / "routing.py"
        run([python_of["shop"], script, "make", seed, project])
        rules = run([binary(), "rules-of", project, "--moves", project / "moves.json"]).stdout
        report = run([binary(), project, "--json", "-"]).stdout
        (project / "rules.json").write_text(rules, encoding="utf-8")
        (project / "report.json").write_text(report, encoding="utf-8")
        out[seed] = json.loads(run([python_of["shop"], script, "ask", project, PATHS, seed]).stdout)
    return out


def test_the_side_that_answers_is_the_one_that_django_would_name(answers, capsys):
    total = {}
    for answer in answers.values():
        for key, value in answer["counts"].items():
            total[key] = total.get(key, 0) + value
    with capsys.disabled():
        print("\nrouting: %(asked)d paths asked, %(resolved)d resolve, %(moved)d go to FastAPI (%(encoded_moved)d of them encoded), "
              "%(by_hand)d by hand, %(encoded_fallback)d encoded ones stay" % total)
    assert {seed: a["wrong"] for seed, a in answers.items() if a["wrong_count"]} == {}
    # Rules that send nothing anywhere would pass.
    assert total["asked"] >= 10_000 and total["moved"] > 500 and total["encoded_moved"] > 20
    assert total["by_hand"] < total["moved"] / 2
