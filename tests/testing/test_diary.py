"""The appointment book."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.testing.answers import BLANK
from tests.testing.conftest import Clinic
from tests.testing.desk import BOTH, self_of

WEEKLY = {"number_of_repeats": 2, "repeat_type": "Weekly", "repeating_interval": 1}


def _attendee(clinic: Clinic, booking: str) -> Any:
    return clinic.desk.listed("/attendees", ("q[]", f"booking_id:={booking}"), *BOTH)[0]


def test_appointment_makes_its_attendee(clinic: Clinic) -> None:
    """A new individual appointment has one attendee, of its patient, which was not asked for."""
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    attendee = _attendee(clinic, appointment["id"])

    assert clinic.patient == self_of(attendee["patient"])
    assert appointment["id"] == self_of(attendee["booking"])
    assert "/bookings/" in attendee["booking"]["links"]["self"]


def test_end_follows_from_the_type(clinic: Clinic) -> None:
    """An end that isn't given, or that a change takes back with null, follows from the type's duration."""
    body = clinic.appointment(starts_at="2024-05-06T11:00:00+10:00")
    appointment = clinic.desk.post("/individual_appointments", body)
    path = f"/individual_appointments/{appointment['id']}"

    assert ("2024-05-06T01:00:00Z", "2024-05-06T01:45:00Z") == (appointment["starts_at"], appointment["ends_at"])
    assert "2024-05-06T03:00:00Z" == clinic.desk.patch(path, {"ends_at": "2024-05-06T03:00:00Z"})["ends_at"]
    clinic.fake.on_traffic.clear()  # the description doesn't say that null is taken here
    assert "2024-05-06T01:45:00Z" == clinic.desk.patch(path, {"ends_at": None})["ends_at"]
    for kind, new in (("individual", clinic.appointment), ("group", clinic.group)):
        assert ["ends_at"] == list(clinic.desk.refused(f"/{kind}_appointments", new(ends_at=None)))


def test_past_and_overlapping_appointments_are_taken(clinic: Clinic) -> None:
    """Neither the past nor a double booking is refused; conflicts say so afterwards."""
    first = clinic.desk.post("/individual_appointments", clinic.appointment())
    assert {"conflicts": {"exist": False}} == clinic.desk.get(f"/individual_appointments/{first['id']}/conflicts")
    second = clinic.desk.post("/individual_appointments", clinic.appointment())

    assert {"conflicts": {"exist": True}} == clinic.desk.get(f"/individual_appointments/{second['id']}/conflicts")


@pytest.mark.parametrize("missing", ["appointment_type", "business", "patient", "practitioner", "starts_at"])
def test_appointment_needs_all_its_parts(clinic: Clinic, missing: str) -> None:
    """An appointment without type, business, patient, practitioner or start is refused."""
    body = clinic.appointment()
    body = {name: value for name, value in body.items() if name.removesuffix("_id") != missing}

    assert {missing: BLANK} == clinic.desk.refused("/individual_appointments", body)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ends_at": "2024-05-06T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2024-05-06T01:00:00"}, "starts_at"),
        ({"starts_at": "2024-05-06"}, "starts_at"),
        ({"starts_at": "tomorrow at T"}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"repeat_rule": {**WEEKLY, "number_of_repeats": 52}}, "repeat_rule"),
        ({"repeat_rule": {**WEEKLY, "number_of_repeats": True}}, "repeat_rule"),
        ({"repeat_rule": {**WEEKLY, "repeat_type": "Yearly"}}, "repeat_rule"),
        ({"repeat_rule": {**WEEKLY, "end": 1}}, "repeat_rule"),
        ({"cancelled_at": "2024-05-06T00:00:00Z"}, "cancelled_at"),
        ({"patient_arrived": True}, "patient_arrived"),
    ],
)
def test_wrong_appointment_is_refused(clinic: Clinic, given: dict[str, Any], field: str) -> None:
    """Times without a zone, ends before starts, endless repeats and what can't be written are refused."""
    assert field in clinic.desk.refused("/individual_appointments", clinic.appointment(**given))
    assert [] == clinic.fake.rows("individual_appointments")


def test_repeat_rule_spawns_a_series(clinic: Clinic) -> None:
    """A repeat rule makes that many more appointments, each with an attendee, linked to the first."""
    first = clinic.desk.post("/individual_appointments", clinic.appointment(repeat_rule=WEEKLY))
    repeats = clinic.desk.listed("/individual_appointments", ("q[]", f"repeated_from_id:={first['id']}"))

    assert ["2024-05-13T01:00:00Z", "2024-05-20T01:00:00Z"] == [row["starts_at"] for row in repeats]
    assert [{}, {}] == [row["repeat_rule"] for row in repeats]
    assert {first["id"]} == {self_of(row["repeated_from"]) for row in repeats}
    assert 3 == len(clinic.fake.rows("attendees"))
    assert first["repeats"]["links"]["self"].endswith(f"?q[]=repeated_from_id:={first['id']}")


def test_monthly_repeats_stay_in_their_month(clinic: Clinic) -> None:
    """A monthly repeat of the 31st falls on the last day of shorter months, also over the year's end."""
    rule = {"number_of_repeats": 2, "repeat_type": "Monthly", "repeating_interval": 1}
    body = clinic.group(starts_at="2024-12-31T01:00:00Z", repeat_rule=rule)
    clinic.desk.post("/group_appointments", body)
    starts = [row["starts_at"] for row in clinic.fake.rows("group_appointments")]

    assert ["2024-12-31T01:00:00Z", "2025-01-31T01:00:00Z", "2025-02-28T01:00:00Z"] == starts


def test_empty_repeat_rule_is_none(clinic: Clinic) -> None:
    """A repeat rule of nulls reads as an empty object and spawns nothing."""
    rule = dict.fromkeys(WEEKLY)
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment(repeat_rule=rule))

    assert ({}, None) == (appointment["repeat_rule"], appointment["repeats"])
    assert 1 == len(clinic.fake.rows("individual_appointments"))


@pytest.mark.parametrize(("arrived", "expected"), [(True, (True, False)), (False, (False, True)), (None, (None, None))])
def test_attendance_has_three_states(clinic: Clinic, arrived: bool | None, expected: tuple[object, object]) -> None:
    """A fresh appointment reads false twice while its attendee reads null; only a written null reads null twice."""
    path = f"/individual_appointments/{clinic.desk.post('/individual_appointments', clinic.appointment())['id']}"
    attendee = _attendee(clinic, path.rsplit("/", 1)[-1])
    fresh = clinic.desk.get(path)

    assert (False, False, None) == (fresh["patient_arrived"], fresh["did_not_arrive"], attendee["arrived"])
    assert arrived is clinic.desk.patch(f"/attendees/{attendee['id']}", {"arrived": arrived})["arrived"]
    marked = clinic.desk.get(path)
    assert expected == (marked["patient_arrived"], marked["did_not_arrive"])


def test_lists_can_be_filtered_by_attendance(clinic: Clinic) -> None:
    """Appointments and bookings can be filtered by whether the patient did not arrive."""
    missed = clinic.fake.add("individual_appointments", **clinic.appointment(), arrived=False)
    clinic.fake.add("individual_appointments", **clinic.appointment())
    clinic.fake.add("group_appointments", **clinic.group())

    assert [missed] == clinic.desk.ids("/individual_appointments", ("q[]", "did_not_arrive:=true"))
    assert [missed] == clinic.desk.ids("/bookings", ("q[]", "did_not_arrive:!=false"))


def test_appointment_follows_its_attendee(clinic: Clinic) -> None:
    """An appointment's patient and case and its attendee's are the same, wherever they are changed."""
    other = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    case = clinic.fake.add("patient_cases", name="Knee", patient_id=other)
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    path = f"/individual_appointments/{appointment['id']}"
    attendee = f"/attendees/{_attendee(clinic, appointment['id'])['id']}"

    assert ["patient_case"] == list(clinic.desk.refused(path, {"patient_case_id": case}, "PATCH"))
    clinic.desk.patch(path, {"patient_id": other})
    assert other == self_of(clinic.desk.get(attendee)["patient"])
    clinic.desk.patch(attendee, {"patient_case_id": case})
    assert case == self_of(clinic.desk.get(path)["patient_case"])


def test_cancelling_hides_and_stamps(clinic: Clinic) -> None:
    """Cancelling answers 204, stamps appointment and attendee with the present and hides them; then it is 404."""
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    path = f"/individual_appointments/{appointment['id']}"
    body = {"cancellation_reason": 30, "cancellation_note": "flu"}
    clinic.fake.clock.sleep_until(90)
    assert "" == clinic.desk.patch(f"{path}/cancel", body, status=204)

    cancelled = clinic.desk.get(path, ("q[]", "cancelled_at:*"))
    assert ("2025-03-03T00:01:30Z", 30, "flu", "Sick") == tuple(
        cancelled[name]
        for name in ("cancelled_at", "cancellation_reason", "cancellation_note", "cancellation_reason_description")
    )
    assert "Sick" == _attendee(clinic, appointment["id"])["cancellation_reason_description"]
    assert (
        []
        == clinic.desk.ids("/individual_appointments")
        == clinic.desk.ids("/attendees")
        == clinic.desk.ids("/bookings")
    )
    clinic.desk.patch(f"{path}/cancel", body, status=404)
    clinic.desk.patch(path, {"notes": "x"}, status=404)
    clinic.desk.post(f"{path}/archive", status=204)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "cancellation_reason"),
        ({"cancellation_reason": None}, "cancellation_reason"),
        ({"cancellation_reason": 31}, "cancellation_reason"),
        ({"cancellation_reason": True}, "cancellation_reason"),
        ({"cancellation_reason": "50"}, "cancellation_reason"),
        ({"cancellation_reason": 50.0}, "cancellation_reason"),
        ({"cancellation_reason": [50]}, "cancellation_reason"),
        ({"cancellation_reason": 50, "cancellation_note": 5}, "cancellation_note"),
        ({"cancellation_reason": 50, "apply_to_repeats": "no"}, "apply_to_repeats"),
        ({"cancellation_reason": 50, "cancelled_at": "2024-01-01T00:00:00Z"}, "cancelled_at"),
    ],
)
def test_cancelling_needs_a_valid_reason(clinic: Clinic, body: dict[str, Any], field: str) -> None:
    """Cancelling without a reason, or with one that is no longer taken, is refused."""
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())

    assert [field] == list(clinic.desk.refused(f"/individual_appointments/{appointment['id']}/cancel", body, "PATCH"))
    assert clinic.fake.rows("individual_appointments")[0]["cancelled_at"] is None


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_cancelling_is_a_patch(clinic: Clinic, method: str) -> None:
    """PUT and POST on a cancellation get a page of HTML with status 404."""
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    answer = clinic.desk.ask(
        method, f"/individual_appointments/{appointment['id']}/cancel", {"cancellation_reason": 50}
    )

    assert (404, "text/html") == (answer.status_code, answer.mimetype)
    assert "Cliniko - 404" in answer.text


def test_repeats_are_cancelled_on_demand(clinic: Clinic) -> None:
    """A series is cancelled as a whole only where that is asked for."""
    first = clinic.desk.post("/individual_appointments", clinic.appointment(repeat_rule=WEEKLY))
    body = {"cancellation_reason": 50, "apply_to_repeats": True}
    clinic.desk.patch(f"/individual_appointments/{first['id']}/cancel", body, status=204)

    assert [] == clinic.desk.ids("/individual_appointments")


def test_attendee_of_an_appointment_cancels_it(clinic: Clinic) -> None:
    """Cancelling or archiving an individual appointment's attendee does the same to the appointment."""
    first = clinic.desk.post("/individual_appointments", clinic.appointment())
    second = clinic.desk.post("/individual_appointments", clinic.appointment())
    attendees = [_attendee(clinic, row["id"])["id"] for row in (first, second)]
    clinic.desk.patch(f"/attendees/{attendees[0]}/cancel", {"cancellation_reason": 40}, status=204)
    clinic.desk.post(f"/attendees/{attendees[1]}/archive", status=204)

    assert [] == clinic.desk.ids("/individual_appointments")
    assert [first["id"]] == clinic.desk.ids("/individual_appointments", ("q[]", "cancelled_at:?"))
    assert [second["id"]] == clinic.desk.ids("/individual_appointments", ("q[]", "archived_at:?"))


def test_archiving_an_appointment_archives_its_attendees(clinic: Clinic) -> None:
    """An archived appointment's attendee is archived with it, one archived before keeps its time."""
    group = clinic.fake.add("group_appointments", **clinic.group())
    early = "2024-01-01T00:00:00Z"
    clinic.fake.add("attendees", booking_id=group, patient_id=clinic.patient, archived_at=early)
    clinic.fake.add("attendees", booking_id=group, patient_id=clinic.patient)
    clinic.desk.ask("DELETE", f"/group_appointments/{group}")

    assert [early, "2025-03-03T00:00:00Z"] == [row["archived_at"] for row in clinic.fake.rows("attendees")]
    clinic.desk.post(f"/group_appointments/{group}/archive", status=404)


def test_archiving_an_attendee_of_a_class(clinic: Clinic) -> None:
    """An archived attendee of a class leaves the class as it is."""
    group = clinic.fake.add("group_appointments", **clinic.group())
    attendee = clinic.fake.add("attendees", booking_id=group, patient_id=clinic.patient)
    clinic.desk.post(f"/attendees/{attendee}/archive", status=204)

    assert [] == clinic.desk.get(f"/group_appointments/{group}")["patient_ids"]


def test_class_takes_no_more_than_its_places(clinic: Clinic) -> None:
    """Live attendees over the places of a class are refused; cancelled ones take no place."""
    group = clinic.desk.post("/group_appointments", clinic.group(max_attendees=2))
    body = {"booking_id": group["id"], "patient_id": clinic.patient}
    first = clinic.desk.post("/attendees", body)
    clinic.desk.post("/attendees", {**body, "arrived": True})

    assert {"base": "The appointment is full"} == clinic.desk.refused("/attendees", body)
    clinic.desk.patch(f"/attendees/{first['id']}/cancel", {"cancellation_reason": 10}, status=204)
    clinic.desk.post("/attendees", body)
    assert [clinic.patient] * 2 == clinic.desk.get(f"/group_appointments/{group['id']}")["patient_ids"]
    assert [group["id"]] == clinic.desk.ids("/group_appointments", ("q[]", f"patient_ids:~{clinic.patient}"))
    assert 2 == len(clinic.desk.ids(f"/group_appointments/{group['id']}/attendees"))


def test_places_follow_from_the_type(clinic: Clinic) -> None:
    """A class has as many places as its type unless it says otherwise, and stays at them."""
    group = clinic.desk.post("/group_appointments", clinic.group())

    assert (8, "2024-05-06T02:00:00Z") == (group["max_attendees"], group["ends_at"])
    assert 8 == clinic.desk.patch(f"/group_appointments/{group['id']}", {"notes": "mats"})["max_attendees"]
    assert "max_attendees" in clinic.desk.refused("/group_appointments", clinic.group(max_attendees=1))
    assert ["appointment_type"] == list(
        clinic.desk.refused(
            "/group_appointments", clinic.group(appointment_type_id="999", ends_at="2024-05-07T01:00:00Z")
        )
    )


def test_attendees_join_classes_only(clinic: Clinic) -> None:
    """A new attendee needs a patient and a class; an individual appointment and a block take none."""
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    body = {"booking_id": appointment["id"], "patient_id": clinic.patient}

    assert ["booking"] == list(clinic.desk.refused("/attendees", body))
    assert {"booking": BLANK, "patient": BLANK} == clinic.desk.refused("/attendees", {})
    assert ["booking_id"] == list(
        clinic.desk.refused(f"/attendees/{_attendee(clinic, appointment['id'])['id']}", {"booking_id": "1"}, "PATCH")
    )


def test_places_in_a_series_of_classes_are_cancelled_one_by_one(clinic: Clinic) -> None:
    """The repeats of a place in a class can't be cancelled in one go."""
    group = clinic.fake.add("group_appointments", **clinic.group())
    attendee = clinic.fake.add("attendees", booking_id=group, patient_id=clinic.patient)
    body = {"cancellation_reason": 50, "apply_to_repeats": True}

    assert ["apply_to_repeats"] == list(clinic.desk.refused(f"/attendees/{attendee}/cancel", body, "PATCH"))
    assert [clinic.patient] == [message.patient_id for message in _cancelled(clinic, attendee)]


def _cancelled(clinic: Clinic, attendee: str) -> list[Any]:
    clinic.desk.patch(f"/attendees/{attendee}/cancel", {"cancellation_reason": 50}, status=204)
    return clinic.fake.outbox


def test_confirmation_needs_patient_and_template(clinic: Clinic) -> None:
    """A confirmation goes out only where the patient wants it and the type has a template for it."""
    template = clinic.fake.add("message_templates", name="Confirmation")
    clinic.desk.post("/individual_appointments", clinic.appointment())
    assert [] == clinic.fake.outbox

    clinic.desk.patch(f"/appointment_types/{clinic.kind}", {"appointment_confirmation_template_ids": [template]})
    made = clinic.desk.post("/individual_appointments", clinic.appointment())
    assert [("appointment_confirmation", "individual_appointments", made["id"])] == [
        (message.occasion, message.kind, message.id) for message in clinic.fake.outbox
    ]
    clinic.desk.patch(f"/patients/{clinic.patient}", {"receives_confirmation_emails": False})
    clinic.desk.post("/individual_appointments", clinic.appointment())
    assert 1 == len(clinic.fake.outbox)
    assert "<Message appointment_confirmation about individual_appointments " in repr(clinic.fake.outbox[0])


def test_place_in_a_class_is_confirmed(clinic: Clinic) -> None:
    """A new attendee of a class gets a confirmation too."""
    template = clinic.fake.add("message_templates", name="Confirmation")
    clinic.desk.patch(f"/appointment_types/{clinic.group_kind}", {"appointment_confirmation_template_ids": [template]})
    group = clinic.desk.post("/group_appointments", clinic.group())
    clinic.desk.post("/attendees", {"booking_id": group["id"], "patient_id": clinic.patient})

    assert [("group_appointments", clinic.patient)] == [(one.kind, one.patient_id) for one in clinic.fake.outbox]


@pytest.mark.parametrize("wanted", [True, False])
def test_cancellation_is_told_to_who_wants_it(clinic: Clinic, wanted: bool) -> None:
    """A cancellation e-mail goes out unless the patient doesn't want them."""
    clinic.desk.patch(f"/patients/{clinic.patient}", {"receives_cancellation_emails": wanted})
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    clinic.desk.patch(f"/individual_appointments/{appointment['id']}/cancel", {"cancellation_reason": 50}, status=204)

    assert ["appointment_cancellation"] * wanted == [message.occasion for message in clinic.fake.outbox]


def test_templates_of_another_account_are_refused(clinic: Clinic) -> None:
    """An appointment type can't name message templates that this account doesn't have."""
    body = {"name": "New", "appointment_reminder_template_ids": ["123"]}

    assert ["appointment_reminder_template_ids"] == list(clinic.desk.refused("/appointment_types", body))
    assert clinic.desk.post("/appointment_types", {"name": "New"})["appointment_reminder_template_ids"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"color": "red"}, "color"),
        ({"duration_in_minutes": 1440}, "duration_in_minutes"),
        ({"duration_in_minutes": 0}, "duration_in_minutes"),
        ({"duration_in_minutes": 7.5}, "duration_in_minutes"),
        ({"max_attendees": 100}, "max_attendees"),
        ({"online_bookings_lead_time_hours": 3}, "online_bookings_lead_time_hours"),
        ({"online_payments_mode": "maybe"}, "online_payments_mode"),
        ({"deposit_price": "-1"}, "deposit_price"),
        ({"deposit_price": "4000000000"}, "deposit_price"),
        ({"deposit_price": "ten"}, "deposit_price"),
        ({"deposit_price": "Infinity"}, "deposit_price"),
        ({"business_ids": ["999"]}, "business_ids"),
        ({"business_ids": None}, "business_ids"),
        ({"name": ""}, "name"),
    ],
)
def test_wrong_appointment_type_is_refused(clinic: Clinic, given: dict[str, Any], field: str) -> None:
    """Colours, durations, places, lead times and prices outside their bounds are refused."""
    assert [field] == list(clinic.desk.refused("/appointment_types", {"name": "New", **given}))


def test_types_and_businesses_follow_each_other(clinic: Clinic) -> None:
    """The types that a business offers and the businesses that a type is offered at are the same links."""
    other = clinic.desk.post("/businesses", {"business_name": "Southside"})["id"]
    made = clinic.desk.post(
        "/appointment_types",
        {"name": "New", "business_ids": [other], "practitioner_ids": [clinic.practitioner], "deposit_price": "12.50"},
    )

    assert "12.5" == made["deposit_price"]
    assert [made["id"]] == clinic.desk.get(f"/businesses/{other}")["appointment_type_ids"]
    assert [other] == clinic.desk.ids("/businesses", ("q[]", f"appointment_type_ids:~{made['id']}"))
    clinic.desk.patch(f"/businesses/{other}", {"appointment_type_ids": [clinic.kind]})
    rows = {row["id"]: row["business_ids"] for row in clinic.fake.rows("appointment_types")}
    assert ([], [clinic.business, other]) == (rows[made["id"]], rows[clinic.kind])
    clinic.desk.patch(f"/businesses/{other}", {"city": "Perth"})
    clinic.desk.patch(f"/appointment_types/{clinic.kind}", {"business_ids": [clinic.business]})
    assert [] == clinic.desk.get(f"/businesses/{other}")["appointment_type_ids"]
    assert {clinic.kind, made["id"]} == set(clinic.desk.ids(f"/practitioners/{clinic.practitioner}/appointment_types"))


def test_label_of_a_time_zone_wins(clinic: Clinic) -> None:
    """Where a business's time zone is given by label and identifier, the identifier is overlooked."""
    body = {"business_name": "Southside", "time_zone": "Perth", "time_zone_identifier": "Europe/Dublin"}
    business = clinic.desk.post("/businesses", body)

    assert ("Perth", None) == (business["time_zone"], business["time_zone_identifier"])
    identifier = {"time_zone_identifier": "Europe/Dublin"}
    assert "Europe/Dublin" == clinic.desk.patch(f"/businesses/{business['id']}", identifier)["time_zone_identifier"]


def test_business_can_be_unarchived(clinic: Clinic) -> None:
    """A business is one of the few things that come back from the archive."""
    path = f"/businesses/{clinic.business}"
    clinic.desk.post(f"{path}/archive", status=204)
    assert 404 == clinic.desk.ask("GET", path).status_code

    assert clinic.desk.post(f"{path}/unarchive", status=200)["archived_at"] is None
    assert "deleted_at" not in clinic.desk.get(path)
    clinic.desk.post("/businesses/999/unarchive", status=404)


def test_blocks_have_times_and_repeats(clinic: Clinic) -> None:
    """An unavailable block repeats as appointments do; an availability block can only be made."""
    times = {"starts_at": "2024-05-06T01:00:00Z", "ends_at": "2024-05-06T02:00:00Z"}
    place = {"business_id": clinic.business, "practitioner_id": clinic.practitioner}
    kind = clinic.desk.post("/unavailable_block_types", {"name": "Lunch"})["id"]
    block = clinic.desk.post(
        "/unavailable_blocks", {**times, **place, "repeat_rule": WEEKLY, "unavailable_block_type_id": kind}
    )
    free = clinic.desk.post("/availability_blocks", {**times, **place})

    assert 3 == len(clinic.desk.ids("/unavailable_blocks"))
    assert {} == free["repeat_rule"]
    for path in ("/unavailable_blocks", "/availability_blocks"):
        assert ["ends_at"] == list(clinic.desk.refused(path, {**times, **place, "ends_at": times["starts_at"]}))
        assert {"starts_at", "ends_at"} == set(clinic.desk.refused(path, place))
    assert 404 == clinic.desk.ask("PATCH", f"/availability_blocks/{free['id']}", {}).status_code
    assert {"conflicts": {"exist": False}} == clinic.desk.get(f"/unavailable_blocks/{block['id']}/conflicts")


def test_bookings_are_a_union(clinic: Clinic) -> None:
    """Bookings list the three kinds together, in the order of creation, under links of their own."""
    times = {"starts_at": "2024-05-06T01:00:00Z", "ends_at": "2024-05-06T02:00:00Z"}
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    group = clinic.desk.post("/group_appointments", clinic.group())
    block = clinic.desk.post(
        "/unavailable_blocks", {**times, "business_id": clinic.business, "practitioner_id": clinic.practitioner}
    )
    bookings = clinic.desk.listed("/bookings")

    assert [appointment["id"], group["id"], block["id"]] == [row["id"] for row in bookings]
    assert ["appointment_type" in row for row in bookings] == [True, True, False]
    assert ["max_attendees" in row for row in bookings] == [False, True, False]
    assert clinic.desk.get(f"/bookings/{block['id']}")["links"]["self"].endswith(f"/bookings/{block['id']}")
    assert [appointment["id"]] == clinic.desk.ids("/bookings", ("q[]", f"patient_ids:~{clinic.patient}"))
    assert [group["id"]] == clinic.desk.ids("/bookings", ("q[]", f"appointment_type_id:={clinic.group_kind}"))
    assert [group["id"], block["id"]] == clinic.desk.ids("/bookings", ("q[]", f"id:>{appointment['id']}"))
    clinic.desk.patch(f"/individual_appointments/{appointment['id']}/cancel", {"cancellation_reason": 50}, status=204)
    assert 404 == clinic.desk.ask("GET", f"/bookings/{appointment['id']}").status_code
    clinic.desk.get(f"/bookings/{appointment['id']}", ("q[]", "cancelled_at:*"))


def test_references_to_cancelled_bookings_can_be_refused(clinic: Clinic) -> None:
    """An account can be told to refuse what points at a cancelled booking."""
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    clinic.desk.patch(f"/individual_appointments/{appointment['id']}/cancel", {"cancellation_reason": 50}, status=204)
    body = {"title": "Note", "draft": True, "patient_id": clinic.patient, "booking_id": appointment["id"]}

    clinic.desk.post("/treatment_notes", body)
    clinic.fake.refuses_cancelled_parents = True
    assert {"booking": BLANK} == clinic.desk.refused("/treatment_notes", body)
