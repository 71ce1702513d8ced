"""Changing a client: read, written back as it is with what changes, and read again.

An update of Splose's replaces a client's main fields. Nothing documents what becomes of those that an update can't
give, such as the address. So the first update of a client who has any of them goes alone, and is looked at: where
something is gone, no other client is changed, in no later run either.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

import attrs

from clinikomigrate.errors import NotFound, Unsupported
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.sinks.repeating import repeated
from clinikomigrate.sinks.splose.clearing import Clearing, held
from clinikomigrate.sinks.splose.field_names import changed_in_words, in_words
from clinikomigrate.sinks.splose.mapping.people import NOBODY
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import Patient, PatientDraft

_PREFERENCE: Final = "communication_preference"
_CLEARED: Final = (
    "Splose's updates clear what they can't give ({}). It happened to client {}: enter these again there by hand, as "
    "clients-to-mend.csv of the archive folder has them. No further client is changed"
)
_STOPPED: Final = (
    "Splose's updates clear what they can't give, so a transfer changes no client any more: set by hand, of client {}, "
    "{}; what is set there is seen by the next run"
)


Emptied: TypeAlias = Callable[[Patient], Iterable[str]]


def _nothing(patient: Patient) -> Iterable[str]:  # noqa: ARG001 - as all are called
    return ()


class Replacing:
    """Changes clients without losing anything of them. Safe in threads.

    Args:
        client: The workspace's client.
        clearing: Remembers whether updates clear anything.
    """

    def __init__(self, client: Splose, clearing: Clearing) -> None:
        self._client = client
        self._clearing = clearing
        self._lock = threading.Lock()
        self._is_safe = False

    def change(self, id: str, emptied: Emptied = _nothing, **changes: Any) -> Patient:  # Any: values of all types
        """Sets some of a client's main fields. Safe to repeat. Who gets no messages gets none afterwards.

        Args:
            id: The client's id.
            emptied: Says which fields are to be emptied of the client as it is.
            **changes: The fields and their values.

        Returns:
            The client as it is afterwards.

        Raises:
            Unsupported: An update clears what it can't give.
        """
        return self._in_turn(id, changes, emptied)

    def unmute(self, id: str, preference: str) -> Patient:
        """Gives a client the preference back that the client had before the transfer. Safe to repeat.

        Who is not muted got another one from somebody else, or has it back already, and keeps it.

        Args:
            id: The client's id.
            preference: What it was: `"SMS_EMAIL"`.

        Returns:
            The client as it is afterwards.

        Raises:
            Unsupported: An update clears what it can't give.
        """
        return self._in_turn(id, {_PREFERENCE: preference}, _nothing, only_muted=True)

    def _in_turn(self, id: str, changes: dict[str, Any], emptied: Emptied, *, only_muted: bool = False) -> Patient:
        if self._is_safe:
            return self._change(id, changes, emptied, only_muted)
        with self._lock:
            return self._change(id, changes, emptied, only_muted)

    def _change(self, id: str, changes: dict[str, Any], emptied: Emptied, only_muted: bool) -> Patient:
        if not self._is_safe:
            self._settle()
        before = self._client.patients.get(id)
        if lacks := self._clearing.lacking(before):
            raise Unsupported(_CLEARED.format(in_words(lacks), id))
        if only_muted and before.communication_preference != NOBODY:
            return before
        if not only_muted and before.communication_preference == NOBODY:
            changes = {name: value for name, value in changes.items() if name != _PREFERENCE}
        changes = changes | {name: () if name == "phone_numbers" else None for name in emptied(before)}
        if all(comparable(getattr(before, name)) == comparable(value) for name, value in changes.items()):
            return before
        if self._clearing.is_known:
            raise Unsupported(_STOPPED.format(id, changed_in_words(changes)))
        had = held(before)
        if had and not self._is_safe:
            self._clearing.try_with(before)
        draft = attrs.evolve(PatientDraft.replacing(before), **changes)
        repeated(lambda: self._client.patients.update(id, draft), self._client.clock)
        after = self._client.patients.get(id)
        gone = [name for name, value in had.items() if comparable(getattr(after, name)) != value]
        if gone:
            self._clearing.went_wrong(before, gone)
            raise Unsupported(_CLEARED.format(in_words(gone), id))
        if had and not self._is_safe:
            self._clearing.went_well(id)
        self._is_safe = self._is_safe or not had.keys().isdisjoint(("address_l1", "extra_info", "preferred_name"))
        return after

    def _settle(self) -> None:
        """Learns what an update did that an interruption left alone."""
        for id in self._clearing.untold():
            try:
                self._clearing.tell(self._client.patients.get(id))
            except NotFound:
                self._clearing.went_well(id)
