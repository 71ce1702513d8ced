"""The table of all that preflight can find, whatever the destination is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from clinikomigrate.transfer.findings import Finding, Level
from clinikomigrate.transfer.summary import Table


@attrs.frozen
class Code:
    """One thing that preflight can find.

    Attributes:
        name: The finding's `code`.
        level: How much it matters.
        about: When it is found, in words.
    """

    name: str
    level: Level
    about: str


class Codes:
    """A table of codes. Findings are made from it, so that none has a code or a level that stands in no table.

    Args:
        *codes: The codes, in the order in which they are listed.
        beside: A table whose codes are in this one too, before its own.

    Attributes:
        by_name: All codes by their names.

    Raises:
        ValueError: A code stands in it twice.
    """

    def __init__(self, *codes: Code, beside: Codes | None = None) -> None:
        every = (*(beside.by_name.values() if beside else ()), *codes)
        self.by_name: Final[Mapping[str, Code]] = MappingProxyType({code.name: code for code in every})
        if len(self.by_name) != len(every):
            raise ValueError("A code stands twice in the table of findings.")

    def __repr__(self) -> str:
        return f"<Codes: {len(self.by_name)}>"

    def finding(
        self,
        code: str,
        message: str,
        remedy: str,
        *,
        kind: str | None = None,
        ids: Iterable[str] = (),
        afterwards: str = "",
        table: Table | None = None,
    ) -> Finding:
        """Makes a finding.

        Args:
            code: A code of the table.
            message: What was found.
            remedy: What to do about it.
            kind: The record kind concerned, if one is.
            ids: The source ids of the records concerned.
            afterwards: What is to be done once the run is over, if anything.
            table: What is to be made by hand, if anything.

        Raises:
            KeyError: The table has no such code.
        """
        return Finding(self.by_name[code].level, code, message, remedy, kind, tuple(ids), afterwards, table)


_BLOCKER, _WARNING, _NOTE = Level.BLOCKER, Level.WARNING, Level.NOTE

CODES: Final = Codes(
    Code("source-key", _BLOCKER, "The source does not accept its key: it is wrong, revoked, or of another shard."),
    Code("source-account", _BLOCKER, "The source's key opens another account than the one that was named."),
    Code("source-role", _BLOCKER, "The source's key is not an administrator's, and so can't read everything."),
    Code("source-unreachable", _BLOCKER, "The source can't be reached."),
    Code("source-failing", _BLOCKER, "The source answers with an error."),
    Code("source-unreadable", _BLOCKER, "The source's answers are not those of the API."),
    Code("destination-key", _BLOCKER, "The destination does not accept its key: wrong, revoked, or of another shard."),
    Code("destination-account", _BLOCKER, "The destination's key opens another account than the one that was named."),
    Code("destination-role", _BLOCKER, "The destination's key is not an administrator's."),
    Code("destination-unreachable", _BLOCKER, "The destination can't be reached."),
    Code("destination-failing", _BLOCKER, "The destination answers with an error."),
    Code("destination-unreadable", _BLOCKER, "The destination's answers are not those of the API."),
    Code("same-account", _BLOCKER, "Source and destination are one account."),
    Code("undo-unfinished", _BLOCKER, "An undo of this transfer ended before it was through."),
    Code(
        "existing-patients",
        _BLOCKER,
        "With existing='stop': patients of the source are in the destination already.",
    ),
    Code(
        "existing-patients-unread",
        _BLOCKER,
        "The destination's patients may not be read, so that nobody can tell who is there already.",
    ),
    Code(
        "copied-before",
        _BLOCKER,
        "The destination holds patients who were copied from this source by a transfer that this journal doesn't know.",
    ),
    Code(
        "would-message",
        _BLOCKER,
        "The destination would write to patients in a way that a transfer can't switch off. No Cliniko account does; a "
        "sink of your own may say so.",
    ),
    Code("regions-differ", _WARNING, "The accounts lie in different regions: health data leaves its jurisdiction."),
    Code(
        "source-lacks",
        _WARNING,
        "The source's API has no list of a kind that is to go: nobody can tell whether there is any.",
    ),
    Code(
        "nobody-chosen",
        _WARNING,
        "The filter takes no patient at all.",
    ),
    Code(
        "included-without",
        _WARNING,
        "A kind was left out that others need, is matched by no name, and was not carried before: what needs it does "
        "not go, or goes without the link.",
    ),
    Code(
        "notes-before-bookings",
        _WARNING,
        "Finalised treatment notes go while the appointment they point at stays behind: that link can't be filled in "
        "later.",
    ),
    Code(
        "archived-types-bookable",
        _WARNING,
        "Archived appointment types that are offered online go, and wait to be archived: appointments or parts of "
        "theirs stay behind.",
    ),
    Code("records-mended", _WARNING, "The destination would refuse records as they are; they go with a change."),
    Code("records-lost", _WARNING, "Records lack what the destination can't do without; they don't go."),
    Code("duplicate-patients", _WARNING, "The source has what looks like one person more than once; all are copied."),
    Code(
        "existing-patients-ambiguous",
        _WARNING,
        "With existing='adopt': it is not clear which of the destination's patients some of the source's are.",
    ),
    Code(
        "existing-patients-archived",
        _WARNING,
        "Patients of the source are in the destination, but archived there; they are made again.",
    ),
    Code(
        "copied-before-archived",
        _WARNING,
        "The destination's archive holds patients who were copied from this source by a transfer that this journal "
        "doesn't know.",
    ),
    Code(
        "may-message-confirmations",
        _NOTE,
        "The destination may confirm appointments to patients; none is confirmed for being copied.",
    ),
    Code(
        "may-message-cancellations",
        _NOTE,
        "Cancelled appointments go, and the destination tells patients of cancellations; none is told of these.",
    ),
    Code(
        "existing-patients-adopted",
        _NOTE,
        "With existing='adopt': patients of the destination stand for the source's.",
    ),
    Code(
        "existing-patients-copied",
        _NOTE,
        "With existing='copy': patients who are in the destination already are made again.",
    ),
    Code("merged-patients", _NOTE, "Patients of the source were merged into others; they are not made."),
)
"""What every transfer can find. A sink may have a table of its own beside it."""
