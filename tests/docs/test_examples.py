"""The examples, run as a reader runs them."""

from __future__ import annotations

import importlib.util
import runpy
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

import clinikomigrate as cm
from clinikomigrate.testing import FakeCliniko
from tests.comparison import differences
from tests.comparison.splose import differences as splose_differences
from tests.docs.blocks import ROOT
from tests.docs.conftest import Accounts

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))


def load(name: str) -> ModuleType:
    """Imports an example."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", ROOT / "docs" / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_runs_as_a_script(example: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each example runs from the command line without anything else, and prints something."""
    arguments = ["6"] if str(example).endswith(("copy_a_clinic.py", "copy_to_splose.py")) else []
    monkeypatch.setattr("sys.argv", [str(example), *arguments])

    runpy.run_path(str(example), run_name="__main__")

    assert capsys.readouterr().out.strip()


def test_copy_a_clinic_copies_all(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The main example's copy is right, record by record, and it ends with the report: what to do by hand now."""
    made: list[FakeCliniko] = []
    example = load("copy_a_clinic")
    empty_destination = example.empty_destination

    def watched(source: FakeCliniko, **settings: str) -> FakeCliniko:
        made.extend((source, empty_destination(source, **settings)))
        return made[1]

    monkeypatch.setattr(example, "empty_destination", watched)

    report = example.main(30)
    output = capsys.readouterr()

    assert report.ok, str(report)
    assert [] == differences(*made)
    assert output.out.endswith(f"{report}\n")
    assert "Revoke both API keys" in output.out.splitlines()[-1]
    assert "Messages that patients would have got: 0. Writes to the source: 0." in output.out
    assert "100%" in output.err


def test_copy_to_splose_moves_all(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The clinic is in Splose, record by record, nobody was written to, and the report says what to do by hand now."""
    made: list[Any] = []
    example = load("copy_to_splose")
    for name in ("FakeCliniko", "FakeSplose"):
        monkeypatch.setattr(example, name, remembering(getattr(example, name), made))

    report = example.main(10)
    output = capsys.readouterr().out

    assert report.ok, str(report)
    assert [] == splose_differences(*made)
    assert output.endswith(f"{report}\n")
    assert "Messages that clients would have got: 0. Writes to the source: 0." in output
    assert "files-to-add-by-hand.csv" in output


def remembering(make: Callable[..., Any], made: list[Any]) -> Callable[..., Any]:
    """Remembers what is made."""

    def remember(**settings: Any) -> Any:
        made.append(make(**settings))
        return made[-1]

    return remember


def test_own_mapper_says_what_it_leaves() -> None:
    """A mapper that leaves things behind counts them as losses, and nothing of them arrives."""
    report = load("own_mapper").main()

    assert report.ok, str(report)
    assert {"occupation"} <= {loss.field for loss in report.losses if loss.kind == "patients"}
    assert {"record"} <= {loss.field for loss in report.losses if loss.kind == "medical_alerts"}


def test_own_sink_holds_what_the_source_holds() -> None:
    """A sink of some sixty lines gets every patient with the right doctor and alerts, and a second run adds nothing."""
    sink, report = load("own_sink").main()

    assert report.ok, str(report)
    for kind in sink.kinds:
        assert report.kinds[kind].created == len(sink.records[kind])
    assert {alert.person for alert in sink.records["medical_alerts"].values()} <= set(sink.records["patients"])
    doctors = {person.doctor for person in sink.records["patients"].values()} - {None, cm.UNSET}
    assert doctors
    assert doctors <= set(sink.records["contacts"])


def test_explore_only_reads(accounts: Accounts, capsys: pytest.CaptureFixture[str]) -> None:
    """Exploring writes nothing and prints nobody's name."""
    client = cm.Cliniko(accounts.old.key, app_name="Example", contact_email="dev@example.com")
    load("explore").explore(client)
    names = {row["last_name"] for row in accounts.old.rows("patients")}

    assert {"GET"} == {request.method for request in accounts.old.log}
    assert not [name for name in names if str(name) in capsys.readouterr().out]
