"""Reads the destination again and compares it with what was meant, field by field."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, CheckFile, FollowUp
from clinikomigrate.transfer.imprints import digest, of_entity, of_state
from clinikomigrate.transfer.journal import SET_ASIDE, Entry, Journal
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.mapper import Fetch, Skip
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.resolve import Blocks, NeedsWhatDoesNotGo, Resolver
from clinikomigrate.transfer.sink import Sink, Wanted
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.tally import Tally
from clinikomigrate.transfer.verification import Mismatch, Pair, Why

_BATCH: Final = 100


class _Signatures:
    """Reads of all that drafts ask for at the last moment only what can be compared: signatures.

    Args:
        source: Is read, at a request for each signature.
    """

    def __init__(self, source: SteadySource) -> None:
        self._source = source

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Reads a signature."""
        return self._source.fetch(fetch, entity) if fetch.what == "signature" else None


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
        self._resolver = Resolver(journal, choice.context, _Signatures(source))
        self.tally = Tally()
        self.differences: list[Mismatch] = []
        self.sample: list[Pair] = []

    def everything(self) -> None:
        """Compares all records that were to go.

        Raises:
            Stopped: It is to end, or there was no connection for too long.
        """
        for kind in self._kinds():
            self.tally.start(kind.name)
            records = self._source.stream(kind.name, *self._choice.scope.conditions(kind.name))
            for entities in batched(records, _BATCH):
                self._compare(kind, entities)

    def some(self, number: int, chance: random.Random) -> None:
        """Compares some records that arrived, chosen at random.

        Args:
            number: How many.
            chance: Chooses.

        Raises:
            Stopped: It is to end, or there was no connection for too long.
        """
        chosen = self._chosen(number, chance)
        for kind in self._kinds():
            ids = [id for name, id in chosen if name == kind.name]
            if ids:
                self.tally.start(kind.name)
                self._compare(kind, list(self._source.by_id(kind.name, ids)), show=True)

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

    # Some records of one kind.

    def _compare(self, kind: Kind, entities: Sequence[Any], *, show: bool = False) -> None:
        entries = self._journal.entries(kind.name, [entity.id for entity in entities])
        arrived: list[tuple[Any, Entry]] = []
        for entity in entities:
            self.tally.add(kind.name, "found")
            entry = entries.get(entity.id)
            if not self._was_meant(entity, entry):
                continue
            self.tally.add(kind.name, "selected")
            if entry is None or entry.state in SET_ASIDE:
                self._differs(kind, entity, entry, {"record": Why.NEVER_ARRIVED})
            else:
                arrived.append((entity, entry))
        for some in batched(arrived, IDS_A_REQUEST):
            self._read_and_compare(kind, some, show=show)

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
        ids = [entry.destination_id or "" for _, entry in some]
        there = self._patience.through(lambda: dict(self._sink.read(kind.name, ids, hidden=True)))
        for entity, entry in some:
            record = there.get(entry.destination_id or "")
            found = dict(self._found(entity, entry, record))
            if found:
                self._differs(kind, entity, entry, found)
            else:
                self.tally.add(kind.name, "already")
            if show:
                self._show(kind, entity, entry, record)

    def _found(self, entity: Any, entry: Entry, record: Any) -> Iterator[tuple[str, Why]]:
        """Names what isn't as it was meant."""
        if record is None:
            yield "record", Why.EDITED_THERE
            return
        why = self._why(entity, entry, record)
        mapped = self._choice.mapper.map(entity.kind, entity, self._choice.context)
        if isinstance(mapped, Skip):  # it arrived, and the settings leave it out by now
            return
        try:
            draft, _ = self._resolver.draft(mapped.draft, entity)
            meant = Wanted(draft, tuple(self._links(mapped.follow_ups, entity)))
        except (Blocks, NeedsWhatDoesNotGo):
            yield "record", why
            return
        lost = {
            field.partition("[")[0].partition(".")[0]
            for field in self._journal.lost_fields(Ref(entity.kind, entity.id))
        }
        for name in self._sink.compare(meant, record):
            if not lost & {name, name.removesuffix("_id")}:
                yield name, why
        yield from self._hidden(entity, mapped.follow_ups, record, why)
        if self._files and any(isinstance(each, CheckFile) for each in mapped.follow_ups):
            yield from self._file(entry)

    def _links(self, follow_ups: Sequence[FollowUp], entity: Any) -> list[FollowUp]:
        """Resolves what links a record to later ones."""
        links: list[FollowUp] = []
        for each in follow_ups:
            draft = getattr(each, "draft", None)
            links.append(each if draft is None else attrs.evolve(each, draft=self._resolver.draft(draft, entity)[0]))  # type: ignore[call-arg] # only a Change has one
        return links

    def _why(self, entity: Any, entry: Entry, record: Any) -> Why:
        imprint = entry.imprint
        if imprint is not None and imprint.seen != of_entity(self._key, entity):
            return Why.CHANGED_HERE
        if imprint is None or imprint.written in (None, of_state(self._key, self._sink.state(record))):
            return Why.NEVER_ARRIVED
        return Why.EDITED_THERE

    def _hidden(self, entity: Any, follow_ups: Sequence[FollowUp], record: Any, why: Why) -> Iterator[tuple[str, Why]]:
        """Compares whether a record is archived or cancelled."""
        if KINDS[entity.kind].part_of is not None:  # what it came along with is what is cancelled and archived
            return
        for name, follow_up in (("archived", Archiving()), ("cancelled", Cancel())):
            wanted = any(isinstance(each, type(follow_up)) for each in follow_ups)
            shown = self._sink.shows(follow_up, record)
            if shown is not None and shown != wanted:
                by_us = self._journal.is_done(Ref(entity.kind, entity.id), follow_up.stage)
                yield name, why if why is Why.CHANGED_HERE or by_us == shown else Why.EDITED_THERE

    def _file(self, entry: Entry) -> Iterator[tuple[str, Why]]:
        known = entry.imprint.file if entry.imprint is not None else None
        if known is None:
            yield "file", Why.NEVER_ARRIVED
            return
        found = self._patience.through(lambda: self._sink.fingerprint(entry.destination_id or ""))
        if digest(self._key, found) != known:
            yield "file", Why.EDITED_THERE

    def _differs(self, kind: Kind, entity: Any, entry: Entry | None, found: dict[str, Why]) -> None:
        self.tally.add(kind.name, "failed")
        there = entry.destination_id if entry is not None else None
        self.differences += [Mismatch(kind.name, entity.id, there, field, why) for field, why in found.items()]

    def _show(self, kind: Kind, entity: Any, entry: Entry, record: Any) -> None:
        there = entry.destination_id or ""
        links = self._source.link(entity), None if record is None else self._sink.link(record)
        self.sample.append(Pair(kind.name, entity.id, there, *links))
