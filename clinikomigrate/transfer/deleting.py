"""What a person has to delete by hand, where the destination takes nothing back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.phrases import one_of
from clinikomigrate.transfer.whereabouts import Asked, places

BY_HAND: Final = "this destination takes nothing back: delete it there by hand"
"""Why a record stays."""

_BATCH: Final = 100


@attrs.frozen
class ToDelete:
    """A record that a transfer made and that is to be deleted by hand.

    Attributes:
        order: When: all records of a lower number go first, because they hang on those of a higher one. What has 0 can
            go at any time before.
        kind: The record's kind.
        destination_kind: What the destination calls such a record.
        source_id: Its id in the source.
        destination_id: Its id in the destination.
        name: What a file is called there, whose id is shown nowhere; blank for all others.
        patient_id: The id of its patient in the destination; blank where there is none.
        starts_at: When it begins, with its distance from UTC: `2031-01-06 11:00+11:00`; blank where it has no time.
    """

    order: int
    kind: str
    destination_kind: str
    source_id: str
    destination_id: str
    name: str = ""
    patient_id: str = ""
    starts_at: str = ""


def to_delete(journal: Journal, names: Mapping[str, str], asked: Asked) -> Iterator[ToDelete]:
    """Gives all records that a transfer made, in the order in which they can be deleted.

    What was there before, or came along with a record that is among these, is not.

    Args:
        journal: Knows what was made; it is open.
        names: What the destination calls one record of a kind, where it has another word for it.
        asked: As `Sink.whereabouts`.
    """
    counts = journal.counts()
    kinds = [kind for kind in reversed(KINDS.values()) if counts.get(kind.name, {}).get(State.CREATED)]
    for order, kind in enumerate(kinds, 1):
        for ids in batched(journal.ids(kind.name, [State.CREATED]), _BATCH):
            name = names.get(kind.name, one_of(kind.name))
            for id, place in places(journal, asked, kind.name, ids).items():
                yield ToDelete(order, kind.name, name, id, *attrs.astuple(place))
