"""The generator of made-up clinics."""

from __future__ import annotations

import tracemalloc
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from clinikomigrate.testing.clinic import make_clinic
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.testing.fake import FakeCliniko

Row = dict[str, Any]


def _answers(content: Row | None) -> list[Row]:
    sections = (content or {}).get("sections", [])
    return [question for section in sections for question in section["questions"]]


def _scripts(row: Row) -> set[str]:
    return {unicodedata.name(letter, "").split(" ")[0] for letter in row["first_name"] + row["last_name"]}


def _cancelled(row: Row) -> bool:
    return row["cancelled_at"] is not None


AWKWARD: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "a patient merged into another": (
        "patients",
        lambda row: bool(row["merged_with_patient_id"] and row["archived_at"]),
    ),
    "an archived patient who wasn't merged": (
        "patients",
        lambda row: bool(row["archived_at"] and not row["merged_with_patient_id"]),
    ),
    "no birth date": ("patients", lambda row: row["date_of_birth"] is None),
    "a blank e-mail": ("patients", lambda row: row["email"] == ""),
    "no e-mail": ("patients", lambda row: row["email"] is None),
    "no phone": ("patients", lambda row: row["patient_phone_numbers"] == []),
    "four phones": ("patients", lambda row: len(row["patient_phone_numbers"]) == 4),
    "a reference with a colon and a comma": (
        "patients",
        lambda row: ":" in (row["old_reference_id"] or "") and "," in row["old_reference_id"],
    ),
    "cancellation e-mails": ("patients", lambda row: row["receives_cancellation_emails"] is True),
    "no word on SMS marketing": ("patients", lambda row: row["accepted_sms_marketing"] is None),
    "SMS marketing refused": ("patients", lambda row: row["accepted_sms_marketing"] is False),
    "a first name of 255 characters": ("patients", lambda row: len(row["first_name"]) == 255),
    "a last name of 255 characters": ("patients", lambda row: len(row["last_name"]) > 240),
    "an apostrophe": ("patients", lambda row: "'" in row["last_name"]),
    "a hyphen": ("patients", lambda row: "-" in row["last_name"]),
    "an emoji": ("patients", lambda row: any(unicodedata.category(one) == "So" for one in row["first_name"])),
    "letters of both directions": ("patients", lambda row: {"LATIN", "HEBREW"} <= _scripts(row)),
    "a value in an archived custom field": (
        "patients",
        lambda row: any(section["archived"] for section in (row["custom_fields"] or {}).get("sections", [])),
    ),
    "an appointment cancelled for no reason": (
        "individual_appointments",
        lambda row: _cancelled(row) and row["cancellation_reason"] is None,
    ),
    "an appointment cancelled for COVID": ("individual_appointments", lambda row: row["cancellation_reason"] == 31),
    "a cancellation without a note": (
        "individual_appointments",
        lambda row: _cancelled(row) and row["cancellation_note"] is None,
    ),
    "an archived appointment": ("individual_appointments", lambda row: row["archived_at"] is not None),
    "an archived and cancelled one": (
        "individual_appointments",
        lambda row: _cancelled(row) and row["archived_at"] is not None,
    ),
    "a repeat": ("individual_appointments", lambda row: row["repeated_from_id"] is not None),
    "a series' first": (
        "individual_appointments",
        lambda row: bool(row["repeat_rule"] and not row["repeated_from_id"]),
    ),
    "nobody said yet": ("attendees", lambda row: row["arrived"] is None and not row["attendance_recorded"]),
    "arrived": ("attendees", lambda row: row["arrived"] is True),
    "did not arrive": ("attendees", lambda row: row["arrived"] is False),
    "un-ticked": ("attendees", lambda row: row["arrived"] is None and row["attendance_recorded"]),
    "an archived class": ("group_appointments", lambda row: row["archived_at"] is not None),
    "a repeated class": ("group_appointments", lambda row: row["repeated_from_id"] is not None),
    "a draft": ("treatment_notes", lambda row: row["draft"] is True),
    "an archived note": ("treatment_notes", lambda row: row["archived_at"] is not None),
    "a pinned note": ("treatment_notes", lambda row: row["pinned_at"] is not None),
    "a note without title": ("treatment_notes", lambda row: row["title"] == ""),
    "a note without content": ("treatment_notes", lambda row: row["content"] is None),
    "a note without sections": ("treatment_notes", lambda row: row["content"] == {"sections": []}),
    "a note without visit": ("treatment_notes", lambda row: row["booking_id"] is None and row["attendee_id"] is None),
    "a note that has only an attendee": (
        "treatment_notes",
        lambda row: not row["booking_id"] and bool(row["attendee_id"]),
    ),
    "a body chart": (
        "treatment_notes",
        lambda row: any(one["type"] == "bodycharts" for one in _answers(row["content"])),
    ),
    "an option that was not selected": (
        "treatment_notes",
        lambda row: any(
            answer.get("selected") is False for one in _answers(row["content"]) for answer in one.get("answers", [])
        ),
    ),
    "an empty answer": (
        "treatment_notes",
        lambda row: any(one.get("answer") == "" for one in _answers(row["content"])),
    ),
    "a section without a name": (
        "treatment_notes",
        lambda row: any(section["name"] is None for section in (row["content"] or {}).get("sections", [])),
    ),
    "a tag that is not allowed": ("treatment_notes", lambda row: "<table>" in str(row["content"])),
    "line feeds": ("treatment_notes", lambda row: "\\r\\n" in str(row["content"])),
    "a completed form": ("patient_forms", lambda row: row["completed_at"] is not None),
    "an incomplete form": ("patient_forms", lambda row: row["completed_at"] is None),
    "a restricted form": ("patient_forms", lambda row: row["restricted_to_practitioner"] is True),
    "an archived form": ("patient_forms", lambda row: row["archived_at"] is not None),
    "a form that would be e-mailed": ("patient_forms", lambda row: row["email_to_patient_on_completion"] is True),
    "a completed form with a required question left open": (
        "patient_forms",
        lambda row: (
            bool(row["completed_at"])
            and any(one["required"] and one.get("answer") == "" for one in _answers(row["content"]))
        ),
    ),
    "a long answer": (
        "patient_forms",
        lambda row: any(len(str(one.get("answer"))) > 1000 for one in _answers(row["content"])),
    ),
    "a drawn signature": ("signatures", lambda row: row["image"].startswith("data:image/svg+xml")),
    "a pictured signature": ("signatures", lambda row: row["image"].startswith("data:image/png")),
    "an empty file": ("patient_attachments", lambda row: row["content"] == b""),
    "a file of one byte": ("patient_attachments", lambda row: len(row["content"]) == 1),
    "a large file": ("patient_attachments", lambda row: len(row["content"]) == 200_000),
    "a file name with slashes": ("patient_attachments", lambda row: "/" in row["filename"]),
    "a file name with quotes": ("patient_attachments", lambda row: '"' in row["filename"]),
    "a file name without extension": ("patient_attachments", lambda row: "." not in row["filename"]),
    "a file name of 255 characters": ("patient_attachments", lambda row: len(row["filename"]) == 255),
    "a full export": ("patient_attachments", lambda row: row["full_export"] is True),
    "an archived file": ("patient_attachments", lambda row: row["archived_at"] is not None),
    "a memo": ("communications", lambda row: row["category_code"] == 12),
    "a confidential memo": ("communications", lambda row: row["confidential"] is True),
    "an e-mail": ("communications", lambda row: row["category_code"] == 4),
    "an SMS": ("communications", lambda row: row["category_code"] == 1),
    "a closed case": ("patient_cases", lambda row: row["closed_at"] is not None),
    "an archived case": ("patient_cases", lambda row: row["archived_at"] is not None),
    "a case with files": ("patient_cases", lambda row: bool(row["patient_attachment_ids"])),
    "a contact that is only a company": ("contacts", lambda row: not row["first_name"] and not row["last_name"]),
    "a third party payer": ("contacts", lambda row: row["type_code"] == 2),
    "an archived contact": ("contacts", lambda row: row["archived_at"] is not None),
    "an archived supplier": ("product_suppliers", lambda row: row["archived_at"] is not None),
    "an archived business": ("businesses", lambda row: row["archived_at"] is not None),
    "an inactive practitioner": ("practitioners", lambda row: row["active"] is False),
    "a type with confirmations": ("appointment_types", lambda row: bool(row["appointment_confirmation_template_ids"])),
    "an archived alert": ("medical_alerts", lambda row: row["archived_at"] is not None),
    "an archived recall": ("recalls", lambda row: row["archived_at"] is not None),
    "an archived relationship": ("relationships", lambda row: row["archived_at"] is not None),
    "a referral by a patient": ("referral_sources", lambda row: row["referrer_id"] is not None),
    "a paid invoice": ("invoices", lambda row: row["status"] == 20),
    "extra hours": ("availability_blocks", lambda row: True),
    "a weekly roster": ("daily_availabilities", lambda row: True),
    "a stock movement": ("stock_adjustments", lambda row: True),
}


@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_record(clinic: FakeCliniko, case: str) -> None:
    """A clinic of some hundred patients holds each kind of awkward record."""
    kind, is_so = AWKWARD[case]

    assert any(is_so(row) for row in clinic.rows(kind))


def test_every_script(clinic: FakeCliniko) -> None:
    """Patients' names come in the scripts of the world."""
    scripts = set().union(*(_scripts(row) for row in clinic.rows("patients")))
    wanted = {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HIRAGANA", "KATAKANA", "THAI", "DEVANAGARI"}

    assert wanted <= scripts


def test_merged_in_a_chain(clinic: FakeCliniko) -> None:
    """A patient was merged into one who was merged in turn, and records still hang on the first."""
    into = {row["id"]: row["merged_with_patient_id"] for row in clinic.rows("patients")}
    first = {patient for patient, other in into.items() if other and into[other]}
    hanging = {
        row["patient_id"] for kind in ("treatment_notes", "individual_appointments") for row in clinic.rows(kind)
    }

    assert first & hanging


def test_same_name_and_birth_date(clinic: FakeCliniko) -> None:
    """Two patients, not merged, have the same name and birth date."""
    names = Counter(
        (row["first_name"], row["last_name"], row["date_of_birth"])
        for row in clinic.rows("patients")
        if not row["merged_with_patient_id"]
    )

    assert max(names.values()) > 1


def test_twice_at_one_time(clinic: FakeCliniko) -> None:
    """A patient is booked twice with the same practitioner at the same time."""
    times = Counter(
        (row["patient_id"], row["practitioner_id"], row["starts_at"]) for row in clinic.rows("individual_appointments")
    )

    assert max(times.values()) == 2


def test_two_alerts_of_one_name(clinic: FakeCliniko) -> None:
    """A patient has two alerts of the same name."""
    alerts = Counter((row["patient_id"], row["name"]) for row in clinic.rows("medical_alerts"))

    assert max(alerts.values()) == 2


def test_more_cancelled_than_seats(clinic: FakeCliniko) -> None:
    """A full class has more attendees than seats because some are cancelled, and never more that are not."""
    seats: dict[Any, Any] = {row["id"]: row["max_attendees"] for row in clinic.rows("group_appointments")}
    everybody = Counter(row["booking_id"] for row in clinic.rows("attendees"))
    coming = Counter(
        row["booking_id"] for row in clinic.rows("attendees") if not row["cancelled_at"] and not row["archived_at"]
    )

    assert any(everybody[group] > seats[group] == coming[group] for group in seats)
    assert all(coming[group] <= seats[group] for group in seats)


def test_nobody_twice_in_a_class(clinic: FakeCliniko) -> None:
    """Nobody is in a class twice, not even after merging."""
    into = {row["id"]: row["merged_with_patient_id"] or row["id"] for row in clinic.rows("patients")}
    groups = {row["id"] for row in clinic.rows("group_appointments")}
    seats = Counter(
        (row["booking_id"], into[into[row["patient_id"]]])
        for row in clinic.rows("attendees")
        if row["booking_id"] in groups
    )

    assert {1} == set(seats.values())


def test_size(clinic: FakeCliniko) -> None:
    """There are about ten records a patient, and as many patients as asked for."""
    made = make_clinic(FakeCliniko(), patients=300, seed=3)

    assert 300 == made.patients == made.counts["patients"]
    assert 2_700 < made.total < 3_900


@pytest.mark.parametrize("patients", [0, 1, 2, 7])
def test_small(patients: int) -> None:
    """Any number of patients will do."""
    fake = FakeCliniko()

    make_clinic(fake, patients=patients)

    assert patients == len(fake.rows("patients"))


def test_seed() -> None:
    """The same seed makes the same clinic, another seed another."""
    one, same, other = FakeCliniko(), FakeCliniko(), FakeCliniko()
    make_clinic(one, patients=20, seed=4)
    make_clinic(same, patients=20, seed=4)
    make_clinic(other, patients=20, seed=5)

    assert one.rows("patients") == same.rows("patients")
    assert one.rows("treatment_notes") == same.rows("treatment_notes")
    assert one.rows("patients") != other.rows("patients")


def test_streams() -> None:
    """The generator keeps next to nothing of what it made."""

    class Forgetful(FakeCliniko):
        number = 10**18

        def add(self, _: str, /, **__: Any) -> str:
            self.number += 1
            return str(self.number)

    fake = Forgetful(clock=VirtualClock())
    tracemalloc.start()
    make_clinic(fake, patients=1_500)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 3_000_000
