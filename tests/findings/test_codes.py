"""Each code is found when it should be and not otherwise, and none is found that stands in no table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import clinikomigrate
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.transfer.codes import Code, Codes
from clinikomigrate.transfer.findings import Level
from tests.findings.cases import CASES
from tests.findings.scene import Scene

PACKAGE = Path(clinikomigrate.__file__).parent


def found(scene: Scene) -> dict[str, Level]:
    """Gives the codes of what is found in a scene, with their levels."""
    return {finding.code: finding.level for finding in scene.findings()}


def test_each_code_has_a_case() -> None:
    """Whoever adds a code says when it is found, and when not."""
    assert set(CODES.by_name) == set(CASES)


@pytest.mark.parametrize("code", CASES)
def test_it_is_found(code: str, tmp_path: Path) -> None:
    """It is found when it should be, at the level that the table says."""
    scene = Scene(tmp_path)
    CASES[code].found(scene)

    assert CODES.by_name[code].level is found(scene).get(code)


@pytest.mark.parametrize("code", CASES)
def test_it_is_not_found_otherwise(code: str, tmp_path: Path) -> None:
    """It is not found where things are nearly so, but as they should be."""
    scene = Scene(tmp_path)
    CASES[code].absent(scene)

    assert code not in found(scene)


def test_findings_are_made_from_the_table() -> None:
    """No finding of the package has a code or a level of its own: all are made by a table."""
    elsewhere = [where for where in calls("Finding") if not where.startswith("transfer/codes.py")]

    assert [] == elsewhere


def calls(name: str) -> Iterator[str]:
    """Gives the places in the package where something is called by a name."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}"


def test_a_code_stands_in_one_table_only() -> None:
    """Two things can't have one code, nor can one that stands in the table beside."""
    code = Code("slow", Level.NOTE, "It is slow.")

    assert {"slow": code} == dict(Codes(code).by_name)
    assert "<Codes: 1>" == repr(Codes(code))
    with pytest.raises(ValueError, match="twice"):
        Codes(code, beside=Codes(code))


def test_a_code_that_is_in_no_table_is_a_mistake() -> None:
    """A finding with it can't be made."""
    with pytest.raises(KeyError):
        Codes().finding("slow", "It is slow.", "Wait.")
