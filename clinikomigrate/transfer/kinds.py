"""The table of record kinds. Everything that walks kinds walks this."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

import attrs

from clinikomigrate.errors import ConfigurationError


@attrs.frozen
class Kind:
    """What the pipeline must know of one kind of record.

    Attributes:
        name: The API's own plural, `"individual_appointments"`.
        singular: The name of the mapper's method for it.
        needs: Kinds that must be there before, because records of this kind point at theirs.
        found_by: The draft's attributes by which a record is found again after a write of unknown fate.
        adoptable: Whether what stands in the destination under the same name and content is taken instead of made.
        shared: Whether it is part of the diary, and of no one patient's record. Where patients are adopted, what the
            destination has of it with the same content is taken instead of made.
        look_first: Whether the destination makes such records by itself, so that each is looked for before it is made.
        left_behind: For what no destination takes: why. Such records are counted, not read.
        apart: Two of the draft's attributes that can't name one and the same record; after a merge they could.
        members: The attribute that names the patients who have part in one record, if several can; it goes with those
            who go.
        seats_in: The kind of booking that has room for so many of these and no more.
        one_each: Whether a patient has one such record at most; that of a patient who was merged into another yields.
        cancelled_first: Whether cancelled and archived records go before the others (they leave their seats free).
        messages: Whether making or cancelling one can make the destination write to the patient.
        archived_last: Whether archived records go after the others (they would be in the way).
        part_of: The link to what such a record can come along with; it is this transfer's where that is.
        optional: Whether its endpoint is newer than the rest, so that an account may lack it.
    """

    name: str
    singular: str
    needs: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    adoptable: bool = False
    shared: bool = False
    look_first: bool = False
    left_behind: str | None = None
    apart: tuple[str, str] | None = None
    members: str | None = None
    seats_in: str | None = None
    one_each: bool = False
    cancelled_first: bool = False
    archived_last: bool = False
    messages: bool = False
    part_of: str | None = None
    optional: bool = False


_NAME = ("name",)
_PATIENT = ("patient_id",)
_FINANCE = "no interface takes invoices: keep the source account, or enter opening balances by hand"
_STOCK = "stock levels go with the products; how they came about stays behind"

_TABLE = (
    Kind("taxes", "tax", found_by=_NAME, adoptable=True),
    Kind("concession_types", "concession_type", found_by=_NAME, adoptable=True),
    Kind("product_suppliers", "product_supplier", found_by=_NAME, adoptable=True),
    Kind("products", "product", needs=("taxes", "product_suppliers"), found_by=_NAME, adoptable=True),
    Kind("billable_items", "billable_item", needs=("taxes",), found_by=_NAME, adoptable=True),
    Kind(
        "concession_prices",
        "concession_price",
        needs=("billable_items", "concession_types"),
        found_by=("billable_item_id", "concession_type_id"),
        adoptable=True,
        optional=True,
    ),
    Kind("treatment_note_templates", "treatment_note_template", found_by=_NAME, adoptable=True),
    Kind("patient_form_templates", "patient_form_template", found_by=_NAME, adoptable=True),
    Kind("unavailable_block_types", "unavailable_block_type", found_by=_NAME, adoptable=True, optional=True),
    Kind("recall_types", "recall_type", found_by=_NAME, adoptable=True, optional=True),
    Kind(
        "appointment_types",
        "appointment_type",
        needs=("treatment_note_templates", "billable_items", "products"),
        found_by=_NAME,
        adoptable=True,
    ),
    Kind(
        "appointment_type_billable_items",
        "appointment_type_billable_item",
        needs=("appointment_types", "billable_items"),
        found_by=("appointment_type_id", "billable_item_id"),
        adoptable=True,
        optional=True,
    ),
    Kind(
        "appointment_type_products",
        "appointment_type_product",
        needs=("appointment_types", "products"),
        found_by=("appointment_type_id", "product_id"),
        adoptable=True,
        optional=True,
    ),
    Kind(
        "practitioner_reference_numbers",
        "practitioner_reference_number",
        found_by=("business_id", "practitioner_id"),
        adoptable=True,
    ),
    Kind(
        "availability_blocks",
        "availability_block",
        found_by=("business_id", "practitioner_id", "starts_at"),
        shared=True,
    ),
    Kind("daily_availabilities", "daily_availability"),
    Kind("stock_adjustments", "stock_adjustment", left_behind=_STOCK, optional=True),
    Kind("contacts", "contact", found_by=("first_name", "last_name"), adoptable=True),
    Kind(
        "patients",
        "patient",
        needs=("concession_types", "contacts"),
        found_by=("first_name", "last_name", "date_of_birth"),
    ),
    Kind(
        "relationships",
        "relationship",
        needs=("patients",),
        found_by=("patient_id", "related_patient_id"),
        look_first=True,
        apart=("patient_id", "related_patient_id"),
        archived_last=True,
        optional=True,
    ),
    Kind(
        "referral_sources",
        "referral_source",
        needs=("patients", "contacts"),
        found_by=_PATIENT,
        apart=("patient_id", "referrer_id"),
        one_each=True,
    ),
    Kind("medical_alerts", "medical_alert", needs=("patients",), found_by=_PATIENT),
    Kind("patient_cases", "patient_case", needs=("patients", "contacts"), found_by=_PATIENT),
    Kind(
        "individual_appointments",
        "individual_appointment",
        needs=("appointment_types", "patients", "patient_cases"),
        found_by=("practitioner_id", "starts_at"),
        messages=True,
    ),
    Kind(
        "group_appointments",
        "group_appointment",
        needs=("appointment_types",),
        found_by=("practitioner_id", "starts_at"),
        members="patient_ids",
        shared=True,
    ),
    Kind(
        "unavailable_blocks",
        "unavailable_block",
        needs=("unavailable_block_types",),
        found_by=("practitioner_id", "starts_at"),
        shared=True,
    ),
    Kind(
        "attendees",
        "attendee",
        needs=("patients", "patient_cases", "individual_appointments", "group_appointments"),
        found_by=("booking_id", "patient_id"),
        look_first=True,
        part_of="booking",
        seats_in="group_appointments",
        cancelled_first=True,
        messages=True,
    ),
    Kind("patient_attachments", "patient_attachment", needs=("patients",), found_by=_PATIENT),
    Kind(
        "treatment_notes",
        "treatment_note",
        needs=("patients", "attendees", "treatment_note_templates", "individual_appointments", "group_appointments"),
        found_by=_PATIENT,
    ),
    Kind("patient_forms", "patient_form", needs=("patients", "attendees", "patient_form_templates"), found_by=_PATIENT),
    Kind("communications", "communication", needs=("patients",), found_by=_PATIENT),
    Kind("recalls", "recall", needs=("patients", "recall_types"), found_by=_PATIENT, optional=True),
    Kind("invoices", "invoice", left_behind=_FINANCE),
    Kind("invoice_items", "invoice_item", needs=("invoices",), left_behind=_FINANCE),
)

KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in _TABLE}
"""Every kind by its name, in an order in which each comes after what it needs."""

ALL_KINDS: Final[frozenset[str]] = frozenset(KINDS)
"""The names of all kinds that a transfer knows."""

OPTIONAL_KINDS: Final = frozenset(kind.name for kind in _TABLE if kind.optional)
"""The names of kinds whose endpoints are newer than the rest, so that an account may lack them."""

MATCHED_KINDS: Final = ("businesses", "practitioners", "users", "referral_source_types")
"""Kinds that no API makes, or that belong to the account's own setup: matched with what is there."""

BOOKING_KINDS: Final = ("individual_appointments", "group_appointments", "unavailable_blocks")
"""The kinds that a Ref to `"bookings"` can stand for."""


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
    if chosen & {"individual_appointments", "group_appointments"}:
        chosen.add("attendees")
    else:
        chosen.discard("attendees")
    return frozenset(chosen)
