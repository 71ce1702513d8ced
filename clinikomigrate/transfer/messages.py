"""Says in which ways patients could be written to while records are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.survey import Survey

_MUTED: Final[Mapping[str, str]] = {
    "confirmations": "The destination may send patients a confirmation when an appointment is made.",
    "cancellations": "Cancelled appointments go, and the destination tells patients when one is cancelled.",
}
"""For each way in which a destination could write to patients and that a transfer switches off: what is found."""

_BOOKED: Final = ("individual_appointments", "group_appointments")


def messages(survey: Survey) -> Iterator[Finding]:
    """Says of each way whether it is switched off, or blocks the run.

    Args:
        survey: What was read of both accounts.
    """
    booked = any(survey.goes(kind) for kind in _BOOKED)
    for way in sorted(survey.may_message):
        if way not in _MUTED:
            yield CODES.finding(
                "would-message",
                f"The destination would send patients {way} while records are made, and nothing here can prevent it.",
                "Switch it off in the destination, and let the sink no longer name it.",
                kind="patients",
            )
        elif booked:
            yield CODES.finding(
                f"may-message-{way}",
                _MUTED[way],
                "Nothing to do: such messages are off for whoever is concerned while the run goes on, and as they were "
                "at its end.",
                kind="patients",
            )
