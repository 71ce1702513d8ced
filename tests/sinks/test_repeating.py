"""Writes that do no harm when they are sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clinikomigrate.errors import Error, NotFound, OutcomeUnknown, Unprocessable
from clinikomigrate.sinks.repeating import done_once, repeated
from clinikomigrate.testing import VirtualClock

UNKNOWN = OutcomeUnknown(method="POST", path="/x", cause_name="reset")
MISSING = NotFound(status=404, method="POST", path="/x")
REFUSED = Unprocessable(status=422, method="POST", path="/x")


class Writes:
    """Answers in turn, and counts."""

    def __init__(self, *answers: Error | str, lands: int = 0) -> None:
        self.answers = list(answers)
        self.sent = 0
        self.lands = lands

    def __call__(self) -> str:
        """Sends one."""
        self.sent += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Error):
            raise answer
        return answer

    def is_done(self) -> bool:
        """Says whether the write that lands was sent."""
        return 0 < self.lands <= self.sent


def test_repeated_until_it_answers() -> None:
    """A write of unknown fate is sent again after a pause, until an answer comes."""
    write, clock = Writes(UNKNOWN, UNKNOWN, "done"), VirtualClock()
    start = clock.monotonic()

    assert ("done", 3) == (repeated(write, clock), write.sent)
    assert 3 == pytest.approx(clock.monotonic() - start)


def test_repeated_no_more_than_five_times() -> None:
    """After five tries without an answer the fate stays unknown."""
    write = Writes(*[UNKNOWN] * 9)

    with pytest.raises(OutcomeUnknown):
        repeated(write, VirtualClock())
    assert 5 == write.sent


def test_refusals_are_not_repeated() -> None:
    """A refusal is final."""
    write = Writes(REFUSED)

    with pytest.raises(Unprocessable):
        repeated(write, VirtualClock())


@pytest.mark.parametrize(
    ("write", "sent"),
    [
        (Writes("done"), 1),
        (Writes(MISSING, lands=1), 1),
        (Writes(REFUSED, lands=1), 1),
        (Writes(UNKNOWN, lands=1), 1),
        (Writes(UNKNOWN, "done", lands=2), 2),
        (Writes(*[UNKNOWN] * 5, lands=5), 5),
    ],
    ids=["done", "hidden", "refused", "lost reply", "never arrived", "last try"],
)
def test_done_once(write: Writes, sent: int) -> None:
    """What is done is not done again, however it answers."""
    done_once(write, write.is_done, VirtualClock())

    assert sent == write.sent


@pytest.mark.parametrize(
    ("write", "error"),
    [(Writes(MISSING), NotFound), (Writes(REFUSED), Unprocessable), (Writes(*[UNKNOWN] * 9), OutcomeUnknown)],
)
def test_not_done(write: Writes, error: type[Error]) -> None:
    """What can't be done is said."""
    do: Callable[[], None] = lambda: done_once(write, write.is_done, VirtualClock())  # noqa: E731 - to be called below

    with pytest.raises(error):
        do()
    assert write.sent <= 5
