"""The table of record kinds. Everything that walks kinds walks this."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.kinds.kind import APPOINTMENT_KINDS, Kind, Link

_NAME = ("name",)
_PATIENT = ("patient_id",)
_FINANCE = "no interface takes invoices: keep the source account, or enter opening balances by hand"
_STOCK = "stock levels go with the products; how they came about stays behind"
_TAX = Link("tax", "taxes", "tax_id")
_ITEM = Link("billable_item", "billable_items", "billable_item_id")
_PRODUCT = Link("product", "products", "product_id")
_ATTENDEE = Link("attendee", "attendees", "attendee_id")
_OF_PATIENT = Link("patient", "patients", "patient_id", owner=True)
_BUSINESS = Link("business", "businesses", "business_id")
_PLACE = (_BUSINESS, Link("practitioner", "practitioners", "practitioner_id"))
_TYPE = Link("appointment_type", "appointment_types", "appointment_type_id")
_OF_TYPE = attrs.evolve(_TYPE, owner=True, uses=False)  # a type is in use by who is booked, and not by its prices

_TABLE = (
    Kind("taxes", "tax", found_by=_NAME, adoptable=True),
    Kind("concession_types", "concession_type", found_by=_NAME, adoptable=True),
    Kind("product_suppliers", "product_supplier", found_by=_NAME, adoptable=True),
    Kind(
        "products",
        "product",
        links=(_TAX, Link("product_supplier", "product_suppliers")),
        found_by=_NAME,
        adoptable=True,
        closes=True,
    ),
    Kind("billable_items", "billable_item", links=(_TAX,), found_by=_NAME, adoptable=True, closes=True),
    Kind(
        "concession_prices",
        "concession_price",
        links=(
            attrs.evolve(_ITEM, owner=True),
            Link("concession_type", "concession_types", "concession_type_id"),
        ),
        found_by=("billable_item_id", "concession_type_id"),
        adoptable=True,
        optional=True,
    ),
    Kind("treatment_note_templates", "treatment_note_template", found_by=_NAME, adoptable=True, closes=True),
    Kind("patient_form_templates", "patient_form_template", found_by=_NAME, adoptable=True),
    Kind(
        "unavailable_block_types",
        "unavailable_block_type",
        found_by=_NAME,
        adoptable=True,
        closes=True,
        optional=True,
    ),
    Kind("recall_types", "recall_type", found_by=_NAME, adoptable=True, closes=True, optional=True),
    Kind(
        "appointment_types",
        "appointment_type",
        links=(
            Link("treatment_note_template", "treatment_note_templates"),
            attrs.evolve(_ITEM, field=None),
            attrs.evolve(_PRODUCT, field=None),
        ),
        found_by=_NAME,
        adoptable=True,
        closes=True,
    ),
    Kind(
        "appointment_type_billable_items",
        "appointment_type_billable_item",
        links=(_OF_TYPE, _ITEM),
        found_by=("appointment_type_id", "billable_item_id"),
        adoptable=True,
        optional=True,
    ),
    Kind(
        "appointment_type_products",
        "appointment_type_product",
        links=(_OF_TYPE, _PRODUCT),
        found_by=("appointment_type_id", "product_id"),
        adoptable=True,
        optional=True,
    ),
    Kind(
        "practitioner_reference_numbers",
        "practitioner_reference_number",
        links=_PLACE,
        found_by=("business_id", "practitioner_id"),
        adoptable=True,
    ),
    Kind(
        "availability_blocks",
        "availability_block",
        links=_PLACE,
        found_by=("business_id", "practitioner_id", "starts_at"),
        shared=True,
    ),
    Kind("daily_availabilities", "daily_availability"),
    Kind(
        "stock_adjustments",
        "stock_adjustment",
        links=(attrs.evolve(_PRODUCT, owner=True),),
        left_behind=_STOCK,
        optional=True,
    ),
    Kind("contacts", "contact", found_by=("first_name", "last_name"), adoptable=True, closes=True),
    Kind(
        "patients",
        "patient",
        links=(Link("concession_type", "concession_types"), Link("referring_doctor", "contacts")),
        found_by=("first_name", "last_name", "date_of_birth"),
    ),
    Kind(
        "relationships",
        "relationship",
        links=(_OF_PATIENT, Link("related_patient", "patients")),
        found_by=("patient_id", "related_patient_id"),
        look_first=True,
        apart=("patient_id", "related_patient_id"),
        archived_last=True,
        optional=True,
    ),
    Kind(
        "referral_sources",
        "referral_source",
        links=(
            attrs.evolve(_OF_PATIENT, field=None),
            Link("referrer", "patients"),
            Link("referrer", "contacts"),
            Link("referral_source_type", "referral_source_types"),
        ),
        found_by=_PATIENT,
        apart=("patient_id", "referrer_id"),
        one_each=True,
    ),
    Kind("medical_alerts", "medical_alert", links=(_OF_PATIENT,), found_by=_PATIENT),
    Kind(
        "patient_cases",
        "patient_case",
        links=(_OF_PATIENT, Link("contact", "contacts")),
        found_by=_PATIENT,
        places="attendee_ids",
        closes=True,
    ),
    Kind(
        "individual_appointments",
        "individual_appointment",
        links=(_OF_PATIENT, _TYPE, *_PLACE, Link("patient_case", "patient_cases", told_by="attendees")),
        found_by=("practitioner_id", "starts_at"),
        messages=True,
    ),
    Kind(
        "group_appointments",
        "group_appointment",
        links=(_TYPE, *_PLACE),
        found_by=("practitioner_id", "starts_at"),
        members="patient_ids",
        shared=True,
        closes=True,
    ),
    Kind(
        "unavailable_blocks",
        "unavailable_block",
        links=(*_PLACE, Link("unavailable_block_type", "unavailable_block_types")),
        found_by=("practitioner_id", "starts_at"),
        shared=True,
    ),
    Kind(
        "attendees",
        "attendee",
        links=(
            _OF_PATIENT,
            Link("booking", "bookings", "booking_id", owner=True),
            Link("patient_case", "patient_cases", "patient_case_id"),
        ),
        found_by=("booking_id", "patient_id"),
        look_first=True,
        part_of="booking",
        seats_in="group_appointments",
        cancelled_first=True,
        messages=True,
    ),
    Kind("patient_attachments", "patient_attachment", links=(_OF_PATIENT,), found_by=_PATIENT),
    Kind(
        "treatment_notes",
        "treatment_note",
        links=(
            _OF_PATIENT,
            _ATTENDEE,
            Link("booking", "bookings", "booking_id", told_by="attendees"),
            Link("treatment_note_template", "treatment_note_templates", "treatment_note_template_id"),
        ),
        found_by=_PATIENT,
    ),
    Kind(
        "patient_forms",
        "patient_form",
        links=(_OF_PATIENT, _ATTENDEE, attrs.evolve(_BUSINESS, field=None, uses=False)),
        after=("patient_form_templates",),
        found_by=_PATIENT,
    ),
    Kind("communications", "communication", links=(_OF_PATIENT,), found_by=_PATIENT),
    Kind(
        "recalls", "recall", links=(_OF_PATIENT, Link("recall_type", "recall_types")), found_by=_PATIENT, optional=True
    ),
    Kind("invoices", "invoice", links=(_OF_PATIENT,), left_behind=_FINANCE),
    Kind(
        "invoice_items",
        "invoice_item",
        links=(Link("invoice", "invoices", "invoice_id", owner=True),),
        left_behind=_FINANCE,
    ),
)

KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in _TABLE}
"""Every kind by its name, in an order in which each comes after what it needs."""

ALL_KINDS: Final[frozenset[str]] = frozenset(KINDS)
"""The names of all kinds that a transfer knows."""

OPTIONAL_KINDS: Final = frozenset(kind.name for kind in _TABLE if kind.optional)
"""The names of kinds whose endpoints are newer than the rest, so that an account may lack them."""


def pointing_at(name: str) -> Iterator[tuple[Kind, Link]]:
    """Gives the kinds whose records point at those of a kind, and by which link.

    Args:
        name: The name of the kind that is pointed at.
    """
    names = (name, "bookings") if name in APPOINTMENT_KINDS else (name,)
    return ((kind, link) for kind in _TABLE for link in kind.links if link.kind in names)


def check_kinds(names: Iterable[str]) -> frozenset[str]:
    """Checks a choice of kinds.

    Attendees go with their appointments: they are in the result exactly when a kind of appointment is.

    Args:
        names: Names of kinds.

    Returns:
        The names as a set.

    Raises:
        ConfigurationError: A name is unknown; the message gives the nearest ones.
    """
    if isinstance(names, str):
        raise ConfigurationError(f"include must be a set of kind names, not the text {names!r}: write {{{names!r}}}.")
    chosen = set(names)
    for name in sorted(chosen, key=str):
        if name not in KINDS:
            near = difflib.get_close_matches(str(name), KINDS, n=3, cutoff=0.5)
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else "; see clinikomigrate.ALL_KINDS."
            raise ConfigurationError(f"There is no record kind {name!r}{hint}")
    if chosen.intersection(APPOINTMENT_KINDS):
        chosen.add("attendees")
    else:
        chosen.discard("attendees")
    return frozenset(chosen)
