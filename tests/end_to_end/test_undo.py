"""A transfer taken back: what stays and why, whose key takes notes back, interruptions, and what a run makes anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Blocked, Cliniko, ClinikoSink, Event, Report, Transfer
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import Forbidden, JournalError
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.events import RecordSettled
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.end_to_end.accounts import Pair, client, pair_of
from tests.end_to_end.test_authors import AUTHORS, archived_by_others
from tests.traps.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


@contextmanager
def new_account(clinic: Clinic) -> Iterator[Cliniko]:
    """Gives a client of the destination, mounted."""
    with clinic.destination.in_process():
        yield client(clinic.destination)


def undo(clinic: Clinic, **settings: Any) -> Report:
    """Takes everything back."""
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        return pair.transfer().undo(**settings)


def reasons(report: Report) -> dict[str, str]:
    """Gives why records were left, by kind."""
    return {row.kind: row.reason for row in report.set_aside}


def live(clinic: Clinic, kind: str) -> list[str]:
    """Gives the ids of the destination's records of a kind that are not archived."""
    return [str(row["id"]) for row in clinic.arrived(kind) if not row.get("archived_at")]


def test_what_the_api_can_not_take_back_is_not_doubled(clinic: Clinic) -> None:
    """A concession type stays, is listed, and stands for the source's again; its price is for the new item."""
    item = clinic.add("billable_items", name="Visit", price="90.0")
    concession = clinic.add("concession_types", name="Pensioner")
    clinic.add("concession_prices", billable_item_id=item, concession_type_id=concession, price="70.0")
    clinic.move()
    report, twice = undo(clinic), undo(clinic)
    again = clinic.move()
    prices = {str(row["billable_item_id"]) for row in clinic.arrived("concession_prices")}

    assert {"concession_types", "concession_prices"} == set(reasons(report)) == set(reasons(twice))
    assert all("has no way of archiving" in reason for reason in reasons(report).values())
    assert 1 == len(clinic.arrived("concession_types"))
    assert (1, 0) == (again.kinds["concession_types"].adopted, again.kinds["concession_types"].created)
    assert prices == {str(row["id"]) for row in clinic.arrived("billable_items")}
    assert 2 == len(prices)


def test_a_run_afterwards_makes_everything_anew(clinic: Clinic) -> None:
    """Nothing that was archived stands for anything again."""
    for name in ("Ada", "Bea"):
        patient = clinic.patient(first_name=name)
        clinic.note(patient)
        clinic.visit(patient)
    clinic.move()
    kinds = ("patients", "treatment_notes", "individual_appointments", "appointment_types")
    before = {kind: set(live(clinic, kind)) for kind in kinds}
    first, second = undo(clinic), undo(clinic)
    left = [id for kind in kinds for id in live(clinic, kind)]
    clinic.move()
    after = {kind: set(live(clinic, kind)) for kind in kinds}

    assert first.ok
    assert second.ok
    assert 0 == sum(count.removed for count in second.kinds.values())
    assert [] == left
    assert {kind: len(ids) for kind, ids in before.items()} == {kind: len(ids) for kind, ids in after.items()}
    assert all(not before[kind] & after[kind] for kind in kinds)


def test_notes_are_taken_back_under_the_keys_that_wrote_them(tmp_path: Path) -> None:
    """In another process, long after preflight, and without the source's having been looked at."""
    with pair_of(tmp_path, patients=40) as pair:
        assert pair.transfer(authors=AUTHORS).run().ok
        archived = {row["id"] for row in pair.destination.rows("treatment_notes") if row["archived_at"]}
        seen = len(pair.source.log)
        report = pair.transfer(authors=AUTHORS).undo()
        notes = pair.destination.rows("treatment_notes")

        assert all(row["archived_at"] for row in notes)
        assert len(archived) < len(notes)
        assert set() == archived_by_others(pair.destination)
        assert seen == len(pair.source.log)
        assert "treatment_notes" not in reasons(report)


def test_a_key_that_was_revoked_since(tmp_path: Path) -> None:
    """The main key takes back what it may; a key that is no practitioner's, or not accepted, is as if not given."""
    with pair_of(tmp_path, patients=10) as pair:
        assert pair.transfer().run().ok
        clerk = pair.destination.add("users", first_name="Rae", last_name="Ro", role="administrator")
        revoked = client(pair.destination, key="MS0xMjM0NTY3ODkwMTIzNDU2Nzg5LWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6-au1")
        keys = {"Rae Ro": client(pair.destination, key=pair.destination.key_for(clerk)), "Old Timer": revoked}
        sink = ClinikoSink(client(pair.destination), authors=keys)
        report = Transfer(client(pair.source), sink, journal=pair.journal).undo()

        assert "treatment_notes" not in reasons(report)
        assert all(row["archived_at"] for row in pair.destination.rows("treatment_notes"))


def test_who_has_something_that_stays_stays_too(clinic: Clinic) -> None:
    """A note that was edited keeps its patient; once it is archived by hand, the patient goes as well."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    for patient in (ada, bea):
        clinic.note(patient)
    clinic.move()
    people = {str(row["id"]): str(row["first_name"]) for row in clinic.arrived("patients")}
    note = next(row for row in clinic.arrived("treatment_notes") if people[str(row["patient_id"])] == "Ada")
    clinic.destination.store.change(
        "treatment_notes", clinic.destination.store.at("treatment_notes", str(note["id"])), title="Second thoughts"
    )
    report = undo(clinic)
    stay = [people[id] for id in live(clinic, "patients")]
    with new_account(clinic) as destination:
        destination.treatment_notes.archive(str(note["id"]))
    rest = undo(clinic)

    assert "edited in the destination" in reasons(report)["treatment_notes"]
    assert "1 record of it stays" in reasons(report)["patients"]
    assert ["Ada"] == stay
    assert rest.ok
    assert [] == live(clinic, "patients")


@pytest.mark.parametrize("what", ["seat", "note"])
def test_an_appointment_that_was_kept_since(clinic: Clinic, what: str) -> None:
    """Somebody who was marked as arrived, or of whose visit a note was written, is worked with: all of it stays."""
    for name in ("Ada", "Bea"):
        clinic.visit(clinic.patient(first_name=name))
    clinic.move()
    visit = clinic.arrived("individual_appointments")[0]
    seat = next(str(row["id"]) for row in clinic.arrived("attendees") if row["booking_id"] == visit["id"])
    with new_account(clinic) as destination:
        if what == "seat":
            destination.attendees.update(seat, m.AttendeeDraft(arrived=True))
        else:
            draft = m.TreatmentNoteDraft(
                title="New", draft=False, patient_id=visit["patient_id"], booking_id=visit["id"]
            )
            destination.treatment_notes.create(draft)
    report, twice = undo(clinic), undo(clinic)
    seats = {
        "seat": "it was edited in the destination since",
        "note": "its appointment stays",
    }
    kept = {"attendees", "individual_appointments", "patients", "appointment_types"}

    assert kept == set(reasons(report)) == set(reasons(twice))
    assert reasons(report)["attendees"].startswith(seats[what])
    assert [str(visit["id"])] == live(clinic, "individual_appointments")
    assert [str(visit["patient_id"])] == live(clinic, "patients")
    assert clinic.run().ok
    assert 2 == len(live(clinic, "individual_appointments"))


def test_after_something_stayed_a_run_makes_the_rest(clinic: Clinic) -> None:
    """Who stayed is not made again, and gets back what was taken."""
    ada = clinic.patient()
    clinic.note(ada)
    clinic.move()
    with new_account(clinic) as destination:
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(occupation="Farmer"))
    undo(clinic)
    clinic.move()

    assert 1 == len(clinic.arrived("patients"))
    assert [clinic.only("patients")["id"]] == [
        row["patient_id"] for row in clinic.arrived("treatment_notes") if not row["archived_at"]
    ]


def test_how_somebody_came_who_was_there_before(clinic: Clinic) -> None:
    """The API sets a referral source and can't take it away; of an adopted patient it stays, and is listed."""
    kind = clinic.add("referral_source_types", name="Friend")
    ada = clinic.patient(email="ada@mail.example")
    clinic.add("referral_sources", patient_id=ada, referral_source_type_id=kind, notes="Met at the pool")
    clinic.destination.add("patients", first_name="Ada", last_name="Example", email="ada@mail.example")
    assert clinic.run(existing="adopt").kinds["referral_sources"].created
    report = undo(clinic)

    assert "can't take it away" in reasons(report)["referral_sources"]
    assert not clinic.only("patients")["archived_at"]


def test_the_other_side_of_a_relationship_goes_too(clinic: Clinic) -> None:
    """What the destination made by itself is taken back with what it came along with, and comes again with it."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=30)
    clinic.move()
    kinds = {kind: report_count for kind, report_count in clinic.run().kinds.items() if kind == "relationships"}
    first = undo(clinic)
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        verification = pair.transfer().verify()

    assert 2 == kinds["relationships"].already
    assert first.ok
    assert 2 == len(live(clinic, "relationships"))
    assert verification.ok, verification


def adopting_relationships(clinic: Clinic) -> None:
    """Moves two patients, and then one side of their relationship after the other."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    sides = {"patient_id": ada, "related_patient_id": bea, "relation": 30}
    clinic.add("relationships", **sides, mirror=False)
    clinic.move()
    clinic.add("relationships", patient_id=bea, related_patient_id=ada, relation=30, mirror=False)
    assert 1 == clinic.move().kinds["relationships"].adopted


def test_an_adopted_side_of_our_own_patients(clinic: Clinic) -> None:
    """A side that a later run found there already goes with its patients, whom this transfer made."""
    adopting_relationships(clinic)
    report = undo(clinic)

    assert report.ok
    assert 2 == report.kinds["relationships"].removed
    assert [] == live(clinic, "relationships")
    assert 1 <= clinic.move().kinds["relationships"].created


def test_seats_of_somebody_else_s_appointment_are_not_touched(clinic: Clinic) -> None:
    """The seat in an appointment that was there before is no seat of this transfer's."""
    clinic.visit(clinic.patient(email="ada@mail.example"))
    first = Pair(clinic.source, clinic.destination, clinic.journal.with_name("first.journal"))
    with clinic.source.in_process(), clinic.destination.in_process():
        assert first.transfer().run().ok
    (there,) = clinic.destination.store.all("patients")
    clinic.destination.store.change("patients", there, old_reference_id="")  # she is nobody's copy any more
    adopted = clinic.run(existing="adopt")
    report = undo(clinic)

    assert 1 == adopted.kinds["individual_appointments"].adopted
    assert 1 == adopted.kinds["attendees"].adopted
    assert 0 == sum(count.found for count in report.kinds.values())
    assert 1 == len(live(clinic, "individual_appointments")) == len(live(clinic, "attendees"))


def test_what_is_in_doubt_is_listed(clinic: Clinic) -> None:
    """A write that nobody knows the fate of may have made a record: it is told, and its patient stays for it."""
    clinic.add("medical_alerts", name="Latex", patient_id=clinic.patient())

    def is_alert(request: LoggedRequest) -> bool:
        return request.method == "POST" and request.path.endswith("/medical_alerts")

    def is_look(request: LoggedRequest) -> bool:
        return (
            request.method == "GET"
            and request.path.endswith("/medical_alerts")
            and bool(clinic.sent("POST", "/medical_alerts"))
        )

    clinic.destination.faults.add("drop_after", when=is_alert, every=1)
    clinic.destination.faults.add("403", when=is_look, every=1)
    assert not clinic.run().ok
    clinic.destination.faults.clear()
    report = undo(clinic)
    states = {row.kind: row.state for row in report.set_aside}

    assert {"medical_alerts": "in doubt", "patients": "left"} == states
    assert "run again" in reasons(report)["medical_alerts"]
    assert [clinic.only("patients")["id"]] == live(clinic, "patients")
    assert clinic.run().ok
    assert undo(clinic).ok


def test_what_the_clinic_works_with_is_not_taken_back(clinic: Clinic) -> None:
    """A patient who was edited, or has a new record, stays; everything else goes, adopted records never."""
    clinic.add("taxes", name="GST", rate="10.0")
    tax = clinic.destination.add("taxes", name="GST", rate="10.0")
    for name in ("Ada", "Bea", "Cem"):
        clinic.note(clinic.patient(first_name=name))
    clinic.move()
    there = {row["first_name"]: str(row["id"]) for row in clinic.arrived("patients")}
    with new_account(clinic) as destination:
        destination.patients.update(there["Ada"], m.PatientDraft(occupation="Farmer"))
        destination.medical_alerts.create(m.MedicalAlertDraft(name="Wasps", patient_id=there["Bea"]))
    report = undo(clinic)
    archived = {row["first_name"]: row["archived_at"] is not None for row in clinic.arrived("patients")}

    assert {"Ada": False, "Bea": False, "Cem": True} == archived
    assert all(row["archived_at"] for row in clinic.arrived("treatment_notes"))
    assert [tax] == [str(row["id"]) for row in clinic.arrived("taxes")]
    assert ["edited", "1 record was added t"] == sorted(
        "edited" if "edited" in row.reason else row.reason[:20] for row in report.set_aside
    )[::-1]
    assert "taken back; 2 left" in report.verdict
    assert any("by hand" in step for step in report.to_do)


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "drop_before", "503"])
def test_taking_back_goes_on_after_trouble(clinic: Clinic, fault: FaultKind) -> None:
    """Lost replies and failures leave nothing behind once it is called again."""
    for name in ("Ada", "Bea"):
        clinic.visit(clinic.patient(first_name=name))
    clinic.move()
    clinic.destination.faults.add(fault, when=lambda request: request.path.endswith("/archive"), times=3)
    undo(clinic)
    clinic.destination.faults.clear()
    undo(clinic)

    assert all(row["archived_at"] for row in clinic.arrived("patients"))
    assert all(row["archived_at"] for row in clinic.arrived("individual_appointments"))


def test_it_stops_when_asked_and_goes_on(clinic: Clinic) -> None:
    """What is asked to stop says so, and the next call takes the rest back."""
    for number in range(3):
        clinic.patient(first_name=f"Person {number}")
    clinic.doctor()  # is left for the second call, as the type is, however many patients are in flight when it stops
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = pair.transfer()
        stopped = transfer.undo(on_event=lambda _: transfer.stop())
        rest = transfer.undo()

    assert "asked to stop" == stopped.stopped
    assert "Undo again to go on" in stopped.verdict
    assert rest.ok
    assert "still had in the destination were taken back" in rest.verdict


def test_a_run_after_one_that_was_interrupted(clinic: Clinic) -> None:
    """It is refused before any write: what is left uses what is gone. Once the undo is through, all is made anew."""
    old = clinic.add(
        "appointment_types", name="Old", business_ids=[clinic.business], archived_at="2024-05-01T00:00:00Z"
    )
    clinic.visit(clinic.patient(), appointment_type_id=old)
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = pair.transfer()
        transfer.undo(on_event=lambda _: transfer.stop())
        seen = len(clinic.destination.log)
        with pytest.raises(Blocked, match=r"Call undo\(\) again"):
            transfer.run()
        planned = transfer.plan()
        written = [each for each in clinic.destination.log[seen:] if each.method != "GET"]
        transfer.undo()
        report = transfer.run()

    assert [] == written
    assert "undo-unfinished" in {each.code for each in planned.findings}
    assert report.ok


# E-mails.


def loud(clinic: Clinic) -> list[str]:
    """Gives the first names of those who get e-mails about cancellations in the destination."""
    return [str(row["first_name"]) for row in clinic.arrived("patients") if row["receives_cancellation_emails"]]


def settings(clinic: Clinic) -> list[bool]:
    """Gives how patients' e-mails about cancellations were set in the destination, change by change."""
    name = "receives_cancellation_emails"
    return [bool(body[name]) for body in clinic.bodies("PATCH", "") if name in body]


def test_patients_are_muted_while_their_appointments_go(clinic: Clinic) -> None:
    """Who stays is given the setting back; who was never written to is not asked about twice."""
    for name in ("Ada", "Bea"):
        clinic.visit(clinic.patient(first_name=name, receives_cancellation_emails=True))
    clinic.visit(clinic.patient(first_name="Cem", receives_cancellation_emails=False))
    clinic.move()
    before = loud(clinic)
    ada = next(row for row in clinic.arrived("patients") if row["first_name"] == "Ada")
    clinic.destination.log.clear()
    with new_account(clinic) as destination:
        destination.patients.update(str(ada["id"]), m.PatientDraft(occupation="Farmer"))
    undo(clinic)

    assert {"Ada", "Bea"} == set(before)
    assert "Ada" in loud(clinic)
    assert [False, False, True] == settings(clinic)
    assert [] == clinic.destination.outbox


def test_nobody_is_muted_for_what_stays(clinic: Clinic) -> None:
    """An appointment that is not taken back sends nothing, so its patient is left alone."""
    clinic.visit(clinic.patient(receives_cancellation_emails=True))
    clinic.move()
    clinic.destination.log.clear()
    with new_account(clinic) as destination:
        visit = clinic.only("individual_appointments")["id"]
        destination.individual_appointments.update(visit, m.IndividualAppointmentDraft(notes="Bring scans"))
    report = undo(clinic)

    assert [] == settings(clinic)
    assert {"attendees", "individual_appointments", "patients", "appointment_types"} == set(reasons(report))


def test_an_interrupted_one_tells_who_is_muted_and_the_next_one_unmutes(clinic: Clinic) -> None:
    """Whoever stays is written to again once it is through, and not before."""
    ada = clinic.patient(receives_cancellation_emails=True)
    clinic.visit(ada)
    clinic.move()
    with new_account(clinic) as destination:
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(occupation="Farmer"))
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = pair.transfer()

        def stop(event: Event) -> None:
            if isinstance(event, RecordSettled) and event.kind == "individual_appointments":
                transfer.stop()

        stopped = transfer.undo(on_event=stop)
        while_stopped = loud(clinic)
        rest = transfer.undo()

    assert "asked to stop" == stopped.stopped
    assert 1 == stopped.muted
    assert [True, True] == ["Undo again" in stopped.to_do[0], "for now" in stopped.to_do[-1]]
    assert [] == while_stopped
    assert ["Ada"] == loud(clinic)
    assert 0 == rest.muted
    assert any("archive by hand" in step for step in rest.to_do)


def test_a_setting_that_can_not_be_given_back(clinic: Clinic) -> None:
    """It is listed, and the next call tries again."""
    clinic.visit(clinic.patient(receives_cancellation_emails=True))
    clinic.move()
    with new_account(clinic) as destination:
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(occupation="Farmer"))

    def unmutes(request: LoggedRequest) -> bool:
        return isinstance(request.json, dict) and request.json.get("receives_cancellation_emails") is True

    clinic.destination.faults.add("403", when=unmutes, every=1)
    report = undo(clinic)
    clinic.destination.faults.clear()
    again = undo(clinic)

    assert ["left", "unfinished"] == sorted(row.state for row in report.set_aside)
    assert 1 == report.muted
    assert ["left"] == [row.state for row in again.set_aside]
    assert ["Ada"] == loud(clinic)


# Interruptions.


class Dies(BaseException):
    """Stands for a process that is killed."""


def test_it_goes_on_after_it_was_killed(clinic: Clinic) -> None:
    """What was archived before its outcome was noted is not archived again, and nothing is left behind."""
    for name in ("Ada", "Bea", "Cem"):
        clinic.visit(clinic.patient(first_name=name))
    clinic.move()
    deaths = []

    def dies(*args: Any, **more: Any) -> None:
        deaths.append(args)
        raise Dies

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteJournal, "settle", dies)
        with pytest.raises(Dies):
            undo(clinic)
    report = undo(clinic)
    archivings = [each.path for each in clinic.sent("POST", "/archive")]

    assert deaths
    assert report.ok
    assert [] == [id for kind in ("patients", "individual_appointments") for id in live(clinic, kind)]
    assert len(set(archivings)) == len(archivings)


def test_ctrl_c_ends_it_cleanly(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that it was asked to stop, and goes on from there."""
    clinic.patient()
    clinic.move()

    def interrupt(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ClinikoSink, "hanging_on", interrupt)
        stopped = undo(clinic)

    assert "asked to stop" == stopped.stopped
    assert undo(clinic).ok


def test_a_full_disk_ends_it_cleanly(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a report, and the next call goes on."""
    clinic.patient()
    clinic.move()

    def fail(*_: Any, **__: Any) -> None:
        raise JournalError("The journal failed: database or disk is full. Nothing is lost: run again.")

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteJournal, "settle", fail)
        stopped = undo(clinic)

    assert "disk is full" in str(stopped.stopped)
    assert undo(clinic).ok


def test_what_can_not_be_read_ends_it(clinic: Clinic) -> None:
    """A list that the key may not read is told, and nothing is guessed about it."""
    clinic.patient()
    clinic.move()
    clinic.destination.faults.add("403", when=lambda request: request.path == "/v1/patients", every=1)
    report = undo(clinic)

    assert "could not be read again" in str(report.stopped)
    assert [clinic.only("patients")["id"]] == live(clinic, "patients")


def test_a_record_that_can_not_be_taken_back_is_left(clinic: Clinic) -> None:
    """What the destination refuses is listed with its reason, and keeps its patient."""
    clinic.add("medical_alerts", name="Latex", patient_id=clinic.patient())
    clinic.move()
    clinic.destination.faults.add("403", when=lambda request: "/medical_alerts/" in request.path, every=1)
    report = undo(clinic)
    clinic.destination.faults.clear()

    assert Forbidden.advice in reasons(report)["medical_alerts"]
    assert "1 record of it stays" in reasons(report)["patients"]
    assert undo(clinic).ok


def test_a_key_that_is_revoked_on_the_way_ends_it(clinic: Clinic) -> None:
    """That is wrong with the account, and not with a record."""
    clinic.patient()
    clinic.move()
    clinic.destination.faults.add("401", when=lambda request: request.path.endswith("/archive"), every=1)
    report = undo(clinic)

    assert "a key is no longer accepted" in str(report.stopped)
    assert "Undo again to go on" in report.verdict


def test_where_nothing_was_made_nothing_is_taken_back(clinic: Clinic) -> None:
    """A journal that no run has bound yet has nothing in it, such as that of a plan: it is said."""
    clinic.patient()
    with clinic.source.in_process(), clinic.destination.in_process():
        Pair(clinic.source, clinic.destination, clinic.journal).transfer().plan()
    report = undo(clinic)

    assert report.ok
    assert "There was nothing to take back: by its journal this transfer made nothing" in report.verdict


def test_a_connection_that_is_gone_for_long_ends_it(clinic: Clinic) -> None:
    """After a quarter of an hour it gives up, and goes on another time."""
    clinic.patient()
    clinic.move()
    clinic.destination.faults.add("drop_before", when=lambda request: request.path == "/v1/patients", every=1)
    report = undo(clinic)
    clinic.destination.faults.clear()

    assert "no connection for 15 minutes" in str(report.stopped)
    assert undo(clinic).ok


def test_what_was_archived_and_taken_back_is_not_adopted(clinic: Clinic) -> None:
    """An appointment that is archived in the source looks like its copy that was taken back; it is made anew."""
    there = clinic.destination.add("patients", first_name="Ada", last_name="Example", date_of_birth="1980-02-29")
    ada = clinic.patient(first_name="Ada", last_name="Example", date_of_birth="1980-02-29")
    clinic.visit(ada, archived_at="2024-05-01T00:00:00Z")
    first = clinic.run(existing="adopt")
    undo(clinic)
    taken = {row["id"] for row in clinic.arrived("individual_appointments")}
    again = clinic.run(existing="adopt")

    assert (1, 1) == tuple(each.kinds["individual_appointments"].created for each in (first, again))
    assert 1 == len({row["id"] for row in clinic.arrived("individual_appointments")} - taken)
    assert {there} == {row["patient_id"] for row in clinic.arrived("individual_appointments")}
