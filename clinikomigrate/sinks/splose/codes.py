"""The table of all that preflight can find where the destination is Splose."""

from __future__ import annotations

from typing import Final

from clinikomigrate.sinks.codes import CODES as MATCHING_S
from clinikomigrate.transfer.codes import Code, Codes
from clinikomigrate.transfer.findings import Level

CODES: Final = Codes(
    Code("splose-custom-fields", Level.WARNING, "The workspace lacks custom fields that the source defines."),
    Code("splose-no-undo", Level.NOTE, "Splose's API takes nothing back of what a transfer makes."),
    Code("splose-no-location", Level.BLOCKER, "The workspace has no location."),
    Code("splose-archive", Level.BLOCKER, "The archive folder belongs to another transfer, or can't be used."),
    Code(
        "splose-support-activity",
        Level.WARNING,
        "What is to stand for an appointment type is a support activity there, for which nobody can be booked.",
    ),
    Code("splose-files", Level.NOTE, "Patients' files go, of which Splose takes PDFs and images of up to 5 MB."),
    Code(
        "splose-outcomes",
        Level.WARNING,
        "With outcomes=True: attendance and cancellations are sent by calls that Splose does not document, and that "
        "may write to clients or charge them.",
    ),
    Code(
        "splose-cancellation-reasons",
        Level.WARNING,
        "With outcomes=True: nothing in the workspace stands for reasons for which the source cancels appointments.",
    ),
    Code(
        "splose-unknown-reason",
        Level.BLOCKER,
        "cancellation_reasons names what is no cancellation reason of the workspace, or is two.",
    ),
    Code("splose-left-behind", Level.WARNING, "Kinds go of which Splose's API makes no records."),
    Code("splose-updates-clear", Level.WARNING, "An update cleared what clients had, to be entered again."),
    Code("splose-characters", Level.WARNING, "Documents would show characters that no font has."),
    beside=MATCHING_S,
)
"""What every transfer can find, what matching can, and what only a transfer into Splose can."""
