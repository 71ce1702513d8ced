"""The rules of businesses and appointment types: each says what is offered where, and the other follows."""

from __future__ import annotations

from clinikomigrate.testing.columns import Row
from clinikomigrate.testing.writing import Change, Rules


def link_businesses(change: Change, row: Row) -> None:
    """Brings the types that businesses offer in step with the businesses that a type is offered at."""
    if "business_ids" in change.given:
        _link(change, row, "businesses", "appointment_type_ids", row["business_ids"])


def link_types(change: Change, row: Row) -> None:
    """Brings the businesses that types are offered at in step with the types that a business offers."""
    if "appointment_type_ids" in change.given:
        _link(change, row, "appointment_types", "business_ids", row["appointment_type_ids"])


def _link(change: Change, row: Row, kind: str, column: str, wanted: list[str] | None) -> None:
    for other in change.call.store.all(kind):
        linked = other[column] or []
        should = other["id"] in (wanted or [])
        if should and row["id"] not in linked:
            change.call.store.change(kind, other, **{column: [*linked, row["id"]]})
        elif not should and row["id"] in linked:
            change.call.store.change(kind, other, **{column: [one for one in linked if one != row["id"]]})


def check_zone(change: Change) -> None:
    """Looks at a business's time zone: where both are given, the identifier is overlooked."""
    if change.given.get("time_zone") and "time_zone_identifier" in change.given:
        del change.given["time_zone_identifier"]


PRACTICE_RULES = {
    "businesses": Rules(check=check_zone, made=link_types, changed=link_types),
    "appointment_types": Rules(made=link_businesses, changed=link_businesses),
}
"""The rules of these kinds by their names."""
