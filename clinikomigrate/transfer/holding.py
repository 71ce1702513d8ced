"""Holds back archiving what a wider filter may still need: an archived record takes no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.query import where
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.filters.filter import has_last_word
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source
from clinikomigrate.transfer.widening import FOR_NOW

_PAGE: Final = 100


@attrs.frozen
class Pointer:
    """An attribute by which records of one kind point at those of another.

    Attributes:
        kind: The name of the kind that points.
        attribute: The attribute.
        field: By what the API finds them, given what they point at; None where it can't.
    """

    kind: str
    attribute: str
    field: str | None = None


POINTED_AT: Final[Mapping[str, tuple[Pointer, ...]]] = {
    "products": (
        Pointer("appointment_types", "product"),
        Pointer("appointment_type_products", "product", "product_id"),
    ),
    "billable_items": (
        Pointer("appointment_types", "billable_item"),
        Pointer("appointment_type_billable_items", "billable_item", "billable_item_id"),
        Pointer("concession_prices", "billable_item", "billable_item_id"),
    ),
    "treatment_note_templates": (
        Pointer("appointment_types", "treatment_note_template"),
        Pointer("treatment_notes", "treatment_note_template", "treatment_note_template_id"),
    ),
    "unavailable_block_types": (Pointer("unavailable_blocks", "unavailable_block_type"),),
    "recall_types": (Pointer("recalls", "recall_type"),),
    "appointment_types": (
        Pointer("appointment_type_billable_items", "appointment_type", "appointment_type_id"),
        Pointer("appointment_type_products", "appointment_type", "appointment_type_id"),
        Pointer("individual_appointments", "appointment_type", "appointment_type_id"),
        Pointer("group_appointments", "appointment_type", "appointment_type_id"),
    ),
    "contacts": (
        Pointer("patients", "referring_doctor"),
        Pointer("referral_sources", "referrer"),
        Pointer("patient_cases", "contact"),
    ),
    "patient_cases": (Pointer("attendees", "patient_case", "patient_case_id"),),
    "group_appointments": (Pointer("attendees", "booking", "booking_id"),),
}
"""For each kind that can be archived: what points at it, and may have stayed behind. Patients are taken out of the
archive when they are needed again; what else there is has nothing that could stay behind without it."""


class Holding:
    """Says what is not archived yet, because something that a filter left behind needs it.

    Args:
        source: Is read.
        sink: Knows what it can take out of the archive again.
        journal: Knows what did not stay behind.
        choice: What goes, and whether that is all.
    """

    def __init__(self, source: Source, sink: Sink, journal: Journal, choice: Choice) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._choice = choice
        self._left: dict[Pointer, Scope] = {}

    def close(self) -> None:
        """Gives back what it wrote down."""
        for scope in self._left.values():
            scope.close()

    def held(self, kind: str, ids: Sequence[str]) -> set[str]:
        """Returns which of some records are needed by what stayed behind, by source id.

        Args:
            kind: The record kind's name.
            ids: The source ids of records that are to be archived.
        """
        held: set[str] = set()
        if kind not in self._sink.unarchives and any(map(self._leaves_behind, self._sink.kinds)):
            held.update(self._journal.lost(kind, ids, FOR_NOW))
        for pointer in POINTED_AT.get(kind, ()):
            if pointer.kind in self._sink.kinds and self._leaves_behind(pointer.kind):
                held |= self._pointed_at(kind, pointer, [id for id in ids if id not in held])
        return held

    def _leaves_behind(self, kind: str) -> bool:
        """Says whether records of a kind may have stayed behind, of which a wider choice takes more."""
        choice = self._choice
        narrowed = kind not in choice.kinds or choice.scope.narrows(kind) or has_last_word(choice.filter)
        return narrowed and not choice.last

    def _pointed_at(self, kind: str, pointer: Pointer, ids: Sequence[str]) -> set[str]:
        if pointer.field is None:
            left = self._all_pointed_at(kind, pointer) if ids else None
            return {id for id in ids if left is not None and left.has(kind, id)}
        return {id for some in batched(ids, IDS_A_REQUEST) for id in self._asked(kind, pointer, pointer.field, some)}

    def _all_pointed_at(self, kind: str, pointer: Pointer) -> Scope:
        """Reads once at which records anything points that stayed behind."""
        if pointer not in self._left:
            left = self._left[pointer] = Scope()
            left.only(kind, ())
            for page in batched(self._source.stream(pointer.kind), _PAGE):
                left.only(kind, self._needed_by(kind, pointer, page))
        return self._left[pointer]

    def _asked(self, kind: str, pointer: Pointer, field: str, ids: Collection[str]) -> set[str]:
        """Asks what points at some records, and of each only until something is found that stayed behind."""
        waiting, found, after = set(ids), set[str](), None
        while waiting:
            for page in batched(self._source.stream(pointer.kind, where(field) == sorted(waiting), after=after), _PAGE):
                after = page[-1].id
                if needed := self._needed_by(kind, pointer, page) & waiting:
                    break
            else:
                return found
            found |= needed
            waiting -= needed
        return found

    def _needed_by(self, kind: str, pointer: Pointer, records: Sequence[Any]) -> set[str]:
        """Returns the ids of a kind at which those of some records point that stayed behind."""
        refs = {record.id: getattr(record, pointer.attribute) for record in records}
        known = self._journal.entries(pointer.kind, list(refs))
        return {
            ref.id for id, ref in refs.items() if id not in known and ref is not None and ref.kind in (kind, "bookings")
        }
