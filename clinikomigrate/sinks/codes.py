"""The table of all that can be found where names of two accounts are matched."""

from __future__ import annotations

from typing import Final

from clinikomigrate.transfer.codes import CODES as EVERY_TRANSFER_S
from clinikomigrate.transfer.codes import Code, Codes
from clinikomigrate.transfer.findings import Level

_BLOCKER, _WARNING = Level.BLOCKER, Level.WARNING
_NO_COUNTERPART: Final = "in use by what goes, the destination has none of that name, and no setting says what to do"
_TWO: Final = "in use by what goes, and more than one of the destination could be meant, or one for two of the source"

CODES: Final = Codes(
    Code("business-unmatched", _BLOCKER, f"Businesses are {_NO_COUNTERPART}."),
    Code("business-ambiguous", _BLOCKER, f"Businesses are {_TWO}."),
    Code("practitioner-unmatched", _BLOCKER, f"Practitioners are {_NO_COUNTERPART}."),
    Code("practitioner-ambiguous", _BLOCKER, f"Practitioners are {_TWO}; or name and e-mail address do not agree."),
    Code("appointment-type-unmatched", _BLOCKER, f"Appointment types are not made, and some are {_NO_COUNTERPART}."),
    Code("appointment-type-ambiguous", _BLOCKER, f"Appointment types are not made, and some are {_TWO}."),
    Code("mapping-unknown-name", _BLOCKER, "A setting of the mapper names what an account doesn't have, or has twice."),
    Code(
        "link-unmatched",
        _WARNING,
        "Referral source types, or records of a kind that was left out, are in use and have no counterpart.",
    ),
    Code(
        "link-ambiguous",
        _WARNING,
        "Referral source types, or records of a kind that was left out, are in use, and several could stand for one.",
    ),
    beside=EVERY_TRANSFER_S,
)
"""What every transfer can find, and what can be found where names are matched."""
