"""What a later run reads of a list: what changed since the last time, instead of everything.

When a list was read to its end, the journal notes the source's own time at which that reading began, less a margin. The
next run asks for what was updated since, and for what the journal itself names as unfinished. For that to miss nothing,
this holds for each note, at any moment and after any crash:

    Each record of the kind that was not updated since the noted time either has an outcome in the journal with which a
    run that reads everything would leave it, or is named by the journal (`Journal.unfinished`).

It is kept by these rules:

- A note is written when the list was read to its end, each record of it was settled, durably, and the journal knows at
  least as many records as the list had. A run that was stopped or killed, or that failed, writes none; the older note
  stays, and what it leads to is read again.
- A record that is named stays so until its outcome is durable. An outcome that isn't final is named itself.
- A note holds for the same basis only: the same settings, mapper, package, matches and names. With another basis it is
  forgotten before the first record is read, and everything is read.
- Only kinds are read so of whose records every change shows in `updated_at`, and only where nothing narrows them.
- Nothing is taken for granted of archiving and cancelling. What was archived or cancelled since without being updated
  is asked for by that time. Where a record is not archived or cancelled any more, the number of those that were so
  before the noted time has shrunk, and everything is read.
- When patients were merged since, what hangs on patients is read wholly: it may have moved without being updated.
- Where the source holds more records in the end than the journal knows, the rest of the list is read after all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.cliniko.resources.fields import FIELDS
from clinikomigrate.errors import BadRequest
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.filters.filter import has_last_word
from clinikomigrate.transfer.imprints import digest
from clinikomigrate.transfer.journal import Journal, State, noted_values
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.renewal import MERGED
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.widening import FOR_NOW

if TYPE_CHECKING:
    from clinikomigrate.transfer.pipeline import Choice

READ_SINCE: Final = frozenset(
    {
        "relationships",
        "medical_alerts",
        "individual_appointments",
        "group_appointments",
        "unavailable_blocks",
        "attendees",
        "patient_attachments",
        "treatment_notes",
        "patient_forms",
        "communications",
        "recalls",
    }
)
"""Kinds of whose records every change shows in `updated_at`.

The telephone numbers of patients and contacts are rows of their own, and so are the files of a case, the practitioners
of an appointment type and a product's stock: nobody says that a change of these shows. Such lists are read wholly, and
so is the catalogue, which is small."""

MARGIN: Final = timedelta(minutes=10)
"""How long before the reading the noted time lies: times have whole seconds, the servers' clocks are not one, and what
is written by a slow request carries an earlier time than that at which it can be read."""

PAGE: Final = 100
"""How many records a list read gives."""
MOST: Final = 20_000
"""How many records are read by time or by id at most; where there are more, everything is read."""

_BATCH: Final = 100
_PATIENTS: Final = "patients"
_HIDDEN: Final = ("archived_at", "deleted_at", "cancelled_at")
_FORM: Final = 1


@attrs.frozen
class Note:
    """What the journal keeps of a list that was read to its end.

    Attributes:
        since: From when on changes are to be read.
        basis: The digest of what the outcome depends on.
        hidden: By `archived_at` and the like: how many records had such a time before `since`.
    """

    since: datetime
    basis: str
    hidden: Mapping[str, int]

    def text(self) -> str:
        """Writes it down."""
        return json.dumps({"form": _FORM, **attrs.asdict(self), "since": self.since.isoformat()})


@attrs.frozen
class Reading:
    """What of a kind's list is read.

    Attributes:
        kind: The kind's name.
        held: How many records the source held when it began.
        since: From when on; None for the whole list.
        changed: How many were updated since.
        named: The source ids of records that are read whatever their time.
        taken: The source ids of records that were read already, where only some are.
        note: What the journal is to keep when all is done; None for nothing.
    """

    kind: str
    held: int
    since: datetime | None = None
    changed: int = 0
    named: Sequence[str] = ()
    taken: set[str] = attrs.field(factory=set)
    note: Note | None = None

    @property
    def expected(self) -> int:
        """How many records are looked at."""
        return self.held if self.since is None else min(self.held, self.changed + len(self.named))

    def whole(self) -> Reading:
        """Returns the reading of the whole list, but for what was read already."""
        return attrs.evolve(self, since=None)

    def takes(self, id: str) -> bool:
        """Says whether a record was not read yet; from then on it was."""
        if id in self.taken:
            return False
        if self.since is not None:
            self.taken.add(id)
        return True


class Rereading:
    """Decides what of each list is read, and notes what was.

    Args:
        source: Is read.
        journal: Keeps the notes.
        choice: What is to go, and how.
    """

    def __init__(self, source: SteadySource, journal: Journal, choice: Choice) -> None:
        self._source = source
        self._journal = journal
        self._choice = choice
        self._key = journal.key

    @cached_property
    def _basis(self) -> str:
        """What the outcome depends on besides the kind, which is the same for all of them."""
        return digest(self._key, self._choice.basis).hex()

    def begin(self, kind: str, held: int, parts: int = 1) -> Reading:
        """Decides what of a kind's list is read.

        Args:
            kind: The kind's name.
            held: How many records of it the source holds.
            parts: In how many parts the list is read.

        Raises:
            Stopped: The run is to end, or there was no connection for too long.
        """
        everything = Reading(kind, held)
        if kind not in READ_SINCE or self._choice.only_failed:
            return everything
        begun = self._source.server_now()
        if begun is None or self._choice.basis is None or self._is_narrowed(kind):
            self._forget(kind)
            return everything
        basis = digest(self._key, [kind, self._basis, self._merged(kind)]).hex()
        earlier = self._noted(kind)
        if earlier is not None and earlier.basis != basis:
            self._forget(kind)
            earlier = None
        if not _pays(kind, held, parts):
            return everything
        try:
            since = begun.replace(microsecond=0) - MARGIN
            everything = attrs.evolve(everything, note=Note(since, basis, self._hidden(kind, since)))
            return everything if earlier is None else self._since(earlier, everything, parts)
        except BadRequest:  # the list can't be filtered so after all
            return Reading(kind, held)

    def _since(self, earlier: Note, everything: Reading, parts: int) -> Reading:
        kind, held = everything.kind, everything.held
        if self._hidden(kind, earlier.since) != earlier.hidden:
            return everything
        changed = self._source.count(kind, where("updated_at") >= earlier.since)
        named = list(islice(self._journal.unfinished(kind, FOR_NOW), MOST + 1))
        if changed + len(named) > MOST or not _pays(kind, held, parts, changed, len(named)):
            return everything
        return attrs.evolve(everything, since=earlier.since, changed=changed, named=named)

    def records(self, reading: Reading, conditions: Sequence[Condition]) -> Iterator[Any]:
        """Gives the records that may have changed since, and those that the journal names.

        Args:
            reading: As `begin` gave it, with a time.
            conditions: What the API is to apply besides.
        """
        assert reading.since is not None  # noqa: S101 - whoever calls has looked
        updated = where("updated_at") >= reading.since
        yield from self._source.stream(reading.kind, *conditions, updated)
        before = where("updated_at") < reading.since
        for name in _hiding(reading.kind):
            yield from self._source.stream(reading.kind, *conditions, where(name) >= reading.since, before)
        rest = (id for id in reading.named if id not in reading.taken)
        for some in batched(rest, IDS_A_REQUEST):
            yield from self._source.by_id(reading.kind, some, *conditions)

    def falls_short(self, reading: Reading) -> bool:
        """Says whether the source holds more records than the journal knows, so that some were missed.

        Args:
            reading: A reading that was done.
        """
        return sum(self._journal.counts().get(reading.kind, {}).values()) < reading.held

    def end(self, reading: Reading) -> None:
        """Notes that a list was read to its end and all of its records were settled.

        Args:
            reading: The reading that was done.
        """
        if reading.note is not None and not self.falls_short(reading):
            self._journal.note(_name(reading.kind), reading.note.text())

    # What is noted.

    def _noted(self, kind: str) -> Note | None:
        note = noted_values(self._journal, _name(kind))
        if note.get("form") != _FORM:
            return None
        return Note(datetime.fromisoformat(note["since"]), note["basis"], note["hidden"])

    def _forget(self, kind: str) -> None:
        if self._journal.noted(_name(kind)):
            self._journal.note(_name(kind), "")

    # What speaks against reading only some.

    def _is_narrowed(self, kind: str) -> bool:
        choice = self._choice
        members = KINDS[kind].members is not None and choice.scope.limited(_PATIENTS)
        return members or choice.scope.narrows(kind) or has_last_word(choice.filter)

    def _hidden(self, kind: str, before: datetime) -> dict[str, int]:
        """Counts what was archived or cancelled before a time; it can only become less."""
        return {name: self._source.count(kind, where(name) < before) for name in _hiding(kind)}

    def _merged(self, kind: str) -> list[tuple[str, str]]:
        """Returns who is known to be merged into whom, where a kind hangs on patients."""
        if _PATIENTS not in KINDS[kind].needs:
            return []
        merged = [(ref.id, "") for ref, entry in self._journal.set_aside() if _is_merged(ref.kind, entry.reason)]
        for some in batched(self._journal.ids(_PATIENTS, [State.SKIPPED]), _BATCH):
            for id, entry in self._journal.entries(_PATIENTS, some).items():
                merged += [(id, entry.instead.id)] if entry.instead is not None else []
        return sorted(merged)


def take_over(journal: Journal, copy: Journal) -> None:
    """Notes in a copy of a journal what the journal says of lists that were read.

    Args:
        journal: What is known.
        copy: What is to know the same.
    """
    for kind in READ_SINCE:
        note = journal.noted(_name(kind))
        if note:
            copy.note(_name(kind), note)


def _name(kind: str) -> str:
    return f"read {kind}"


def _hiding(kind: str) -> list[str]:
    return [name for name in _HIDDEN if name in FIELDS[kind]]


def _is_merged(kind: str, reason: str | None) -> bool:
    return kind == _PATIENTS and reason == MERGED


def _pays(kind: str, held: int, parts: int, changed: int = 0, named: int = 0) -> bool:
    """Says whether reading some takes fewer requests than reading all."""
    hiding = len(_hiding(kind))
    some = parts * (1 + hiding + -(-named // IDS_A_REQUEST)) + -(-changed // PAGE) + 2 * hiding + 1
    return some < held / PAGE
