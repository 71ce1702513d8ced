"""Ids of 19 digits, links instead of ids, and times in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from clinikomigrate import Ref, where
from clinikomigrate.cliniko.models import IndividualAppointmentDraft
from tests.traps.clinic import Clinic

LONG = "1234567890123456789"
"""An id that no float can hold: as one it would end in 768."""


def test_long_ids_keep_all_digits(clinic: Clinic) -> None:
    """An id of 19 digits, beyond what floating-point numbers hold, is read, filtered by and linked to as it is."""
    patient = clinic.patient(id=LONG)
    clinic.add("medical_alerts", patient_id=patient, name="Nuts")
    with clinic.source.in_process():
        reader = clinic.reader()
        alert = reader.medical_alerts.list(patient_id=LONG).first()
        found = reader.patients.get(LONG).id

    assert alert is not None
    assert (LONG, Ref("patients", LONG)) == (found, alert.patient)


def test_short_and_long_ids_in_one_list(clinic: Clinic) -> None:
    """A list with old ids of a few digits and new ones of 19 is walked in the order of the numbers, none left out."""
    ids = ["7", "99", "100", "99999", "123456789012345678", LONG]
    for number in ids:
        clinic.patient(id=number, first_name=number)
    clinic.move()

    assert ids == [
        row["first_name"] for row in sorted(clinic.arrived("patients"), key=lambda row: len(row["first_name"]))
    ]
    assert len(ids) == len(clinic.arrived("patients"))


def test_relations_are_links_only(clinic: Clinic) -> None:
    """What a record points at is read from links, those to a booking and to no longer known kinds too."""
    patient = clinic.patient()
    visit = clinic.visit(patient)
    note = clinic.note(patient, booking_id=visit)
    with clinic.source.in_process():
        read = clinic.reader().treatment_notes.get(note)

    assert (Ref("patients", patient), visit) == (read.patient, read.booking.id if read.booking else None)
    assert None is read.attendee


def test_times_are_sent_in_utc(clinic: Clinic) -> None:
    """A time in another zone is sent in UTC, to the second, with a Z; one without a zone is refused before that."""
    patient = clinic.patient()
    there = timezone(timedelta(hours=11))
    draft = IndividualAppointmentDraft(
        appointment_type_id=clinic.type,
        business_id=clinic.business,
        patient_id=patient,
        practitioner_id=clinic.practitioner,
        starts_at=datetime(2024, 3, 15, 9, 30, 0, 250_000, tzinfo=there),
    )
    with clinic.source.in_process():
        made = clinic.reader().individual_appointments.create(draft)
    (body,) = [each.json for each in clinic.source.log if each.method == "POST"]

    assert isinstance(body, dict)
    assert "2024-03-14T22:30:00Z" == body["starts_at"]
    assert datetime(2024, 3, 14, 22, 30, tzinfo=UTC) == made.starts_at


def test_time_filters_are_sent_in_utc(clinic: Clinic) -> None:
    """A condition about a time is sent in UTC too."""
    clinic.visit(clinic.patient())
    since = datetime(2024, 3, 15, 9, 30, tzinfo=timezone(timedelta(hours=11)))
    with clinic.source.in_process():
        found = list(clinic.reader().individual_appointments.list(where("starts_at") >= since))

    assert 1 == len(found)
    assert ("q[]", "starts_at:>=2024-03-14T22:30:00Z") in clinic.source.log[-1].query


def test_times_do_not_move_between_zones(tmp_path: Path) -> None:
    """An appointment keeps its moment in an account that lives in another time zone."""
    clinic = Clinic(tmp_path, time_zone="Melbourne")
    clinic.destination.settings["account"].update(time_zone="Perth", time_zone_identifier="Australia/Perth")
    clinic.visit(clinic.patient())
    clinic.move()

    assert "2024-03-14T22:30:00Z" == clinic.only("individual_appointments")["starts_at"]


def test_dates_are_no_times(clinic: Clinic) -> None:
    """A date of birth stays the same day whatever the time zones."""
    clinic.patient(date_of_birth="1980-02-29")
    clinic.move()

    assert "1980-02-29" == clinic.only("patients")["date_of_birth"]


def test_recall_is_a_day(clinic: Clinic) -> None:
    """A recall, which is written as a time or a day and read as a day, stays on its day."""
    kind = clinic.add("recall_types", name="Check-up")
    clinic.add("recalls", patient_id=clinic.patient(), recall_type_id=kind, recall_at="2025-09-01", notes="Rings twice")
    clinic.move()

    assert ("2025-09-01", "Rings twice") == tuple(clinic.only("recalls")[name] for name in ("recall_at", "notes"))
