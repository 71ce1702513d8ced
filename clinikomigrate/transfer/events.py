"""What a transfer tells whoever listens while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs

from clinikomigrate.transfer.journal import State


@attrs.frozen
class Event:
    """Something that happened. All events descend from it."""


@attrs.frozen
class RunStarted(Event):
    """A run begins.

    Attributes:
        kinds: The names of the kinds that go, in the order of the table.
    """

    kinds: tuple[str, ...]


@attrs.frozen
class KindStarted(Event):
    """A kind begins to stream.

    Attributes:
        kind: Its name.
        expected: How many records of it are looked at: all that the source holds, or that may have changed since.
    """

    kind: str
    expected: int


@attrs.frozen
class RecordSettled(Event):
    """A record reached its outcome.

    Attributes:
        kind: The record's kind.
        source_id: Its id in the source.
        state: How it stands.
        already: Whether an earlier run had carried it.
    """

    kind: str
    source_id: str
    state: State
    already: bool = False


@attrs.frozen
class KindFinished(Event):
    """All records of a kind reached their outcome."""

    kind: str


@attrs.frozen
class StageStarted(Event):
    """The finishing pass begins a stage; `"archive"` may come twice, before and after `"restore"`.

    Attributes:
        stage: The stage's name in small letters.
        owed: How many follow-ups are owed.
    """

    stage: str
    owed: int


@attrs.frozen
class FollowUpDone(Event):
    """A follow-up was done, or set aside."""

    kind: str
    source_id: str
    stage: str
    ok: bool = True


@attrs.frozen
class Waiting(Event):
    """The transfer waits for a connection.

    Attributes:
        seconds: How long until the next try.
        reason: What is waited for.
    """

    seconds: float
    reason: str


@attrs.frozen
class RunFinished(Event):
    """A run ends.

    Attributes:
        verdict: The report's verdict.
    """

    verdict: str


Listener: TypeAlias = Callable[[Event], None]
"""Takes events. It is called from one thread at a time."""
