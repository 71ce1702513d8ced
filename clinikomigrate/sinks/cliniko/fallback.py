"""What is tried when the destination refuses part of a record: the record arrives, and what it lost is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import Content
from clinikomigrate.errors import NotFound, Unprocessable
from clinikomigrate.sinks.cliniko.comparison import attribute_matches
from clinikomigrate.sinks.cliniko.content import continued
from clinikomigrate.sinks.cliniko.signatures import is_incomplete
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.sinks.field_rules import STAND_IN
from clinikomigrate.sinks.reasons import STOOD_IN
from clinikomigrate.transfer.kinds import OPTIONAL_KINDS
from clinikomigrate.transfer.losses import Loss

_HIDDEN: Final = "the destination refused the link"

_DOUBTFUL_KINDS: Final = frozenset({"concession_prices", "recall_types"})
"""Kinds of which nobody documents that they can be made: a refusal there says nothing about the record."""

_REMINDER_TYPES: Final[Mapping[frozenset[int], str]] = {
    frozenset(): "None",
    frozenset({1}): "SMS",
    frozenset({2}): "Email",
    frozenset({1, 2}): "SMS & Email",
}
"""The older way to say by which channels a patient is reminded: 1 is SMS, 2 is e-mail."""

_CHANNELS: Final = frozenset({1, 2})

_LONGEST_ANSWER: Final = 255
"""How long the API's description says that an answer in a form may be; most accounts take longer ones."""


@attrs.frozen
class Fallback:
    """One part of a record that can be left out, or said otherwise, when the destination refuses it.

    Attributes:
        kind: The record kind's name.
        attribute: The draft's attribute.
        refused: The names under which the API refuses it: the request's and the model's. Empty for any.
        loss: What is counted.
        instead: Gives for a draft the attributes that change; None to leave the attribute out.
        kept: Says for a draft and a record whether the record has it as it was; None to compare the attribute.
        null: Whether it can be refused for being None.
        unproven: Whether nobody documents that it can be written at all, so that it may be overlooked without a word.
    """

    kind: str
    attribute: str
    refused: frozenset[str]
    loss: Loss
    instead: Callable[[Any], Mapping[str, Any]] | None = None  # the values are of the attributes' own types
    kept: Callable[[Any, Any], bool] | None = None
    null: bool = False
    unproven: bool = False

    def applies(self, draft: Any, error: Unprocessable) -> bool:
        """Says whether the draft has what was refused.

        Args:
            draft: What was refused (`Any`: of whatever kind).
            error: The refusal.
        """
        if draft.kind != self.kind or not self.is_given(draft):
            return False
        return not self.refused or any(name.split(".")[0].split("[")[0] in self.refused for name in error.fields)

    def is_given(self, draft: Any) -> bool:
        """Says whether a draft has what it would lose.

        Args:
            draft: Of the fallback's kind.
        """
        value = getattr(draft, self.attribute)
        if value is UNSET or (value is None and not self.null):
            return False
        return bool(value != self._changes(draft)[self.attribute])

    def without(self, draft: Any) -> Any:
        """Returns the draft without what was refused.

        Args:
            draft: What was refused (`Any`: of whatever kind).
        """
        return attrs.evolve(draft, **self._changes(draft))

    def otherwise(self, draft: Any) -> Any:
        """Returns a draft that says nothing but what was overlooked, and that otherwise; None where nothing can.

        Args:
            draft: What was sent (`Any`: of the fallback's kind).
        """
        changes = {name: value for name, value in self._changes(draft).items() if value is not UNSET}
        return type(draft)(**changes) if changes else None

    def shows(self, draft: Any, record: Any) -> bool:
        """Says whether a record was made without what its draft has.

        Args:
            draft: Of the fallback's kind.
            record: What came of it, as the client gives it.
        """
        if not self.is_given(draft):
            return False
        return not (self.kept(draft, record) if self.kept else attribute_matches(draft, record, self.attribute))

    def _changes(self, draft: Any) -> Mapping[str, Any]:
        return {self.attribute: UNSET} if self.instead is None else self.instead(draft)


def _without(kind: str, attribute: str, reason: str, *, unproven: bool = False) -> Fallback:
    """Leaves one attribute out."""
    field = attribute.removesuffix("_id")
    return Fallback(kind, attribute, frozenset({attribute, field}), Loss(field, reason), unproven=unproven)


def _named(attribute: str) -> Fallback:
    """Says of a message that doesn't say from whom it is, or to whom, something in its place."""

    def instead(draft: Any) -> Mapping[str, Any]:
        given = getattr(draft, attribute)
        return {attribute: STAND_IN if comparable(given) is None else given}

    refused = frozenset({attribute, attribute.removesuffix("_")})
    return Fallback("communications", attribute, refused, Loss(attribute, STOOD_IN), instead=instead, null=True)


def _reminders(draft: Any) -> Mapping[str, Any]:
    """Says by which channels a patient is reminded as older accounts say it, so that no default takes their place."""
    channels = frozenset(draft.reminders_communication_channels or ()) & _CHANNELS
    return {"reminders_communication_channels": UNSET, "reminder_type": _REMINDER_TYPES[channels]}


def _short_answers(draft: Any) -> Mapping[str, Any]:
    """Lets long answers go on in further questions; a form is left open first where that is what it is refused for."""
    known = not isinstance(draft.content, Content) or (draft.completed is True and is_incomplete(draft))
    return {"content": draft.content if known else continued(draft.content, _LONGEST_ANSWER)}


def _has_no_more_questions(draft: Any, record: Any) -> bool:
    return _questions(record.content) <= _questions(draft.content)


def _questions(content: Content | None) -> int:
    return sum(len(section.questions or ()) for section in (content.sections if content else None) or ())


FALLBACKS: Final = (
    Fallback(
        "patients",
        "old_reference_id",
        frozenset({"old_reference_id"}),
        Loss(
            "old_reference_id",
            "the destination refused the old reference id, or the transfer's mark where the source has none",
        ),
    ),
    _without("patients", "custom_fields", "the destination refused the custom fields; enter them by hand"),
    _without(
        "patients",
        "follow_ups_communication_channels",
        "the destination did not take the channels for follow-ups; set them by hand",
        unproven=True,
    ),
    Fallback(
        "patients",
        "reminders_communication_channels",
        frozenset({"reminders_communication_channels"}),
        Loss(
            "reminders_communication_channels",
            "the destination did not take the channels for reminders, and was given them as the older type of "
            "reminder; check them there",
        ),
        instead=_reminders,
        unproven=True,
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
    _named("from_"),
    _named("to"),
    _without(
        "recalls", "notes", "the destination did not take the notes of a recall; enter them by hand", unproven=True
    ),
    Fallback(
        "patient_forms",
        "content",
        frozenset({"content"}),
        Loss("content", "the destination takes shorter answers only; long ones go on in further questions"),
        instead=_short_answers,
        kept=_has_no_more_questions,
    ),
    Fallback(
        "patient_forms",
        "completed",
        frozenset(),
        Loss(
            "completed_at",
            "the destination refused the form as a completed one; it stands there with its answers, open",
        ),
        instead=lambda _: {"completed": False},
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


def overlooked(draft: Any, record: Any) -> tuple[Fallback, ...]:
    """Says what an account took no notice of, of what nobody documents that it can be written.

    Args:
        draft: What was sent (`Any`: of whatever kind).
        record: What came of it, as the client gives it.
    """
    unproven = (each for each in FALLBACKS if each.unproven and each.kind == draft.kind)
    return tuple(each for each in unproven if each.shows(draft, record))


def lost(draft: Any, record: Any) -> tuple[Loss, ...]:
    """Says what was left out of a record that was found again after nobody knew what came of its write.

    Args:
        draft: What was to be written (`Any`: of whatever kind).
        record: The record, as the client gives it.
    """
    return tuple(each.loss for each in FALLBACKS if each.kind == draft.kind and each.shows(draft, record))


def is_unsupported(kind: str, error: NotFound | Unprocessable) -> bool:
    """Says whether a refusal means that the account can't make records of this kind at all.

    Args:
        kind: The record kind's name.
        error: The refusal of a `POST`.
    """
    return kind in (OPTIONAL_KINDS if isinstance(error, NotFound) else _DOUBTFUL_KINDS)
