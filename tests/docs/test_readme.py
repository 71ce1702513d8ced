"""What the README promises, held against the project's other files."""

from __future__ import annotations

import re

from clinikomigrate.transfer.kinds import KINDS
from tests.docs.blocks import ROOT, commands

README = ROOT / "README.md"


def test_the_tests_command_is_what_ci_runs() -> None:
    """A newcomer runs the tests by the very line that CI runs."""
    line = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/python -m pytest -n auto"

    assert line in commands(README)
    assert line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_example_command_runs_an_example() -> None:
    """The line that shows the main job names a file that is there."""
    line = (
        "python3 -m venv .venv && .venv/bin/pip install -q '.[progress,testing]' "
        "&& .venv/bin/python docs/examples/copy_a_clinic.py"
    )

    assert line in commands(README)
    assert (ROOT / line.rsplit(maxsplit=1)[-1]).is_file()


def test_the_matrix_names_every_kind() -> None:
    """Whoever looks for a kind of record in the README finds what becomes of it, once."""
    rows = [line.split("|")[1] for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]

    assert sorted(KINDS) == sorted(named)


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    """Users find what is new at the top of the changelog."""
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert "[Unreleased]" == headings[0]
