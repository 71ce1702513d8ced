"""Lists that a record of the destination doesn't show: changed as the source says, and what somebody entered stays."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.transfer.journal import Journal, noted_values
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink

_BEGINS: Final = "listed "


class Listings:
    """Knows what the source last said of such lists, in the destination's ids, and sets them anew.

    A destination takes a list as a whole. So what is sent is what the source says by now, with what somebody added in
    the destination, and without what somebody took away there.

    Args:
        sink: Says which lists there are, and what stands in them.
        journal: Remembers what was sent.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, journal: Journal, patience: Patience) -> None:
        self._sink = sink
        self._journal = journal
        self._patience = patience

    def begin(self, ref: Ref[Any], draft: Any) -> None:
        """Notes what is about to be sent with a new record.

        It is noted before the write: a process that ends in between leaves a record with these lists behind, or none.

        Args:
            ref: The source's record.
            draft: What is to be written, with the destination's ids (`Any`: the mapper and the sink agree on its type).
        """
        self._keep(ref, self._given(ref.kind, draft))

    def sent(self, ref: Ref[Any], draft: Any) -> None:
        """Notes what was set. Until then a list is taken to be as it was, which gives the same again.

        Args:
            ref: The source's record.
            draft: What was to be set, before it was `merged`.
        """
        if given := self._given(ref.kind, draft):
            self._keep(ref, {**self._known(ref), **given})

    def differ(self, ref: Ref[Any], draft: Any) -> bool:
        """Says whether a draft says anything else of a record's lists than was sent.

        Args:
            ref: The source's record.
            draft: What is to be set, with the destination's ids.
        """
        given = self._given(ref.kind, draft)
        return bool(given) and bool(_changed(given, self._known(ref)))

    def merged(self, ref: Ref[Any], id: str, draft: Any) -> Any:
        """Returns a draft with its lists as they are to be sent; those of which the source says nothing new are unset.

        Args:
            ref: The source's record.
            id: The record's id in the destination.
            draft: What is to be set, with the destination's ids.
        """
        given = self._given(ref.kind, draft)
        if not given:
            return draft
        known = self._known(ref)
        lists: dict[str, object] = {}
        for name, wanted in given.items():
            before = known.get(name, [])
            lists[name] = UNSET
            if name in _changed(given, known):
                there = self._patience.through(lambda name=name: self._sink.listed(ref.kind, [id], name)).get(id)  # type: ignore[misc] # mypy can't infer it
                lists[name] = wanted if there is None else _merged(before, wanted, there)
        return attrs.evolve(draft, **lists)

    def lacking(self, kind: str, there: Mapping[str, str]) -> Mapping[str, list[str]]:
        """Names the lists in which something is no more that was sent, as far as the destination tells.

        Args:
            kind: The record kind's name.
            there: The records' ids in the destination, by source id.

        Returns:
            By source id the drafts' attributes.
        """
        lacking: dict[str, list[str]] = {}
        for name in sorted(self._sink.unshown.get(kind, ())):
            lists = {id: known for id in there if (known := self._known(Ref(kind, id)).get(name))}
            asked = [there[id] for id in lists]
            found = self._patience.through(lambda: self._sink.listed(kind, asked, name)) if lists else {}  # noqa: B023 - called at once
            for id, known in lists.items():
                if not set(known) <= set(found.get(there[id], known)):
                    lacking.setdefault(id, []).append(name)
        return lacking

    def says(self, kind: str, draft: Any) -> bool | None:
        """Says whether a draft sets any such list; None where the destination has none.

        Args:
            kind: The record kind's name.
            draft: What is to be set.
        """
        return bool(self._given(kind, draft)) if self._sink.unshown.get(kind) else None

    def _given(self, kind: str, draft: Any) -> dict[str, list[str]]:
        names = self._sink.unshown.get(kind, ())
        given = {name: getattr(draft, name, UNSET) for name in names}
        return {name: list(value or ()) for name, value in given.items() if value is not UNSET}

    def _known(self, ref: Ref[Any]) -> Mapping[str, Sequence[str]]:
        return noted_values(self._journal, _name(ref))

    def _keep(self, ref: Ref[Any], lists: Mapping[str, Collection[str]]) -> None:
        if lists != self._known(ref):
            self._journal.note(_name(ref), json.dumps(lists))


def take_over(journal: Journal, copy: Journal) -> None:
    """Notes in a copy of a journal what the journal says.

    Args:
        journal: What is known.
        copy: What is to know the same.
    """
    for name, text in journal.notes(_BEGINS):
        copy.note(name, text)


def _name(ref: Ref[Any]) -> str:
    return f"{_BEGINS}{ref.kind} {ref.id}"


def _changed(given: Mapping[str, Collection[str]], known: Mapping[str, Collection[str]]) -> set[str]:
    return {name for name, wanted in given.items() if set(wanted) != set(known.get(name, ()))}


def _merged(before: Collection[str], wanted: Sequence[str], there: Collection[str]) -> list[str]:
    """Brings together what the source has changed in a list and what somebody has changed in the destination's."""
    theirs = [id for id in there if id not in before and id not in wanted]
    return [*(id for id in wanted if id in there or id not in before), *theirs]
