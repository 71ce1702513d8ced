"""What the destination holds of a record that this transfer wrote, as far as it can tell."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Error
from clinikomigrate.transfer.imprints import names_in, of_state, own_part, says
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink, Wanted

UNREAD: Final = object()
"""Stands for a record of a destination that can't be read: what was edited there can't be told."""


class Written:
    """Digests what the destination holds, so that a later run can tell what was edited there.

    Args:
        sink: Reads records.
        key: The journal's key.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, key: bytes, patience: Patience) -> None:
        self._sink = sink
        self._key = key
        self._patience = patience

    def of(self, record: Any) -> bytes | None:
        """Returns the digest of a record.

        Args:
            record: As the destination gave it (`Any`: of the sink's own type); None where it gave none.

        Returns:
            The digest; None where there is no record, or the sink can't tell what it says.
        """
        return None if record is None else of_state(self._key, self._sink.state(record), self._sink.shared(record))

    def is_edited(self, written: bytes | None, draft: Any, record: Any) -> bool:
        """Says whether somebody changed a record, or may have.

        What changed along with another record is no edit where it says what is meant by now: it was this transfer that
        changed the other one.

        Args:
            written: The digest of what was written.
            draft: What the record is to be, with the destination's ids.
            record: The record as it is.
        """
        found = self.of(record)
        if found is None or found == written:
            return False
        if written is None or own_part(found) != own_part(written):
            return True
        return any((getattr(draft, name) or None) != value for name, value in self._sink.shared(record).items())

    def read(self, kind: str, id: str) -> Any:
        """Reads a record of which the destination's answer isn't known.

        Args:
            kind: The record kind's name.
            id: The record's id in the destination.

        Returns:
            The record; None where it is gone, or the destination can't be read. That costs no more than that later
            nobody can tell whether it was edited.
        """
        try:
            return self._patience.through(lambda: dict(self._sink.read(kind, [id], hidden=True))).get(id)
        except (NotImplementedError, Error):
            return None

    def is_as_meant(self, draft: Any, record: Any, lost: Collection[str]) -> bool:
        """Says whether a record holds all that a draft says.

        Args:
            draft: What was written (`Any`: the mapper and the sink agree on its type).
            record: The record.
            lost: The fields that are known not to have arrived.
        """
        differs = self._sink.compare(Wanted(draft), record)
        return all(is_lost(name, lost) for name in differs)


def gone(meant: bytes, draft: Any, entity: Any, lost: Collection[str]) -> frozenset[str]:
    """Names the attributes of a draft that said something before, and are not given any more because of the source.

    What the source still says, and the mapper now leaves out, is not among them: what was made of it stays.

    Args:
        meant: What `of_draft` or `only_names` gave.
        draft: With the destination's ids, or as the mapper gave it (`Any`: of whatever kind).
        entity: The source's record.
        lost: The fields that the draft does without, because what they say can't be carried.
    """
    fields = attrs.fields(type(draft))
    unset = names_in(meant) & {field.name for field in fields if getattr(draft, field.name) is UNSET}
    said = {
        name for name in unset if says(getattr(entity, name, None) or getattr(entity, name.removesuffix("_id"), None))
    }
    return frozenset(name for name in unset if name not in said or is_lost(name, lost))


def is_lost(name: str, lost: Collection[str]) -> bool:
    """Says whether an attribute of a draft is among the fields that a record lost.

    Args:
        name: The attribute: `"patient_id"`.
        lost: Fields as losses name them: `"patient"`, `"patient_phone_numbers[1].number"`.
    """
    fields = {field.partition("[")[0].partition(".")[0] for field in lost}
    return bool(fields & {name, name.removesuffix("_id")})
