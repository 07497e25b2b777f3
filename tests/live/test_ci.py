"""Workflows, action and hook by the tools that judge such files."""

import json
import re
import subprocess

import pytest
from conftest import FIXTURES, ROOT, binary, run

DOCS = ROOT / "docs"
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


def blocks(page, language):
    return re.findall(r"^```%s\n(.*?)^```" % language, (DOCS / page).read_text(encoding="utf-8"), re.M | re.S)


def test_the_recipes_have_the_form_that_their_readers_want(python_of, tmp_path):
    schemas = {".github/workflows/migscan.yml": "vendor.github-workflows", ".gitlab-ci.yml": "vendor.gitlab-ci"}
    seen = []
    for block in blocks("ci.md", "yaml"):
        name = block.splitlines()[0].removeprefix("# ")
        path = tmp_path / "recipe.yml"
        path.write_text(block)
        if name in schemas:
            run([python_of["ci"].parent / "check-jsonschema", "--builtin-schema", schemas[name], path])
        else:
            assert name == ".pre-commit-config.yaml"
            run([python_of["ci"].parent / "pre-commit", "validate-config", path])
        seen.append(name)
    assert len(seen) >= 5 and set(seen) >= set(schemas)


JQ = """
import json, sys, jq
report = json.load(open(sys.argv[1]))
for program in json.load(sys.stdin):
    found = jq.compile(program).input_value(report).all()
    assert found and found != [[]] and found != [None], program
print("good")
"""


def test_the_examples_for_jq_find_something(python_of, tmp_path):
    programs = blocks("json.md", "jq")
    assert len(programs) >= 9
    report = tmp_path / "report.json"
    run([binary(), ROOT / "fixtures" / "shop", "--quiet", "--json", report])
    done = run([python_of["ci"], "-c", JQ, report], input=json.dumps(programs))
    assert done.stdout.strip() == "good"


XSD = """
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for path in sys.argv[2:]:
    schema.assertValid(etree.parse(path))
print(len(sys.argv) - 2)
"""


def test_junit_is_what_jenkins_takes(python_of, tmp_path):
    made = []
    for fixture in FIXTURES:
        made.append(tmp_path / (fixture + ".xml"))
        run([binary(), ROOT / "fixtures" / fixture, "--quiet", "--junit", made[-1]])
    made.append(tmp_path / "failing.xml")
    done = subprocess.run([str(binary()), str(ROOT / "fixtures" / "shop"), "--quiet", "--junit", str(made[-1]), "--fail-on", "coverage<101",
                           "--fail-on", "cycles,blockers>100"], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert made[-1].read_text().count("<failure ") >= 1 and made[-1].read_text().count("<testcase ") == 4
    schema = ROOT / "tests" / "data" / "schemas" / "junit-10.xsd"
    assert run([python_of["ci"], "-c", XSD, schema, *made]).stdout.strip() == str(len(FIXTURES) + 1)
