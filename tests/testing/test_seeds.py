"""Rows put into an account past its rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.columns import Column, Refused, kept_form
from clinikomigrate.testing.store import Store
from tests.testing.conftest import Clinic


def test_values_may_be_pythons_own() -> None:
    """Moments, dates, money and numbers are kept as the API tells them."""
    fake = FakeCliniko()
    created = datetime(2020, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    fake.add("patients", first_name="Ann", last_name="Lee", created_at=created, date_of_birth=date(1990, 5, 1))
    fake.add("taxes", name="GST", rate=Decimal("10.50"))
    fake.add("taxes", name="VAT", amount=7)
    patient = fake.rows("patients")[0]

    assert ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z", "1990-05-01") == tuple(
        patient[name] for name in ("created_at", "updated_at", "date_of_birth")
    )
    assert ["10.5", "7.0"] == [row["rate"] for row in fake.rows("taxes")]


@pytest.mark.parametrize(
    "row",
    [
        {"shoe_size": 5},
        {"unsubscribe_sms_marketing": True},
        {"date_of_birth": "1.2.1990"},
        {"created_at": datetime(2020, 1, 1)},  # noqa: DTZ001 - that is the point
        {"concession_type_id": "999"},
        {"accepted_privacy_policy": "yes"},
    ],
)
def test_wrong_rows_are_refused(row: dict[str, Any]) -> None:
    """A column that isn't there, a value of the wrong type and a pointer to nothing are mistakes of the test."""
    fake = FakeCliniko()
    with pytest.raises(ValueError, match="patients"):
        fake.add("patients", **row)

    assert [] == fake.rows("patients")
    with pytest.raises(KeyError):
        fake.add("doctors", name="Dee")
    with pytest.raises(KeyError):
        fake.rows("doctors")


def test_ids_can_be_given() -> None:
    """A row may be given its id, also one below others."""
    fake = FakeCliniko()
    first = fake.add("taxes", name="GST")

    assert "7" == fake.add("taxes", name="VAT", id=7)
    assert ["7", first] == [row["id"] for row in fake.rows("taxes")]


def test_seeded_appointment_gets_its_attendee(clinic: Clinic) -> None:
    """A seeded appointment's attendee says the same; it can be left out."""
    cancelled = {"cancelled_at": "2024-01-01T00:00:00Z", "cancellation_note": "ill"}
    clinic.fake.add(
        "individual_appointments", **clinic.appointment(ends_at="2024-05-06T02:00:00Z"), **cancelled, arrived=None
    )
    clinic.fake.add("individual_appointments", **clinic.appointment(), attendee=False)
    attendee = clinic.fake.rows("attendees")[0]

    assert 1 == len(clinic.fake.rows("attendees"))
    assert ("ill", None, True) == tuple(
        attendee[name] for name in ("cancellation_note", "arrived", "attendance_recorded")
    )
    lifted = ("q[]", "cancelled_at:*")
    assert [None, False] == [row["patient_arrived"] for row in clinic.desk.listed("/individual_appointments", lifted)]
    assert [None, False] == [row["did_not_arrive"] for row in clinic.desk.listed("/individual_appointments", lifted)]


def test_patients_of_groups_are_found_without_appointment(clinic: Clinic) -> None:
    """A booking that was seeded without attendee has nobody who did not arrive."""
    clinic.fake.add("individual_appointments", **clinic.appointment(), attendee=False)

    assert 1 == len(clinic.desk.ids("/individual_appointments", ("q[]", "did_not_arrive:=false")))


def test_seeded_history_is_filled_in(clinic: Clinic) -> None:
    """Seeded files, notes, cases and patients get the stamps that go with their state."""
    add, rows = clinic.fake.add, clinic.fake.rows
    common = {"patient_id": clinic.patient, "created_at": "2020-01-01T00:00:00Z"}
    add("treatment_notes", title="N", draft=False, **common)
    add("patient_cases", name="Closed", closed=True, **common)
    add("patient_cases", name="Closed", closed_at="2021-01-01T00:00:00Z", **common)
    add("patient_attachments", filename="a.txt", content=b"abc", **common)
    add(
        "patients",
        first_name="A",
        last_name="B",
        merged_with_patient_id=clinic.patient,
        archived_at="2022-01-01T00:00:00Z",
        reminder_type="SMS",
    )
    add("patients", first_name="A", last_name="B", reminders_communication_channels=[2], reminder_type="Email")

    assert "2020-01-01T00:00:00Z" == rows("treatment_notes")[0]["finalized_at"]
    assert ["2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"] == [row["closed_at"] for row in rows("patient_cases")]
    assert (3, True) == tuple(rows("patient_attachments")[0][name] for name in ("size", "processing_completed"))
    assert ["SMS & Email", "SMS", "Email"] == [row["reminder_type"] for row in rows("patients")]
    assert "2022-01-01T00:00:00Z" == rows("patients")[1]["archived_at"]


def test_seeded_case_links_its_appointment(clinic: Clinic) -> None:
    """A seeded case is linked to its attendees and their appointments, a seeded type to its businesses."""
    appointment = clinic.fake.add("individual_appointments", **clinic.appointment())
    attendee = clinic.fake.rows("attendees")[0]["id"]
    group = clinic.fake.add("group_appointments", **clinic.group())
    other = clinic.fake.add("attendees", booking_id=group, patient_id=clinic.patient)
    case = clinic.fake.add("patient_cases", name="Knee", patient_id=clinic.patient, attendee_ids=[attendee, other])

    assert case == clinic.fake.rows("individual_appointments")[0]["patient_case_id"]
    assert {appointment, group} == set(clinic.desk.ids(f"/patient_cases/{case}/bookings"))
    assert [clinic.kind] == clinic.fake.rows("businesses")[0]["appointment_type_ids"]


def test_author_may_be_unknown(clinic: Clinic) -> None:
    """A seeded note has the name of its practitioner, a name of its own, or none; an old business was deleted."""
    common = {"title": "N", "draft": True, "patient_id": clinic.patient}
    clinic.fake.add("treatment_notes", **common, practitioner_id=clinic.practitioner)
    clinic.fake.add("treatment_notes", **common, practitioner_id=clinic.practitioner, author_name="Dr Ex")
    clinic.fake.add("treatment_notes", **common)
    clinic.fake.add("businesses", business_name="Old rooms", deleted_at="2020-01-01T00:00:00Z")

    assert ["Olivia Owner", "Dr Ex", None] == [row["author_name"] for row in clinic.desk.listed("/treatment_notes")]
    assert "2020-01-01T00:00:00Z" == clinic.desk.listed("/businesses", ("q[]", "deleted_at:?"))[0]["deleted_at"]


def test_practitioner_may_have_names_of_their_own(clinic: Clinic) -> None:
    """A practitioner takes the user's names unless they are given."""
    user = clinic.fake.add("users", first_name="Amy", last_name="Ng", title="Dr")
    clinic.fake.add("practitioners", user_id=user, first_name="Amelia")

    assert "Dr Amelia Ng" == clinic.desk.listed("/practitioners")[-1]["display_name"]


def test_removed_row_can_no_longer_be_pointed_at() -> None:
    """A row that is taken away leaves no pointer and no trace in the index."""
    store = Store("x", 0)
    row: dict[str, Any] = {"id": store.new_id("taxes")}
    store.insert("taxes", row)
    store.remove("taxes", row)

    assert (None, None) == (store.get("taxes", row["id"]), store.get("bookings", "5"))
    with pytest.raises(KeyError, match="taxes"):
        store.at("taxes", row["id"])
    assert [] == store.pointing("products", "tax_id", row["id"])


@pytest.mark.parametrize("value", ["5", object(), float("nan")])
def test_types_are_exact(value: object) -> None:
    """A whole number is no text, and what is no number is no amount."""
    with pytest.raises(Refused):
        kept_form(Column("x", "integer"), value)
    if not isinstance(value, str):
        with pytest.raises(Refused):
            kept_form(Column("x", "amount"), value)
