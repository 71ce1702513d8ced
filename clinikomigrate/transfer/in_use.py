"""Looks whether the clinic works, in the destination, with what is about to be archived there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.digests import Digests
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.keeping import Keeping
from clinikomigrate.transfer.kinds import BOOKING_KINDS, KINDS
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source
from clinikomigrate.transfer.written import Written

_OWNERS: Final = frozenset(link.kind for kind in KINDS.values() for link in kind.owners)
_HAVE: Final = _OWNERS | (frozenset(BOOKING_KINDS) if "bookings" in _OWNERS else frozenset())
"""Kinds of records that others hang on."""


class InUse:
    """Says which records the destination's own work hangs on, or needs: an archived one takes nothing new.

    What the API finds by a record's id is asked for, 100 ids a request and one list for each kind that can point there.
    What it doesn't find so, as the patients of a referring doctor, is found in whole lists, each read once and only
    when such a record is about to be archived. Of this transfer's own records only those count that somebody edited in
    the destination, and that point there though the source's don't.

    Args:
        source: Says what a record points at there.
        sink: Says what hangs on records and what points at them.
        journal: Knows what is this transfer's.
        resolver: Turns refs into ids.
        patience: Waits out a lost connection.
    """

    def __init__(self, source: Source, sink: Sink, journal: Journal, resolver: Resolver, patience: Patience) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._patience = patience
        self._written = Written(sink, journal.key, patience)
        self._keeping = Keeping(sink, journal, patience)
        self._pointing = Digests()
        self._swept: set[str] = set()

    def close(self) -> None:
        """Gives the temporary file back."""
        self._pointing.close()

    def among(self, kind: str, owed: Sequence[Owed]) -> set[Owed]:
        """Returns which of some records are in use.

        Args:
            kind: Their kind.
            owed: What is about to be archived, at most 100 of them.
        """
        if not owed or not (kind in _HAVE or KINDS[kind].closes):
            return set()
        hanging = self._keeping.added(KINDS[kind], [each.destination_id for each in owed])
        used = {each for each in owed if each.destination_id in hanging}
        if KINDS[kind].closes:
            self._sweep(kind)
            used |= {each for each in owed if each not in used and self._is_pointed_at(each)}
        return used

    def _sweep(self, kind: str) -> None:
        """Reads the lists, once, that tell what points at records of a kind."""
        if kind not in self._swept:
            self._patience.through(lambda: self._note_all(kind))
            self._swept.add(kind)

    def _note_all(self, kind: str) -> None:
        for id, of, other in self._sink.pointing_at(kind):
            self._pointing.add((kind, id), f"{of} {other}")

    def _is_pointed_at(self, owed: Owed) -> bool:
        """Says whether anything points at a record that is not this transfer's, or only since somebody edited it."""
        ours: dict[str, dict[str, str]] = defaultdict(dict)
        for of, _, there in map(_parted, self._pointing.ids((owed.kind, owed.destination_id))):
            id = self._journal.source_of(of, there)
            if id is None:
                return True
            ours[of][there] = id
        return any(
            self._is_new(owed, of, dict(some))
            for of, ids in ours.items()
            for some in batched(ids.items(), IDS_A_REQUEST)
        )

    def _is_new(self, owed: Owed, of: str, ids: Mapping[str, str]) -> bool:
        """Says whether any of this transfer's records points at another one though the source's does not.

        Args:
            owed: The other one.
            of: The kind of those that point.
            ids: Their ids in the source, by those in the destination.
        """
        there = self._patience.through(lambda: dict(self._sink.read(of, list(ids))))
        edited = [id for known, id in ids.items() if known in there and self._is_edited(Ref(of, id), there[known])]
        return any(not self._points(record, owed) for record in self._source.by_id(of, edited))

    def _is_edited(self, ref: Ref[Any], record: Any) -> bool:
        entry = self._journal.entry(ref)
        known = None if entry is None else entry.written
        return self._written.of(record) != known

    def _points(self, record: Any, owed: Owed) -> bool:
        """Says whether a record of the source points at what another one of the destination stands for."""
        refs = (getattr(record, link.attribute) for link in KINDS[record.kind].links if link.kind == owed.kind)
        found = (self._resolver.arrived(ref) for ref in refs if ref is not None and ref.kind == owed.kind)
        return any(each is not None and each[0] == owed.destination_id for each in found)


def _parted(text: str) -> tuple[str, str, str]:
    return text.partition(" ")
