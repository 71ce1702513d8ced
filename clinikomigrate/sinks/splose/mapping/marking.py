"""How appointments are marked as attended or cancelled, where the user wants that."""

from __future__ import annotations

from collections.abc import Iterable

from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.mapping import family
from clinikomigrate.transfer.follow_ups import Arrive, Cancel, FollowUp
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context


def marks(
    booking: m.IndividualAppointment | m.Attendee, came: bool | None, context: Context
) -> tuple[list[FollowUp], list[Loss]]:
    """Says how a booking's copy is to be marked.

    What is archived is marked as cancelled where it was, and not as attended: who knows whether a call brings it back.

    Args:
        booking: An appointment, or a seat in a class.
        came: Whether the patient came; None where nobody said.
        context: What preflight read.

    Returns:
        What is to be done afterwards, and what is lost.
    """
    known = family.of(context.survey).outcomes
    if known is None:
        return [], []
    if booking.cancelled_at is not None:
        reason = known.of(booking)
        if reason is None:
            return [], [Loss("cancellation_reason_description", reasons.NO_REASON)]
        return [Cancel(reason=int(reason), note=(booking.cancellation_note or "").strip() or None)], []
    is_archived = booking.archived_at is not None or booking.deleted_at is not None
    return ([Arrive()] if came and not is_archived else []), []


def cancels(follow_ups: Iterable[FollowUp]) -> bool | Unset:
    """Says whether a booking's copy is marked as cancelled afterwards; `UNSET` where it is not."""
    return True if any(isinstance(each, Cancel) for each in follow_ups) else UNSET


def attended(came: bool | None, context: Context) -> bool | Unset:
    """Says whether a booking's patient came, where attendance is sent; `UNSET` where it is not.

    Args:
        came: Whether the patient came; None where nobody said.
        context: What preflight read.
    """
    return UNSET if family.of(context.survey).outcomes is None else came is True
