"""What a record still needs after it was made."""

from __future__ import annotations

import enum
from typing import Any

import attrs


class Stage(enum.IntEnum):
    """When a follow-up is due. Stages run in the order of their numbers."""

    SETTLE = 1
    """At once, before the next record that shares a look-up key: attendance, a cancelled seat in a class."""
    CHECK = 2
    """When everything is made: what the destination does in its own time is looked at (files being processed)."""
    LINK = 3
    """Links to records that are made later, and what closes a record."""
    CANCEL = 4
    """Cancellations of appointments."""
    RESTORE = 5
    """What was held back so that nobody is messaged."""
    ARCHIVE = 6
    """Archiving, children before parents. Last of all: an archived record takes no more."""


@attrs.frozen
class FollowUp:
    """Something still owed to a record.

    Attributes:
        stage: When it is due.
    """

    stage: Stage

    @property
    def name(self) -> str:
        """The follow-up's name in the journal, unique for one record."""
        return f"{type(self).__name__.lower()}:{self.stage.name.lower()}"


@attrs.frozen
class Change(FollowUp):
    """Sets attributes of the record. Attributes may hold refs to records made later.

    Attributes:
        draft: The attributes to set (`Any`: the mapper and the sink agree on its type).
    """

    draft: Any = None
    stage: Stage = Stage.LINK


@attrs.frozen
class Cancel(FollowUp):
    """Cancels a booking or an attendee.

    Attributes:
        reason: The API's reason code.
        note: The cancellation note.
    """

    reason: int = 50
    note: str | None = attrs.field(default=None, repr=False)
    stage: Stage = Stage.CANCEL


@attrs.frozen
class Archiving(FollowUp):
    """Archives the record."""

    stage: Stage = Stage.ARCHIVE


@attrs.frozen
class CheckFile(FollowUp):
    """Waits until the destination has processed a file, and compares it with the source's, byte by byte.

    Attributes:
        file: The source's file; a mapper leaves it out, the pipeline puts it in.
    """

    file: Any = None
    stage: Stage = Stage.CHECK


@attrs.frozen
class Unmute(FollowUp):
    """Gives a patient back the setting that was switched off so that nobody is written to.

    Attributes:
        way: What the destination would have written about: `"confirmations"` or `"cancellations"`.
    """

    way: str = "cancellations"
    stage: Stage = Stage.RESTORE

    @property
    def name(self) -> str:
        """The follow-up's name in the journal."""
        return f"{_UNMUTE}{self.way}"

    @classmethod
    def named(cls, name: str) -> Unmute | None:
        """Returns the follow-up of a name in the journal, or None where it is another kind of follow-up."""
        return cls(name.removeprefix(_UNMUTE)) if name.startswith(_UNMUTE) else None


_UNMUTE = "unmute:"
