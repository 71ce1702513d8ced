"""Chooses the catalogue records and contacts that chosen records need."""

from __future__ import annotations

from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.scope import HANGS_ON, Scope
from clinikomigrate.transfer.source import Source

_POINTING: Final = (
    "patients",
    "patient_cases",
    "referral_sources",
    "individual_appointments",
    "group_appointments",
    "unavailable_blocks",
    "treatment_notes",
    "recalls",
)
"""Kinds whose records point at catalogue records or contacts."""

_DOWNWARDS: Final = (
    "appointment_types",
    "appointment_type_billable_items",
    "appointment_type_products",
    "concession_prices",
    "billable_items",
    "products",
)
"""Catalogue kinds that point at others, each before those that it points at."""

NEEDED: Final = frozenset(
    kind.name
    for kind in KINDS.values()
    if kind.adoptable and kind.name not in HANGS_ON and kind.name != "practitioner_reference_numbers"
)
"""Kinds of which only those records come along that a chosen one needs."""


def choose_needed(source: Source, scope: Scope, filter: Filter, kinds: frozenset[str]) -> None:
    """Chooses what chosen records need of the catalogue and of the contacts.

    It does nothing where patients are not narrowed down: then the whole catalogue goes.

    Args:
        source: Is read: each kind that points at the catalogue once, at one list read per 100.
        scope: Says what is chosen, and takes what is needed.
        filter: Has the last word on each record.
        kinds: The names of the kinds that go.
    """
    if not scope.limited("patients"):
        return
    chosen = NEEDED & kinds
    needed = Scope()
    for kind in chosen:
        needed.only(kind, ())
    for kind in _POINTING:
        if kind in kinds:
            for record in source.stream(kind, *scope.conditions(kind)):
                if scope.takes(record) and filter.keeps(record, scope):
                    _take(record, needed, chosen)
    for kind in _DOWNWARDS:
        if kind in kinds:
            for record in source.stream(kind, *scope.conditions(kind)):
                if needed.takes(record):
                    _take(record, needed, chosen)
    scope.narrow(needed)
    needed.close()


def _take(record: Any, needed: Scope, kinds: frozenset[str]) -> None:
    for attribute in attrs.fields(type(record)):
        value = getattr(record, attribute.name)
        if isinstance(value, Ref) and value.kind in kinds:
            needed.only(value.kind, [value])
