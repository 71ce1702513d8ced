"""The conditions `q[]=field:OPvalue` of lists, as strict as the real ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import attrs

from clinikomigrate.testing.answers import bad_request
from clinikomigrate.testing.columns import Row
from clinikomigrate.testing.kinds import Kind
from clinikomigrate.testing.store import Store

OPERATORS = {
    "date": ("=", ">=", ">", "<=", "<", "?", "!?"),
    "moment": (">=", ">", "<=", "<", "?", "!?", "*"),
    "number": ("=", "!=", ">=", ">", "<=", "<", "?", "!?"),
    "string": ("=", "!=", "~", "~~", "?", "!?"),
    "boolean": ("=", "!="),
    "array": ("~",),
}
"""What each type of field can be compared by. `?` is "is not null", `!?` "is null", `*` "any value"."""

_COLUMN_TYPES = {
    "text": "string",
    "integer": "number",
    "reference": "number",
    "references": "array",
    "date": "date",
    "moment": "moment",
    "boolean": "boolean",
}
_CONDITION = re.compile(r"([^:]+):(!\?|!=|>=|<=|~~|[=><~?*])(.*)", re.DOTALL)
_VALUES = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "moment": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"),
    "number": re.compile(r"-?\d{1,19}"),
    "boolean": re.compile(r"true|false"),
    "array": re.compile(r"\d{1,19}"),
}
_DATE_PATTERN = re.compile(r"[\d*]{4}-[\d*]{2}-[\d*]{2}")
_NUMBERS = re.compile(r"-?\d{1,19}(,-?\d{1,19})*")

Getter = Callable[[Store, Row], object]


def _attendance(store: Store, row: Row) -> bool | None:
    attendees = store.pointing("attendees", "booking_id", row["id"])
    return not_arrived(attendees[0]) if len(attendees) == 1 else False


def not_arrived(attendee: Row) -> bool | None:
    """Tells whether an attendee is marked as not having come: None when the mark was taken back."""
    if attendee["arrived"] is None:
        return None if attendee["attendance_recorded"] else False
    return not attendee["arrived"]


def live_attendees(store: Store, booking_id: str) -> list[Row]:
    """Gives the attendees of a booking that are neither cancelled nor archived."""
    attendees = store.pointing("attendees", "booking_id", booking_id)
    return [row for row in attendees if row["cancelled_at"] is None and row["archived_at"] is None]


def booked_patients(store: Store, booking: Row) -> list[str]:
    """Gives the patients who are booked: the live attendees' of a group, the one of an individual appointment."""
    if "patient_id" in booking:
        return [booking["patient_id"]]
    return [row["patient_id"] for row in live_attendees(store, booking["id"])]


VIRTUAL: dict[str, tuple[str, Getter]] = {
    "appointment_id": ("number", lambda _, row: row["booking_id"]),
    "did_not_arrive": ("boolean", _attendance),
    "patient_ids": ("array", booked_patients),
    "source_item_id": ("number", lambda _, row: row["billable_item_id"] or row["product_id"]),
    "id": ("number", lambda _, row: row["id"]),
}
"""Fields that lists can be filtered on though no column has their name; invoices have an `appointment_id` column."""

_BOOKING_TYPES = {
    "appointment_type_id": "number",
    "business_id": "number",
    "practitioner_id": "number",
    "repeated_from_id": "number",
    "invoice_status": "number",
    "treatment_note_status": "number",
    "starts_at": "moment",
    "ends_at": "moment",
    "archived_at": "moment",
    "cancelled_at": "moment",
    "deleted_at": "moment",
    "email_reminder_sent": "boolean",
    "sms_reminder_sent": "boolean",
}


@attrs.frozen
class Condition:
    """One condition: the field, its type, the operator and what to compare with."""

    field: str
    type: str
    operator: str
    value: str
    getter: Getter

    def holds(self, store: Store, row: Row) -> bool:
        """Tells whether a row meets it."""
        found = self.getter(store, row)
        if self.operator == "*":
            return True
        if self.operator in ("?", "!?"):
            return (found is not None) == (self.operator == "?")
        if isinstance(found, list):
            return self.value in found
        if found is None:
            return False  # as in SQL, also for !=
        return _COMPARE[self.type](found, self.operator, self.value)

    @property
    def ids(self) -> list[str] | None:
        """The ids that an `=` asks for, so that an index can be used; None for any other condition."""
        return self.value.split(",") if self.type == "number" and self.operator == "=" else None


def parse(text: str, kind: Kind, allowed: Iterable[str]) -> Condition:
    """Reads one condition.

    Args:
        text: What stands after `q[]=`, decoded.
        kind: The kind of record that is listed.
        allowed: The names that this list can be filtered on.

    Raises:
        Refusal: A 400: the field can't be filtered on, the operator doesn't fit its type, or the value is of another.
    """
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise bad_request("The filter could not be understood.")
    field, operator, value = match.groups()
    if field not in allowed:
        raise bad_request("This column is not searchable.")
    field_type, getter = _resolve(kind, field)
    if operator not in OPERATORS[field_type]:
        raise bad_request(f"{field} can't be filtered with {operator}")
    _check_value(field, field_type, operator, value)
    return Condition(field, field_type, operator, value, getter)


def _resolve(kind: Kind, field: str) -> tuple[str, Getter]:
    column = kind.by_name.get(field)
    if column is not None:
        return _COLUMN_TYPES[column.type], lambda _, row: row[field]
    if kind.name == "bookings" and field in _BOOKING_TYPES:
        return _BOOKING_TYPES[field], lambda _, row: row.get(field)
    return VIRTUAL[field]


def _check_value(field: str, field_type: str, operator: str, value: str) -> None:
    if operator in ("?", "!?", "*"):
        if value:
            raise bad_request(f"{field}: {operator} takes no value")
        return
    pattern = _VALUES.get(field_type)
    if field_type == "date" and operator == "=":
        pattern = _DATE_PATTERN
    if field_type == "number" and operator in ("=", "!="):
        pattern = _NUMBERS
    if pattern is not None and not pattern.fullmatch(value):
        raise bad_request(f"Filter value for {field} must be a {field_type}")


def _compare_ordered(found: Any, operator: str, value: Any) -> bool:  # Any: two texts or two numbers
    match operator:
        case ">=":
            return bool(found >= value)
        case ">":
            return bool(found > value)
        case "<=":
            return bool(found <= value)
        case _:
            return bool(found < value)


def _compare_date(found: object, operator: str, value: str) -> bool:
    if operator == "=":
        return re.fullmatch(value.replace("*", r"\d"), str(found)) is not None
    return _compare_ordered(found, operator, value)


def _compare_number(found: object, operator: str, value: str) -> bool:
    number = int(str(found))
    if operator in ("=", "!="):
        return (number in map(int, value.split(","))) == (operator == "=")
    return _compare_ordered(number, operator, int(value))


def _compare_string(found: object, operator: str, value: str) -> bool:
    text = str(found)
    match operator:
        case "=":
            return text == value
        case "!=":
            return text != value
        case "~":
            return value.lower() in text.lower()
        case _:
            parts = [re.escape(part) for part in value.lower().split("%")]
            return re.fullmatch(".*".join(parts), text.lower(), re.DOTALL) is not None


def _compare_boolean(found: object, operator: str, value: str) -> bool:
    return (found is (value == "true")) == (operator == "=")


_COMPARE: dict[str, Callable[[object, str, str], bool]] = {
    "date": _compare_date,
    "moment": _compare_ordered,
    "number": _compare_number,
    "string": _compare_string,
    "boolean": _compare_boolean,
}
