"""What is tried when the destination refuses part of a record: the record arrives, and what it lost is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import NotFound, Unprocessable
from clinikomigrate.sinks.cliniko.comparison import attribute_matches
from clinikomigrate.transfer.losses import Loss

_NO_ENDPOINT: Final = "the destination has no such endpoint in its API; enter it by hand"
_HIDDEN: Final = "the destination refused the link"

OPTIONAL_KINDS: Final = frozenset(
    {
        "appointment_type_billable_items",
        "appointment_type_products",
        "concession_prices",
        "recall_types",
        "recalls",
        "relationships",
        "unavailable_block_types",
    }
)
"""Kinds whose endpoints are newer than the rest, so that an account may lack them."""

_DOUBTFUL_KINDS: Final = frozenset({"concession_prices", "recall_types"})
"""Kinds of which nobody documents that they can be made: a refusal there says nothing about the record."""


@attrs.frozen
class Fallback:
    """One part of a record that can be left out when the destination refuses it.

    Attributes:
        kind: The record kind's name.
        refused: The names under which the API refuses it: the request's and the model's. Empty for any.
        changes: The draft's attributes and what they become.
        loss: What is counted.
    """

    kind: str
    refused: frozenset[str]
    changes: Mapping[str, Any]  # the values are of the attributes' own types
    loss: Loss

    def applies(self, draft: Any, error: Unprocessable) -> bool:
        """Says whether the draft has what was refused.

        Args:
            draft: What was refused (`Any`: of whatever kind).
            error: The refusal.
        """
        if draft.kind != self.kind or not self.given_in(draft):
            return False
        return not self.refused or any(name.split(".")[0].split("[")[0] in self.refused for name in error.fields)

    def given_in(self, draft: Any) -> list[str]:
        """Names the attributes that the draft has and would lose.

        Args:
            draft: Of the fallback's kind.
        """
        return [name for name, value in self.changes.items() if getattr(draft, name) not in (value, None, UNSET)]

    def without(self, draft: Any) -> Any:
        """Returns the draft without what was refused.

        Args:
            draft: What was refused (`Any`: of whatever kind).
        """
        return attrs.evolve(draft, **self.changes)


def _without(kind: str, attribute: str, reason: str) -> Fallback:
    """Leaves one attribute out."""
    field = attribute.removesuffix("_id")
    return Fallback(kind, frozenset({attribute, field}), {attribute: UNSET}, Loss(field, reason))


FALLBACKS: Final = (
    _without("patients", "custom_fields", "the destination refused the custom fields; enter them by hand"),
    _without(
        "patients",
        "follow_ups_communication_channels",
        "the destination refused the channels for follow-ups; set them by hand",
    ),
    _without(
        "patients",
        "reminders_communication_channels",
        "the destination refused the channels for reminders; set them by hand",
    ),
    _without("patient_cases", "contact_id", f"{_HIDDEN}: in a case the contact must be a doctor"),
    _without("patient_cases", "max_invoiceable_amount", "the destination refused the limit; enter it by hand"),
    _without("individual_appointments", "patient_case_id", _HIDDEN),
    _without("attendees", "patient_case_id", _HIDDEN),
    _without("unavailable_blocks", "unavailable_block_type_id", _HIDDEN),
    _without("treatment_notes", "attendee_id", _HIDDEN),
    _without("treatment_notes", "booking_id", _HIDDEN),
    _without("patient_forms", "attendee_id", _HIDDEN),
    _without(
        "referral_sources",
        "subcategory",
        "the type of referral source has no such subcategory there; add it",
    ),
    _without("patient_attachments", "filename", "the destination named the file by itself"),
    _without("recalls", "notes", "the destination refused the notes of a recall; enter them by hand"),
    Fallback(
        "patient_forms",
        frozenset(),
        {"completed": False},
        Loss(
            "completed_at",
            "the destination refused the form as a completed one; it stands there with its answers, open",
        ),
    ),
)
"""Every fallback, in the order in which they are tried."""


def next_fallback(draft: Any, error: Unprocessable, tried: tuple[Fallback, ...]) -> Fallback | None:
    """Chooses what to leave out of a draft that was refused.

    Args:
        draft: What was refused (`Any`: of whatever kind).
        error: The refusal.
        tried: What was left out already.

    Returns:
        The fallback, or None where the refusal stands.
    """
    left = (fallback for fallback in FALLBACKS if fallback not in tried)
    return next((fallback for fallback in left if fallback.applies(draft, error)), None)


def lost(draft: Any, record: Any) -> tuple[Loss, ...]:
    """Says what was left out of a record that was found again after nobody knew what came of its write.

    Args:
        draft: What was to be written (`Any`: of whatever kind).
        record: The record, as the client gives it.
    """
    return tuple(
        fallback.loss
        for fallback in FALLBACKS
        if fallback.kind == draft.kind
        and any(not attribute_matches(draft, record, name) for name in fallback.given_in(draft))
    )


def is_unsupported(kind: str, error: NotFound | Unprocessable) -> bool:
    """Says whether a refusal means that the account can't make records of this kind at all.

    Args:
        kind: The record kind's name.
        error: The refusal of a `POST`.
    """
    return kind in (OPTIONAL_KINDS if isinstance(error, NotFound) else _DOUBTFUL_KINDS)
