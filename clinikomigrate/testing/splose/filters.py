"""What each list can be asked for, and which rows fulfil it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from clinikomigrate.testing.splose.properties import Property, Row, Type, Wrong, checked

if TYPE_CHECKING:
    from clinikomigrate.testing.splose.fake import FakeSplose

Holds: TypeAlias = Callable[["FakeSplose", Row, Any], bool]
"""Tells whether a row fulfils a value, which is as the property's type has it."""

MOST_IDS = 100


@attrs.frozen
class Filter:
    """One query parameter of a list.

    Attributes:
        name: As the API has it.
        holds: Tells whether a row fulfils it.
        type: What its value is.
        one_of: The only values that it takes.
        many: Whether it can be given several times; any of the values will do.
    """

    name: str
    holds: Holds
    type: Type = "text"
    one_of: tuple[str, ...] = ()
    many: bool = False

    def read(self, texts: list[str]) -> list[Any]:
        """Reads the values of a query.

        Raises:
            Wrong: They can't be read.
        """
        if len(texts) > (MOST_IDS if self.many else 1):
            raise Wrong("Too many values")
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Any:
        value: object = text
        if self.type == "id":
            value = int(text) if text.isascii() and text.isdigit() else text
        if self.type == "boolean":
            value = {"true": True, "false": False}.get(text, text)
        return checked(Property(self.name, self.type, null=False, one_of=self.one_of), value)


def equal(name: str, kind: Type = "text", column: str = "", one_of: tuple[str, ...] = ()) -> Filter:
    """Asks for rows whose property is a value."""
    return Filter(name, lambda _, row, value: row.get(column or name) == value, kind, one_of)


def after(name: str, column: str) -> Filter:
    """Asks for rows whose time is later."""
    return Filter(name, lambda _, row, value: (row.get(column) or "") > value, "moment")


def before(name: str, column: str) -> Filter:
    """Asks for rows whose time is earlier."""
    return Filter(name, lambda _, row, value: "" < (row.get(column) or "") < value, "moment")


def holding(name: str, column: str, kind: Type = "text", *, many: bool = False) -> Filter:
    """Asks for rows whose list has a value."""
    return Filter(name, lambda _, row, value: value in (row.get(column) or ()), kind, many=many)


def among(name: str, column: str) -> Filter:
    """Asks for rows whose id is one of several."""
    return Filter(name, lambda _, row, value: row.get(column) == value, "id", many=True)


def _places(row: Row, name: str, holds: Callable[[Any], bool]) -> bool:
    return any(holds(place[name]) for place in row["appointmentPatients"])


def _has_number(_: FakeSplose, row: Row, value: str) -> bool:
    return any(phone["phoneNumber"] == value for phone in row["phoneNumbers"] or ())


def _state(fake: FakeSplose, row: Row) -> str:
    if not row["isOpen"]:
        return "Closed"
    now = fake.time_text().replace("T", " ")
    return "Expired" if "" < (row["expiryDate"] or "") < now else "Open"


def _invoiced_by(fake: FakeSplose, row: Row, practitioner: int) -> bool:
    invoice = fake.tables.get("invoices", row["invoiceId"])
    return invoice is not None and invoice["practitionerId"] == practitioner


STARTS = (after("start_gt", "start"), before("start_lt", "start"))
PERSON = (equal("email"), Filter("phoneNumber", _has_number))
STATUSES = ("Arrived", "Did not arrive", "Cancelled", "Completed")

FILTERS: dict[str, tuple[Filter, ...]] = {
    "patients": (
        *(equal(name) for name in ("firstname", "lastname")),
        *PERSON,
        equal("birthdate", "date"),
        holding("patientTag", "patientTags"),
        among("ids", "id"),
    ),
    "contacts": (equal("firstname", column="firstName"), equal("lastname", column="lastName"), *PERSON),
    "services": (equal("name"), equal("type"), equal("code"), holding("serviceTag", "serviceTags")),
    "locations": (equal("title"),),
    "practitioners": (
        *(equal(name) for name in ("firstname", "lastname", "email", "roleName")),
        equal("isActive", "boolean"),
    ),
    "appointments": (
        *STARTS,
        Filter("patientId", lambda _, row, value: _places(row, "patientId", lambda one: one == value), "id"),
        equal("practitionerId", "id"),
        Filter("status", lambda _, row, value: _places(row, "status", lambda one: one == value), one_of=STATUSES),
        Filter(
            "status_update_gt",
            lambda _, row, value: _places(row, "statusUpdatedAt", lambda one: (one or "") > value),
            "moment",
        ),
        Filter(
            "status_update_lt",
            lambda _, row, value: _places(row, "statusUpdatedAt", lambda one: "" < (one or "") < value),
            "moment",
        ),
    ),
    "cancellation_reasons": (),
    "busy_times": (*STARTS, equal("busyTimeTypeId", "id"), holding("practitionerId", "practitionerIds", "id")),
    "busy_time_types": (equal("title"), equal("isUtilisationIncluded", "boolean")),
    "support_activities": (*STARTS, equal("patientId", "id")),
    "support_items": (equal("appointmentId", "id"),),
    "invoices": (
        *(equal(name, "id") for name in ("patientId", "locationId", "practitionerId")),
        equal("status", one_of=("Draft", "Awaiting Payment", "Paid")),
    ),
    "payment_methods": (),
    "payments": (equal("patientId", "id"), equal("locationId", "id")),
    "credit_notes": (
        equal("patientId", "id"),
        equal("invoiceId", "id"),
        Filter("practitionerId", _invoiced_by, "id"),
        equal("sentStatus", one_of=("Sent", "Viewed")),
    ),
    "waitlists": (
        *(equal(name, "id") for name in ("practitionerId", "userGroupId", "locationId", "patientId")),
        after("dateAddedGt", "createdAt"),
        before("dateAddedLt", "createdAt"),
        equal("isActive", "boolean"),
        holding("preferredDays", "preferredDays", many=True),
        holding("preferredTime", "preferredTime"),
        holding("serviceIds", "serviceIds", "id", many=True),
        holding("waitlistTags", "waitlistTags", many=True),
    ),
    "screeners": (
        after("create_gt", "createdAt"),
        before("create_lt", "createdAt"),
        Filter("isAccepted", lambda _, row, value: (row["patientId"] is not None) == value, "boolean"),
        equal("isTriaging", "boolean", "triaging"),
        among("formIds", "formId"),
        holding("screenerTags", "screenerTags", many=True),
    ),
    "patient_forms": (equal("patientId", "id"), equal("templateId", "id")),
    "cases": (
        *(equal(name, "id") for name in ("patientId", "practitionerId", "contactId")),
        equal("trackType", one_of=("Appointments", "Hours", "Budget")),
        Filter("status", lambda fake, row, value: _state(fake, row) == value, one_of=("Open", "Closed", "Expired")),
    ),
}
"""What each list takes besides ids, times of change and the archive."""
