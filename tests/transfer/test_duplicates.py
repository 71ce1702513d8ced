"""Patients whom the source has twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from clinikomigrate import Finding, Level, Mapped, Ref, Skip
from clinikomigrate.cliniko.models import Patient, PatientDraft
from clinikomigrate.transfer.duplicates import Duplicates

GOES: Mapped[Any] = Mapped(PatientDraft())


def patient(id: str, **values: Any) -> Patient:
    """Makes a patient of the source."""
    return Patient(id=id, **{"first_name": "Ada", "last_name": "Example", **values})


def found(*patients: Patient) -> dict[str, Finding]:
    """Returns the findings by code."""
    look = Duplicates()
    assert ("patients",) == tuple(look.kinds)
    for each in patients:
        look.take(each, GOES if each.merged_with_patient is None else Skip("merged"))
    findings = {finding.code: finding for finding in look.findings()}
    look.close()
    return findings


def test_who_has_something_in_common_is_one_group() -> None:
    """Two who have nothing in common but a third are one person with it; other people are other groups."""
    born = date(1980, 2, 29)
    finding = found(
        patient("7", email="ada@mail.example"),
        patient("20", date_of_birth=born),
        patient("100", date_of_birth=born, email="ADA@mail.example"),
        patient("8", first_name="Bo", email="bo@mail.example"),
        patient("9", first_name="Bo", email="bo@mail.example"),
        patient("10", first_name="Cy"),
        patient("11", first_name="Cy"),
    )["duplicate-patients"]

    assert (Level.WARNING, "patients") == (finding.level, finding.kind)
    assert ("7", "20", "100", "8", "9") == finding.ids
    assert "2 persons more than once" in finding.message
    assert finding.message.endswith("7 = 20 = 100, 8 = 9.")
    assert "Merge them in the source first" in finding.remedy
    assert "all are copied" in finding.remedy


def test_a_name_that_is_written_differently_is_told() -> None:
    """Two who differ in how the name is written look like one person too, which is said of their group only."""
    born = date(1980, 2, 29)
    finding = found(
        patient("1", first_name="Anne-Marie", date_of_birth=born),
        patient("2", first_name="Anne Marie", date_of_birth=born),
        patient("3", first_name="Robert", preferred_first_name="Bob", date_of_birth=born),
        patient("4", first_name="Bob", date_of_birth=born),
        patient("5", first_name="Bo", date_of_birth=born),
        patient("6", first_name="Bo", date_of_birth=born),
        patient("7", first_name="\u00c9va", date_of_birth=born),
        patient("8", first_name="Eva"),
    )["duplicate-patients"]
    written = "(the name is written differently)"

    assert ("1", "2", "3", "4", "5", "6") == finding.ids
    assert finding.message.endswith(f": 1 = 2 {written}, 3 = 4 {written}, 5 = 6.")


def test_a_father_and_a_son_of_one_name_are_two() -> None:
    """Who was born on another day is somebody else, whatever they share; nobody else's record makes them one."""
    same: dict[str, Any] = {"email": "ada@mail.example"}
    father, son = (patient(id, date_of_birth=date(year, 1, 1), **same) for id, year in (("1", 1950), ("2", 1980)))
    again = patient("4", date_of_birth=date(1980, 1, 1), first_name="\u00c1da", **same)

    assert {} == found(father, son)
    assert ("2", "4") == found(father, son, again)["duplicate-patients"].ids
    for three in ([father, patient("3", **same), son], [patient("3", **same), father, son]):
        assert ("1", "3") == found(*three)["duplicate-patients"].ids


def test_archived_and_merged_patients_are_not_compared() -> None:
    """Whoever was archived or merged is nobody's double."""
    gone = datetime(2024, 1, 1, tzinfo=UTC)
    same: dict[str, Any] = {"email": "ada@mail.example"}
    findings = found(
        patient("1", **same),
        patient("2", archived_at=gone, **same),
        patient("3", archived_at=gone, merged_with_patient=Ref("patients", "1"), **same),
    )

    assert ["merged-patients"] == list(findings)


def test_merged_patients_are_counted() -> None:
    """How many were merged is worth knowing."""
    into: dict[str, Any] = {"merged_with_patient": Ref("patients", "1")}
    one, two = found(patient("2", **into)), found(patient("2", **into), patient("3", **into))

    assert Level.NOTE is one["merged-patients"].level
    assert "1 patient of the source was merged into another." == one["merged-patients"].message
    assert "2 patients of the source were merged into another." == two["merged-patients"].message


def test_of_very_many_the_first_are_named() -> None:
    """All ids are told, and the first twenty groups in words; one person is one."""
    pairs = [
        patient(f"{number}{twin}", first_name=f"N{number}", email="x@mail.example")
        for number in range(10, 35)
        for twin in (1, 2)
    ]
    many, one = found(*pairs)["duplicate-patients"], found(*pairs[:2])["duplicate-patients"]

    assert 50 == len(many.ids)
    assert many.message.endswith("and 5 more.")
    assert "what looks like one person more than once" in one.message


def test_nobody_is_told_where_there_is_nobody() -> None:
    """A source in which everybody is somebody else has nothing to tell."""
    assert {} == found(patient("1"), patient("2"))
