"""What a record still needs after it was made."""

from __future__ import annotations

import enum
from typing import Any, ClassVar, Final

import attrs


class Stage(enum.IntEnum):
    """When a follow-up is due.

    Stages run in the order of their numbers. Only what patients have is archived before `RESTORE` already, in case that
    somebody is written to about it.
    """

    SETTLE = 1
    """At once, before the next record that shares a look-up key: attendance, a cancelled seat in a class."""
    CHECK = 2
    """When everything is made: what the destination does in its own time is looked at (files being processed)."""
    LINK = 3
    """Links to records that are made later, what closes a record, and who came."""
    CANCEL = 4
    """Cancellations of appointments."""
    RESTORE = 5
    """What was held back so that nobody is messaged."""
    ARCHIVE = 6
    """Archiving, children before parents: an archived record takes no more."""


@attrs.frozen
class FollowUp:
    """Something still owed to a record.

    Attributes:
        stage: When it is due.
        beside: Whether it leaves the record itself as it is, so that it is owed as well to one that was there before.
    """

    beside: ClassVar[bool] = False

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
class FillIn(FollowUp):
    """Sets those attributes of what a `Change` sets in which the destination's record has nothing.

    It is owed to records that went when the destination had no place for all of it. A mapper gives the `Change`.

    Attributes:
        draft: The attributes (`Any`: the mapper and the sink agree on its type).
    """

    draft: Any = None
    stage: Stage = Stage.LINK

    @property
    def name(self) -> str:
        """The follow-up's name in the journal, which a report shows where it fails."""
        return f"filling in:{self.stage.name.lower()}"


@attrs.frozen
class Seats(FollowUp):
    """Gives a class the number of seats back that somebody gave it in the destination, once it has been filled.

    Attributes:
        number: How many it takes.
    """

    number: int = 0
    stage: Stage = Stage.LINK

    @property
    def name(self) -> str:
        """The follow-up's name in the journal, which says the number: it stands nowhere else meanwhile."""
        return f"{_SEATS}:{self.number}"

    @classmethod
    def named(cls, name: str) -> Seats | None:
        """Returns the follow-up of a name in the journal, or None where it is another kind of follow-up."""
        what, _, number = name.partition(":")
        return cls(number=int(number)) if what == _SEATS else None


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
class Arrive(FollowUp):
    """Notes that the patient came to an appointment. The destination may write to the patient about it."""

    stage: Stage = Stage.LINK


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
        setting: What the sink needs to know to give the setting back: what it was. Empty where it was on.
        later: Whether the patient was there when this was noted, and gets back what there was. It is noted before the
            patient is muted, so it doesn't tell that this was done. Who was made muted gets what the source says when
            the setting is given back.
    """

    way: str = "cancellations"
    stage: Stage = Stage.RESTORE
    setting: str = ""
    later: bool = False

    @property
    def name(self) -> str:
        """The follow-up's name in the journal."""
        setting = f":{self.setting}" if self.setting else ""
        return f"{_UNMUTE}:{self.way}{setting}{_LATER if self.later else ''}"

    @classmethod
    def named(cls, name: str) -> Unmute | None:
        """Returns the follow-up of a name in the journal, or None where it is another kind of follow-up."""
        what, _, said = name.partition(":")
        return cls.of(said.removesuffix(_LATER), later=said.endswith(_LATER)) if what == _UNMUTE else None

    @classmethod
    def of(cls, said: str, *, later: bool = False) -> Unmute:
        """Returns what gives a setting back.

        Args:
            said: What `Sink.loud` says of a patient: a way, and behind a colon what the setting is.
            later: Whether the patient was there when this is noted.
        """
        way, _, setting = said.partition(":")
        return cls(way, setting=setting, later=later)


_SEATS: Final = "seats"
_UNMUTE: Final = "unmute"
_LATER: Final = ":later"
