"""A record as it will be once all that follows its draft is done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from clinikomigrate import Archiving, Cancel, Change, FollowUp, Wanted
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.outcome import in_the_end, is_closed_alike
from clinikomigrate.transfer.follow_ups import CheckFile, Unmute

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def test_what_follows_counts() -> None:
    """Settings are given back, and later changes are made."""
    muted = m.PatientDraft(first_name="Ada", receives_confirmation_emails=False, receives_cancellation_emails=False)
    lesson = m.GroupAppointmentDraft(starts_at=NOON, max_attendees=99)
    change = Change(draft=m.GroupAppointmentDraft(max_attendees=5))

    assert m.PatientDraft(
        first_name="Ada", receives_confirmation_emails=False, receives_cancellation_emails=True
    ) == in_the_end(Wanted(muted, (Unmute(way="cancellations"), Archiving())))
    assert m.GroupAppointmentDraft(starts_at=NOON, max_attendees=5) == in_the_end(Wanted(lesson, (change, CheckFile())))
    assert muted == in_the_end(Wanted(muted, (Unmute(way="carrier pigeons"),)))


def test_a_form_that_cannot_be_completed_is_not() -> None:
    """The account takes a form with an open required question as an open one only."""
    question = m.Question(name="Pain", type="text", required=True)
    content = m.Content(sections=(m.Section(name="S", questions=(question,)),))
    draft = m.PatientFormDraft(name="Intake", content=content, completed=True)

    assert False is in_the_end(Wanted(draft)).completed
    assert True is in_the_end(Wanted(m.PatientFormDraft(name="Intake", completed=True))).completed


GONE: dict[str, Any] = {"cancelled_at": NOON, "cancellation_reason": 40, "cancellation_note": "Away "}


@pytest.mark.parametrize(
    ("record", "follow_ups", "alike"),
    [
        ({}, (), True),
        ({"archived_at": NOON}, (), False),
        ({"deleted_at": NOON}, (), False),
        ({}, (Archiving(),), False),
        ({"archived_at": NOON}, (Archiving(),), True),
        (GONE, (), False),
        ({}, (Cancel(reason=40, note="Away"),), False),
        (GONE, (Cancel(reason=40, note="Away"),), True),
        (GONE, (Cancel(reason=50, note="Away"),), False),
        (GONE, (Cancel(reason=40),), False),
        (GONE | {"archived_at": NOON}, (Cancel(reason=40, note="Away"), Archiving()), True),
        (GONE | {"archived_at": NOON}, (Archiving(),), False),
    ],
)
def test_states_are_compared(record: dict[str, Any], follow_ups: tuple[FollowUp, ...], alike: bool) -> None:
    """Cancelled for the same reason or not at all, archived or not."""
    appointment = m.IndividualAppointment(id="1", **record)

    assert alike is is_closed_alike(Wanted(m.IndividualAppointmentDraft(), follow_ups), appointment)


def test_what_can_not_be_archived_is_not() -> None:
    """A kind of record that knows no archive is never in it."""
    assert is_closed_alike(Wanted(m.TaxDraft()), m.Tax(id="1"))
