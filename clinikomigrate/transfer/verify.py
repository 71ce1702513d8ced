"""Reads the destination again and compares it with what was meant, field by field."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, FileStoreError, NotFound
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import imprint_of, stop_if_general
from clinikomigrate.transfer.closed import has_done, has_done_to_whole
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Change, CheckFile, FollowUp, Stage, Unmute
from clinikomigrate.transfer.imprints import digest, has_changed, names_in, of_entity, of_follow_ups
from clinikomigrate.transfer.journal import SET_ASIDE, Entry, Journal
from clinikomigrate.transfer.keeping import is_part
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.mapper import Fetch, Mapped, Skip
from clinikomigrate.transfer.mismatches import Mismatch, Mismatches, Why
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.quiet import muted_ways
from clinikomigrate.transfer.resolve import Blocks, NeedsWhatDoesNotGo, Resolver, parts_asked
from clinikomigrate.transfer.sent_last import SentLast
from clinikomigrate.transfer.sink import Sink, Wanted
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.tally import Tally
from clinikomigrate.transfer.verification import Pair
from clinikomigrate.transfer.written import Written, gone, is_lost

_SAY_MORE: Final = frozenset({"attendees", "individual_appointments", "patients"})
"""Kinds of records that belong to a patient and are adopted: the destination's may have what the source has not."""


class _Compared:
    """Reads of all that drafts ask for at the last moment only what can be compared.

    Args:
        source: Is read, at a request for each.
    """

    def __init__(self, source: SteadySource) -> None:
        self._source = source

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Reads what can be compared."""
        return self._source.fetch(fetch, entity) if fetch.is_compared else None


class Verifier:
    """Compares what was chosen with what the destination holds.

    Args:
        source: Gives the records again.
        sink: Gives the destination's.
        journal: Knows which stands for which.
        choice: What was to go, and how.
        patience: Waits out a lost connection.
        files: Whether files are downloaded and compared.
    """

    def __init__(
        self,
        *,
        source: SteadySource,
        sink: Sink,
        journal: Journal,
        choice: Choice,
        patience: Patience,
        files: bool,
    ) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._choice = choice
        self._patience = patience
        self._files = files
        self._key = journal.key
        self._written = Written(sink, journal.key, patience)
        self._sent_last = SentLast(sink, journal, patience)
        self._resolver = Resolver(journal, choice.context, _Compared(source))
        archive = Archiving().name
        self._refused = {(owed.kind, owed.source_id) for owed, _ in journal.follow_ups_failed() if owed.name == archive}
        self._waiting = {(owed.kind, owed.source_id) for owed in journal.withheld()}
        self.tally = Tally()
        self.differences = Mismatches()
        self.to_archive: Counter[str] = Counter()
        self.withheld: Counter[str] = Counter()
        self.unseen: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.sample: list[Pair] = []

    def everything(self) -> None:
        """Compares all records that were to go.

        Raises:
            Stopped: It is to end, an account can't be read, or there was no connection for too long.
        """
        for kind in self._kinds():
            self._of_kind(kind, self._source.stream(kind.name, *self._choice.scope.conditions(kind.name)))

    def some(self, number: int, chance: random.Random) -> None:
        """Compares some records that arrived, chosen at random.

        Args:
            number: How many.
            chance: Chooses.

        Raises:
            Stopped: It is to end, an account can't be read, or there was no connection for too long.
        """
        chosen = self._chosen(number, chance)
        for kind in self._kinds():
            ids = [id for name, id in chosen if name == kind.name]
            if ids:
                self._of_kind(kind, self._source.by_id(kind.name, ids), show=True)

    def _kinds(self) -> list[Kind]:
        return [kind for kind in KINDS.values() if kind.name in self._choice.kinds and kind.left_behind is None]

    def _chosen(self, number: int, chance: random.Random) -> list[tuple[str, str]]:
        """Chooses from all kinds alike, holding no more in memory than is chosen."""
        chosen: list[tuple[str, str]] = []
        seen = 0
        for kind in self._kinds():
            for id, _ in self._journal.identities(kind.name):
                seen += 1
                if len(chosen) < number:
                    chosen.append((kind.name, id))
                elif (place := chance.randrange(seen)) < number:
                    chosen[place] = (kind.name, id)
        return chosen

    # The records of one kind.

    def _of_kind(self, kind: Kind, entities: Iterable[Any], *, show: bool = False) -> None:
        self.tally.start(kind.name)
        try:
            for some in batched(self._arrived(kind, entities), IDS_A_REQUEST):
                self._read_and_compare(kind, some, show=show)
        except Error as error:
            stop_if_general(error)
            raise Stopped(f"{kind.name} could not be read: {error}") from None

    def _arrived(self, kind: Kind, entities: Iterable[Any]) -> Iterator[tuple[Any, Entry]]:
        """Gives the records that are in the destination; notes which of the others were to be."""
        for some in batched(entities, IDS_A_REQUEST):
            entries = self._journal.entries(kind.name, [entity.id for entity in some])
            for entity in some:
                self.tally.add(kind.name, "found")
                entry = entries.get(entity.id)
                if not self._was_meant(entity, entry):
                    continue
                self.tally.add(kind.name, "selected")
                if entry is None or entry.state in SET_ASIDE:
                    self._differs(kind, entity, entry, {"record": Why.NEVER_ARRIVED})
                else:
                    yield entity, entry

    def _was_meant(self, entity: Any, entry: Entry | None) -> bool:
        choice = self._choice
        if entry is not None:
            return entry.state.arrived or entry.state in SET_ASIDE
        if not (choice.scope.takes(entity) and choice.filter.keeps(entity, choice.scope)):
            return False
        try:
            return not isinstance(choice.mapper.map(entity.kind, entity, choice.context), Skip)
        except Error:
            return True

    def _read_and_compare(self, kind: Kind, some: Sequence[tuple[Any, Entry]], *, show: bool) -> None:
        if kind.name in self._sink.unseen:
            self.unseen[kind.name] += len(some)
            return
        ids = [entry.destination_id or "" for _, entry in some]
        there = self._patience.through(lambda: dict(self._sink.read(kind.name, ids, hidden=True)))
        shown = {entity.id: entry.destination_id for entity, entry in some if entry.destination_id in there}
        lacking = self._sent_last.lacking(kind.name, shown) if self._files else {}
        for entity, entry in some:
            record = there.get(entry.destination_id or "")
            mapped = self._mapped(entity)
            found = dict(self._found(entity, entry, record, mapped))
            if not isinstance(mapped, Skip):
                found.update(dict.fromkeys(lacking.get(entity.id, ()), Why.UNKNOWN))
            if found:
                self._differs(kind, entity, entry, found)
            elif isinstance(mapped, Skip):  # it arrived, and the settings leave it out by now
                self.left_out[kind.name] += 1
            else:
                self.tally.add(kind.name, "already")
            if show:
                self._show(kind, entity, entry, record)

    def _mapped(self, entity: Any) -> Mapped[Any] | Skip | None:
        try:
            return self._choice.mapper.map(entity.kind, entity, self._choice.context)
        except Error:  # a mapper of the user's own
            return None

    def _found(
        self, entity: Any, entry: Entry, record: Any, mapped: Mapped[Any] | Skip | None
    ) -> Iterator[tuple[str, Why]]:
        """Names what isn't as it was meant."""
        if record is None:
            yield "record", Why.EDITED_THERE
            return
        if isinstance(mapped, Skip):
            return
        why = self._why(entity, entry, record, mapped)
        if mapped is None:
            yield "record", why
            return
        try:
            meant = self._patience.through(lambda: self._meant(mapped, entity))
        except (Blocks, NeedsWhatDoesNotGo):
            yield "record", why
            return
        ref: Ref[Any] = Ref(entity.kind, entity.id)
        lost = self._journal.lost_fields(ref)
        cleared = dict.fromkeys(self._sink.cleared(record), Why.CLEARED)
        known = {**cleared, **self._settings(ref, entry, record, mapped, why)}
        differs = (self._sink.differences if self._was_there(entity, entry) else self._sink.compare)(meant, record)
        left = () if self._was_there(entity, entry) else self._left_over(entity, entry, mapped, meant.draft, record)
        differs = (*differs, *(name for name in left if name not in differs))
        named = [name for name in differs if not is_lost(name, lost)]
        yield from ((name, known.get(name, why)) for name in named)
        yield from ((name, why) for name, why in cleared.items() if name not in differs)
        if self._files and not named:
            drawn = self._patience.through(lambda: self._sink.pictures(meant, record))
            why_not = Why.UNKNOWN if why is Why.NEVER_ARRIVED else why  # the destination may keep it in another form
            yield from ((name, why_not) for name in drawn if not is_lost(name, lost))
        if not is_part(KINDS[entity.kind], entry):  # what it came along with is what is cancelled and archived
            yield from self._hidden(entity, mapped.follow_ups, record, why, lost)
        if self._files and any(isinstance(each, CheckFile) for each in mapped.follow_ups):
            yield from self._file(entry)

    def _left_over(self, entity: Any, entry: Entry, mapped: Mapped[Any], draft: Any, record: Any) -> Sequence[str]:
        """Names what a record still holds of what the source said when it was carried, and says no more."""
        if entry.imprint is None:
            return ()
        lost = [each.field for each in mapped.losses]
        unsaid = gone(entry.imprint.meant, draft, entity, lost) - set(self._sink.remembered.get(entity.kind, ()))
        emptied = self._sink.emptied(draft, unsaid, record)
        return sorted({*emptied.names, *emptied.left})

    def _was_there(self, entity: Any, entry: Entry) -> bool:
        """Says whether a record was in the destination before, and may say more there than the source does."""
        return entity.kind in _SAY_MORE and not self._resolver.is_ours(entity, entry)

    def _meant(self, mapped: Mapped[Any], entity: Any) -> Wanted:
        draft, _ = self._resolver.draft(mapped.draft, entity)
        return Wanted(draft, tuple(self._links(mapped.follow_ups, entity)))

    def _links(self, follow_ups: Sequence[FollowUp], entity: Any) -> Iterator[FollowUp]:
        """Resolves what links a record to later ones."""
        for each in follow_ups:
            if isinstance(each, Change):
                yield attrs.evolve(each, draft=self._resolver.draft(each.draft, entity)[0])
            else:
                yield each

    def _why(self, entity: Any, entry: Entry, record: Any, mapped: Mapped[Any] | None) -> Why:
        imprint = entry.imprint
        if imprint is not None and has_changed(imprint.seen, self._seen(entity, mapped)):
            return Why.CHANGED_HERE
        found = self._written.of(record)
        if imprint is None or found is None or imprint.written == found:
            return Why.NEVER_ARRIVED
        return Why.UNKNOWN if imprint.written is None else Why.EDITED_THERE

    def _seen(self, entity: Any, mapped: Mapped[Any] | None) -> bytes:
        """Gives what tells whether the source says something else, in names of other records too."""
        if mapped is None or mapped.beside or any(fetch.is_list for fetch in parts_asked(mapped)):
            return of_entity(self._key, entity)
        parts = self._patience.through(lambda: self._resolver.parts(mapped, entity))
        return imprint_of(self._key, entity, mapped, parts).seen

    def _settings(self, ref: Ref[Any], entry: Entry, record: Any, mapped: Mapped[Any], why: Why) -> Mapping[str, Why]:
        """Says of how a patient is written to why it is otherwise, where that is known apart from all else.

        What this transfer holds back has not arrived yet. What it doesn't hold back was set otherwise by somebody else,
        unless the source may say something else of it by now.
        """
        silent = self._sink.silent(record)
        ours = muted_ways(self._journal, ref) if silent else ()
        held = {name for way, name in silent.items() if way in ours}
        off = self._sink.silent(mapped.draft)
        called_for = {each.way for each in mapped.follow_ups if isinstance(each, Unmute)}
        on = {name for way, name in off.items() if way not in silent and way not in called_for}
        theirs = {*self._sink.set_to(record), *silent.values(), *on} - held
        if why is Why.CHANGED_HERE:
            needed = entry.imprint.needed if entry.imprint is not None else b""
            if needed != of_follow_ups(self._key, mapped.follow_ups):
                return {}
            theirs -= {name for way, name in silent.items() if way not in called_for}
            theirs -= {name for name in on if self._was_on(entry, name)}
        elif why is Why.UNKNOWN:
            theirs = set()
        return dict.fromkeys(theirs, Why.EDITED_THERE) | dict.fromkeys(held, Why.NEVER_ARRIVED)

    @staticmethod
    def _was_on(entry: Entry, name: str) -> bool:
        """Says whether a patient was written to by the source's word when the patient was carried."""
        return entry.imprint is not None and name in names_in(entry.imprint.meant)

    def _hidden(
        self, entity: Any, follow_ups: Sequence[FollowUp], record: Any, why: Why, lost: Collection[str]
    ) -> Iterator[tuple[str, Why]]:
        """Compares whether a record is archived or cancelled, and what a cancellation says."""
        ref: Ref[Any] = Ref(entity.kind, entity.id)
        for name, closing in (("archived", Archiving()), ("cancelled", Cancel())):
            wanted = next((each for each in follow_ups if isinstance(each, type(closing))), None)
            shown = self._sink.shows(closing, record)
            if shown is None or f"{name}_at" in lost:
                continue
            if wanted is not None and shown:
                why_not = Why.UNKNOWN if why is Why.NEVER_ARRIVED else why  # the destination may write it otherwise
                said = self._sink.says_otherwise(wanted, record)
                yield from ((attribute, why_not) for attribute in said if not is_lost(attribute, lost))
            elif wanted is not None and isinstance(closing, Archiving) and self._is_to_come(ref):
                self.to_archive[entity.kind] += 1
                self.withheld[entity.kind] += (entity.kind, entity.id) in self._waiting
            elif wanted is not None or (shown and not has_done_to_whole(self._journal, entity, closing)):
                by_us = has_done(self._journal, ref, closing)
                yield name, why if why is Why.CHANGED_HERE or by_us == shown else Why.EDITED_THERE

    def _is_to_come(self, ref: Ref[Any]) -> bool:
        """Says whether a record is to be archived by a later run, and the destination has not refused it."""
        return self._journal.owes(ref, Stage.ARCHIVE) and (ref.kind, ref.id) not in self._refused

    def _file(self, entry: Entry) -> Iterator[tuple[str, Why]]:
        known = entry.imprint.file if entry.imprint is not None else None
        if known is None:
            yield "file", Why.NEVER_ARRIVED
            return
        try:
            found = self._patience.through(lambda: self._sink.fingerprint(entry.destination_id or ""))
        except (NotFound, FileStoreError):
            found = None
        if digest(self._key, found) != known:
            yield "file", Why.EDITED_THERE

    def _differs(self, kind: Kind, entity: Any, entry: Entry | None, found: dict[str, Why]) -> None:
        self.tally.add(kind.name, "failed")
        there = entry.destination_id if entry is not None else None
        for field, why in found.items():
            self.differences.add(Mismatch(kind.name, entity.id, there, field, why))

    def _show(self, kind: Kind, entity: Any, entry: Entry, record: Any) -> None:
        there = entry.destination_id or ""
        links = self._source.link(entity), None if record is None else self._sink.link(record)
        self.sample.append(Pair(kind.name, entity.id, there, *links))
