"""Turns a draft's refs into ids of the destination, just before a request leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.transfer.follow_ups import Change
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.kinds import KINDS, possible_kinds
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped

NOT_GOING = "the record it points at does not go"
"""The reason of a loss: a link to a record that is not part of the transfer."""

_DISPENSABLE = frozenset({"individual_appointments", "attendees", "users"})
UNREADABLE = "the source's API does not show it"
"""The reason of a loss: what a draft asks for can't be read."""


class Blocks(Exception):  # noqa: N818 - it is no error: it says what a record waits for
    """A record points at one that could not go yet."""

    def __init__(self, ref: Ref[Any]) -> None:
        super().__init__(ref)
        self.ref = ref


class NeedsWhatDoesNotGo(Exception):  # noqa: N818 - it is no error: it says why a record is skipped
    """A record can't be without another one that is not part of the transfer."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class _Absent:
    """Stands for what a ref resolved to where nothing goes."""


_ABSENT = _Absent()


@attrs.frozen
class _Draft:
    """What is being resolved: one attribute of the draft of one record."""

    field: str
    entity: Any
    losses: list[Loss]
    emptied: bool = False
    required: bool = False


def with_parts(draft: Any, parts: Mapping[Fetch, object]) -> Any:
    """Puts beside each question of a draft for a part of what it says what that part is.

    Args:
        draft: As the mapper gave it (`Any`: of whatever kind).
        parts: What `Resolver.parts` gave.
    """
    asked = {name: (fetch, parts[fetch]) for name, fetch in parts_of(draft).items()}
    return attrs.evolve(draft, **asked) if asked else draft


def parts_of(draft: Any) -> dict[str, Fetch]:
    """Gives what a draft asks for that is part of what it says, by the attribute that it is for.

    Args:
        draft: As the mapper gave it (`Any`: of whatever kind).
    """
    values = {attribute.name: getattr(draft, attribute.name) for attribute in attrs.fields(type(draft))}
    return {name: value for name, value in values.items() if isinstance(value, Fetch) and value.is_part}


def parts_asked(mapped: Mapped[Any]) -> set[Fetch]:
    """Gives what a record asks for that is part of what it says, at first or by what follows.

    Args:
        mapped: As the mapper gave it.
    """
    drafts = [mapped.draft, *(each.draft for each in mapped.follow_ups if isinstance(each, Change))]
    return {fetch for draft in drafts for fetch in parts_of(draft).values()}


class Fetching(Protocol):
    """What a resolver asks of a source."""

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Reads what a draft asks for at the last moment, or gives None where it isn't given away."""


class Resolver:
    """Turns refs into ids.

    Args:
        journal: Knows which records went, and their ids.
        context: Knows what was matched.
        source: Gives what is fetched at the last moment.
    """

    def __init__(self, journal: Journal, context: Context, source: Fetching) -> None:
        self._journal = journal
        self._context = context
        self._source = source

    def draft(self, draft: Any, entity: Any, *, emptied: bool = False) -> tuple[Any, tuple[Loss, ...]]:
        """Resolves a draft.

        Args:
            draft: As the mapper gave it.
            entity: The record that it was made of.
            emptied: Whether a list that is empty is said, because it may have been another one before.

        Returns:
            The same draft with ids where it had refs, and a loss for each link that had to be left empty.

        Raises:
            Blocks: A record that it points at could not go yet.
            NeedsWhatDoesNotGo: A record that it can't be without is not part of the transfer.
        """
        losses: list[Loss] = []
        changes: dict[str, object] = {}
        for attribute in attrs.fields(type(draft)):
            value = getattr(draft, attribute.name)
            if value is UNSET:
                continue
            field = attribute.name.removesuffix("_id")
            required = bool(attribute.metadata.get("required"))
            resolved = self._value(value, _Draft(field, entity, losses, emptied, required))
            if resolved is _ABSENT:
                if required:
                    raise NeedsWhatDoesNotGo(attribute.name)
                losses.append(Loss(field, NOT_GOING))
                resolved = UNSET
            if resolved is not value:
                changes[attribute.name] = resolved
        return (attrs.evolve(draft, **changes) if changes else draft), tuple(losses)

    def arrived(self, ref: Ref[Any]) -> tuple[str, Ref[Any]] | None:
        """Returns the destination's id of a record, and the record that got it after merges; None if it isn't there."""
        seen: set[Ref[Any]] = set()
        while ref not in seen:
            seen.add(ref)
            entry = self._journal.entry(ref)
            if entry is not None and entry.destination_id is not None and entry.state is not State.UNDONE:
                return entry.destination_id, ref
            if entry is None or entry.instead is None:
                return None
            ref = entry.instead
        return None

    def is_ours(self, entity: Any, entry: Entry) -> bool:
        """Says whether this transfer made a record, or something else that brought the record along.

        Args:
            entity: The source's record (`Any`: of whatever kind).
            entry: What the journal knows of it: it arrived.
        """
        if entry.state is State.CREATED:
            return True
        whole = getattr(entity, KINDS[entity.kind].part_of or "", None)
        return whole is not None and self._is_made(whole)

    def _is_made(self, ref: Ref[Any]) -> bool:
        entries = (self._journal.entry(Ref(kind, ref.id)) for kind in possible_kinds(ref.kind))
        return any(entry is not None and entry.state is State.CREATED for entry in entries)

    def pointed_at(self, entity: Any) -> set[Ref[Any]]:
        """Returns what a record can't do without in the destination, and what that was merged into.

        Appointments and their attendees are not among them: notes and forms do without these.
        """
        found: set[Ref[Any]] = set()
        for attribute in attrs.fields(type(entity)):
            ref = getattr(entity, attribute.name)
            if not isinstance(ref, Ref) or ref.kind in _DISPENSABLE:
                continue
            if ref.kind == "bookings":
                ref = Ref("group_appointments", ref.id)
            while ref is not None and ref not in found:
                found.add(ref)
                entry = self._journal.entry(ref)
                ref = entry.instead if entry is not None else None
        return found

    def file(self, entity: Any) -> object:
        """Returns the file of a patient attachment of the source."""
        return self.fetch(Fetch("file", (Ref("patient_attachments", entity.id),)), entity)

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Reads what a draft asks for at the last moment, as the source has it; None where it isn't given away."""
        return self._source.fetch(fetch, entity)

    def parts(self, mapped: Mapped[Any], entity: Any) -> dict[Fetch, object]:
        """Reads the lists and names that a mapped record asks for, which are part of what it says.

        Args:
            mapped: As the mapper gave it.
            entity: The record that it was made of.

        Returns:
            For each the refs, in the order of their ids, or the name; None for what the source doesn't give away.
        """
        found = {fetch: self.fetch(fetch, entity) for fetch in sorted(parts_asked(mapped), key=repr)}
        return {fetch: _in_order(part) if isinstance(part, list) else part for fetch, part in found.items()}

    def _value(self, value: object, about: _Draft) -> object:
        if isinstance(value, Ref):
            return self._ref(value)
        if isinstance(value, Fetch):
            return self._fetched(value, about)
        if isinstance(value, list | tuple):
            return self._items(value, about)
        if isinstance(value, Mapping):
            return self._mapping(value, about)
        if attrs.has(type(value)) and not hasattr(value, "open"):
            return self._parts(value, about)
        return value

    def _fetched(self, fetch: Fetch, about: _Draft) -> object:
        went = _ABSENT if fetch.unless is None else self._ref(fetch.unless)
        if went is not _ABSENT:
            return went
        value = self._source.fetch(fetch, about.entity)
        if value is None and about.required:
            return _ABSENT
        if value is None:
            about.losses.append(Loss(about.field, UNREADABLE))
            return UNSET
        if isinstance(value, list):
            about.losses.extend(Loss(about.field, NOT_GOING) for each in value if each in fetch.without)
            value = [each for each in value if each not in fetch.without]
        return self._value(value, about) if value or about.emptied else UNSET

    def _items(self, values: list[object] | tuple[object, ...], about: _Draft) -> list[object]:
        resolved = [self._value(item, about) for item in values]
        kept = [item for item in resolved if item is not _ABSENT]
        about.losses.extend([Loss(about.field, NOT_GOING)] * (len(resolved) - len(kept)))
        if any(isinstance(item, Ref) for item in values):  # two records can have become one
            kept = list(dict.fromkeys(kept))
        return kept

    def _mapping(self, values: Mapping[Any, object], about: _Draft) -> dict[Any, object]:
        resolved = {key: self._value(item, about) for key, item in values.items()}
        kept = {key: item for key, item in resolved.items() if item is not _ABSENT}
        about.losses.extend([Loss(about.field, NOT_GOING)] * (len(resolved) - len(kept)))
        return kept

    def _parts(self, value: Any, about: _Draft) -> object:
        changes = {}
        for attribute in attrs.fields(type(value)):
            part = getattr(value, attribute.name)
            resolved = self._value(part, about)
            if resolved is _ABSENT:
                raise NeedsWhatDoesNotGo(attribute.name)
            if resolved is not part:
                changes[attribute.name] = resolved
        return attrs.evolve(value, **changes) if changes else value

    def _ref(self, ref: Ref[Any]) -> str | _Absent:
        matched = self._context.matched(ref)
        if matched is not None:
            return matched
        for kind in possible_kinds(ref.kind):
            found = self._lookup(Ref(kind, ref.id))
            if found is not _ABSENT:
                return found
        return _ABSENT

    def _lookup(self, ref: Ref[Any]) -> str | _Absent:
        seen = set()
        while ref not in seen:
            seen.add(ref)
            entry = self._journal.entry(ref)
            if entry is None or entry.state is State.UNDONE:
                return _ABSENT
            if entry.destination_id is not None:
                return entry.destination_id
            if entry.state is not State.SKIPPED:
                raise Blocks(ref)
            if entry.instead is None:
                return _ABSENT
            ref = entry.instead
        return _ABSENT


def _in_order(refs: list[Ref[Any]]) -> list[Ref[Any]]:
    return sorted(refs, key=lambda ref: (ref.kind, ref.id))
