"""Records that the destination would refuse as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clinikomigrate import Loss, Mapped, Skip
from clinikomigrate.cliniko.models import Contact, Patient, TreatmentNote
from clinikomigrate.sinks import reasons as common
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.cliniko.content import BODY_CHART
from clinikomigrate.transfer.findings import Finding, Level
from clinikomigrate.transfer.mending import Mending
from tests.findings.scene import Scene

CUT = "longer than the API takes: cut at its limit"
STOOD_IN = "the API wants something here"


def seen(*records: tuple[Any, Mapped[Any] | Skip]) -> list[Finding]:
    """Looks at records, and gives what is found."""
    mending = Mending()
    for entity, mapped in records:
        assert entity.kind in mending.kinds
        mending.take(entity, mapped)
    return list(mending.findings())


def mended(*fields_and_reasons: tuple[str, str]) -> Mapped[Any]:
    """Makes what is mapped with losses that mend something."""
    return Mapped(None, tuple(Loss(field, reason, mended=True) for field, reason in fields_and_reasons))


def test_what_goes_as_it_is_is_not_counted() -> None:
    """Nor is what merely has no field in the destination, or doesn't go for a good reason."""
    without = Mapped(None, (Loss("pinned_at", "the API has no way to pin a record"),))

    assert [] == seen((Patient(id="1"), Mapped(None)), (Patient(id="2"), without), (Patient(id="3"), Skip("merged")))


def test_one_finding_for_each_kind_and_reason() -> None:
    """It has the number, the fields, the reason and all ids; a record counts once for a reason."""
    findings = seen(
        (TreatmentNote(id="9"), mended(("title", STOOD_IN))),
        (Patient(id="1"), mended(("city", CUT), ("notes", CUT), ("email", STOOD_IN))),
        (Patient(id="2"), mended(("city", CUT))),
    )

    assert [
        ("patients", f"2 patients can't go just as they are (city, notes): {CUT}.", ("1", "2")),
        ("patients", f"1 patient can't go just as it is (email): {STOOD_IN}.", ("1",)),
        ("treatment_notes", f"1 treatment note can't go just as it is (title): {STOOD_IN}.", ("9",)),
    ] == [(finding.kind, finding.message, finding.ids) for finding in findings]
    assert {("records-mended", Level.WARNING)} == {(finding.code, finding.level) for finding in findings}


def test_what_is_lost_comes_first() -> None:
    """A record that can't go at all is worse than one that is changed."""
    findings = seen(
        (Contact(id="5"), mended(("last_name", STOOD_IN))),
        (TreatmentNote(id="8"), Skip("the source does not say its patient", lost=True)),
    )

    assert ["records-lost", "records-mended"] == [finding.code for finding in findings]
    assert "1 treatment note can't go: the source does not say its patient." == findings[0].message
    assert ("8",) == findings[0].ids


def test_custom_fields_are_named() -> None:
    """Which of them it is says what to add, or where to look; what a patient has in it isn't told."""
    [finding] = seen(
        (Patient(id="1"), mended(("custom_fields[Health / GP]", CUT), ("custom_fields[Sport / Club]", CUT)))
    )

    assert "(custom_fields[Health / GP], custom_fields[Sport / Club])" in finding.message


def test_awkward_records_of_a_clinic(tmp_path: Path) -> None:
    """Contacts without a name, patients without a last name, notes without a title and with body charts are counted."""
    scene = Scene(tmp_path)
    clinic = scene.clinic
    clinic.add("contacts", company_name="Acme")
    clinic.add("contacts", company_name="Acme", first_name="Gia")
    patient = clinic.patient(last_name="", email="nobody", city="x" * 300)
    chart = {"name": "Where?", "type": "bodycharts"}
    clinic.note(patient, title=None, content={"sections": [{"name": "Body", "questions": [chart]}]})
    clinic.note(patient)
    told = [finding.message for finding in scene.findings() if finding.code == "records-mended"]

    assert [
        f"1 contact can't go just as it is (last_name): {reasons.BY_COMPANY}.",
        f"1 patient can't go just as it is (last_name): {common.STOOD_IN}.",
        f"1 patient can't go just as it is (city): {common.CUT}.",
        f"1 patient can't go just as it is (email): {common.REFUSED}.",
        f"1 treatment note can't go just as it is (content): {BODY_CHART}.",
        f"1 treatment note can't go just as it is (title): {reasons.NO_TITLE}.",
    ] == told
