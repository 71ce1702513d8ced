"""How appointments are to be marked, where the user wants that."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.cancellation_reasons import Reasons
from clinikomigrate.sinks.splose.mapping.family import Workspace
from clinikomigrate.transfer.follow_ups import Arrive, Cancel, FollowUp, Unmute
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.sink import Account
from tests.sinks.cliniko.samples import WHEN, bare
from tests.sinks.splose.samples import losses, mapped

MARKING: dict[str, Any] = {"account": Account("2", "Splose", Workspace(outcomes=Reasons({"sick": "5"})))}
SICK = {"cancelled_at": WHEN, "cancellation_reason": 30}


@pytest.mark.parametrize(
    ("given", "done"),
    [
        ({"patient_arrived": True}, (Arrive(),)),
        ({"did_not_arrive": True}, ()),
        ({}, ()),
        ({"patient_arrived": True, "archived_at": WHEN}, ()),
        ({"patient_arrived": True, "deleted_at": WHEN}, ()),
        ({**SICK, "cancellation_note": " Rang at 8 "}, (Cancel(reason=5, note="Rang at 8"),)),
        ({**SICK, "patient_arrived": True, "archived_at": WHEN}, (Cancel(reason=5),)),
    ],
)
def test_an_appointment_is_marked_as_it_was(given: dict[str, Any], done: tuple[FollowUp, ...]) -> None:
    """Who came, and what was cancelled; that somebody did not come has no call, and stands in words."""
    result = mapped(bare(m.IndividualAppointment, **given), **MARKING)

    assert result.follow_ups == done
    assert result.draft.cancels == (True if any(isinstance(each, Cancel) for each in done) else UNSET)
    assert mapped(bare(m.IndividualAppointment, **given)).follow_ups == ()


def test_a_seat_is_marked_as_it_was() -> None:
    """Seats in a class are appointments of their own."""
    assert mapped(bare(m.Attendee, arrived=True), **MARKING).follow_ups == (Arrive(),)
    assert mapped(bare(m.Attendee, arrived=False), **MARKING).follow_ups == ()
    assert mapped(bare(m.Attendee, **SICK), **MARKING).follow_ups == (Cancel(reason=5),)
    assert mapped(bare(m.Attendee, **SICK), **MARKING).draft.cancels is True


@pytest.mark.parametrize(("arrived", "came"), [(True, True), (False, False), (None, False)])
def test_who_came_is_known_where_it_is_sent(arrived: bool | None, came: bool) -> None:
    """So that a mark that the source takes back is seen; elsewhere any mark is the workspace's own."""
    seat = bare(m.Attendee, arrived=arrived)
    visit = bare(m.IndividualAppointment, patient_arrived=arrived is True, did_not_arrive=arrived is False)

    assert mapped(seat, **MARKING).draft.came is mapped(visit, **MARKING).draft.came is came
    assert mapped(seat).draft.came is mapped(visit).draft.came is UNSET


def test_a_reason_that_nothing_stands_for_is_a_loss() -> None:
    """The appointment is archived and not marked; without outcomes nothing is lost, for the note says it."""
    away = bare(m.IndividualAppointment, cancelled_at=WHEN, cancellation_reason=40)
    result = mapped(away, **MARKING)

    assert (result.follow_ups, losses(result)) == ((), {"cancellation_reason_description": reasons.NO_REASON})
    assert result.draft.deleted_at == WHEN
    assert losses(mapped(away)) == {}


def test_all_who_get_messages_are_made_without_where_appointments_are_marked() -> None:
    """A mark may write about an appointment that is over; otherwise only who is booked is muted."""
    ways = frozenset({"confirmations"})
    patient = bare(m.Patient, reminders_communication_channels=(1,))
    muted = mapped(patient, may_message=ways, **MARKING)
    booked = mapped(patient, may_message=ways)
    unmute = Unmute("confirmations", setting="SMS")

    assert muted.draft.to_come is True
    assert isinstance(booked.draft.to_come, Fetch)
    assert muted.follow_ups == booked.follow_ups == (unmute,)
