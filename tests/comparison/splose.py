"""Compares an account of Cliniko with a workspace of Splose record by record, by what a correct copy must hold.

Nothing here knows how the copy was made: it looks at the rows that the two simulated systems keep.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

Row = dict[str, Any]


class Rows(Protocol):
    """An account, as it is or as it is shown."""

    def rows(self, kind: str, /) -> Any:  # Any: a list of rows of JSON values
        """Gives copies of a kind's rows."""


_PLAIN = {
    "preferred_first_name": "preferredName",
    "title": "title",
    "email": "email",
    "sex": "sex",
    "gender_identity": "genderIdentity",
    "date_of_birth": "birthdate",
    "time_zone": "timezone",
    "address_1": "addressL1",
    "address_2": "addressL2",
    "address_3": "addressL3",
    "city": "city",
    "state": "state",
    "post_code": "postalCode",
    "medicare": "medicareNum",
    "medicare_reference_number": "irn",
    "dva_card_number": "veteransFileNumber",
}
_IN_WORDS = {
    "notes": "extraInfo",
    "appointment_notes": "extraInfo",
    "occupation": "extraInfo",
    "referral_source": "extraInfo",
    "old_reference_id": "extraInfo",
    "invoice_default_to": "extraBillingInfo",
    "invoice_email": "extraBillingInfo",
    "invoice_extra_information": "extraBillingInfo",
}
_PREFERENCES = {(): "NONE", (1,): "SMS", (2,): "EMAIL", (1, 2): "SMS_EMAIL"}
_CONSENT = {True: "Accepted", False: "Rejected", None: "No response"}


def differences(source: Rows, workspace: Rows) -> list[str]:
    """Finds every client, contact and appointment that is missing, doubled or different in the workspace.

    Args:
        source: The account that was copied.
        workspace: The workspace that holds the copy, and nothing else.

    Returns:
        One line for each difference.
    """
    patients: dict[str, str] = {}
    return [
        *_clients(source, workspace, patients),
        *_contacts(source, workspace),
        *_appointments(source, workspace, patients),
    ]


def _clients(source: Rows, workspace: Rows, found: dict[str, str]) -> Iterator[str]:
    rows = _rows(source, "patients")
    merged = {row["id"]: row["merged_with_patient_id"] for row in rows if row["merged_with_patient_id"]}
    alerts = defaultdict(list)
    for alert in _rows(source, "medical_alerts"):
        if alert["archived_at"] is None and alert["deleted_at"] is None:
            alerts[_last(str(alert["patient_id"]), merged)].append(alert["name"])
    copies = defaultdict(list)
    for row in _rows(workspace, "patients"):
        copies[row["firstname"], row["lastname"], _moment(row["createdAt"])].append(row)
    alike = defaultdict(list)
    for row in rows:
        if row["id"] not in merged:
            alike[_said(row["first_name"]), _said(row["last_name"]), _moment(row["created_at"])].append(row)
    for key, originals in alike.items():
        there = copies.pop(key, [])
        if len(there) != len(originals):
            yield from (f"patients {row['id']}: {len(there)} copies of {len(originals)}" for row in originals)
            continue
        for row in originals:
            differs = [list(_client_differs(row, copy, alerts[row["id"]])) for copy in there]
            best = min(range(len(there)), key=lambda number: len(differs[number]))
            found[row["id"]] = str(there.pop(best)["id"])
            yield from (f"patients {row['id']}: {field}" for field in differs[best])
    yield from (f"patients: a client too many {key}" for key in copies)
    for loser in merged:
        found[loser] = found.get(_last(loser, merged), "")


def _client_differs(row: Row, copy: Row, alerts: list[str]) -> Iterator[str]:
    for name, there in _PLAIN.items():
        if (_said(row[name]) or None) != (copy[there] or None):
            yield name
    for name, there in _IN_WORDS.items():
        if _said(row[name]) and _said(row[name]) not in (copy[there] or ""):
            yield name
    archived = row["archived_at"] is not None or row["deleted_at"] is not None
    if copy["archived"] is not archived:
        yield "archived_at"
    if bool(copy["country"]) is not bool(row["country_code"]):
        yield "country"
    if copy["communicationPreference"] != _PREFERENCES[tuple(sorted(row["reminders_communication_channels"]))]:
        yield "reminders_communication_channels"
    if copy["privacyPolicy"] != _CONSENT[row["accepted_privacy_policy"]]:
        yield "accepted_privacy_policy"
    if sorted((copy["alert"] or "").split("\n\n")) != (sorted(map(str.strip, alerts)) or [""]):
        yield "medical_alerts"
    if _numbers(row["patient_phone_numbers"]) != _their_numbers(copy):
        yield "patient_phone_numbers"
    emergency = "".join(str(copy[f"emergencyContact{each}"] or "") for each in ("Name", "Relationship", "Number"))
    if _letters(row["emergency_contact"] or "") != _letters(emergency):
        yield "emergency_contact"
    pronouns = [form for form in (row["pronouns"] or {}).values() if form]
    if set(pronouns) != set((copy["pronouns"] or "").split("/")) - {""}:
        yield "pronouns"


def _contacts(source: Rows, workspace: Rows) -> Iterator[str]:
    fields = {"first_name": "firstName", "last_name": "lastName", "company_name": "companyName", "title": "title"}
    fields |= {"occupation": "occupation", "preferred_name": "preferredName", "provider_number": "providerNumber"}
    fields |= {"address_1": "addressL1", "address_2": "addressL2", "address_3": "addressL3", "city": "suburb"}
    fields |= {"state": "state", "post_code": "postalCode"}
    types = {0: "Standard", 1: "Doctor", 2: "Standard"}
    doctors = {"general_practitioner": "GP", "specialist": "Specialist"}
    wanted = Counter(
        (
            *(_said(row[name]) or None for name in fields),
            types[row["type_code"]],
            doctors.get(row["doctor_type"]),
            bool(row["country_code"]),
            *_numbers(row["phone_numbers"]),
        )
        for row in _rows(source, "contacts")
    )
    there = Counter(
        (
            *(row[name] or None for name in fields.values()),
            row["type"],
            row["doctorType"],
            bool(row["country"]),
            *_their_numbers(row),
        )
        for row in _rows(workspace, "contacts")
    )
    yield from (f"contacts: missing {key}" for key in wanted - there)
    yield from (f"contacts: too many {key}" for key in there - wanted)
    for row in _rows(workspace, "contacts"):
        if not row["name"] or "@" not in row["email"]:
            yield f"contacts {row['id']}: name or email"


def _appointments(source: Rows, workspace: Rows, patients: dict[str, str]) -> Iterator[str]:
    names = _Names(source, workspace)
    copies: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for copy in _rows(workspace, "appointments"):
        copies[_key(copy, names)].append(copy)
    individual = {row["id"]: row for row in _rows(source, "individual_appointments")}
    groups = {row["id"]: row for row in _rows(source, "group_appointments")}
    alike: dict[tuple[object, ...], list[tuple[Row, Row, Row]]] = defaultdict(list)
    for row in _rows(source, "attendees"):
        booking: Row = individual.get(row["booking_id"]) or groups[row["booking_id"]]
        own = booking if row["booking_id"] in individual else row
        key = (
            patients[row["patient_id"]],
            _moment(booking["starts_at"]),
            _moment(booking["ends_at"]),
            *names.of(booking),
            _moment(own["created_at"]),
        )
        alike[key].append((row, booking, own))
    for key, originals in alike.items():
        there = copies.get(key) or []
        for row, booking, own in originals:
            if not there:
                yield f"attendees {row['id']} of {row['booking_id']}: no copy"
                continue
            differs = [list(_appointment_differs(row, booking, own, copy)) for copy in there]
            best = min(range(len(there)), key=lambda number: len(differs[number]))
            there.pop(best)
            yield from (f"attendees {row['id']}: {field}" for field in differs[best])
    for key, rows in copies.items():
        yield from (f"appointments {row['id']}: too many {key}" for row in rows)


class _Names:
    """Where, by whom and what, by names: ids differ from system to system."""

    def __init__(self, source: Rows, workspace: Rows) -> None:
        rows = {kind: _rows(source, kind) for kind in ("businesses", "practitioners")}
        self._here = {row["id"]: row["business_name"] for row in rows["businesses"]}
        self._here |= {row["id"]: f"{row['first_name']} {row['last_name']}" for row in rows["practitioners"]}
        self._here |= {row["id"]: row["name"] for row in _rows(source, "appointment_types")}
        self.there = {("locationId", row["id"]): row["title"] for row in _rows(workspace, "locations")}
        for row in _rows(workspace, "practitioners"):
            self.there["practitionerId", row["id"]] = f"{row['firstname']} {row['lastname']}"
        self.there |= {("serviceId", row["id"]): row["name"] for row in _rows(workspace, "services")}

    def of(self, booking: Row) -> tuple[object, ...]:
        """Names a booking's place, person and type."""
        return tuple(self._here[booking[name]] for name in ("business_id", "practitioner_id", "appointment_type_id"))


def _key(copy: Row, names: _Names) -> tuple[object, ...]:
    return (
        str(copy["appointmentPatients"][0]["patientId"]),
        _moment(copy["start"]),
        _moment(copy["end"]),
        *(names.there[name, copy[name]] for name in ("locationId", "practitionerId", "serviceId")),
        _moment(copy["createdAt"]),
    )


def _appointment_differs(row: Row, booking: Row, own: Row, copy: Row) -> Iterator[str]:
    note = copy["note"] or ""
    over = own.get("cancelled_at") or own["archived_at"] or own["deleted_at"] or booking["archived_at"]
    if (over is not None) is not copy["archived"] or _moment(over) != _moment(copy["deletedAt"]):
        yield "cancelled_at"
    if own is row and _said(booking["notes"]) and _said(booking["notes"]) in note and not _said(row["notes"]):
        yield "notes of all"
    for text in (row["notes"], None if own is row else booking["notes"], own.get("cancellation_note")):
        if _said(text) and _said(text) not in note:
            yield "notes"
    if ("Cancelled on " in note) is not (own.get("cancelled_at") is not None):
        yield "cancelled in words"
    if row["arrived"] is not None and ("Arrived." if row["arrived"] else "Did not arrive.") not in note:
        yield "arrived"
    if len(copy["appointmentPatients"]) != 1:
        yield "patients"


def _rows(account: Rows, kind: str) -> list[Row]:
    rows: list[Row] = account.rows(kind)
    return rows


def _last(id: str, merged: dict[str, str]) -> str:
    while id in merged:
        id = merged[id]
    return id


def _said(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _letters(text: str) -> list[str]:
    """What a text says, in whatever order and however its parts are set apart."""
    return sorted("".join(re.findall(r"\w", text)))


def _numbers(phones: list[Row] | None) -> list[tuple[str, str]]:
    digits = [(re.sub(r"\D", "", row["number"]), row["phone_type"]) for row in phones or [] if row["number"]]
    return sorted((re.sub("^610", "61", number), kind) for number, kind in digits)


def _their_numbers(copy: Row) -> list[tuple[str, str]]:
    return sorted(
        (re.sub(r"\D", "", f"{row.get('code') or ''}{row['phoneNumber']}"), row["type"]) for row in copy["phoneNumbers"]
    )
