"""Rows put into a workspace past the API's rules: what its owner set up by hand, and history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinikomigrate.testing.splose.kinds import KINDS
from clinikomigrate.testing.splose.properties import Property, Row, Wrong, checked, plain
from clinikomigrate.testing.splose.rules import place_of
from clinikomigrate.testing.splose.writing import new_row, pointers

if TYPE_CHECKING:
    from clinikomigrate.testing.splose.fake import FakeSplose


def seed(fake: FakeSplose, name: str, given: Row) -> str:
    """Puts a row into a workspace and gives its id.

    Raises:
        KeyError: There is no such kind.
        ValueError: A property isn't there, has the wrong type, or points at nothing.
    """
    kind = KINDS[name]
    content = given.pop("content", None) if name == "patient_files" else None
    if name == "custom_fields":
        given["options"] = [{"value": option} for option in given.get("options", ())]
    kept = {key: _kept(fake, name, kind.by_name.get(key), key, value) for key, value in given.items()}
    now = str(kept.get("createdAt", fake.time_text()))
    row = new_row(kind, now, kept)
    row["id"] = fake.tables.new_id(name)
    _fill(fake, name, row)
    for one in kind.properties:
        if not one.null and row.get(one.name, "") is None:
            raise ValueError(f"{name} need {one.name!r}.")
    fake.tables.insert(name, row if content is None else row | {"content": content})
    return str(row["id"])


def _kept(fake: FakeSplose, kind: str, wanted: Property | None, name: str, value: Any) -> Any:  # Any: JSON
    if wanted is None:
        names = ", ".join(sorted(KINDS[kind].by_name))
        raise ValueError(f"{kind} have no property {name!r}; they have {names}.")
    try:
        kept = checked(wanted, _numbered(wanted, plain(value)))
    except Wrong as wrong:
        raise ValueError(f"{kind}.{name}: {wrong}") from None
    for target, id in pointers(wanted, kept):
        if fake.tables.get(target, id) is None:
            raise ValueError(f"{kind}.{name} points at {target} {id}, which isn't there.")
    return kept


def _numbered(wanted: Property, value: Any) -> Any:  # Any: JSON
    """Makes numbers of ids that are given as texts, as `add` gives them."""
    if isinstance(value, list) and wanted.of:
        return [_numbered(wanted.of[0], one) for one in value]
    if isinstance(value, dict):
        inner = {one.name: one for one in wanted.of}
        return {key: _numbered(inner[key], one) if key in inner else one for key, one in value.items()}
    return int(value) if wanted.type == "id" and isinstance(value, str) and value.isdigit() else value


def _fill(fake: FakeSplose, name: str, row: Row) -> None:
    """Fills in what follows from the rest."""
    match name:
        case "patients":
            row["communicationPreference"] = row["communicationPreference"] or fake.communication_preference
            row["deletedAt"] = row["deletedAt"] or (row["updatedAt"] if row["archived"] else None)
        case "appointments":
            patient, case = row.pop("patientId"), row.pop("caseId")
            given = [place_of(row, **_place(place)) for place in row["appointmentPatients"]]
            row["appointmentPatients"] = given or ([] if patient is None else [place_of(row, patient, case)])
        case "payments":
            row["paymentNumber"] = row["paymentNumber"] or f"RCPT-{row['id']}"
        case "invoices":
            row["invoiceNumber"] = row["invoiceNumber"] or f"INV-{row['id']}"
        case "credit_notes":
            row["customNum"] = row["customNum"] or f"CN-{row['id']}"
        case "custom_fields":
            stamps = {"createdAt": row["createdAt"], "updatedAt": row["createdAt"], "deletedAt": None}
            row["options"] = [
                {"id": fake.tables.new_id("options"), "customFieldId": row["id"], **option, **stamps}
                for option in row["options"]
            ]
    if "archived" in row and row.get("deletedAt") is not None:
        row["archived"] = True


def _place(place: Row) -> Row:
    rest = {key: value for key, value in place.items() if key not in ("appointmentId", "patientId", "caseId")}
    return {"patient_id": place["patientId"], "case_id": place.get("caseId"), **rest}
