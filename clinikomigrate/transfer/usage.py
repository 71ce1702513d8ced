"""Which records go, and what those that go point at, asked for before anything is mapped."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.resources.fields import FIELDS
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.kinds import BOOKING_KINDS
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.steady import SteadySource

_DIARY: Final = (
    "individual_appointments",
    "group_appointments",
    "unavailable_blocks",
    "availability_blocks",
    "practitioner_reference_numbers",
)

POINTING: Final[Mapping[str, Mapping[str, str | None]]] = {
    "businesses": dict.fromkeys(_DIARY, "business_id"),
    "practitioners": dict.fromkeys(_DIARY, "practitioner_id"),
    "appointment_types": dict.fromkeys(_DIARY[:2], "appointment_type_id"),
    "treatment_note_templates": {"treatment_notes": "treatment_note_template_id", "appointment_types": None},
    "referral_source_types": {"referral_sources": None},
    "taxes": {"products": "tax_id", "billable_items": "tax_id"},
    "concession_types": {"patients": None, "concession_prices": "concession_type_id"},
    "product_suppliers": {"products": None},
    "products": {"appointment_type_products": "product_id"},
    "billable_items": {"appointment_type_billable_items": "billable_item_id", "concession_prices": "billable_item_id"},
    "unavailable_block_types": {"unavailable_blocks": None},
    "recall_types": {"recalls": None},
    "contacts": {"patients": None, "patient_cases": None, "referral_sources": None},
}
"""For each kind that may be matched and not made: the kinds that lose something without it, and the filter that finds
those; None where the API has no such filter that can be relied on, so that the list is read once."""

_PAGE: Final = 100


class Usage:
    """Says which records go, and what is in use among those that they point at.

    Args:
        source: Is read.
        scope: What the filter asked for.
        filter: Has the last word on each record.
        kinds: The names of the kinds that go.
    """

    def __init__(self, source: SteadySource, scope: Scope, filter: Filter, kinds: frozenset[str]) -> None:
        self._source = source
        self._scope = scope
        self._filter = filter
        self._kinds = kinds
        self._answers: dict[tuple[Ref[Any], frozenset[Ref[Any]]], bool] = {}
        self._pointed_at: dict[tuple[str, str], frozenset[str]] = {}

    def in_use(self, ref: Ref[Any], excluded: Collection[Ref[Any]] = ()) -> bool:
        """Says whether any record that goes points at another, and can't be or is less without it.

        Args:
            ref: What may be pointed at. The answer is remembered.
            excluded: What a mapper leaves out: a record that points at one of these does not go.
        """
        asked = (ref, frozenset(excluded))
        if asked not in self._answers:
            self._answers[asked] = any(
                ref.id in self._found_in(kind, ref.kind)
                if field is None
                else any(not _points(record, asked[1]) for record in self._going(kind, where(field) == ref.id))
                for kind, field in POINTING.get(ref.kind, {}).items()
                if kind in self._kinds
            )
        return self._answers[asked]

    def goes(self, kind: str, *conditions: Condition) -> bool:
        """Says whether any record of a kind goes that meets conditions. The first one tells.

        Args:
            kind: The record kind's name. Of one that was left out none goes.
            *conditions: Made with `where`.
        """
        return kind in self._kinds and next(self._going(kind, *conditions), None) is not None

    def _found_in(self, kind: str, pointed_at: str) -> frozenset[str]:
        """Gives the ids of all records of a kind at which those of another point that go; reads the list once."""
        if (kind, pointed_at) not in self._pointed_at:
            refs = (ref for record in self._going(kind) for ref in _refs(record))
            self._pointed_at[kind, pointed_at] = frozenset(ref.id for ref in refs if ref.kind == pointed_at)
        return self._pointed_at[kind, pointed_at]

    def _going(self, kind: str, *conditions: Condition) -> Iterator[Any]:
        for record in self._candidates(kind, (*self._scope.conditions(kind), *conditions)):
            if self._scope.takes(record) and self._filter.keeps(record, self._scope):
                yield record

    def _candidates(self, kind: str, conditions: Sequence[Condition]) -> Iterator[Any]:
        """Reads the list, or asks for what was chosen by id where that takes fewer requests."""
        chosen = self._chosen(kind)
        if chosen is None or self._scope.count(chosen) / IDS_A_REQUEST >= self._source.count(kind, *conditions) / _PAGE:
            yield from self._source.stream(kind, *conditions)
            return
        for some in batched(self._scope.ids(chosen), IDS_A_REQUEST):
            if chosen == _own(kind):
                yield from self._source.by_id(kind, some, *conditions)
            else:
                yield from self._source.stream(kind, where("patient_id") == some, *conditions)

    def _chosen(self, kind: str) -> str | None:
        """Names the kind whose chosen ids say which records of a kind go, or None."""
        if self._scope.limited(_own(kind)):
            return _own(kind)
        return "patients" if self._scope.limited("patients") and "patient_id" in FIELDS[kind] else None


def _own(kind: str) -> str:
    """Names the kind under which a scope keeps the ids of a kind's own records."""
    return "bookings" if kind in BOOKING_KINDS else kind


def _refs(record: Any) -> Iterator[Ref[Any]]:
    values = (getattr(record, attribute.name) for attribute in attrs.fields(type(record)))
    return (value for value in values if isinstance(value, Ref))


def _points(record: Any, excluded: frozenset[Ref[Any]]) -> bool:
    return bool(excluded) and not excluded.isdisjoint(_refs(record))
