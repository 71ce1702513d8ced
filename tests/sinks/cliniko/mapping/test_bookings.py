"""The diary, and its traps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Change, Stage
from tests.sinks.cliniko.samples import BUSINESS, LATER, PATIENT, PRACTITIONER, WHEN, bare, losses, mapped, skipped

BOOKINGS = (m.IndividualAppointment, m.GroupAppointment, m.UnavailableBlock)


def cancellation(booking: m.IndividualAppointment | m.Attendee) -> Cancel:
    """Gives the one cancellation that a booking is owed."""
    (found,) = (each for each in mapped(booking).follow_ups if isinstance(each, Cancel))
    return found


@pytest.mark.parametrize("arrived", [True, False, None])
def test_attendance_is_the_attendees_own_three_states(arrived: bool | None) -> None:
    """Came, did not come, and nobody said are three things; the third is sent as null."""
    assert mapped(bare(m.Attendee, arrived=arrived)).draft.arrived is arrived


@pytest.mark.parametrize(
    ("patient_arrived", "did_not_arrive"), [(False, False), (None, None), (True, False), (False, True)]
)
def test_a_fresh_appointment_never_becomes_a_no_show(patient_arrived: bool | None, did_not_arrive: bool | None) -> None:
    """False and false is how the API shows a new appointment: what it says there is not copied at all."""
    appointment = bare(m.IndividualAppointment, patient_arrived=patient_arrived, did_not_arrive=did_not_arrive)

    assert mapped(appointment) == mapped(bare(m.IndividualAppointment))


def test_an_appointment_points_at_records_that_go_and_at_places_that_are_there() -> None:
    """Patient, type and case are the source's, to be resolved; business and practitioner are the destination's."""
    case: Ref[m.PatientCase] = Ref("patient_cases", "5")
    draft = mapped(bare(m.IndividualAppointment, patient_case=case, notes="n")).draft

    assert draft == m.IndividualAppointmentDraft(
        appointment_type_id=Ref("appointment_types", "1"),
        business_id="910",
        ends_at=LATER,
        notes="n",
        patient_case_id=case,
        patient_id=PATIENT,
        practitioner_id="920",
        starts_at=WHEN,
    )


def test_the_end_is_always_sent() -> None:
    """Without it the API makes the appointment as long as its type."""
    for model in BOOKINGS:
        assert mapped(bare(model)).draft.ends_at == LATER


def test_a_repeat_rule_is_never_sent() -> None:
    """It would make the whole series once more; each booking of a series counts one loss."""
    rule = m.RepeatRule(number_of_repeats=2, repeat_type="Weekly", repeating_interval=1)
    for model in BOOKINGS:
        first, second = bare(model, repeat_rule=rule), bare(model, repeat_rule=rule, repeated_from=Ref(model.kind, "1"))
        last = bare(model, repeated_from=Ref(model.kind, "1"))
        for booking in (first, second, last):
            assert mapped(booking).draft.repeat_rule is UNSET
            assert [loss.field for loss in mapped(booking).losses] == ["repeat_rule"]
            assert losses(mapped(booking))["repeat_rule"] == reasons.SERIES


@pytest.mark.parametrize("model", BOOKINGS)
def test_a_rule_that_repeats_nothing_is_no_series(model: type[m.Entity]) -> None:
    """The API sends rules of nulls and noughts, too."""
    rule = m.RepeatRule(number_of_repeats=0, repeat_type=None, repeating_interval=None)

    assert mapped(bare(model, repeat_rule=rule)).losses == ()


@pytest.mark.parametrize(
    ("given", "sent"), [(10, 10), (20, 20), (30, 30), (31, 30), (40, 40), (50, 50), (60, 60), (None, 50), (77, 50)]
)
def test_a_cancellation_has_a_reason_that_the_api_takes(given: int | None, sent: int) -> None:
    """None, which old records have, becomes other; COVID-19, no longer taken, becomes sick."""
    assert cancellation(bare(m.IndividualAppointment, cancelled_at=WHEN, cancellation_reason=given)).reason == sent
    assert cancellation(bare(m.Attendee, cancelled_at=WHEN, cancellation_reason=given)).reason == sent


def test_a_cancellation_for_covid_says_so_in_its_note() -> None:
    """Behind the original note, which is kept as it is."""
    covid = bare(m.IndividualAppointment, cancelled_at=WHEN, cancellation_reason=31, cancellation_note="Rang at 8")
    note = cancellation(covid).note or ""

    assert note.startswith("Rang at 8\n\n")
    assert "COVID-19" in note


@pytest.mark.parametrize(
    ("given", "description", "expected"),
    [
        (77, "Moved house", "The reason given there was Moved house."),
        (77, " ", "The reason given there was number 77."),
        (77, None, "The reason given there was number 77."),
        (None, "Moved house", "The reason given there was Moved house."),
        (None, "", "No reason was given there."),
        (31, "COVID-19 related", "The reason given there was COVID-19."),
    ],
)
def test_a_reason_that_is_not_taken_stands_in_the_note(
    given: int | None, description: str | None, expected: str
) -> None:
    """The copy's own reason is another one: what was given isn't lost."""
    said = {"cancelled_at": WHEN, "cancellation_reason": given, "cancellation_reason_description": description}

    assert (cancellation(bare(m.IndividualAppointment, **said)).note or "").endswith(f" {expected}")
    assert (cancellation(bare(m.Attendee, **said)).note or "").endswith(f" {expected}")


def test_a_cancellation_says_its_original_time_in_its_note() -> None:
    """In the time of the source account; the API stamps the copy with now."""
    note = cancellation(bare(m.IndividualAppointment, cancelled_at=WHEN, cancellation_reason=10)).note or ""

    assert "14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00)" in note
    assert "reason" not in note


def test_without_a_zone_times_are_told_in_utc() -> None:
    """A source that doesn't say where it is still gets its times told."""
    cancelled = bare(m.IndividualAppointment, cancelled_at=WHEN)
    (cancel,) = mapped(cancelled, settings=m.Settings()).follow_ups

    assert "13 March 2024, 22:30 (UTC)" in cancel.note  # type: ignore[attr-defined]  # it is a cancellation
    assert "No reason was given there." in cancel.note  # type: ignore[attr-defined]  # it is a cancellation


def test_appointments_are_cancelled_at_the_end_and_seats_in_classes_at_once() -> None:
    """A cancelled seat is given up before others ask for it; an appointment's notes and forms come first."""
    assert cancellation(bare(m.IndividualAppointment, cancelled_at=WHEN)).stage is Stage.CANCEL
    assert cancellation(bare(m.Attendee, cancelled_at=WHEN)).stage is Stage.SETTLE


def test_what_is_not_cancelled_is_not_cancelled() -> None:
    """A reason or a note alone makes no cancellation."""
    for model in (m.IndividualAppointment, m.Attendee):
        assert mapped(bare(model, cancellation_reason=10, cancellation_note="n")).follow_ups == ()


def test_a_cancelled_and_archived_booking_is_both() -> None:
    """In that order."""
    result = mapped(bare(m.IndividualAppointment, cancelled_at=WHEN, archived_at=WHEN))

    assert [type(each) for each in sorted(result.follow_ups, key=lambda each: each.stage)] == [Cancel, Archiving]


def test_a_class_has_room_for_those_whose_seats_were_given_up() -> None:
    """An archived attendee keeps a seat until the end; the class gets its own limit back once all are in it."""
    small = mapped(bare(m.GroupAppointment, max_attendees=3))
    large = mapped(bare(m.GroupAppointment, max_attendees=100))

    assert small.draft.max_attendees == 99
    assert small.follow_ups == (Change(draft=m.GroupAppointmentDraft(max_attendees=3), stage=Stage.LINK),)
    assert (large.draft.max_attendees, large.follow_ups) == (100, ())
    assert mapped(bare(m.GroupAppointment)).draft.max_attendees is UNSET


def test_an_attendee_keeps_notes_and_case() -> None:
    """Both stand on the seat and not only on the appointment."""
    case: Ref[m.PatientCase] = Ref("patient_cases", "5")
    draft = mapped(bare(m.Attendee, notes="n", patient_case=case)).draft

    assert draft == m.AttendeeDraft(
        arrived=None, booking_id=Ref("bookings", "2"), notes="n", patient_case_id=case, patient_id=PATIENT
    )


@pytest.mark.parametrize("model", BOOKINGS)
@pytest.mark.parametrize(("name", "place"), [("business", BUSINESS), ("practitioner", PRACTITIONER)])
def test_what_is_booked_at_an_excluded_place_stays_behind(
    model: type[m.Entity], name: str, place: Ref[m.Business]
) -> None:
    """Business or practitioner without a counterpart: the booking is skipped."""
    kept = {ref: id for ref, id in {BUSINESS: "910", PRACTITIONER: "920"}.items() if ref != place}

    assert skipped(bare(model), matches=kept).reason.startswith(f"its {name} is left out")


def test_online_bookings_lose_their_traces() -> None:
    """Address and consent of an online booking, and what was sent, are the source's history."""
    traces = {"booking_ip_address": "192.0.2.1", "online_booking_policy_accepted": True}
    seat = bare(m.Attendee, **traces, sent_sms_reminders_count=2, sent_email_reminders_count=0)

    assert set(losses(mapped(seat))) == {
        "booking_ip_address",
        "online_booking_policy_accepted",
        "sent_sms_reminders_count",
    }
    assert set(losses(mapped(bare(m.IndividualAppointment, **traces, telehealth_url="https://x.example")))) == set(
        traces
    )


def test_times_of_the_transfer_play_no_part() -> None:
    """An appointment in the past is mapped like one in the future."""
    past = mapped(bare(m.IndividualAppointment, starts_at=datetime(1999, 1, 1, tzinfo=UTC)))
    future = mapped(bare(m.IndividualAppointment, starts_at=datetime(2099, 1, 1, tzinfo=UTC)))

    assert (past.losses, past.follow_ups) == (future.losses, future.follow_ups)
