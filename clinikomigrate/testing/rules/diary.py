"""The rules of the appointment book: series, attendees, capacity, messages to patients."""

from __future__ import annotations

import calendar
import copy
from datetime import datetime, timedelta

from clinikomigrate.testing.answers import BLANK, INVALID, invalid
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Row, moment
from clinikomigrate.testing.filters import live_attendees
from clinikomigrate.testing.kinds import KINDS
from clinikomigrate.testing.rules.people import set_case
from clinikomigrate.testing.rules.shapes import apply, repeat_rule
from clinikomigrate.testing.writing import Change, Rules, new_row

_DAYS = {"Daily": 1, "Weekly": 7}
_TOLD = ("starts_at", "ends_at", "business_id", "practitioner_id", "appointment_type_id")
"""What of an appointment a patient is told: where one of these changes, it is confirmed anew."""


def check_times(change: Change) -> None:
    """Looks at start, end and repeat rule.

    An end that isn't given follows from the type, and so does one that a change takes back with a null.
    """
    apply(change, {"repeat_rule": repeat_rule(51)})
    starts_at, kind = change.value("starts_at"), change.target("appointment_type_id")
    if change.before is None and "ends_at" in change.given and change.given["ends_at"] is None:
        change.refuse("ends_at", BLANK)
    ends_unset = change.given.get("ends_at") is None and (change.before is None or "ends_at" in change.given)
    if ends_unset and kind is not None and starts_at is not None:
        change.given["ends_at"] = later(str(starts_at), minutes=kind["duration_in_minutes"])
    ends_at = change.value("ends_at")
    if starts_at is not None and ends_at is not None and str(ends_at) <= str(starts_at):
        change.refuse("ends_at", "must be after the start")


def later(when: str, *, minutes: int = 0, days: int = 0) -> str:
    """Gives a moment some minutes or days after another."""
    return moment(datetime.fromisoformat(when) + timedelta(days=days, minutes=minutes))


def occurrence(when: str, rule: Row, number: int) -> str:
    """Gives the moment of an appointment's nth repeat."""
    steps = number * rule["repeating_interval"]
    if rule["repeat_type"] in _DAYS:
        return later(when, days=steps * _DAYS[rule["repeat_type"]])
    first = datetime.fromisoformat(when)
    years, month = divmod(first.month - 1 + steps, 12)
    year = first.year + years
    last_day = calendar.monthrange(year, month + 1)[1]
    return moment(first.replace(year=year, month=month + 1, day=min(first.day, last_day)))


def check_individual(change: Change) -> None:
    """Looks at an individual appointment: its times, and that its case is its patient's."""
    check_times(change)
    check_case(change, str(change.value("patient_id")))


def check_case(change: Change, patient_id: str) -> None:
    """Looks whether a case that is given belongs to the patient."""
    case = change.target("patient_case_id")
    if "patient_case_id" in change.given and case is not None and case["patient_id"] != patient_id:
        change.refuse("patient_case", INVALID)


def add_individual(change: Change, row: Row) -> None:
    """Makes an individual appointment's attendee, and the rest of its series."""
    for appointment in (row, *spawn(change, row)):
        attendee_of(change.call, appointment)
        notify(change.call, appointment, "appointment_confirmation")


def attendee_of(call: Call, appointment: Row) -> Row:
    """Makes the attendee that each individual appointment has."""
    given = {
        "booking_id": appointment["id"],
        "patient_id": appointment["patient_id"],
        "patient_case_id": appointment["patient_case_id"],
    }
    return add_attendee(call, appointment["created_at"], given)


def add_attendee(call: Call, created_at: str, given: Row) -> Row:
    """Adds an attendee's row."""
    attendee = new_row(KINDS["attendees"], created_at, given)
    attendee["id"] = call.store.new_id("attendees")
    call.store.insert("attendees", attendee)
    return attendee


def spawn(change: Change, row: Row) -> list[Row]:
    """Makes the repeats that a new booking's repeat rule asks for."""
    rule = row["repeat_rule"]
    if not rule:
        return []
    store, kind = change.call.store, change.kind.name
    made = []
    for number in range(1, rule["number_of_repeats"] + 1):
        repeat = copy.deepcopy(row)
        repeat["id"] = store.new_id(kind)
        repeat["repeated_from_id"] = row["id"]
        repeat["repeat_rule"] = None
        for name in ("starts_at", "ends_at"):
            repeat[name] = occurrence(row[name], rule, number)
        store.insert(kind, repeat)
        made.append(repeat)
    return made


def spawn_only(change: Change, row: Row) -> None:
    """Makes the repeats of a booking that nobody is told of."""
    spawn(change, row)


def follow_individual(change: Change, row: Row) -> None:
    """Brings the attendee of a changed individual appointment in step, and tells the patient of a new time."""
    for attendee in change.call.store.pointing("attendees", "booking_id", row["id"]):
        change.call.store.change(
            "attendees", attendee, patient_id=row["patient_id"], patient_case_id=row["patient_case_id"]
        )
    if _is_moved(change, row):
        notify(change.call, row, "appointment_confirmation")


def follow_group(change: Change, row: Row) -> None:
    """Tells whoever has a place in a group of its new time."""
    if _is_moved(change, row):
        for attendee in live_attendees(change.call.store, row["id"]):
            notify(change.call, {**row, "patient_id": attendee["patient_id"]}, "appointment_confirmation")


def _is_moved(change: Change, row: Row) -> bool:
    """Says whether an appointment that takes place got another time, place, practitioner or type."""
    before = change.before or row
    return row.get("cancelled_at") is None and any(before[name] != row[name] for name in _TOLD)


def archive_attendees(call: Call, row: Row) -> None:
    """Archives the attendees of an archived appointment, and tells those who have not cancelled."""
    for attendee in live_attendees(call.store, row["id"]):
        _tell_of_archiving(call, attendee)
    for attendee in call.store.pointing("attendees", "booking_id", row["id"]):
        if attendee["archived_at"] is None:
            call.store.change("attendees", attendee, archived_at=row["archived_at"])


def check_group(change: Change) -> None:
    """Looks at a group appointment; how many can come follows from the type unless it is given."""
    check_times(change)
    kind = change.target("appointment_type_id")
    if change.before is None and "max_attendees" not in change.given and kind is not None:
        change.given["max_attendees"] = kind["max_attendees"]


def check_attendee(change: Change) -> None:
    """Looks at an attendee: only groups take new ones, and no more than they have places."""
    booking = change.target("booking_id")
    check_case(change, str(change.value("patient_id")))
    if "arrived" in change.given:
        change.given["attendance_recorded"] = change.before is not None or change.given["arrived"] is not None
    if change.before is not None or booking is None:
        return
    if "max_attendees" not in booking:
        change.refuse("booking", INVALID)
    elif len(live_attendees(change.call.store, booking["id"])) >= booking["max_attendees"]:
        change.refuse("base", "The appointment is full")


def confirm_attendee(change: Change, row: Row) -> None:
    """Tells a patient of a new place in a group."""
    booking = change.call.store.at("bookings", row["booking_id"])
    notify(change.call, {**booking, "patient_id": row["patient_id"]}, "appointment_confirmation")


def follow_attendee(change: Change, row: Row) -> None:
    """Brings an individual appointment in step with its attendee's case."""
    set_case(change.call.store, row, row["patient_case_id"])


def archive_appointment(call: Call, row: Row) -> None:
    """Archives the individual appointment of an archived attendee, and tells the patient where it is not cancelled."""
    _tell_of_archiving(call, row)
    appointment = call.store.get("individual_appointments", row["booking_id"])
    if appointment is not None and appointment["archived_at"] is None:
        call.store.change("individual_appointments", appointment, archived_at=row["archived_at"])


def _tell_of_archiving(call: Call, attendee: Row) -> None:
    """Tells an attendee that a booking is gone. Nobody knows whether the real API does."""
    if call.fake.tells_of_archiving and attendee["cancelled_at"] is None:
        booking = call.store.at("bookings", attendee["booking_id"])
        notify(call, {**booking, "patient_id": attendee["patient_id"]}, "appointment_cancellation")


def notify(call: Call, appointment: Row, occasion: str) -> None:
    """Records the message that an appointment's patient would get, where patient and type ask for one."""
    patient = call.store.at("patients", appointment["patient_id"])
    kind = call.store.at("appointment_types", appointment["appointment_type_id"])
    wanted = {
        "appointment_confirmation": patient["receives_confirmation_emails"]
        and kind["appointment_confirmation_template_ids"],
        "appointment_cancellation": patient["receives_cancellation_emails"],
    }
    if wanted[occasion]:
        name = call.store.booking_kind(appointment["id"])
        call.fake.send(occasion, patient["id"], name, appointment["id"])


def check_unavailable(change: Change) -> None:
    """Looks at an unavailable block's times and repeat rule."""
    apply(change, {"repeat_rule": repeat_rule(51)})
    _check_end(change)


def check_available(change: Change) -> None:
    """Looks at an availability block's times and repeat rule."""
    apply(change, {"repeat_rule": repeat_rule(100)})
    _check_end(change)


def _check_end(change: Change) -> None:
    starts_at, ends_at = change.value("starts_at"), change.value("ends_at")
    if starts_at is not None and ends_at is not None and str(ends_at) <= str(starts_at):
        change.refuse("ends_at", "must be after the start")


def cancel(call: Call, row: Row, reason: int, note: str | None, *, also_repeats: bool) -> None:
    """Cancels an attendee or an individual appointment, each with the other, and tells the patient.

    Raises:
        Refusal: A 422: the repeats of a place in a group can't be cancelled in one go.
    """
    individual = "repeat_rule" in row
    appointment = row if individual else call.store.get("individual_appointments", row["booking_id"])
    if also_repeats and appointment is None:
        raise invalid({"apply_to_repeats": INVALID})
    if appointment is None:
        _set_cancelled(call, "attendees", row, reason, note)
        booking = call.store.at("bookings", row["booking_id"])
        notify(call, {**booking, "patient_id": row["patient_id"]}, "appointment_cancellation")
        return
    repeats = call.store.pointing("individual_appointments", "repeated_from_id", appointment["id"])
    live = [one for one in repeats if one["cancelled_at"] is None and one["archived_at"] is None]
    for one in (appointment, *(live if also_repeats else ())):
        _set_cancelled(call, "individual_appointments", one, reason, note)
        for attendee in call.store.pointing("attendees", "booking_id", one["id"]):
            _set_cancelled(call, "attendees", attendee, reason, note)
        notify(call, one, "appointment_cancellation")


def _set_cancelled(call: Call, kind: str, row: Row, reason: int, note: str | None) -> None:
    call.store.change(
        kind, row, cancelled_at=call.now, cancellation_reason=reason, cancellation_note=note, updated_at=call.now
    )


DIARY_RULES = {
    "individual_appointments": Rules(
        check=check_individual, made=add_individual, changed=follow_individual, archived=archive_attendees
    ),
    "group_appointments": Rules(check=check_group, made=spawn_only, changed=follow_group, archived=archive_attendees),
    "attendees": Rules(
        check=check_attendee, made=confirm_attendee, changed=follow_attendee, archived=archive_appointment
    ),
    "unavailable_blocks": Rules(check=check_unavailable, made=spawn_only),
    "availability_blocks": Rules(check=check_available),
}
"""The rules of these kinds by their names."""
