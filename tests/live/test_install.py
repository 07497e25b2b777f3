"""What Python people do with it: `pip install .` in a fresh environment, the hook under pre-commit, the action's steps as scripts."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, binary, run

SHOP = ROOT / "fixtures" / "shop"
# Where shells and man look below a prefix.
SHARED = ["man/man1/migscan.1", "bash-completion/completions/migscan", "zsh/site-functions/_migscan",
          "fish/vendor_completions.d/migscan.fish"]


# What was built is what is tested: the release, or with MIGSCAN_BIN at target/debug what a developer has at hand.
PROFILE = "dev" if binary().parent.name == "debug" else "release"


def cargo_target():
    """Where the program was built: what is there is not built again."""
    return os.environ.get("CARGO_TARGET_DIR") or ROOT / "target"


def install(where, what, **more):
    """A fresh virtual environment with what `pip install` makes of it."""
    run([sys.executable, "-m", "venv", where])
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env.update({"CARGO_TARGET_DIR": str(cargo_target()), **more})
    done = subprocess.run([str(where / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(what)],
                          env=env, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return where


@pytest.fixture(scope="session")
def wheel(python_of, tmp_path_factory):
    """The wheel of the program that is tested, made as a release makes it."""
    out = tmp_path_factory.mktemp("wheel")
    env = {**os.environ, "CARGO_TARGET_DIR": str(cargo_target())}
    done = subprocess.run([str(python_of["ci"].parent / "maturin"), "build", "--profile", PROFILE, "--locked", "--out", str(out)],
                          cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    [wheel] = out.glob("*.whl")
    return wheel


def test_the_wheel_holds_the_program_its_page_and_its_licences(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert re.fullmatch(r"migscan-[\d.]+-py3-none-\w+\.whl", wheel.name)
    assert any(name.endswith(".data/scripts/migscan") for name in names)
    for shared in SHARED:
        assert any(name.endswith(".data/data/share/" + shared) for name in names), (shared, names)
    for licence in ("LICENSE-MIT", "LICENSE-APACHE"):
        assert any(name.endswith("dist-info/licenses/" + licence) for name in names), names
    assert not [name for name in names if name.endswith((".py", ".pyc"))], "there is no Python in it"


def test_the_source_distribution_builds_by_itself(python_of, tmp_path):
    run([python_of["ci"].parent / "maturin", "sdist", "--manifest-path", ROOT / "Cargo.toml", "--out", tmp_path])
    [archive] = tmp_path.glob("*.tar.gz")
    names = {name.partition("/")[2] for name in tarfile.open(archive).getnames()}
    needed = {"Cargo.toml", "Cargo.lock", "pyproject.toml", "build.rs", "README.md", "LICENSE-MIT", "LICENSE-APACHE", "PKG-INFO",
              "src/main.rs", "src/rules/costs.toml", *("packaging/wheel/data/share/" + shared for shared in SHARED)}
    assert not needed - names
    # All that the program embeds is there: rules, package tables, examples, templates.
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert not there - names


def test_pip_install_in_a_fresh_environment(tmp_path):
    venv = install(tmp_path / "venv", ROOT, **({"MATURIN_PEP517_ARGS": "--profile dev"} if PROFILE == "dev" else {}))
    done = run([venv / "bin" / "migscan", SHOP])
    assert "Project     shop" in done.stdout and done.stderr.startswith("migscan: 6 apps, 30 models, 69 routes in 120 files")
    for shared in SHARED:
        assert (venv / "share" / shared).read_bytes() == (ROOT / "packaging" / "wheel" / "data" / "share" / shared).read_bytes(), shared
    # A shell completes by what lies there: commands, and options of a command.
    completed = venv / "share" / "bash-completion" / "completions" / "migscan"
    ask = 'source "$1"; COMP_WORDS=("${@:2}"); COMP_CWORD=$(($# - 2)); _migscan migscan "${!#}" "${@: -2:1}"; printf "%s\\n" "${COMPREPLY[@]}"'
    for words, wanted in ([["migscan", "port"], "portfolio"], [["migscan", "trend", "--own"], "--owners"]):
        assert run(["bash", "--norc", "-c", ask, "bash", completed, *words]).stdout.split() == [wanted]
    report = json.loads(run([venv / "bin" / "migscan", SHOP, "--json", "-"]).stdout)
    assert report == json.loads(run([binary(), SHOP, "--json", "-"]).stdout)
    show = "import importlib.metadata as m; about = m.metadata('migscan'); print(about['Version'], about['License-Expression'])"
    assert run([venv / "bin" / "python", "-c", show]).stdout.strip() == report["tool"]["version"] + " MIT OR Apache-2.0"


@pytest.fixture
def repository(tmp_path):
    """A Git repository with the fixture in it."""
    folder = tmp_path / "repository"
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for command in (["init", "--quiet", "--initial-branch", "main"], ["add", "--all"], ["commit", "--quiet", "--message", "All of it"]):
        subprocess.run(["git", *command], cwd=folder, env=git_environment(), check=True, capture_output=True)
    return folder


def git_environment():
    """Of an author, and without the configuration of whoever runs the tests."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    for who in ("AUTHOR", "COMMITTER"):
        env["GIT_%s_NAME" % who], env["GIT_%s_EMAIL" % who] = "Somebody", "somebody@example.org"
    return {**env, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit clones a Git repository, and this is none")
def test_the_hook_runs_under_pre_commit(python_of, repository, tmp_path):
    # Not optimised: pre-commit builds its clone as a package of its own, and nobody waits for the speed of the result.
    env = {**git_environment(), "PRE_COMMIT_HOME": str(tmp_path / "home"), "CARGO_TARGET_DIR": str(cargo_target()),
           "MATURIN_PEP517_ARGS": "--profile dev"}
    command = [str(python_of["ci"].parent / "pre-commit"), "try-repo", str(ROOT), "migscan", "--all-files", "--verbose"]
    done = subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert re.search(r"^migscan\.+Passed$", done.stdout, re.M), done.stdout
    assert "migscan: 6 apps, 30 models, 69 routes in 120 files" in done.stdout
    # What it has to stop it stops: a repository without Django, by exit status 4.
    subprocess.run(["git", "rm", "-r", "--quiet", "."], cwd=repository, env=env, check=True)
    (repository / "plain.py").write_text("x = 1\n")
    subprocess.run(["git", "add", "plain.py"], cwd=repository, env=env, check=True)
    done = subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True)
    assert done.returncode == 1 and "exit code: 4" in done.stdout, done.stdout + done.stderr


class Action:
    """Runs the steps of action.yml as GitHub does: expressions first, in `env`, `if` and `with`; then `run` by bash."""

    def __init__(self, python, folder, inputs):
        text = run([python, "-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))", ROOT / "action.yml"])
        self.action = json.loads(text.stdout)
        self.folder, self.outputs, self.used = folder, {}, []
        unknown = set(inputs) - set(self.action["inputs"])
        assert not unknown
        self.values = {"inputs." + name: inputs.get(name, about.get("default", "")) for name, about in self.action["inputs"].items()}
        temp = folder.parent / "temp"
        temp.mkdir(exist_ok=True)
        self.values.update({"runner.temp": str(temp), "github.action_path": str(ROOT)})

    def value(self, text):
        return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda found: self.values.get(found[1], ""), str(text))

    def holds(self, condition):
        def one(part):
            name, operator, literal = re.fullmatch(r"([\w.]+) (==|!=) '([^']*)'", part.strip()).groups()
            return (self.values.get(name, "") == literal) == (operator == "==")
        return all(map(one, condition.split("&&")))

    def go(self):
        """The exit status of the last step that ran."""
        for step in self.action["runs"]["steps"]:
            if "if" in step and not self.holds(step["if"]):
                continue
            if "uses" in step:
                self.used.append((step["uses"].partition("@")[0], {key: self.value(text) for key, text in step["with"].items()}))
                continue
            assert step["shell"] == "bash"
            script, output = self.folder.parent / "step.sh", self.folder.parent / "output"
            script.write_text(step["run"])
            output.write_text("")
            env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
            env.update({key: self.value(text) for key, text in step.get("env", {}).items()})
            env.update(GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(output), GITHUB_WORKSPACE=str(self.folder),
                       GITHUB_STEP_SUMMARY=str(self.folder.parent / "summary.md"))
            self.done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)], cwd=self.folder, env=env,
                                       capture_output=True, text=True)
            for line in output.read_text().splitlines():
                name, _, text = line.partition("=")
                self.values["steps.%s.outputs.%s" % (step.get("id"), name)] = text
            if self.done.returncode:
                break
        return self.done.returncode


def test_the_steps_of_the_action(python_of, wheel, repository, tmp_path):
    nested = repository / "back end"
    nested.mkdir()
    for path in list(repository.iterdir()):
        if path.name not in (".git", "back end"):
            path.rename(nested / path.name)
    action = Action(python_of["ci"], repository, {"path": "back end", "requirement": str(wheel), "arguments": "--threads\n1\n\n"})
    assert action.go() == 0, action.done.stdout + action.done.stderr
    outputs = {name: action.values["steps.scan.outputs." + name] for name in ("status", "json", "sarif", "html")}
    assert outputs["status"] == "0"
    [(upload, sarif), (keep, page)] = action.used
    assert (upload, sarif["sarif_file"]) == ("github/codeql-action/upload-sarif", outputs["sarif"])
    assert keep == "actions/upload-artifact" and page["path"].split() == [outputs["html"], outputs["json"]]
    assert json.load(open(outputs["json"]))["project"]["name"]
    # Paths are those of the repository, not of the folder in it.
    results = json.load(open(outputs["sarif"]))["runs"][0]["results"]
    assert all(r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("back%20end/") for r in results)
    assert (tmp_path / "summary.md").read_text().startswith("<!-- migscan report -->\n")


@pytest.mark.parametrize("inputs, status, uploads", [
    ({"sarif": "false", "html": "false"}, 0, 0),
    # Reports are uploaded before the verdict.
    ({"fail-on": "coverage<101"}, 1, 2),
    ({"path": "nowhere"}, 2, 0),
    ({"fail-on": "nothing"}, 2, 0),
    ({"settings": "no.such"}, 2, 0),
    # What a shell would obey is a value like any other.
    ({"path": "$(touch owned); `touch owned`"}, 2, 0),
    ({"settings": "--html=owned"}, 2, 0),
    ({"arguments": "--html=$(touch owned)x\n--sarif=;touch owned"}, 2, 0),
])
def test_its_inputs_are_values_and_its_status_is_the_verdict(python_of, wheel, repository, inputs, status, uploads):
    action = Action(python_of["ci"], repository, {"requirement": str(wheel), **inputs})
    assert (action.go(), len(action.used)) == (status, uploads), action.done.stdout + action.done.stderr
    assert not list(repository.rglob("owned"))
