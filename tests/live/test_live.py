"""The report of each fixture is what the live framework says, without one thing missing, too much or wrong.

    MIGSCAN_VENVS  where the virtual environments are (made by setup.sh; default target/venvs)
    MIGSCAN_BIN    the binary (default target/release/migscan)
"""

import shutil

import pytest
from compare import CATEGORIES
from conftest import FIXTURES, ROOT, run


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("fixture", FIXTURES)
def test_as_true_as_django(fixture, category, truth_of, report_of):
    judgement = CATEGORIES[category](truth_of[fixture], report_of[fixture])
    if not judgement.perfect:
        pytest.fail("%s of fixtures/%s: %s" % (category.replace("_", " "), fixture, judgement), pytrace=False)
    assert judgement.precision == judgement.recall == 1.0


@pytest.mark.parametrize("fixture", FIXTURES)
def test_fixture_is_a_sound_project(fixture, python_of, tmp_path):
    # in a copy: makemigrations opens the database, and SQLite makes a file by being looked at
    project = shutil.copytree(ROOT / "fixtures" / fixture, tmp_path / fixture)
    for arguments in (["check"], ["makemigrations", "--check", "--dry-run"], ["migrate", "--verbosity", "0"]):
        run([python_of[fixture], project / "manage.py", *arguments])
