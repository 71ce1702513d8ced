"""Rows put into an account past the API's rules: history as an old account has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinikomigrate.testing.columns import Refused, Row, kept_form
from clinikomigrate.testing.kinds import KINDS, Kind
from clinikomigrate.testing.places import ZONES
from clinikomigrate.testing.rules.diary import later
from clinikomigrate.testing.rules.people import INVERSE, set_case
from clinikomigrate.testing.writing import new_row

if TYPE_CHECKING:
    from clinikomigrate.testing.fake import FakeCliniko

UNCHECKED = frozenset({"referrers", "letters", "payments"})
"""What references point at that the account doesn't hold as rows of one kind."""

_MIRRORED = ("cancelled_at", "cancellation_reason", "cancellation_note", "archived_at", "patient_case_id")
"""What an individual appointment and its attendee say alike."""


def seed(fake: FakeCliniko, name: str, given: dict[str, Any]) -> str:  # Any: a row's values are of JSON's types
    """Puts a row into an account and gives its id.

    Raises:
        KeyError: There is no such kind.
        ValueError: A column isn't there, has the wrong type, or points at nothing.
    """
    kind = KINDS[name]
    given = dict(given)
    companions = {key: given.pop(key) for key in _COMPANIONS.get(name, ()) if key in given}
    now = given.pop("created_at", fake.time_text())
    row = new_row(kind, str(kept(fake, kind, "created_at", now)), {})
    row["updated_at"] = row["created_at"]
    for column, value in given.items():
        if column != "id":
            row[column] = kept(fake, kind, column, value)
    row["id"] = str(given["id"]) if "id" in given else fake.store.new_id(name)
    _FILL.get(name, _nothing)(fake, row)
    fake.store.insert(name, row)
    _AFTER.get(name, _no_companions)(fake, row, companions)
    return str(row["id"])


def kept(fake: FakeCliniko, kind: Kind, name: str, value: object) -> object:
    """Gives a value as rows keep it, and looks whether what it points at is there."""
    column = kind.by_name.get(name)
    if column is None or not column.kept:
        raise ValueError(f"{kind.name} have no column {name!r}; they have {', '.join(sorted(kind.by_name))}.")
    try:
        form = kept_form(column, value)
    except Refused as refused:
        raise ValueError(f"{kind.name}.{name}: {refused}") from None
    pointers = form if column.type == "references" else [form] if column.type == "reference" else []
    for pointer in pointers or []:  # type: ignore[attr-defined]  # a list of ids
        if pointer is not None and column.to not in UNCHECKED and fake.store.get(column.to, pointer) is None:
            raise ValueError(f"{kind.name}.{name} points at {column.to} {pointer}, which isn't there.")
    return form


def _fill_patient(fake: FakeCliniko, row: Row) -> None:
    if row["merged_with_patient_id"] is not None:
        row["merged_at"] = row["merged_at"] or fake.time_text()
        row["archived_at"] = row["archived_at"] or row["merged_at"]
    if row["reminder_type"] is None:
        row["reminder_type"] = fake.settings["reminders"]["default_reminder_type"]
    if row["reminders_communication_channels"] is None:
        channels = {"None": [], "SMS": [1], "Email": [2], "SMS & Email": [1, 2]}
        row["reminders_communication_channels"] = channels[row["reminder_type"]]


def _fill_user(fake: FakeCliniko, row: Row) -> None:
    name = ".".join(part.lower() for part in (row["first_name"], row["last_name"]) if part)
    row["email"] = row["email"] or f"{name or 'user'}@{fake.subdomain}.example"
    row["time_zone"] = row["time_zone"] or fake.time_zone
    row["time_zone_identifier"] = row["time_zone_identifier"] or ZONES.get(row["time_zone"])


def _fill_practitioner(fake: FakeCliniko, row: Row) -> None:
    user = fake.store.get("users", row["user_id"])
    for name in ("first_name", "last_name", "title"):
        if row[name] is None and user is not None:
            row[name] = user[name]


def _fill_booking(fake: FakeCliniko, row: Row) -> None:
    kind = fake.store.get("appointment_types", row["appointment_type_id"])
    if row["ends_at"] is None and kind is not None:
        row["ends_at"] = later(row["starts_at"], minutes=kind["duration_in_minutes"])
    if row.get("max_attendees", 0) is None and kind is not None:
        row["max_attendees"] = kind["max_attendees"]


def _fill_attendee(_: FakeCliniko, row: Row) -> None:
    row["attendance_recorded"] = row["attendance_recorded"] or row["arrived"] is not None


def _fill_file(fake: FakeCliniko, row: Row) -> None:
    if row["full_export"]:
        row["category"] = row["category"] or "full_patient_export"
    if row["content"] is not None:
        row["size"] = len(row["content"]) if row["size"] is None else row["size"]
        row["processing_completed"] = True
        row["processed_at"] = row["processed_at"] or fake.time_text()


def _fill_note(_: FakeCliniko, row: Row) -> None:
    if row["draft"] is False and row["finalized_at"] is None:
        row["finalized_at"] = row["created_at"]


def _fill_tax(_: FakeCliniko, row: Row) -> None:
    row["rate"] = row["amount"] = row["rate"] if row["rate"] is not None else row["amount"]


def _fill_case(_: FakeCliniko, row: Row) -> None:
    row["closed"] = row["closed"] or row["closed_at"] is not None
    if row["closed"] and row["closed_at"] is None:
        row["closed_at"] = row["created_at"]


def _nothing(fake: FakeCliniko, row: Row) -> None:
    del fake, row


def _add_attendee(fake: FakeCliniko, row: Row, companions: dict[str, Any]) -> None:
    if not companions.get("attendee", True):
        return
    given = {"booking_id": row["id"], "patient_id": row["patient_id"], "created_at": row["created_at"]}
    given.update({name: row[name] for name in _MIRRORED if row[name] is not None})
    if "arrived" in companions:
        given.update(arrived=companions["arrived"], attendance_recorded=True)
    seed(fake, "attendees", given)


def _add_mirror(fake: FakeCliniko, row: Row, companions: dict[str, Any]) -> None:
    if row["mirror_id"] is not None or not companions.get("mirror", fake.mirrors_relationships):
        return
    mirror = {
        "patient_id": row["related_patient_id"],
        "related_patient_id": row["patient_id"],
        "relation": INVERSE.get(row["relation"], row["relation"]),
        "created_at": row["created_at"],
        "archived_at": row["archived_at"],
        "mirror_id": row["id"],
    }
    fake.store.change("relationships", row, mirror_id=seed(fake, "relationships", mirror))


def _link_attendees(fake: FakeCliniko, row: Row, _: dict[str, Any]) -> None:
    for identifier in row["attendee_ids"] or ():
        set_case(fake.store, fake.store.at("attendees", identifier), row["id"])


def _link_types(fake: FakeCliniko, row: Row, _: dict[str, Any]) -> None:
    for identifier in row["business_ids"] or ():
        business = fake.store.at("businesses", identifier)
        offered = business["appointment_type_ids"] or []
        fake.store.change("businesses", business, appointment_type_ids=[*offered, row["id"]])


def _no_companions(fake: FakeCliniko, row: Row, companions: dict[str, Any]) -> None:
    del fake, row, companions


_COMPANIONS = {"individual_appointments": ("attendee", "arrived"), "relationships": ("mirror",)}
_FILL = {
    "patients": _fill_patient,
    "users": _fill_user,
    "practitioners": _fill_practitioner,
    "individual_appointments": _fill_booking,
    "group_appointments": _fill_booking,
    "attendees": _fill_attendee,
    "patient_attachments": _fill_file,
    "treatment_notes": _fill_note,
    "taxes": _fill_tax,
    "patient_cases": _fill_case,
}
_AFTER = {
    "individual_appointments": _add_attendee,
    "relationships": _add_mirror,
    "patient_cases": _link_attendees,
    "appointment_types": _link_types,
}
