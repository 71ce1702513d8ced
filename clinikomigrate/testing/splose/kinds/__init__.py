"""The table of all kinds of record that the simulated workspace knows."""

from __future__ import annotations

from clinikomigrate.testing.splose.kinds import diary, money, people, practice, records
from clinikomigrate.testing.splose.kinds.kind import Body, Kind

__all__ = ["KINDS", "LISTED", "Body", "Kind"]

LISTED = (
    people.PATIENTS, people.CONTACTS, practice.SERVICES, practice.LOCATIONS, practice.PRACTITIONERS, diary.APPOINTMENTS,
    diary.CANCELLATION_REASONS, diary.BUSY_TIMES, diary.BUSY_TIME_TYPES, diary.SUPPORT_ACTIVITIES, diary.SUPPORT_ITEMS,
    money.INVOICES, money.PAYMENT_METHODS, money.PAYMENTS, money.CREDIT_NOTES, records.WAITLISTS, records.SCREENERS,
    records.PATIENT_FORMS, records.CASES,
)  # fmt: skip
"""The kinds with a list of their own, in pages."""

KINDS = {kind.name: kind for kind in (*LISTED, practice.AVAILABILITIES, practice.CUSTOM_FIELDS, people.PATIENT_FILES)}
"""All kinds by name."""
