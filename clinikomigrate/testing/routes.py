"""Every path of the API and what answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TypeAlias

import attrs

from clinikomigrate.testing import openings, special
from clinikomigrate.testing.answers import Answer, UnknownPath, not_found, not_found_page
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Row
from clinikomigrate.testing.kinds import KINDS, Kind
from clinikomigrate.testing.reading import Among, Listing, answer_list, answer_one, hidden
from clinikomigrate.testing.rules import rules_of
from clinikomigrate.testing.store import Store
from clinikomigrate.testing.writing import (
    answer_archive,
    answer_create,
    answer_delete,
    answer_unarchive,
    answer_update,
)

Handler: TypeAlias = Callable[..., Answer]
"""Answers a call, given the ids in its path in their order."""

_ID = re.compile(r"\d{1,19}")


@attrs.frozen
class Route:
    """One operation: its method, its path template, what answers it."""

    method: str
    template: str
    handler: Handler

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The template's parts; an id's place starts with a brace."""
        return tuple(self.template.strip("/").split("/"))


@attrs.frozen
class Nested:
    """A list inside another record: its path, whose kind, and which rows belong to it."""

    parent: str
    child: str
    among: Callable[[Store, Row, str], bool]
    without: str = ""
    ending: str = ""


def _by(column: str) -> Callable[[Store, Row, str], bool]:
    return lambda _, row, parent: bool(row[column] == parent)


def _has_case(store: Store, row: Row, case_id: str) -> bool:
    attendees = store.pointing("attendees", "booking_id", row["id"])
    return any(attendee["patient_case_id"] == case_id for attendee in attendees)


def _invoice_case(store: Store, row: Row, case_id: str) -> bool:
    attendee = store.get("attendees", row["attendee_id"])
    return attendee is not None and attendee["patient_case_id"] == case_id


def _case_file(store: Store, row: Row, case_id: str) -> bool:
    case = store.get("patient_cases", case_id)
    return case is not None and row["id"] in (case["patient_attachment_ids"] or ())


def _offers(store: Store, row: Row, type_id: str) -> bool:
    kind = store.get("appointment_types", type_id)
    return kind is not None and row["id"] in (kind["practitioner_ids"] or ())


def _works_at(_: Store, row: Row, business_id: str) -> bool:
    return row["business_ids"] is None or business_id in row["business_ids"]


def _active(among: Callable[[Store, Row, str], bool], *, active: bool) -> Callable[[Store, Row, str], bool]:
    return lambda store, row, parent: bool(row["active"]) == active and among(store, row, parent)


NESTED = (
    Nested("practitioners", "appointment_types", lambda _, row, parent: parent in (row["practitioner_ids"] or ())),
    Nested("group_appointments", "attendees", _by("booking_id")),
    Nested("individual_appointments", "attendees", _by("booking_id")),
    Nested("patient_cases", "attendees", _by("patient_case_id"), "patient_case_id"),
    Nested("patient_cases", "bookings", _has_case),
    Nested("businesses", "daily_availabilities", _by("business_id"), "business_id"),
    Nested("practitioners", "daily_availabilities", _by("practitioner_id"), "practitioner_id"),
    Nested("appointments", "invoices", _by("appointment_id"), "appointment_id"),
    Nested("attendees", "invoices", _by("attendee_id"), "attendee_id"),
    Nested("patient_cases", "invoices", _invoice_case),
    Nested("patients", "invoices", _by("patient_id"), "patient_id"),
    Nested("practitioners", "invoices", _by("practitioner_id"), "practitioner_id"),
    Nested("invoices", "invoice_items", _by("invoice_id"), "invoice_id"),
    Nested("patients", "medical_alerts", _by("patient_id"), "patient_id"),
    Nested("patient_cases", "patient_attachments", _case_file),
    Nested("patients", "patient_attachments", _by("patient_id"), "patient_id"),
    Nested("attendees", "patient_forms", _by("attendee_id"), "attendee_id"),
    Nested("appointment_types", "practitioners", _active(_offers, active=True)),
    Nested("appointment_types", "practitioners", _active(_offers, active=False), ending="/inactive"),
    Nested("businesses", "practitioners", _active(_works_at, active=True)),
    Nested("businesses", "practitioners", _active(_works_at, active=False), ending="/inactive"),
    Nested("practitioners", "practitioner_reference_numbers", _by("practitioner_id"), "practitioner_id"),
    Nested("patients", "treatment_notes", _by("patient_id"), "patient_id"),
)
"""The lists inside other records."""

_AMONG: dict[str, Among] = {"practitioners": lambda _, row: bool(row["active"])}
_INACTIVE = Listing(KINDS["practitioners"], lambda _, row: not row["active"])


def _nested(nested: Nested, call: Call, parent_id: str) -> Answer:
    parent = KINDS["bookings" if nested.parent == "appointments" else nested.parent]
    row = call.store.get(parent.name, parent_id)
    if row is None or hidden(parent, row):
        raise not_found()
    listing = Listing(KINDS[nested.child], lambda store, one: nested.among(store, one, parent_id), nested.without)
    return answer_list(call, listing)


def _of_kind(kind: Kind) -> Iterator[Route]:
    path, one, rules = f"/{kind.name}", f"/{kind.name}/{{id}}", rules_of(kind.name)
    listing = Listing(kind, _AMONG.get(kind.name))
    handlers: dict[str, tuple[str, str, Handler]] = {
        "list": ("GET", path, lambda call: answer_list(call, listing)),
        "create": ("POST", path, lambda call: answer_create(call, kind, rules)),
        "get": ("GET", one, lambda call, identifier: answer_one(call, kind, identifier)),
        "update": ("PATCH", one, lambda call, identifier: answer_update(call, kind, rules, identifier)),
        "delete": ("DELETE", one, lambda call, identifier: answer_delete(call, kind, identifier)),
        "delete_archives": ("DELETE", one, lambda call, identifier: answer_archive(call, kind, rules, identifier)),
        "archive": ("POST", f"{one}/archive", lambda call, identifier: answer_archive(call, kind, rules, identifier)),
        "unarchive": ("POST", f"{one}/unarchive", lambda call, identifier: answer_unarchive(call, kind, identifier)),
        "cancel": ("PATCH", f"{one}/cancel", lambda call, identifier: special.cancel(call, kind, identifier)),
        "conflicts": ("GET", f"{one}/conflicts", lambda call, identifier: special.conflicts(call, kind, identifier)),
    }
    for name in sorted(kind.operations):
        yield Route(*handlers[name])


def _special() -> Iterator[Route]:
    yield Route("GET", "/practitioners/inactive", lambda call: answer_list(call, _INACTIVE))
    yield Route("GET", "/patient_cases/active", special.active_cases)
    yield Route("GET", "/user", special.user)
    yield Route("GET", "/settings", special.settings)
    yield Route("GET", "/settings/public", special.public_settings)
    yield Route("GET", "/services", openings.services)
    yield Route("GET", "/businesses/{business_id}/services", openings.services)
    yield Route("GET", "/patients/{patient_id}/referral_source", special.referral_source)
    yield Route("PATCH", "/patients/{patient_id}/referral_source", special.set_referral_source)
    yield Route("GET", "/patients/{patient_id}/attachment_presigned_post", special.presign)
    yield Route("GET", "/patient_attachments/{id}/content", special.file_content)
    yield Route("GET", "/patient_forms/{patient_form_id}/signatures/{id}", special.signature)
    book = "/businesses/{business_id}/practitioners/{practitioner_id}/appointment_types/{appointment_type_id}"
    yield Route("GET", f"{book}/available_times", openings.available_times)
    yield Route("GET", f"{book}/next_available_time", openings.next_available_time)


ROUTES = (
    *(route for kind in KINDS.values() for route in _of_kind(kind)),
    *(
        Route("GET", f"/{nested.parent}/{{id}}/{nested.child}{nested.ending}", partial(_nested, nested))
        for nested in NESTED
    ),
    *_special(),
)
"""All operations."""

_BY_SHAPE: dict[tuple[int, str], list[Route]] = {}
for _route in ROUTES:
    _BY_SHAPE.setdefault((len(_route.segments), _route.segments[0]), []).append(_route)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """Finds the operation of a request.

    Args:
        method: The HTTP method.
        path: The path after the API's version.

    Returns:
        The route and the ids in the path.

    Raises:
        UnknownPath: No operation has this path, whatever the method.
        Refusal: A 404 as HTML: the path doesn't take this method.
    """
    segments = tuple(path.strip("/").split("/"))
    known = False
    for route in _BY_SHAPE.get((len(segments), segments[0]), ()):
        ids = _match(route.segments, segments)
        if ids is not None:
            if route.method == method:
                return route, ids
            known = True
    raise not_found_page() if known else UnknownPath(path)


def _match(template: tuple[str, ...], segments: tuple[str, ...]) -> tuple[str, ...] | None:
    ids = []
    for expected, given in zip(template, segments, strict=True):
        if expected.startswith("{"):
            if not _ID.fullmatch(given):
                return None
            ids.append(given)
        elif expected != given:
            return None
    return tuple(ids)
