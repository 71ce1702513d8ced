"""The diary on its way into Splose."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.mapping.bookings import NO_BOOKING
from clinikomigrate.sinks.splose.sending import as_sent
from clinikomigrate.transfer.classes import Class
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch
from tests.sinks.cliniko.samples import LATER, PATIENT, WHEN, bare
from tests.sinks.splose.samples import INCLUDED, TYPE, losses, mapped, skipped


def test_an_appointment_goes_where_its_counterparts_are() -> None:
    """Location, practitioner and service are the workspace's; when it was booked is kept."""
    draft = mapped(bare(m.IndividualAppointment, created_at=LATER)).draft

    assert (draft.location_id, draft.practitioner_id, draft.service_id) == ("910", "920", "930")
    assert (draft.start, draft.end, draft.patient_id, draft.created_at) == (WHEN, LATER, PATIENT, LATER)
    assert (draft.note, draft.became, draft.deleted_at) == (UNSET, UNSET, UNSET)


def test_an_appointment_without_a_counterpart_is_skipped() -> None:
    """What the settings leave out is a loss, and so is a missing end."""
    left = skipped(bare(m.IndividualAppointment), matches={})

    assert (left.lost, left.reason) == (True, "its service is left out, or has no match in the destination")
    assert skipped(bare(m.IndividualAppointment, ends_at=None)).lost


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"patient_arrived": True}, "Arrived."),
        ({"did_not_arrive": True}, "Did not arrive."),
        ({"patient_arrived": False, "did_not_arrive": False}, UNSET),
        (
            {
                "cancelled_at": WHEN,
                "cancellation_reason": 30,
                "cancellation_reason_description": "Sick",
                "cancellation_note": "Rang at 8",
                "archived_at": LATER,
            },
            "Cancelled on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00): Sick.\n\nCancellation note: Rang at 8",
        ),
        (
            {"cancelled_at": WHEN, "cancellation_reason": 31},
            "Cancelled on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00): reason 31.",
        ),
        (
            {"cancelled_at": WHEN},
            "Cancelled on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00): no reason given.",
        ),
        ({"deleted_at": WHEN}, "Archived on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00)."),
    ],
)
def test_what_became_of_an_appointment_stands_in_its_note(given: dict[str, Any], words: object) -> None:
    """Attendance, cancellation and archiving in words; what was cancelled or archived is made archived."""
    draft = mapped(bare(m.IndividualAppointment, **given)).draft

    assert draft.became == words
    assert draft.deleted_at == (WHEN if {"cancelled_at", "deleted_at"} & set(given) else UNSET)


def test_an_attendee_s_note_stands_in_the_appointment_s() -> None:
    """It is read when the appointment is made; one that says the same is not said twice."""
    draft = mapped(bare(m.IndividualAppointment, notes="Left knee", patient_arrived=True)).draft

    assert draft.attendee_notes == Fetch("attendee_notes", (Ref("individual_appointments", "7"),))

    read = attrs.evolve(draft, attendee_notes=["Left knee", "Ran late"])

    assert as_sent(read).note == "Left knee\n\nRan late\n\nArrived."


def test_a_class_stays_behind_and_its_seats_go() -> None:
    """The class is a loss; each seat becomes an appointment at its time. What is noted of all is nobody's own."""
    noted = skipped(bare(m.GroupAppointment, notes="Ada cried"))

    assert skipped(bare(m.GroupAppointment, notes=" ")) == attrs.evolve(noted, losses=())
    assert (noted.reason, noted.losses) == (reasons.CLASS, (Loss("notes", reasons.CLASS_NOTES),))

    result = mapped(bare(m.Attendee, arrived=True, notes="Front row", created_at=LATER))
    theirs = Fetch("class", (Ref("group_appointments", "2"),), unless=Ref("individual_appointments", "2"))

    assert result.draft.seat == theirs

    held = Class(WHEN, LATER, "930", "910", "920", notes="Ada cried")
    sent = as_sent(attrs.evolve(result.draft, seat=held, patient_id="31"))

    assert (sent.start, sent.end, sent.service_id, sent.location_id) == (WHEN, LATER, "930", "910")
    assert (sent.practitioner_id, sent.patient_id, sent.created_at) == ("920", "31", LATER)
    assert sent.note == "Front row\n\nArrived."
    assert sent.deleted_at is UNSET


@pytest.mark.parametrize(("seat", "held"), [({"cancelled_at": WHEN}, None), ({"archived_at": WHEN}, None), ({}, WHEN)])
def test_a_seat_that_was_given_up_is_made_archived(seat: dict[str, Any], held: Any) -> None:
    """It never stands in the diary as a live one, nor does a seat of an archived class."""
    draft = mapped(bare(m.Attendee, **seat)).draft
    sent = as_sent(attrs.evolve(draft, seat=Class(WHEN, LATER, "1", "2", "3", archived_at=held)))

    assert sent.deleted_at == WHEN
    assert "rchived on" in sent.note or "Cancelled on" in sent.note


def test_a_seat_of_an_archived_class_says_so() -> None:
    """In the clinic's zone; a seat that was given up before has its own reason."""
    gone = Class(WHEN, LATER, "1", "2", "3", archived_at=WHEN)
    draft = mapped(bare(m.Attendee)).draft
    given_up = mapped(bare(m.Attendee, archived_at=LATER)).draft

    assert as_sent(attrs.evolve(draft, seat=gone)).note == (
        "The class was archived on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00)."
    )
    assert as_sent(attrs.evolve(draft, seat=gone, zone=UNSET)).note.endswith("13 March 2024, 22:30 (UTC).")
    assert "class" not in as_sent(attrs.evolve(given_up, seat=gone)).note


def test_a_seat_stays_behind_where_classes_do() -> None:
    """It can be of an individual appointment only, then."""
    draft = mapped(bare(m.Attendee), included=INCLUDED - {"group_appointments"}).draft

    assert draft.seat == Ref("individual_appointments", "2")


def test_a_seat_in_nothing_is_a_loss() -> None:
    """Nobody can tell when it was."""
    assert skipped(bare(m.Attendee, booking=None)).reason == NO_BOOKING


def test_a_booking_of_a_series_loses_the_link() -> None:
    """One loss for each, whether it began the series or is a repeat of it."""
    rule = m.RepeatRule(number_of_repeats=3)
    first: Ref[m.IndividualAppointment] = Ref("individual_appointments", "1")

    assert losses(mapped(bare(m.IndividualAppointment, repeat_rule=rule))) == {"repeat_rule": reasons.SERIES}
    assert losses(mapped(bare(m.IndividualAppointment, repeated_from=first))) == {"repeat_rule": reasons.SERIES}
    assert losses(mapped(bare(m.IndividualAppointment, repeat_rule=m.RepeatRule()))) == {}


def test_the_case_is_counted_once() -> None:
    """Of an appointment its attendee says it."""
    case: Ref[m.PatientCase] = Ref("patient_cases", "9")

    assert losses(mapped(bare(m.IndividualAppointment, patient_case=case, appointment_type=TYPE))) == {}
    assert losses(mapped(bare(m.Attendee, patient_case=case))) == {"patient_case": reasons.NO_CASE}
