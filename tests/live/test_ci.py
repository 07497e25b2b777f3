"""Workflows, action and hook by the tools that judge such files."""

import json
import re

import pytest
from conftest import ROOT, run

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", [ROOT / "action.yml", *WORKFLOWS], ids=lambda path: path.name)
def test_the_form_is_that_of_the_schema(python_of, path):
    schema = "vendor.github-actions" if path.name == "action.yml" else "vendor.github-workflows"
    run([python_of["ci"].parent / "check-jsonschema", "--builtin-schema", schema, path])


def test_no_hole_that_zizmor_knows(python_of):
    """Pasted expressions, loose permissions, actions that are not pinned, credentials that stay, and so on."""
    run([python_of["ci"].parent / "zizmor", "--offline", "--no-progress", "--persona", "pedantic", ROOT / "action.yml", *WORKFLOWS])


def test_every_action_is_pinned_to_a_commit_and_no_script_holds_an_expression(python_of):
    text = "import json, sys, yaml; print(json.dumps([yaml.safe_load(open(f)) for f in sys.argv[1:]]))"
    action, *workflows = json.loads(run([python_of["ci"], "-c", text, ROOT / "action.yml", *WORKFLOWS]).stdout)
    steps = action["runs"]["steps"] + [step for flow in workflows for job in flow["jobs"].values() for step in job["steps"]]
    assert len(steps) > 15
    for step in steps:
        assert "${{" not in step.get("run", ""), step
        assert re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}", step.get("uses", "a/b@" + "0" * 40)), step
    for name, about in action["inputs"].items():
        assert about["description"] and "default" in about, name


def test_the_manifest_of_the_hook(python_of):
    run([python_of["ci"].parent / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"])
