"""The conditions `q[]=field:OPvalue` of lists, as strict as the real ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

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

ABOUT_NULL = ("?", "!?", "*")

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

Getter: TypeAlias = Callable[[Store, Row], object]
Test: TypeAlias = Callable[[Any], bool]
"""Compares what a row has, which is of the field's type and not None, with what the condition says."""


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
    """One condition: the field, its type, the operator, what to compare with, and how."""

    field: str
    type: str
    operator: str
    value: str
    getter: Getter
    test: Test

    def holds(self, store: Store, row: Row) -> bool:
        """Tells whether a row meets it. A missing value meets no comparison, as in SQL not even `!=`."""
        found = self.getter(store, row)
        if self.operator in ABOUT_NULL:
            return self.operator == "*" or (found is not None) == (self.operator == "?")
        return found is not None and self.test(found)

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
    test = bool if operator in ABOUT_NULL else _TESTS[field_type](operator, value)
    return Condition(field, field_type, operator, value, getter, test)


def _resolve(kind: Kind, field: str) -> tuple[str, Getter]:
    column = kind.by_name.get(field)
    if column is not None:
        return _COLUMN_TYPES[column.type], lambda _, row: row[field]
    if kind.name == "bookings" and field in _BOOKING_TYPES:
        return _BOOKING_TYPES[field], lambda _, row: row.get(field)
    return VIRTUAL[field]


def _check_value(field: str, field_type: str, operator: str, value: str) -> None:
    if operator in ABOUT_NULL:
        if value:
            raise bad_request(f"{field}: {operator} takes no value")
        return
    pattern = _VALUES.get(field_type)
    if field_type == "date" and operator == "=":
        pattern = _DATE_PATTERN
    if field_type == "number" and operator == "=":
        pattern = _NUMBERS
    right = pattern is None or pattern.fullmatch(value) is not None
    if not right or ("*" not in value and field_type in ("date", "moment") and not _is_in_the_calendar(value)):
        raise bad_request(f"Filter value for {field} must be a {field_type}")


def _is_in_the_calendar(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _ordered(operator: str, value: Any) -> Test:  # Any: a text or a number, as what it is compared with
    compare = _ORDER[operator]
    return lambda found: bool(compare(found, value))


def _date_test(operator: str, value: str) -> Test:
    if operator != "=":
        return _ordered(operator, value)
    pattern = re.compile(value.replace("*", r"\d"))
    return lambda found: pattern.fullmatch(found) is not None


def _number_test(operator: str, value: str) -> Test:
    if operator in ("=", "!="):
        numbers = {int(one) for one in value.split(",")}
        return lambda found: (int(found) in numbers) == (operator == "=")
    compare, number = _ORDER[operator], int(value)
    return lambda found: bool(compare(int(found), number))


def _string_test(operator: str, value: str) -> Test:
    if operator in ("=", "!="):
        return lambda found: (found == value) == (operator == "=")
    parts = [re.escape(part) for part in value.split("%")] if operator == "~~" else ["", re.escape(value), ""]
    pattern = re.compile(".*".join(parts), re.DOTALL | re.IGNORECASE)
    return lambda found: pattern.fullmatch(found) is not None


def _boolean_test(operator: str, value: str) -> Test:
    return lambda found: (found is (value == "true")) == (operator == "=")


def _array_test(_: str, value: str) -> Test:
    return lambda found: value in found


_ORDER: dict[str, Callable[[Any, Any], Any]] = {">=": ge, ">": gt, "<=": le, "<": lt}
_TESTS: dict[str, Callable[[str, str], Test]] = {
    "date": _date_test,
    "moment": _ordered,
    "number": _number_test,
    "string": _string_test,
    "boolean": _boolean_test,
    "array": _array_test,
}
