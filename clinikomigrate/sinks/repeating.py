"""Writes that do no harm when they are sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from clinikomigrate.errors import NotFound, OutcomeUnknown, Unprocessable
from clinikomigrate.wire.clock import Clock

T = TypeVar("T")

_PAUSES: Final = (1.0, 2.0, 5.0, 10.0)
"""Seconds before each further try."""

_GRACE: Final = 1.0
"""Seconds that a write gets to finish after its reply was lost."""


def repeated(write: Callable[[], T], clock: Clock) -> T:
    """Sends a write that sets values again while nobody knows what came of it.

    Args:
        write: Sends it.
        clock: Waits between tries.

    Returns:
        What the write gives.

    Raises:
        OutcomeUnknown: Five tries got no answer.
    """
    for pause in _PAUSES:
        try:
            return write()
        except OutcomeUnknown:
            clock.sleep_until(clock.monotonic() + pause)
    return write()


def done_once(write: Callable[[], object], is_done: Callable[[], bool], clock: Clock) -> None:
    """Brings a record into a state that it stays in, such as archived.

    A refusal is looked at: the API hides what is archived or cancelled, so that a second try looks like a record that
    isn't there. A write of unknown fate is looked at before it is sent again.

    Args:
        write: Sends the write.
        is_done: Reads the record and says whether it is in that state.
        clock: Waits between tries.

    Raises:
        NotFound: There is no such record.
        Unprocessable: The API refused, and the record isn't in that state.
        OutcomeUnknown: Five tries got no answer, and the record isn't in that state.
    """

    def attempt() -> None:
        try:
            write()
        except (NotFound, Unprocessable):
            if not is_done():
                raise
        except OutcomeUnknown:
            clock.sleep_until(clock.monotonic() + _GRACE)
            if not is_done():
                raise

    repeated(attempt, clock)
