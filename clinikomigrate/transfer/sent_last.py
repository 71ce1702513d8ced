"""What was sent last, of what changes apart from its record: only what the source has changed since is sent again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.transfer.journal import Journal, noted_values
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink

NOTES: Final = "sent last "
"""How the names begin under which the journal keeps this."""
_SENDING: Final = "sending"

_Value: TypeAlias = list[str] | bool


class SentLast:
    """Knows what was sent last of lists that the destination's records don't show, and of what only follow-ups set.

    A destination takes a list as a whole. So what is sent is what the source says by now, with what somebody added in
    the destination, and without what somebody took away there. Whatever the source says as before is not sent again.

    Args:
        sink: Says what is remembered, and what stands in lists.
        journal: Remembers it.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, journal: Journal, patience: Patience) -> None:
        self._sink = sink
        self._journal = journal
        self._patience = patience

    def begin(self, ref: Ref[Any], draft: Any) -> None:
        """Notes what is about to be sent with a new record.

        It is noted before the write: a process that ends in between leaves a record with all of this behind, or none.

        Args:
            ref: The source's record.
            draft: What is to be written, with the destination's ids (`Any`: the mapper and the sink agree on its type).
        """
        if self._is_remembered(ref.kind):
            self._keep(ref, self._given(ref.kind, draft))

    def sent(self, ref: Ref[Any], draft: Any) -> None:
        """Notes what was set. Until then it is taken to be as it was, which gives the same again.

        Args:
            ref: The source's record.
            draft: What was to be set, before it was `merged`.
        """
        if given := self._given(ref.kind, draft):
            self._keep(ref, {**self._known(ref), **given})

    def differs(self, ref: Ref[Any], draft: Any) -> bool:
        """Says whether a draft says anything else than was sent, of what is remembered.

        Args:
            ref: The source's record.
            draft: What is to be set, with the destination's ids.
        """
        given = self._given(ref.kind, draft)
        return bool(given) and bool(_changed(given, self._known(ref)))

    def merged(self, ref: Ref[Any], id: str, draft: Any) -> Any:
        """Returns a draft with its lists as they are to be sent, and without what the source says as before.

        Args:
            ref: The source's record.
            id: The record's id in the destination.
            draft: What is to be set, with the destination's ids.
        """
        given = self._given(ref.kind, draft)
        if not given:
            return draft
        known, sending = self._known(ref), self._sending(ref)
        names = _changed(given, known) | (given.keys() & sending.keys())
        there: Ref[Any] = Ref(ref.kind, id)
        values = {
            name: self._list(there, name, given[name], known.get(name, []), sending.get(name, [])) for name in names
        }
        lists = {name: [*sending.get(name, []), *ids] for name in names if isinstance(ids := given[name], list)}
        if lists:
            self._note(ref, {**known, _SENDING: {**sending, **lists}})
        return attrs.evolve(draft, **{name: values.get(name, UNSET) for name in given})

    def _list(self, ref: Ref[Any], name: str, wanted: _Value, before: _Value, sending: Collection[str]) -> _Value:
        """Brings together what the source has changed in a list and what somebody has changed in the destination's.

        Args:
            ref: The destination's record.
            name: The draft's attribute.
            wanted: What the source says.
            before: What was sent last.
            sending: What may have been sent since.
        """
        if isinstance(wanted, bool) or isinstance(before, bool):
            return wanted
        there = self._patience.through(lambda: self._sink.listed(ref.kind, [ref.id], name)).get(ref.id)
        if there is None:
            return wanted
        theirs = [each for each in there if each not in {*before, *sending, *wanted}]
        return [*(each for each in wanted if each in there or each not in before), *theirs]

    def lacking(self, kind: str, there: Mapping[str, str]) -> Mapping[str, list[str]]:
        """Names the lists in which something is no more that was sent, as far as the destination tells.

        Args:
            kind: The record kind's name.
            there: The records' ids in the destination, by source id.

        Returns:
            By source id the drafts' attributes.
        """
        lacking: dict[str, list[str]] = {}
        known = {id: self._known(Ref(kind, id)) for id in there} if self._is_remembered(kind) else {}
        for name in sorted(set().union(*known.values())):
            sent = {id: set(ids) for id, each in known.items() if isinstance(ids := each.get(name), list) and ids}
            found = self._listed(kind, [there[id] for id in sent], name)
            for id, wanted in sent.items():
                if not wanted.issubset(found.get(there[id], wanted)):
                    lacking.setdefault(id, []).append(name)
        return lacking

    def _listed(self, kind: str, ids: Sequence[str], name: str) -> Mapping[str, Collection[str]]:
        return self._patience.through(lambda: self._sink.listed(kind, ids, name)) if ids else {}

    def says(self, kind: str, draft: Any) -> bool | None:
        """Says whether a draft sets anything that is remembered; None where nothing is, of such records.

        Args:
            kind: The record kind's name.
            draft: What is to be set.
        """
        return bool(self._given(kind, draft)) if self._is_remembered(kind) else None

    def _is_remembered(self, kind: str) -> bool:
        return bool(self._sink.remembered.get(kind))

    def _given(self, kind: str, draft: Any) -> dict[str, _Value]:
        names = self._sink.remembered.get(kind, ())
        given = {name: getattr(draft, name, UNSET) for name in names}
        return {name: _plain(value) for name, value in given.items() if value is not UNSET}

    def _known(self, ref: Ref[Any]) -> Mapping[str, _Value]:
        return {name: each for name, each in noted_values(self._journal, _name(ref)).items() if name != _SENDING}

    def _sending(self, ref: Ref[Any]) -> Mapping[str, list[str]]:
        """Gives what was about to be sent of lists, and may be there: a process ended before it noted that it was."""
        sending: Mapping[str, list[str]] = noted_values(self._journal, _name(ref)).get(_SENDING, {})
        return sending

    def _keep(self, ref: Ref[Any], values: Mapping[str, _Value]) -> None:
        known = self._known(ref)
        if _changed(values, known) or _changed(known, values) or self._sending(ref):
            self._note(ref, values)

    def _note(self, ref: Ref[Any], values: Mapping[str, object]) -> None:
        self._journal.note(_name(ref), json.dumps(values))


def _name(ref: Ref[Any]) -> str:
    return f"{NOTES}{ref.kind} {ref.id}"


def _plain(value: Any) -> _Value:
    return list(value) if isinstance(value, list | tuple) else bool(value)


def _changed(given: Mapping[str, _Value], known: Mapping[str, _Value]) -> set[str]:
    """Names what isn't as it is known; what is not known is empty."""
    return {name for name, value in given.items() if _comparable(value) != _comparable(known.get(name))}


def _comparable(value: _Value | None) -> object:
    return frozenset(value) if isinstance(value, list) and value else bool(value)
