"""What the account makes by itself."""

from __future__ import annotations

from typing import Any

import attrs

from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.sink import Present
from tests.sinks.cliniko.destination import Destination


def seat(there: Destination, **more: Any) -> m.AttendeeDraft:
    """Makes a draft of the seat that the account made with its appointment."""
    draft = m.AttendeeDraft(booking_id=there.appointment, patient_id=there.patient)
    return attrs.evolve(draft, **more)


def test_seat_of_an_individual_appointment(there: Destination) -> None:
    """The attendee that came with the appointment is found."""
    assert [Present(there.attendee, same=True)] == there.sink.present([seat(there)])


def test_seat_that_says_less(there: Destination) -> None:
    """An attendee that doesn't hold yet what the draft says is to be changed; what it lacks is named."""
    given: list[dict[str, Any]] = [{"arrived": True}, {"notes": "late"}, {"patient_case_id": there.case}]

    assert [[Present(there.attendee, same=False, differs=tuple(each))] for each in given] == [
        there.sink.present([seat(there, **each)]) for each in given
    ]


def test_seat_after_the_change(there: Destination) -> None:
    """An attendee that was changed holds what the draft says."""
    draft = seat(there, arrived=True, notes="late", patient_case_id=there.case)
    there.sink.update(there.attendee, draft)

    assert [Present(there.attendee, same=True)] == there.sink.present([draft])


def test_no_seat(there: Destination) -> None:
    """A seat in a class is there only once it was made; another patient's is another's."""
    there.fake.add("attendees", booking_id=there.group, patient_id=there.relative)
    drafts = [m.AttendeeDraft(booking_id=there.group, patient_id=there.patient), seat(there, patient_id=there.relative)]

    assert [None, None] == there.sink.present(drafts)


def test_hidden_seats(there: Destination) -> None:
    """A cancelled seat is found, and after the active one."""
    cancelled = there.fake.add(
        "attendees", booking_id=there.group, patient_id=there.patient, cancelled_at="2024-03-01T00:00:00Z"
    )
    draft = m.AttendeeDraft(booking_id=there.group, patient_id=there.patient)
    alone = there.sink.present([draft])
    active = there.fake.add("attendees", booking_id=there.group, patient_id=there.patient)

    assert [Present(cancelled, same=True)] == alone
    assert [Present(active, same=True), Present(cancelled, same=True), None] == there.sink.present([draft] * 3)


def test_few_requests(there: Destination) -> None:
    """Two hundred seats in as many appointments are asked for in two requests of bearable length."""
    drafts = [m.AttendeeDraft(booking_id=str(10**18 + number), patient_id=there.patient) for number in range(200)]
    before = there.sink.requests_sent
    there.sink.present([*drafts, *drafts])

    assert 2 == there.sink.requests_sent - before


def test_relationships(there: Destination) -> None:
    """A relationship is there if the same two are related in the same way, seen from whichever side."""
    sides = {"patient_id": there.patient, "related_patient_id": there.relative}
    made = there.fake.add("relationships", **sides, relation=10, mirror=False)

    def draft(one: str, other: str, relation: int | Unset) -> m.RelationshipDraft:
        return m.RelationshipDraft(patient_id=one, related_patient_id=other, relation=relation)

    drafts = [
        draft(there.patient, there.relative, 10),
        draft(there.relative, there.patient, 20),
        draft(there.relative, there.patient, 10),
        draft(there.patient, there.relative, 30),
        draft(there.patient, there.relative, UNSET),
        draft(there.patient, there.third, 10),
    ]

    assert [Present(made, same=True)] * 2 + [None] * 4 == there.sink.present(drafts)


def test_symmetric_relationships(there: Destination) -> None:
    """Siblings are siblings from both sides."""
    sides = {"patient_id": there.patient, "related_patient_id": there.relative}
    made = there.fake.add("relationships", **sides, relation=30, mirror=False)
    draft = m.RelationshipDraft(patient_id=there.relative, related_patient_id=there.patient, relation=30)

    assert [Present(made, same=True)] == there.sink.present([draft])


def test_both_sides(there: Destination) -> None:
    """Where the account keeps both sides of a relationship, each is found for its own draft."""
    made = there.sink.create(there.draft("relationships")).id
    other = next(str(row["id"]) for row in there.fake.rows("relationships") if row["id"] != made)
    child = m.RelationshipDraft(patient_id=there.relative, related_patient_id=there.patient, relation=20)

    expected = [Present(made, same=True), Present(other, same=True)]
    assert expected == there.sink.present([there.draft("relationships"), child])


def test_other_kinds(there: Destination) -> None:
    """Of other kinds nothing is made by the account, and nothing asked."""
    before = there.sink.requests_sent

    assert ([None], []) == (there.sink.present([there.draft("medical_alerts")]), there.sink.present([]))
    assert before == there.sink.requests_sent
