"""What the live tests share: the virtual environments, the truths, the reports. Each is made once a run."""

import json
import os
import subprocess
from pathlib import Path

import pytest

# A test that runs the program wants it to work: what an earlier run remembered would answer for it. tests/cache.rs is about that.
os.environ["MIGSCAN_NO_CACHE"] = "1"

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FIXTURES = {  # name: its settings module, the one that manage.py names
    "shop": "config.settings",
    "newsroom": "newsroom.settings.local",
    "legacy": "quillmere.settings",
}


def venvs():
    return Path(os.environ.get("MIGSCAN_VENVS") or ROOT / "target" / "venvs").resolve()


def binary():
    return Path(os.environ.get("MIGSCAN_BIN") or ROOT / "target" / "release" / "migscan").resolve()


def run(command, **options):
    """Runs a command that has to succeed. Nothing of the caller's environment may lead a fixture astray."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTHON", "LANTERN_", "NEWSROOM_"))}
    env.update(PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0", PYTHONWARNINGS="ignore")
    done = subprocess.run([str(c) for c in command], env=env, capture_output=True, text=True, **options)
    if done.returncode:
        pytest.fail("%s\nended with %d\n%s" % (" ".join(map(str, command)), done.returncode, (done.stdout + done.stderr)[-4000:]),
                    pytrace=False)
    return done


class Cache:
    """Makes things when they are first asked for. A failure is kept too: one broken venv, one message each test."""

    def __init__(self, make):
        self.make, self.made = make, {}

    def __getitem__(self, name):
        if name not in self.made:
            try:
                self.made[name] = self.make(name), None
            except pytest.fail.Exception as error:
                self.made[name] = None, error
        value, error = self.made[name]
        if error is not None:
            raise error
        return value


@pytest.fixture(scope="session")
def python_of():
    """The interpreter of a fixture's virtual environment; setup.sh makes it unless it is there."""

    def make(name):
        run(["sh", HERE / "setup.sh", name])
        return venvs() / name / "bin" / "python"

    return Cache(make)


@pytest.fixture(scope="session")
def truth_of(python_of, tmp_path_factory):
    folder = tmp_path_factory.mktemp("truth")

    def make(name):
        output = folder / (name + ".json")
        run([python_of[name], HERE / "truth.py", "--root", ROOT / "fixtures" / name, "--settings", FIXTURES[name],
             "-o", output])
        return json.loads(output.read_text(encoding="utf-8"))

    return Cache(make)


@pytest.fixture(scope="session")
def report_of():
    def make(name):
        if not binary().exists():
            pytest.fail("no migscan at %s: build it (cargo build --release) or set MIGSCAN_BIN" % binary(), pytrace=False)
        return json.loads(run([binary(), ROOT / "fixtures" / name, "--settings", FIXTURES[name], "--json", "-"]).stdout)

    return Cache(make)
