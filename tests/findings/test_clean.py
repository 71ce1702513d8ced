"""What preflight says of a pair of accounts that are as they should be."""

from __future__ import annotations

from pathlib import Path

from tests.findings.scene import Scene


def test_silence(tmp_path: Path) -> None:
    """Of an empty clinic with a place, a practitioner and a type there is nothing to say."""
    assert [] == list(Scene(tmp_path).findings())


def test_what_matters_for_a_plain_clinic(tmp_path: Path) -> None:
    """One patient with one old appointment and a note: what nobody can see in the API, and nothing else."""
    scene = Scene(tmp_path)
    patient = scene.clinic.patient()
    scene.clinic.visit(patient)
    scene.clinic.note(patient)

    assert ["practitioner-alerts", "not-in-the-api"] == [finding.code for finding in scene.findings()]
