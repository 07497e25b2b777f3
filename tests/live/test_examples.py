"""The "after" half of every example in the catalogue is code that runs: `python after.py` ends well, and mypy has nothing against it.

    MIGSCAN_VENVS  where the virtual environments are (made by setup.sh; default target/venvs)

The "before" half is scanned by tests/rules.rs.
"""

import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import HERE, ROOT, run

EXAMPLES = {path.parent.name: path for path in sorted(ROOT.glob("src/rules/examples/*/after.py"))}
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve() / "examples"


@pytest.fixture(scope="session")
def ended(python_of):
    return json.loads(run([python_of["examples"], HERE / "run_examples.py", *EXAMPLES.values()]).stdout)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_answer_runs(name, ended):
    result = ended[str(EXAMPLES[name])]
    if result["code"]:
        pytest.fail("%s/after.py ended with %d\n%s" % (name, result["code"], result["output"][-4000:]), pytrace=False)


def test_the_answers_are_typed(python_of):
    # mypy knows a file by its name, and all of them are called after.py; no name may be that of a package
    modules = TARGET / "modules"
    shutil.rmtree(modules, ignore_errors=True)
    modules.mkdir(parents=True)
    for name, path in EXAMPLES.items():
        shutil.copy2(path, modules / ("example_" + name.replace("-", "_") + ".py"))
    run([python_of["examples"], "-m", "mypy", "--config-file", HERE / "mypy-examples.ini", "--cache-dir", TARGET / "mypy", "."],
        cwd=modules)
