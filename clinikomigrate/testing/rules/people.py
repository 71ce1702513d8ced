"""The rules of patients and those around them."""

from __future__ import annotations

import re
from collections.abc import Container

from clinikomigrate.testing.answers import INVALID
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Refused, Row, calendar_date
from clinikomigrate.testing.rules.shapes import apply, channels, day, known, listed, phone_numbers, pronouns, short_text
from clinikomigrate.testing.store import Store
from clinikomigrate.testing.writing import Change, Rules, new_row

INVERSE = {10: 20, 20: 10}
"""A parent's child and a child's parent; all other relations are the same from both sides."""

TIME_ZONE = re.compile(r"[A-Za-z_]+/[A-Za-z0-9_+/-]+|UTC")
"""What the identifier of a time zone looks like; a label such as `Melbourne` is none."""

_REMINDERS: dict[str, list[int]] = {"None": [], "SMS": [1], "Email": [2], "SMS & Email": [1, 2]}


def check_patient(change: Change) -> None:
    """Looks at a patient's objects, and keeps what says the same twice in step."""
    shapes = {"patient_phone_numbers": phone_numbers, "pronouns": pronouns}
    apply(
        change, {**shapes, "reminders_communication_channels": channels, "follow_ups_communication_channels": channels}
    )
    if change.given.get("custom_fields") is not None:
        try:
            _check_custom_fields(change.given["custom_fields"], change.call.fake.custom_fields_definition())
        except Refused as refused:
            change.refuse("custom_fields", str(refused))
    zone = change.given.get("time_zone")
    if zone and not TIME_ZONE.fullmatch(zone):
        change.refuse("time_zone", "is not included in the list")
    if "unsubscribe_sms_marketing" in change.given:
        change.given["accepted_sms_marketing"] = not change.given["unsubscribe_sms_marketing"]
    _keep_reminders_in_step(change)


def _keep_reminders_in_step(change: Change) -> None:
    given = change.given
    if change.before is None and not {"reminder_type", "reminders_communication_channels"} & set(given):
        given["reminder_type"] = change.call.fake.settings["reminders"]["default_reminder_type"]
    if given.get("reminder_type") is not None:
        given["reminders_communication_channels"] = list(_REMINDERS[given["reminder_type"]])
    elif "reminders_communication_channels" in given and "reminders_communication_channels" not in change.errors:
        wanted = sorted(given["reminders_communication_channels"])
        given["reminder_type"] = next((name for name, codes in _REMINDERS.items() if codes == wanted), "None")


def _check_custom_fields(value: object, definition: Row) -> None:
    sections = {section["token"]: section for section in definition["sections"]}
    for item in listed(known(value, ("sections",)).get("sections")):
        section = known(item, ("name", "token", "archived", "fields"))
        fields = {field["token"]: field for field in sections[_token(section, sections, "section")]["fields"]}
        for one in listed(section.get("fields")):
            field = known(one, ("name", "token", "archived", "type", "value", "options", "other"))
            _check_custom_field(field, fields[_token(field, fields, "field")])


def _token(part: Row, defined: Container[str], called: str) -> str:
    """Gives the token of a section, field or option; what else the definition says of it may be said again."""
    _check_type(part, "name", str)
    _check_type(part, "archived", bool)
    token = part.get("token")
    if not isinstance(token, str) or token not in defined:
        raise Refused(f"{called} token is invalid")
    return token


def _check_type(part: Row, name: str, of: type) -> None:
    if part.get(name) is not None and not isinstance(part[name], of):
        raise Refused(f"{name} is invalid")


def _check_custom_field(field: Row, defined: Row) -> None:
    kind = defined["type"]
    if field.get("type", kind) != kind:
        raise Refused("field type is invalid")
    if kind in ("text", "paragraph", "date"):
        if set(field) & {"options", "other"}:
            raise Refused("field takes a value")
        value = short_text(field.get("value"), 10_000)
        if kind == "date":
            calendar_date(value)
        return
    if "value" in field or not set(field) & {"options", "other"}:
        raise Refused("field takes options")
    _check_options(field, defined)


def _check_options(field: Row, defined: Row) -> None:
    options = {option["token"] for option in defined["options"]}
    chosen = 0
    for item in listed(field.get("options", [])):
        option = known(item, ("name", "token", "archived", "selected"))
        _token(option, options, "option")
        chosen += _is_chosen(option)
    if "other" in field:
        other = known(field["other"], ("enabled", "archived", "selected", "value"))
        for name in ("enabled", "archived"):
            _check_type(other, name, bool)
        if not defined["other"]["enabled"]:
            raise Refused("other is not enabled")
        chosen += _is_chosen(other)
        if other.get("selected"):
            short_text(other.get("value"), 255)
    if defined["type"] == "radiobuttons" and chosen > 1:
        raise Refused("only one option can be selected")


def _is_chosen(option: Row) -> bool:
    selected = option.get("selected", False)
    if not isinstance(selected, bool):
        raise Refused("selected is invalid")
    return selected


def check_contact(change: Change) -> None:
    """Looks at a contact: it needs a first or a last name, whatever its company."""
    apply(change, {"phone_numbers": phone_numbers})
    if not change.value("first_name") and not change.value("last_name"):
        change.refuse("first_name", "or last name is required")


def check_relationship(change: Change) -> None:
    """Looks at a relationship: between two patients, and only one for a pair."""
    one, other = change.value("patient_id"), change.value("related_patient_id")
    if one is not None and one == other:
        change.refuse("related_patient", INVALID)
    for row in change.call.store.pointing("relationships", "patient_id", str(one)):
        same = change.before is not None and row["id"] == change.before["id"]
        if row["related_patient_id"] == other and row["archived_at"] is None and not same:
            change.refuse("related_patient", "has already been taken")


def mirror_relationship(change: Change, row: Row) -> None:
    """Makes the same relationship as the other patient sees it, or brings it in step."""
    store = change.call.store
    if row["mirror_id"] is None and not change.call.fake.mirrors_relationships:
        return
    seen = {
        "patient_id": row["related_patient_id"],
        "related_patient_id": row["patient_id"],
        "relation": INVERSE.get(row["relation"], row["relation"]),
        "mirror_id": row["id"],
        "archived_at": row["archived_at"],
        "updated_at": row["updated_at"],
    }
    mirror = store.get("relationships", row["mirror_id"])
    if mirror is None:
        mirror = new_row(change.kind, row["created_at"], seen)
        mirror["id"] = store.new_id("relationships")
        store.insert("relationships", mirror)
        store.change("relationships", row, mirror_id=mirror["id"])
    else:
        store.change("relationships", mirror, **seen)


def archive_mirror(call: Call, row: Row) -> None:
    """Archives a relationship as the other patient sees it."""
    mirror = call.store.get("relationships", row["mirror_id"])
    if mirror is not None:
        call.store.change("relationships", mirror, archived_at=row["archived_at"], updated_at=row["updated_at"])


def check_patient_case(change: Change) -> None:
    """Looks at a case: its contact is a doctor, its attendees and files are its patient's."""
    patient = change.value("patient_id")
    contact = change.target("contact_id")
    if "contact_id" in change.given and contact is not None and contact["type_code"] != 1:
        change.refuse("contact", "must be a doctor")
    for name, kind in (("attendee_ids", "attendees"), ("patient_attachment_ids", "patient_attachments")):
        rows = [change.call.store.get(kind, one) for one in change.given.get(name) or ()]
        if any(row is not None and row["patient_id"] != patient for row in rows):
            change.refuse(name, INVALID)
    if "closed" in change.given and change.given["closed"] is not None:
        was_closed = change.before is not None and change.before["closed_at"] is not None
        if not change.given["closed"]:
            change.given["closed_at"] = None
        elif not was_closed:
            change.given["closed_at"] = change.call.now
    limit = change.given.get("max_invoiceable_amount")
    if limit is not None and float(limit) <= 0:
        change.refuse("max_invoiceable_amount", "must be greater than 0")


def link_attendees(change: Change, row: Row) -> None:
    """Links a case's attendees to it, and unlinks those that it no longer names."""
    if "attendee_ids" not in change.given:
        return
    store = change.call.store
    wanted = set(row["attendee_ids"] or ())
    for attendee in store.pointing("attendees", "patient_case_id", row["id"]):
        if attendee["id"] not in wanted:
            set_case(store, attendee, None)
    for identifier in wanted:
        set_case(store, store.at("attendees", identifier), row["id"])


def set_case(store: Store, attendee: Row, case_id: str | None) -> None:
    """Sets the case of an attendee, and of the individual appointment that it is the attendee of."""
    store.change("attendees", attendee, patient_case_id=case_id)
    appointment = store.get("individual_appointments", attendee["booking_id"])
    if appointment is not None:
        store.change("individual_appointments", appointment, patient_case_id=case_id)


def check_recall(change: Change) -> None:
    """Looks at a recall: it takes a date or a moment, and keeps a date."""
    apply(change, {"recall_at": day})


PEOPLE_RULES = {
    "patients": Rules(check=check_patient),
    "contacts": Rules(check=check_contact),
    "relationships": Rules(
        check=check_relationship, made=mirror_relationship, changed=mirror_relationship, archived=archive_mirror
    ),
    "patient_cases": Rules(check=check_patient_case, made=link_attendees, changed=link_attendees),
    "recalls": Rules(check=check_recall),
}
"""The rules of these kinds by their names."""
