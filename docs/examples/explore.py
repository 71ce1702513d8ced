"""Looks around in an account before anybody decides to move it: counting, filtering, following links.

Run it from the project's folder; it makes up an account of its own:

    python docs/examples/explore.py
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import clinikomigrate as cm
from clinikomigrate.testing import FakeCliniko, make_clinic


def explore(clinic: cm.Cliniko) -> None:
    """Prints what there is, without anybody's name.

    Args:
        clinic: Any account's client; it is only read.
    """
    # Counting costs one request, however many records there are. Cliniko's lists hide archived records.
    active, all_of_them = clinic.patients.count(), clinic.patients.count(include_archived=True)
    print(f"Patients: {active} active, {all_of_them - active} archived")

    # Conditions are applied by Cliniko; a field or an operator that it doesn't have is refused before anything is sent.
    since = datetime(2024, 1, 1, tzinfo=UTC)
    recent = clinic.individual_appointments.list(cm.where("starts_at") >= since, include_cancelled=True)
    print(f"Appointments since {since:%Y-%m-%d}, cancelled ones too: {recent.count()}")

    # A listing is read while it is walked, 100 records to a request. Links to other records are Refs.
    types = {each.id: each.name for each in clinic.appointment_types.list(include_archived=True)}
    counted = Counter(visit.appointment_type.id for visit in recent if visit.appointment_type is not None)
    for type_id, count in counted.most_common(3):
        print(f"  {count} of type {types[type_id]}")

    # A Ref can be given wherever an id is asked for; a keyword asks for equality.
    referred = next(patient for patient in clinic.patients.list() if patient.referring_doctor is not None)
    assert referred.referring_doctor is not None  # noqa: S101 - chosen so
    doctor = clinic.contacts.get(referred.referring_doctor)
    notes = clinic.treatment_notes.count(patient_id=referred.id)
    print(f"{referred} was sent by {doctor} and has {notes} treatment notes")

    print(f"All this took {clinic.requests_sent} requests.")


def main() -> None:
    """Makes up a clinic and looks around in it."""
    fake = FakeCliniko(subdomain="old-clinic")
    make_clinic(fake, patients=40, seed=7)
    with fake.in_process():
        explore(cm.Cliniko(fake.key, app_name="Example", contact_email="dev@example.com", clock=fake.clock))


if __name__ == "__main__":
    main()
