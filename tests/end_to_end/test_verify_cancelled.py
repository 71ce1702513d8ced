"""Cancellations compared with what was meant: of appointments, and of single seats in a class."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinikomigrate import Why
from tests.end_to_end.test_verify import accounts, found, verified
from tests.traps.clinic import Clinic

CANCELLED = {"cancelled_at": "2024-03-01T00:00:00Z", "cancellation_reason": 30, "cancellation_note": "Flu"}


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


@pytest.mark.parametrize("what", ["cancelled", "archived"])
def test_a_seat_that_was_given_up_in_the_destination(clinic: Clinic, what: str) -> None:
    """A class has seats of its own: whoever gave one up there did so after it had arrived."""
    seat = clinic.seat(clinic.lesson(), clinic.patient())
    clinic.move()
    there = str(clinic.only("attendees")["id"])
    with accounts(clinic) as (_, destination, _):
        if what == "cancelled":
            destination.attendees.cancel(there, reason=50)
        else:
            destination.attendees.archive(there)
    verification = verified(clinic)

    assert {("attendees", what): Why.EDITED_THERE} == found(verification)
    assert [seat] == [each.source_id for each in verification.differences]


def test_a_seat_whose_cancellation_never_arrived(clinic: Clinic) -> None:
    """The report says so, and so does the comparison."""
    clinic.seat(clinic.lesson(), clinic.patient(), **CANCELLED)
    clinic.destination.faults.add("403", every=1, when=lambda request: request.path.endswith("/cancel"))
    report = clinic.run()
    clinic.destination.faults.clear()

    assert ["unfinished"] == [row.state for row in report.set_aside]
    assert {("attendees", "cancelled"): Why.NEVER_ARRIVED} == found(verified(clinic))


def test_the_seat_of_an_appointment_goes_with_it(clinic: Clinic) -> None:
    """It is cancelled there together with its appointment, which alone is told."""
    clinic.visit(clinic.patient())
    clinic.move()
    with accounts(clinic) as (_, destination, _):
        destination.individual_appointments.cancel(str(clinic.only("individual_appointments")["id"]), reason=50)

    assert {("individual_appointments", "cancelled"): Why.EDITED_THERE} == found(verified(clinic))


def test_a_seat_in_an_archived_class(clinic: Clinic) -> None:
    """The destination archives it along with its class."""
    lesson = clinic.lesson(archived_at="2024-04-01T00:00:00Z")
    clinic.seat(lesson, clinic.patient())
    clinic.move()

    assert clinic.only("attendees")["archived_at"]
    assert verified(clinic).ok


def test_what_a_cancellation_says(clinic: Clinic) -> None:
    """Another reason or note there is told; the destination may have written it otherwise, so nobody is blamed."""
    ada = clinic.patient()
    visit = clinic.visit(ada, **CANCELLED)
    clinic.seat(clinic.lesson(), ada, **CANCELLED)
    clinic.move()
    before = verified(clinic)
    lesson = clinic.only("group_appointments")["id"]
    seat = next(row for row in clinic.arrived("attendees") if row["booking_id"] == lesson)
    for kind, row in (("individual_appointments", clinic.only("individual_appointments")), ("attendees", seat)):
        store = clinic.destination.store
        store.change(kind, store.at(kind, str(row["id"])), cancellation_reason=60, cancellation_note="Work")
    after = verified(clinic)
    clinic.source.store.change(
        "individual_appointments", clinic.source.store.at("individual_appointments", visit), cancellation_reason=40
    )

    assert before.ok
    kinds, fields = ("individual_appointments", "attendees"), ("cancellation_reason", "cancellation_note")
    assert {(kind, field): Why.UNKNOWN for kind in kinds for field in fields} == found(after)
    assert Why.CHANGED_HERE is found(verified(clinic))["individual_appointments", "cancellation_reason"]


def test_a_cancelled_seat_of_which_the_source_says_more(clinic: Clinic) -> None:
    """It was this transfer that cancelled it, so nobody else is said to have done that."""
    lesson, ada = clinic.lesson(), clinic.patient()
    seat = clinic.seat(lesson, ada, **CANCELLED)
    clinic.move()
    store = clinic.source.store
    store.change("attendees", store.at("attendees", seat), notes="Rang us", updated_at="2030-01-01T00:00:00Z")
    changed = clinic.run()
    store.change("attendees", store.at("attendees", seat), cancelled_at=None, updated_at="2030-01-02T00:00:00Z")
    back = clinic.run()

    assert ["it is cancelled in the destination, where it can't be changed any more"] == [
        row.reason for row in changed.set_aside
    ]
    assert ["in the source it is not any more" in row.reason for row in back.set_aside] == [True]
