"""Looks for appointment types that patients could book online in the destination, though they are archived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Error
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.filters.filter import has_last_word
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.holding import pointers
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS, KINDS
from clinikomigrate.transfer.mapper import Context, Mapped, Mapper, Skip, has_own_word
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source

_TYPES: Final = "appointment_types"
_OFFERED: Final = "show_in_online_bookings"
_PLACES: Final = {"businesses": "business_id", "practitioners": "practitioner_id"}
"""What is matched and not made of what an appointment can't be without, and by what the API finds its appointments."""
_NEEDED: Final = {"appointment_type_billable_items": "billable_items", "appointment_type_products": "products"}
"""Without what the parts of a type stay behind; an appointment does without a patient."""
_BY_TYPE: Final = "appointment_type_id"
_PAGE: Final = 100


class Bookable:
    """Finds types that wait to be archived because of what stays behind and needs them, or is needed by them.

    Where the filter, the choice of kinds or a mapper of the user's own may leave any appointment behind, or any item or
    product of a type, the source's are read of each such type until one is found that stays behind; else only those
    appointments are asked for that are at a place or with a practitioner without a counterpart, as whoever is excluded.

    Args:
        source: Is read.
        scope: What the filter asked for.
        filter: Has the last word on each record.
        kinds: The names of the kinds that go.
        takes: The names of the kinds that the destination takes at all.
        mapper: Says what it leaves out.
        context: What the mapper may look at, and what is matched.
        journal: Knows what is there already; None where nothing is.
    """

    def __init__(
        self,
        *,
        source: Source,
        scope: Scope,
        filter: Filter,
        kinds: frozenset[str],
        takes: Collection[str],
        mapper: Mapper,
        context: Context,
        journal: Journal | None,
    ) -> None:
        self._source = source
        self._scope = scope
        self._filter = filter
        self._kinds = kinds
        self._takes = takes
        self._mapper = mapper
        self._context = context
        self._journal = journal

    def findings(self, types: Iterable[Any]) -> Iterator[Finding]:
        """Names them.

        Args:
            types: The source's appointment types.
        """
        open_ = [each for each in types if each.archived_at is not None and self._is_offered(each)]
        found = [each for each in open_ if self._is_needed(each)]
        if found:
            names = listed([f"{each.name!r} ({each.id})" for each in found])
            yield CODES.finding(
                "archived-types-bookable",
                "Archived appointment types that are offered for online bookings go, and appointments, items, products "
                f"or note templates of theirs stay behind: {names}. Until they are archived in the destination too, "
                "patients can book them there.",
                "Switch online bookings off for them in the destination right after the run. A run without a filter, "
                "and of all kinds, archives them, once nothing is excluded any more; if nothing more is to come, "
                "run(last=True) does.",
                kind=_TYPES,
                ids=[each.id for each in found],
                afterwards="Switch online bookings off in the destination for appointment types that are archived in "
                "the source and not yet there.",
            )

    def _is_offered(self, kind: Any) -> bool:
        """Says whether an archived type goes, and can be booked online as long as it isn't archived there."""
        if not self._goes(kind) or self._is_archived(kind):
            return False
        mapped = self._mapped(kind)
        if not isinstance(mapped, Mapped):
            return False
        offered = getattr(mapped.draft, _OFFERED, UNSET)
        return bool(kind.show_in_online_bookings if offered is UNSET else offered)

    def _goes(self, record: Any) -> bool:
        return record.kind in self._kinds and self._scope.takes(record) and self._filter.keeps(record, self._scope)

    def _is_archived(self, kind: Any) -> bool:
        return self._journal is not None and self._journal.is_done(Ref(_TYPES, kind.id), Stage.ARCHIVE)

    def _mapped(self, record: Any) -> Mapped[Any] | Skip | None:
        """Maps a record; gives None where the mapper fails, so that the run sets it aside."""
        try:
            return self._mapper.map(record.kind, record, self._context)
        except Error:
            return None

    def _is_needed(self, kind: Any) -> bool:
        """Says whether something stays behind without which a type is not archived yet."""
        return self._lacks_a_link(kind) or any(
            self._stays(page)
            for pointer in pointers(_TYPES)
            if pointer.kind in self._takes
            for conditions in self._asking(pointer.kind)
            for page in batched(self._source.stream(pointer.kind, where(_BY_TYPE) == kind.id, *conditions), _PAGE)
        )

    def _lacks_a_link(self, kind: Any) -> bool:
        """Says whether a type points at a record of a kind that was left out, such as its note template."""
        return any(
            link.kind in self._takes and link.kind not in self._kinds
            for link in KINDS[_TYPES].links
            if isinstance(getattr(kind, link.attribute, None), Ref)
        )

    def _asking(self, kind: str) -> Iterator[tuple[Condition, ...]]:
        """Gives under which conditions those of a kind are to be looked at that may stay behind."""
        if self._is_narrowed(kind) or self._is_narrowed(_NEEDED.get(kind, "patients")):
            yield ()
            return
        for place, field in _PLACES.items() if kind in APPOINTMENT_KINDS else ():
            records = self._context.survey.records.get(place, ())
            unmatched = [each.id for each in records if self._context.matched(Ref(place, each.id)) is None]
            for some in batched(unmatched, IDS_A_REQUEST):
                yield (where(field) == some,)

    def _is_narrowed(self, kind: str) -> bool:
        """Says whether records of a kind may stay behind for another reason than where and with whom they are."""
        narrowed = kind not in self._kinds or self._scope.narrows(kind)
        return narrowed or has_last_word(self._filter) or has_own_word(self._mapper, kind)

    def _stays(self, records: Sequence[Any]) -> bool:
        """Says whether any of some records of a kind stays behind, and may come with other settings."""
        going = []
        for record, entry in self._with_entries(records):
            is_known = entry is not None and entry.state is not State.UNDONE
            if entry is not None and is_known and (entry.state is not State.SKIPPED or entry.instead is not None):
                continue  # it is there, or was to be, or another one is in its stead
            if not is_known and not self._goes(record):
                return True
            mapped = self._mapped(record)
            if mapped is None or (isinstance(mapped, Skip) and not mapped.lasting):
                return True
            if isinstance(mapped, Mapped):
                going.append(mapped)
        return self._lack_something(going)

    def _with_entries(self, records: Sequence[Any]) -> Iterator[tuple[Any, Entry | None]]:
        known = {} if self._journal is None else self._journal.entries(records[0].kind, [each.id for each in records])
        return ((record, known.get(record.id)) for record in records)

    def _lack_something(self, going: Iterable[Mapped[Any]]) -> bool:
        """Says whether what some records can't be without stays behind, and they with it."""
        needed: dict[str, set[str]] = {}
        for ref in (ref for mapped in going for ref in _needed_by(mapped.draft)):
            if ref.kind in KINDS and ref.kind != _TYPES and self._context.matched(ref) is None:
                needed.setdefault(ref.kind, set()).add(ref.id)
        return any(
            self._stays(page)
            for kind, ids in needed.items()
            if self._is_narrowed(kind)
            for page in batched(self._source.by_id(kind, sorted(ids)), _PAGE)
        )


def _needed_by(draft: Any) -> Iterator[Ref[Any]]:
    """Gives what a draft points at and can't be made without."""
    for attribute in attrs.fields(type(draft)):
        value = getattr(draft, attribute.name)
        if attribute.metadata.get("required") and isinstance(value, Ref):
            yield value
