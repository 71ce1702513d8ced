"""The diary: times, overlaps, and what only the destination works out."""

from __future__ import annotations

from tests.traps.clinic import Clinic, losses


def test_end_is_sent_and_not_left_to_the_type(clinic: Clinic) -> None:
    """An appointment that is longer than its type's duration keeps its end."""
    clinic.visit(clinic.patient(), ends_at="2024-03-15T00:00:00Z")
    clinic.move()

    assert "2024-03-15T00:00:00Z" == clinic.only("individual_appointments")["ends_at"]


def test_double_bookings_arrive(clinic: Clinic) -> None:
    """Two appointments of one practitioner at the same time, which the API doesn't mind, arrive as two."""
    for name in ("Ada", "Bea"):
        clinic.visit(clinic.patient(first_name=name))
    clinic.move()

    assert 2 == len(clinic.arrived("individual_appointments"))


def test_same_patient_twice_at_the_same_time(clinic: Clinic) -> None:
    """Two appointments that are alike in all are two, and each keeps its own attendance."""
    patient = clinic.patient()
    clinic.visit(patient, arrived=True)
    clinic.visit(patient, arrived=False)
    clinic.move()
    attendees = clinic.arrived("attendees")

    assert 2 == len({attendee["booking_id"] for attendee in attendees})
    assert [False, True] == sorted(attendee["arrived"] for attendee in attendees)


def test_future_and_past_go_alike(clinic: Clinic) -> None:
    """Appointments that are past and to come both arrive."""
    patient = clinic.patient()
    for start in ("2015-01-05T00:00:00Z", "2031-01-06T00:00:00Z"):
        clinic.visit(patient, starts_at=start)
    clinic.move()

    assert ["2015", "2031"] == sorted(row["starts_at"][:4] for row in clinic.arrived("individual_appointments"))


def test_telehealth_link_is_no_sign_of_telehealth(clinic: Clinic) -> None:
    """Every appointment reads with a telehealth link; whether it is by video is the type's to say, and goes with it."""
    video = clinic.add("appointment_types", name="Video", telehealth_enabled=True)
    patient = clinic.patient()
    clinic.visit(patient)
    clinic.visit(patient, appointment_type_id=video)
    report = clinic.move()

    assert {"Initial": False, "Video": True} == {
        row["name"]: row["telehealth_enabled"] for row in clinic.arrived("appointment_types")
    }
    assert "telehealth_url" not in losses(report, "individual_appointments")


def test_bookings_are_three_kinds_in_one_list(clinic: Clinic) -> None:
    """The list of bookings mixes three kinds that are told apart by their keys."""
    visit, lesson = clinic.visit(clinic.patient()), clinic.lesson()
    times = {"starts_at": "2024-03-16T00:00:00Z", "ends_at": "2024-03-16T01:00:00Z"}
    block = clinic.add("unavailable_blocks", business_id=clinic.business, practitioner_id=clinic.practitioner, **times)
    with clinic.source.in_process():
        read = {each.id: type(each).__name__ for each in clinic.reader().bookings.list()}

    assert {visit: "IndividualAppointment", lesson: "GroupAppointment", block: "UnavailableBlock"} == read


def test_weekly_rosters_are_to_be_entered_by_hand(clinic: Clinic) -> None:
    """The roster can't be written: each line of it is a loss, and stands in the report to be entered by hand."""
    clinic.add(
        "daily_availabilities",
        business_id=clinic.business,
        practitioner_id=clinic.practitioner,
        day_of_week=1,
        availabilities=[{"starts_at": "09:00", "ends_at": "12:30"}],
    )
    report = clinic.move()

    assert "record" in losses(report, "daily_availabilities")
    assert [True] == ["Monday" in line and "09:00 to 12:30" in line for line in report.by_hand]


def test_day_of_the_week_is_told_with_its_number(clinic: Clinic) -> None:
    """Whether 0 or 7 is Sunday is not settled in the API's documents, so the number stands next to the day."""
    place = {"business_id": clinic.business, "practitioner_id": clinic.practitioner}
    hours = [{"starts_at": "09:00", "ends_at": "12:30"}]
    for day in (0, 7):
        clinic.add("daily_availabilities", day_of_week=day, availabilities=hours, **place)
    report = clinic.move()

    assert [True, True] == [f"Sunday (day {day})" in line for day, line in zip((0, 7), report.by_hand, strict=True)]
