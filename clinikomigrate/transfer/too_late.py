"""Looks for finalised notes that go before the booking they point at: that link can't be filled in later."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import BOOKING_KINDS
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.phrases import counted
from clinikomigrate.transfer.scope import Scope

_NOTES: Final = "treatment_notes"
_APPOINTMENTS: Final = frozenset({"individual_appointments", "group_appointments"})


class TooLate:
    """Counts the finalised notes that go while the booking they point at stays behind.

    Args:
        scope: Says which bookings go.
        kinds: The names of the kinds that go.
        journal: Knows which notes and bookings are there already; None where none is.
    """

    def __init__(self, scope: Scope, kinds: frozenset[str], journal: Journal | None) -> None:
        self._scope = scope
        self._none_go = not kinds & _APPOINTMENTS
        self._journal = journal
        self._found: list[str] = []

    @property
    def kinds(self) -> Collection[str]:
        """The names of the kinds that are looked at."""
        return (_NOTES,)

    def take(self, entity: Any, mapped: Mapped[Any] | Skip) -> None:
        """Looks at one note that goes.

        Args:
            entity: The source's note (`Any`: as every look has it).
            mapped: What the mapper makes of it.
        """
        if isinstance(mapped, Skip) or entity.draft or entity.booking is None:
            return
        booking = entity.booking.id
        if (self._none_go or not self._scope.has("bookings", booking)) and not self._is_settled(entity.id, booking):
            self._found.append(entity.id)

    def _is_settled(self, note: str, booking: str) -> bool:
        """Says whether the note went before, or the booking did."""
        if self._journal is None:
            return False
        refs: list[Ref[Any]] = [Ref(_NOTES, note), *(Ref(kind, booking) for kind in BOOKING_KINDS)]
        entries = (self._journal.entry(ref) for ref in refs)
        return any(entry is not None and entry.state.arrived for entry in entries)

    def findings(self) -> Iterator[Finding]:
        """Says how many there are."""
        if self._found:
            are, go, point = ("is", "goes", "points") if len(self._found) == 1 else ("are", "go", "point")
            yield CODES.finding(
                "notes-before-bookings",
                f"{counted(len(self._found), _NOTES)} that {are} finalised {go}, and {point} at an appointment that "
                "stays behind. A destination may take no change of a finalised note: then the link stays empty, also "
                "when the appointment goes in a later run.",
                "If the rest is to come later, leave treatment_notes out (include=) until the appointments go too, or "
                "let everything go at once. If nothing more is to come, there is nothing to do: the links are counted "
                "as losses.",
                kind=_NOTES,
                ids=self._found,
            )
