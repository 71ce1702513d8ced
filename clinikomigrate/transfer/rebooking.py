"""Sees to it that no patient is told that an appointment was changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS, Kind
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.renewal import Stale
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST

_WAY: Final = "confirmations"
_SEATS: Final = "attendees"


class Changing(Protocol):
    """A record that is about to be changed in the destination."""

    @property
    def ref(self) -> Ref[Any]:
        """The source's record."""

    @property
    def entity(self) -> Any:
        """The record itself (`Any`: of whatever kind)."""

    @property
    def there(self) -> str:
        """Its id in the destination."""


class Rebooking:
    """Mutes the patients of appointments and classes that are about to be changed: a changed one is confirmed anew.

    Args:
        sink: Says who sits in a class.
        quiet: Mutes patients.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, quiet: Quiet, patience: Patience) -> None:
        self._sink = sink
        self._quiet = quiet
        self._patience = patience

    def hush(self, kind: Kind, stale: Sequence[Stale], there: Mapping[str, Any] | None) -> Mapping[str, str]:
        """Mutes who would be told of changes.

        Args:
            kind: The record kind.
            stale: Records that changed in the source, at most 100.
            there: What stands for them in the destination, by its id (`Any`: of the sink's own type); None where
                the destination can't be read.

        Returns:
            By the source's id of a record that must not be changed, because somebody would be told: why.
        """
        return self.hush_all(
            kind, [each for each in stale if not each.is_same and (there is None or self._differs(each, there))], there
        )

    def hush_all(self, kind: Kind, changed: Sequence[Changing], there: Mapping[str, Any] | None) -> Mapping[str, str]:
        """Mutes who would be told of changes that surely come.

        Args:
            kind: The record kind.
            changed: Records that are about to be changed, at most 100.
            there: As `hush` gets it.

        Returns:
            What `hush` gives.
        """
        if not changed or kind.name not in APPOINTMENT_KINDS or not self._quiet.heeds(_WAY):
            return {}
        mine = self._quiet.ensure((each.entity for each in changed), _WAY)
        theirs = dict(self._of_members(kind, changed) if kind.members else self._of_records(changed, there or {}))
        reasons = ((each.ref.id, mine.get(each.ref.id) or theirs.get(each.there)) for each in changed)
        return {id: reason for id, reason in reasons if reason is not None}

    def _differs(self, stale: Stale, there: Mapping[str, Any]) -> bool:
        record = there.get(stale.there)
        if record is None or self._sink.same(stale.draft, record):
            return False
        return self._sink.sets_off_changed(stale.draft, record)

    def _of_records(self, changed: Sequence[Changing], there: Mapping[str, Any]) -> Mapping[str, str]:
        return self._quiet.hush((there[each.there] for each in changed if each.there in there), _WAY)

    def _of_members(self, kind: Kind, changed: Sequence[Changing]) -> Iterator[tuple[str, str]]:
        """Mutes whoever sits in classes; gives the id of a class in which somebody isn't muted, and why."""
        ids = [each.there for each in changed]
        hanging = self._patience.through(lambda: list(self._sink.hanging_on(kind.name, ids)))
        class_of = {seat: whole for whole, of, seat in hanging if of == _SEATS}
        for seats in batched(class_of, IDS_A_REQUEST):
            records = self._patience.through(lambda seats=seats: dict(self._sink.read(_SEATS, seats)))  # type: ignore[misc] # mypy can't infer it
            loud = self._quiet.hush(records.values(), _WAY)
            yield from ((class_of[seat], reason) for seat, reason in loud.items())
