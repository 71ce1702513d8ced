"""Which records that were left behind may come with another run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.filters.filter import has_last_word
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.kinds import KINDS, possible_kinds
from clinikomigrate.transfer.mapper import Skip
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source


class ToCome:
    """Tells what a run with other settings would take from what stays behind for good.

    A filter and a choice of kinds leave records behind of which nothing is known. Of those that were looked at, a
    mapper leaves out some, for now or for good (`Skip.lasting`), and with them stays what can't be without them.

    Args:
        source: Is read: what the records hang on that were left behind.
        sink: Says what can go at all.
        journal: Knows what was left behind.
        choice: What goes, and whether that is all.
    """

    def __init__(self, source: Source, sink: Sink, journal: Journal, choice: Choice) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._choice = choice

    def is_narrowed(self, kind: str) -> bool:
        """Says whether the filter or the choice of kinds may have left records of a kind behind.

        Args:
            kind: The record kind's name.
        """
        choice = self._choice
        narrowed = kind not in choice.kinds or choice.scope.narrows(kind) or has_last_word(choice.filter)
        return narrowed and kind in self._sink.kinds

    def skipped(self, kind: str) -> Iterator[Any]:
        """Reads the records of a kind that were looked at and left behind.

        Args:
            kind: The record kind's name.
        """
        for some in batched(self._journal.ids(kind, [State.SKIPPED]), IDS_A_REQUEST):
            entries = self._journal.entries(kind, some)
            if left := [id for id in some if entries[id].instead is None]:
                yield from self._source.by_id(kind, left)

    def among(self, kind: str, records: Sequence[Any]) -> set[str]:
        """Returns which of some records stayed behind and may come, by source id.

        Args:
            kind: The record kind's name.
            records: The source's records (`Any`: of that kind).
        """
        known = self._journal.entries(kind, [record.id for record in records])
        unknown = {record.id for record in records if _is_unknown(known.get(record.id))}
        return (unknown if self.is_narrowed(kind) else set()) | self._lifted(
            [record for record in records if _is_skipped(known.get(record.id))]
        )

    def _lifted(self, records: Sequence[Any]) -> set[str]:
        """Returns which records, of those that were looked at and left behind, do not stay so for good."""
        lifted, waiting = set[str](), dict[str, set[Ref[Any]]]()
        for record in records:
            try:
                mapped = self._choice.mapper.map(record.kind, record, self._choice.context)
            except Error:  # a mapper of the user's own, which may be mended
                lifted.add(record.id)
                continue
            if not mapped.lasting if isinstance(mapped, Skip) else self.is_narrowed(record.kind):
                lifted.add(record.id)  # where an earlier mapper left it out, this run's filter may have done so now
            elif not isinstance(mapped, Skip):
                waiting[record.id] = _pointed_at(record)
        coming = self.targets(ref for refs in waiting.values() for ref in refs)
        return lifted | {id for id, refs in waiting.items() if refs & coming}

    def targets(self, refs: Iterable[Ref[Any]]) -> set[Ref[Any]]:
        """Returns which of some refs point at what stayed behind and may come.

        Args:
            refs: Refs of the source's records. What is matched and not made, as a business, is none that comes.
        """
        coming, left = set[Ref[Any]](), defaultdict[Ref[Any], set[Ref[Any]]](set)
        for ref in set(refs):
            kinds = [kind for kind in possible_kinds(ref.kind) if kind in KINDS]
            ends = [self._end_of(Ref(kind, ref.id)) for kind in kinds]
            if any(map(self.is_narrowed, kinds)) and all(_is_unknown(entry) for _, entry in ends):
                coming.add(ref)
            for end, entry in ends:
                if _is_skipped(entry):
                    left[end].add(ref)
        for kind in {end.kind for end in left}:
            for some in batched((end.id for end in left if end.kind == kind), IDS_A_REQUEST):
                for id in self._lifted(list(self._source.by_id(kind, some))):
                    coming |= left[Ref(kind, id)]
        return coming

    def _end_of(self, ref: Ref[Any]) -> tuple[Ref[Any], Entry | None]:
        """Gives a record, or the one that stands for it after merges, and what is known of it."""
        seen: set[Ref[Any]] = set()
        while (entry := self._journal.entry(ref)) is not None and entry.instead is not None and ref not in seen:
            seen.add(ref)
            ref = entry.instead
        return ref, entry


def _is_unknown(entry: Entry | None) -> bool:
    """Says whether a record was never looked at, or is to be made anew; in the end one that goes is neither."""
    return entry is None or entry.state is State.UNDONE


def _is_skipped(entry: Entry | None) -> bool:
    return entry is not None and entry.state is State.SKIPPED and entry.instead is None


def _pointed_at(record: Any) -> set[Ref[Any]]:
    values = (getattr(record, link.attribute) for link in KINDS[record.kind].links)
    return {value for value in values if isinstance(value, Ref)}
