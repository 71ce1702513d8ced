"""Marking appointments by calls of which nobody knows what they do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from clinikomigrate.errors import OutcomeUnknown, Unauthorized, Unsupported
from clinikomigrate.sinks.splose import SploseSink, reasons
from clinikomigrate.transfer.follow_ups import Arrive, Cancel
from clinikomigrate.transfer.sink import Finished, Wanted
from tests.sinks.splose.workspace import COMING, PAST, There, workspace

KIND = "individual_appointments"


def reason(there: There) -> Cancel:
    """Puts a cancellation reason into the workspace, and gives what cancels with it."""
    return Cancel(reason=int(there.fake.add("cancellation_reasons", name="Sick")), note="Rang at 8")


def booked(there: There, *, archived: bool = False, **patient: Any) -> str:
    """Makes an appointment."""
    given = {"deleted_at": PAST} if archived else {}
    return there.sink.create(there.visit(there.ada(**patient), **given)).id


def row(there: There, number: int = 0) -> dict[str, Any]:
    """Gives what the workspace has of an appointment, with what became of it."""
    found: dict[str, Any] = there.fake.rows("appointments")[number]
    place: dict[str, Any] = found["appointmentPatients"][0]
    return {**found, **place}


def calls(there: There) -> list[str]:
    """Names the calls that mark appointments."""
    return [line.rpartition("/")[2] for line in there.writes() if line.endswith(("/cancellation", "/arrival"))]


def lost(finished: Finished) -> list[tuple[str, str]]:
    """Gives what is lost."""
    return [(loss.field, loss.reason) for loss in finished.losses]


def test_who_came_is_marked_once(there: There) -> None:
    """It is read before and after; what is marked already is left as it is."""
    id = booked(there)
    done = there.sink.finish(KIND, id, Arrive())
    again = there.sink.finish(KIND, id, Arrive())

    assert calls(there) == ["arrival"]
    assert row(there)["status"] == "Arrived"
    assert there.sink.state(done.before) != there.sink.state(done.record) == there.sink.state(again.record)
    assert lost(done) == lost(again) == []


def test_the_first_call_of_a_sort_goes_alone(there: There) -> None:
    """Others wait until it was looked at; from then on they go side by side."""
    ids = [booked(there) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda id: there.sink.finish(KIND, id, Arrive()), ids))
    sent = [request.method for request in there.fake.log if "/appointments/" in request.path]
    first = sent.index("POST")

    assert sent[first : first + 2] == ["POST", "GET"]
    assert [row(there, number)["status"] for number in range(6)] == ["Arrived"] * 6
    there.sink.finish(KIND, booked(there), Arrive())
    assert calls(there) == ["arrival"] * 7


def test_what_was_cancelled_is_marked_and_stays_archived(there: There) -> None:
    """With its reason and its note."""
    cancel, id = reason(there), booked(there, archived=True)
    done = there.sink.finish(KIND, id, cancel)
    there.sink.finish(KIND, id, cancel)
    found = row(there)

    assert calls(there) == ["cancellation"]
    assert (found["status"], found["cancellationReason"], found["cancellationNote"]) == (
        "Cancelled",
        "Sick",
        "Rang at 8",
    )
    assert found["archived"]
    assert lost(done) == []


def test_a_cancellation_without_a_note_sends_none(there: There) -> None:
    """An empty note would be one."""
    there.sink.finish(KIND, booked(there), Cancel(reason=reason(there).reason))

    assert row(there)["cancellationNote"] is None


@pytest.mark.parametrize("becomes", ["hidden", "refused"])
def test_where_archived_appointments_cannot_be_cancelled_the_note_says_it(becomes: Any) -> None:
    """It stays archived, and the mark is lost; where the call isn't found, no other appointment is tried."""
    with workspace(archived_cancellation=becomes) as there:
        cancel = reason(there)
        first, second = booked(there, archived=True), booked(there, archived=True)
        found = [lost(there.sink.finish(KIND, id, cancel)) for id in (first, second)]
        why = reasons.NO_CALL if becomes == "hidden" else reasons.CALL_REFUSED

        assert found[1] == [("cancelled_at", why)]
        assert found[0] == [("cancelled_at", reasons.CALL_REFUSED)]
        assert calls(there) == ["cancellation"] * (1 if becomes == "hidden" else 2)
        assert all(row(there, each)["archived"] and row(there, each)["status"] is None for each in (0, 1))


def test_a_call_that_is_taken_and_does_nothing_is_a_loss() -> None:
    """The answer says nothing, so that the appointment is read."""
    with workspace(archived_cancellation="ignored") as there:
        done = there.sink.finish(KIND, booked(there, archived=True), reason(there))

        assert lost(done) == [("cancelled_at", reasons.CALL_IGNORED)]
        assert row(there)["archived"]


def test_what_comes_back_cancelled_stands_as_no_live_one() -> None:
    """It is in the diary, marked; nothing differs from what was meant."""
    with workspace(archived_cancellation="restored") as there:
        cancel, patient = reason(there), there.ada()
        draft = there.visit(patient, deleted_at=PAST, cancels=True)
        id = there.sink.create(draft).id
        done = there.sink.finish(KIND, id, cancel)

        assert (row(there)["status"], row(there)["archived"]) == ("Cancelled", False)
        assert lost(done) == []
        assert list(there.sink.compare(Wanted(draft, (cancel,)), done.record)) == []
        assert list(there.sink.compare(Wanted(draft, (cancel,)), done.before)) == ["cancelled_at"]


def test_what_comes_back_as_a_live_one_is_cancelled_at_once_and_no_other_is_touched() -> None:
    """A cancelled appointment never stands in the diary as a live one."""
    with workspace(archived_cancellation="revived") as there:
        cancel = reason(there)
        first, second = booked(there, archived=True), booked(there, archived=True)
        done = there.sink.finish(KIND, first, cancel)
        other = there.sink.finish(KIND, second, cancel)

        assert calls(there) == ["cancellation", "cancellation"]
        assert (row(there)["status"], lost(done)) == ("Cancelled", [])
        assert (row(there, 1)["archived"], row(there, 1)["status"]) == (True, None)
        assert lost(other) == [("cancelled_at", reasons.REVIVES)]


def test_what_comes_back_and_cannot_be_cancelled_is_said_aloud() -> None:
    """It stands there as a live one: a person has to look at it now, and the next run tries again."""
    with workspace(archived_cancellation="revived") as there:
        cancel, id = reason(there), booked(there, archived=True)
        seen: list[str] = []

        def second(request: Any) -> bool:
            seen.extend([request.path] if request.path.endswith("/cancellation") else [])
            return request.path.endswith("/cancellation") and len(seen) == 2

        there.fake.faults.add("403", when=second, every=1)
        with pytest.raises(Unsupported, match="brought this archived appointment back"):
            there.sink.finish(KIND, id, cancel)

        assert not row(there)["archived"]
        there.sink.finish(KIND, id, cancel)
        assert row(there)["status"] == "Cancelled"


def test_a_live_appointment_that_cannot_be_cancelled_is_said_aloud(there: There) -> None:
    """It was cancelled in the source since: words are not enough where the diary says otherwise."""
    cancel = reason(there)
    there.fake.lacks.add("POST /appointments/{id}/patients/{patientId}/cancellation")
    for _ in range(2):
        with pytest.raises(Unsupported, match="cancel it there by hand"):
            there.sink.finish(KIND, booked(there), cancel)

    assert calls(there) == ["cancellation"]


def test_a_charge_is_told() -> None:
    """The appointment shows what is charged for the cancellation."""
    with workspace(cancellation_rate=50) as there:
        done = there.sink.finish(KIND, booked(there, archived=True), reason(there))

    assert lost(done) == [("cancelled_at", reasons.CHARGED)]


def test_a_charge_is_told_by_the_run_that_goes_on() -> None:
    """The one before was interrupted between the call and the look at what came of it."""
    with workspace(cancellation_rate=50) as there:
        cancel, id = reason(there), booked(there, archived=True)
        there.fake.faults.add("401", when=lambda request: bool(calls(there)) and request.method == "GET", times=1)
        with pytest.raises(Unauthorized):
            there.sink.finish(KIND, id, cancel)
        again = there.sink.finish(KIND, id, cancel)

    assert calls(there) == ["cancellation"]
    assert lost(again) == [("cancelled_at", reasons.CHARGED)]


def test_an_invoice_for_an_arrival_is_told(there: There) -> None:
    """Nobody knows whether Splose makes one; it is no fee for a cancellation."""
    ada = there.ada()
    id = there.sink.create(there.visit(ada)).id
    dates = {"issueDate": PAST, "dueDate": PAST}
    invoice = there.fake.add("invoices", invoiceNumber="1", patientId=ada, locationId=there.location, **dates)

    def charge(request: Any) -> None:
        if request.path.endswith("/arrival"):
            (made,) = there.fake.tables.all("appointments")
            made["appointmentPatients"][0]["invoiceId"] = int(invoice)

    there.fake.on_traffic.append(charge)
    done = there.sink.finish(KIND, id, Arrive())
    again = there.sink.finish(KIND, id, Arrive())

    assert lost(done) == [("patient_arrived", reasons.INVOICED)]
    assert lost(again) == []
    assert set(done.losses) <= set(there.sink.lasting(KIND, changed=True))


@pytest.mark.parametrize("fault", ["timeout_after", "timeout_before", "500_after", "drop_before"])
def test_a_call_of_unknown_fate_is_looked_at_before_it_is_sent_again(there: There, fault: Any) -> None:
    """It could charge or write twice: what is marked meanwhile is marked once."""
    there.fake.faults.add(fault, when=lambda request: request.path.endswith("/arrival"), every=1, times=1)
    began = there.fake.clock.monotonic()
    there.sink.finish(KIND, booked(there), Arrive())

    assert row(there)["status"] == "Arrived"
    assert len(calls(there)) == (1 if fault.endswith("after") else 2)
    assert there.fake.clock.monotonic() - began >= 10
    there.fake.assert_clean()


def test_what_nobody_answers_stays_unknown(there: There) -> None:
    """After three calls the appointment is left for the next run, which reads it first."""
    there.fake.faults.add("timeout_before", when=lambda request: request.path.endswith("/arrival"), every=1)
    with pytest.raises(OutcomeUnknown):
        there.sink.finish(KIND, booked(there), Arrive())

    assert calls(there) == ["arrival"] * 3


def several(there: There) -> str:
    """Makes an appointment, into which somebody puts one more client."""
    other = {"patientId": there.ada(firstname="Bea")}
    return there.fake.add(
        "appointments",
        start=PAST,
        end=PAST,
        locationId=there.location,
        appointmentPatients=[{"patientId": there.ada()}, other],
    )


def missed(there: There) -> str:
    """Makes an appointment that somebody marked."""
    place = {"patientId": there.ada(), "status": "Did not arrive"}
    return there.fake.add(
        "appointments",
        start=PAST,
        end=PAST,
        locationId=there.location,
        appointmentPatients=[place],
    )


@pytest.mark.parametrize(
    ("arranged", "why"),
    [
        (several, reasons.SEVERAL),
        (missed, reasons.MARKED_OTHERWISE),
        (lambda there: booked(there, archived=True), reasons.ARCHIVED_THERE),
    ],
)
def test_what_somebody_changed_is_left_as_it_is(there: There, arranged: Callable[[There], str], why: str) -> None:
    """Nothing is called, and the loss says why."""
    assert lost(there.sink.finish("attendees", arranged(there), Arrive())) == [("arrived", why)]
    assert calls(there) == []


@pytest.mark.parametrize(("arranged", "why"), [(several, reasons.SEVERAL), (missed, reasons.MARKED_OTHERWISE)])
def test_what_is_cancelled_by_now_and_stands_as_a_live_one_is_said_aloud(
    there: There, arranged: Callable[[There], str], why: str
) -> None:
    """Nothing is called; a person has to look, for words are not enough where the diary says otherwise."""
    cancel = reason(there)
    with pytest.raises(Unsupported) as said:
        there.sink.finish(KIND, arranged(there), cancel)

    assert str(said.value) == f"{why}. {reasons.STANDS_LIVE}"
    assert calls(there) == []


def test_what_an_arrival_came_to_is_expected_until_it_is_sent_again(there: There) -> None:
    """Each change of the appointment sends it again; other follow-ups say nothing beforehand."""
    done = there.sink.finish("attendees", booked(there), Arrive())

    assert set(done.regained) == set(there.sink.may_lose("attendees", Arrive()))
    assert {loss.field for loss in done.regained} == {"arrived"}
    assert there.sink.may_lose("attendees", Cancel()) == ()


def test_with_outcomes_clients_are_muted_for_cancellations_too(there: There) -> None:
    """One setting holds for all; without outcomes nothing is cancelled."""
    ada = there.ada(communicationPreference="EMAIL")
    marking = SploseSink(there.client, outcomes=True)

    assert there.sink.may_message() == {"confirmations"}
    assert marking.may_message() == {"cancellations", "confirmations"}
    assert marking.loud([ada]) == {ada: ["cancellations:EMAIL", "confirmations:EMAIL"]}


def test_a_mark_takes_three_requests(there: There) -> None:
    """It is read, marked and read again, as a plan counts."""
    id = booked(there)
    before = there.client.requests_sent
    there.sink.finish(KIND, id, Arrive())

    assert there.sink.cost(Arrive()) == there.sink.cost(Cancel()) == there.client.requests_sent - before == 3


def test_appointments_to_come_are_marked_too(there: There) -> None:
    """Nobody is written to who was muted."""
    ada = there.ada(communicationPreference="NONE")
    made = there.sink.create(there.visit(ada, start=COMING, end=COMING.replace(hour=1)))
    there.sink.finish(KIND, made.id, reason(there))

    assert row(there)["status"] == "Cancelled"
    assert there.fake.outbox == []


@pytest.mark.parametrize(
    ("called", "note", "named"),
    [
        ("sick", "Rang at 8", ()),
        (None, None, ()),
        ("Away", "Rang at 8", ("cancellation_reason",)),
        ("Sick", "Rang at 9", ("cancellation_note",)),
        ("Away", "", ("cancellation_reason",)),
    ],
)
def test_what_a_cancellation_says_otherwise(
    there: There, called: str | None, note: str | None, named: tuple[str, ...]
) -> None:
    """The reason by the name that the workspace has for it, and the note; what it doesn't show differs in nothing."""
    cancelling, marking, id = reason(there), SploseSink(there.client, outcomes=True), booked(there)
    marking.account()
    marking.finish(KIND, id, cancelling)
    appointment = there.client.appointments.get(id)
    (place,) = appointment.appointment_patients or ()
    shown = attrs.evolve(place, cancellation_reason=called, cancellation_note=note)
    record = attrs.evolve(appointment, appointment_patients=(shown,))

    assert named == marking.says_otherwise(cancelling, record)


def test_what_says_nothing_of_a_cancellation(there: There) -> None:
    """What isn't marked as cancelled, and other follow-ups than cancellations."""
    cancelling = reason(there)
    there.sink.account()
    record = there.client.appointments.get(booked(there))

    assert () == there.sink.says_otherwise(cancelling, record) == there.sink.says_otherwise(Arrive(), record)
