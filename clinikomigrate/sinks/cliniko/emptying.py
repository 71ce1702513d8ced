"""Takes away from a record what the source has no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.sinks.cliniko.comparison import READ_OTHERWISE, UNREADABLE, attribute_matches
from clinikomigrate.sinks.cliniko.custom_fields import with_unreached
from clinikomigrate.transfer.sink import Emptied

_NEVER_EMPTY: Final[Mapping[str, frozenset[str]]] = {
    "appointment_type_billable_items": frozenset({"quantity"}),
    "appointment_type_products": frozenset({"quantity"}),
    "appointment_types": frozenset(
        {
            "color",
            "duration_in_minutes",
            "max_attendees",
            "name",
            "online_bookings_lead_time_hours",
            "online_payments_mode",
        }
    ),
    "billable_items": frozenset({"item_type", "name", "price"}),
    "concession_prices": frozenset({"price"}),
    "contacts": frozenset({"doctor_type"}),
    "group_appointments": frozenset({"ends_at", "max_attendees"}),
    "individual_appointments": frozenset({"ends_at"}),
    "patient_cases": frozenset({"referral_type"}),
    "patients": frozenset({"reminder_type"}),
    "products": frozenset({"name", "price", "product_supplier_name"}),
    "taxes": frozenset({"amount", "rate"}),
    "treatment_note_templates": frozenset({"content", "print_settings"}),
    "unavailable_block_types": frozenset({"color", "duration_in_minutes"}),
}
"""What the API takes other values of, and not none. Of links that holds for every kind. Of some the API's description
lists the values that there are, without null, and says beside it that null is one: that isn't tried."""

_EMPTY: Final[Mapping[tuple[str, str], Any]] = {
    ("patients", "follow_ups_communication_channels"): [],
    ("recalls", "notes"): "",
}
"""What stands for none where that is not null, by kind and the draft's attribute."""

_SAID_BY: Final[Mapping[tuple[str, str], str]] = {
    ("appointment_type_billable_items", "discount_percentage"): "discounted_amount",
    ("appointment_type_billable_items", "discounted_amount"): "discount_percentage",
    ("appointment_type_products", "discount_percentage"): "discounted_amount",
    ("appointment_type_products", "discounted_amount"): "discount_percentage",
    ("patients", "country"): "country_code",
    ("patients", "reminder_type"): "reminders_communication_channels",
    ("patients", "reminders_communication_channels"): "reminder_type",
    ("products", "product_supplier_id"): "product_supplier_name",
    ("products", "product_supplier_name"): "product_supplier_id",
}
"""What another attribute of the same draft says in its place, by kind and attribute."""


def emptied(draft: Any, gone: Collection[str], record: Any, reached: frozenset[str] | None = None) -> Emptied:
    """Makes a draft take away what a record still holds of what the source has no more.

    Args:
        draft: With the destination's ids (`Any`: of whatever kind).
        gone: The draft's attributes that said something before.
        record: As the client gives it; None where it is not known.
        reached: What `custom_fields.reachable` gave: what a patient has in other fields of the clinic's own stays.

    Returns:
        The draft with null, or what the API takes for it, and what it takes nothing for.
    """
    hidden = UNREADABLE.get(draft.kind, frozenset()) - READ_OTHERWISE
    fields = {field.name: field for field in attrs.fields(type(draft)) if field.metadata.get("body", True)}
    held = sorted(
        name for name in (fields.keys() & set(gone)) - hidden if _is_unsaid(draft, name) and _holds(draft, record, name)
    )
    never = _NEVER_EMPTY.get(draft.kind, frozenset())
    left = [name for name in held if name in never or "kind" in fields[name].metadata]
    names = [name for name in held if name not in left]
    without = attrs.evolve(draft, **{name: _EMPTY.get((draft.kind, name)) for name in names})
    if record is None or getattr(without, "custom_fields", UNSET) is UNSET:
        return Emptied(without, names, left)
    kept = with_unreached(without.custom_fields, record.custom_fields, reached)
    without = attrs.evolve(without, custom_fields=kept)
    return Emptied(without, [each for each in names if not attribute_matches(without, record, each)], left)


def _is_unsaid(draft: Any, name: str) -> bool:
    """Says whether neither an attribute nor what says it in its place is given."""
    return all(getattr(draft, each) is UNSET for each in (name, _SAID_BY.get((draft.kind, name), name)))


def _holds(draft: Any, record: Any, name: str) -> bool:
    return record is None or not attribute_matches(attrs.evolve(draft, **{name: None}), record, name)
