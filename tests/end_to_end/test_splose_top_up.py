"""What changed in the source since the clinic went into Splose: brought over, or set aside with what to do by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Report, Transfer, Why
from clinikomigrate.sinks.splose import SploseMapper, SploseSink, reasons
from clinikomigrate.testing import FakeSplose, LoggedRequest
from clinikomigrate.transfer.carry import CHANGED_AND_EDITED
from clinikomigrate.transfer.retelling import NOT_OURS
from tests.comparison.splose import differences
from tests.end_to_end.accounts import client
from tests.end_to_end.splose import Move, moving, set_up
from tests.traps.clinic import Clinic

COMING = {"starts_at": "2031-01-06T00:00:00Z", "ends_at": "2031-01-06T00:30:00Z"}
Row = dict[str, Any]


@contextmanager
def small(tmp_path: Path) -> Iterator[tuple[Clinic, Move]]:
    """Makes a clinic of one place, and a workspace for it."""
    clinic = Clinic(tmp_path)
    workspace = FakeSplose(clock=clinic.source.clock)
    set_up(clinic.source, workspace)
    with clinic.source.in_process(), workspace.in_process():
        yield clinic, Move(clinic.source, workspace, clinic.journal)


def change(move: Move, kind: str, id: str, **values: Any) -> None:
    """Changes a record of the source."""
    row = move.source.store.at(kind, id)
    move.source.store.change(kind, row, **{"updated_at": move.source.time_text(), **values})


def aside(report: Report) -> dict[tuple[str, str], str]:
    """Gives why records are set aside."""
    return {(each.kind, each.source_id): each.reason for each in report.set_aside}


def alerts(move: Move) -> list[str | None]:
    """Gives the alerts of the workspace's clients."""
    return [row["alert"] for row in move.workspace.rows("patients")]


def edit(move: Move, kind: str, number: int = 0, **values: Any) -> None:
    """Lets somebody change a record in Splose."""
    rows: list[Row] = list(move.workspace.tables.all(kind))
    rows[number].update(values)


# Clients.


def test_what_cannot_be_changed_is_said_until_somebody_did_it(tmp_path: Path) -> None:
    """The rest is brought over at once; each run says what is left, and the last one that nothing is."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient(address_1="1 Banksia Street", notes="Shy")
        move.transfer().run()
        change(move, "patients", ada, email="ada@mail.example", address_1="2 Quay Road", notes="Not shy")
        why = reasons.FIXED.format("the address, the further information")
        for _ in range(2):
            report = move.transfer().run()

            assert aside(report) == {("patients", ada): why}
            assert move.workspace.rows("patients")[0]["email"] == "ada@mail.example"
            assert report.kinds["patients"].updated == 0
            assert not move.transfer().verify().ok

        written = move.workspace.rows("patients")[0]["extraInfo"].replace("Shy", "Not shy")
        edit(move, "patients", addressL1="2 Quay Road", extraInfo=written)
        last = move.transfer().run()

        assert aside(last) == {}
        assert move.transfer().verify().ok
        move.check_quiet()


def test_a_change_that_is_taken_back_is_taken_back_there_too(tmp_path: Path) -> None:
    """What was brought over of it does not stay."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient(address_1="1 Banksia Street", email="old@mail.example")
        move.transfer().run()
        change(move, "patients", ada, email="new@mail.example", address_1="2 Quay Road")
        move.transfer().run()
        change(move, "patients", ada, email="old@mail.example", address_1="1 Banksia Street")
        report = move.transfer().run()

        assert report.ok
        assert move.workspace.rows("patients")[0]["email"] == "old@mail.example"
        assert differences(move.source, move.workspace) == []


def test_what_is_emptied_in_the_source_is_emptied(tmp_path: Path) -> None:
    """Or said, where an update can't."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient(address_1="1 Banksia Street", email="old@mail.example", city="Kew")
        move.transfer().run()
        change(move, "patients", ada, email=None, address_1=None, city=None)
        report = move.transfer().run()
        (row,) = move.workspace.rows("patients")

        assert (row["email"], row["city"], row["addressL1"]) == (None, None, "1 Banksia Street")
        assert aside(report) == {("patients", ada): reasons.FIXED.format("the address")}


def test_what_warns_of_a_patient_who_was_merged_since_the_plan_is_told(tmp_path: Path) -> None:
    """What was read for the plan is not taken for what holds when the same transfer runs."""
    with small(tmp_path) as (clinic, move):
        ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
        for patient, name in ((ada, "Latex"), (bea, "Nuts")):
            clinic.source.add("medical_alerts", patient_id=patient, name=name)
        transfer = move.transfer()
        transfer.plan()
        then = move.source.time_text()
        change(move, "patients", bea, archived_at=then, merged_at=then, merged_with_patient_id=ada)
        transfer.run()

        assert [(alert or "").split() for alert in alerts(move)] == [["Latex", "Nuts"]]


def fields(move: Move) -> dict[str, str]:
    """Gives what the only client has in the workspace's own fields."""
    (row,) = move.workspace.rows("patients")
    return {field["name"]: field["value"] for field in row["customFields"]}


def sporting(clinic: Clinic, move: Move, *names: str) -> str:
    """Makes a patient who has something in fields of that name, which the workspace has too."""
    clinic.source.define_custom_fields({"Sport": [(name, "text") for name in names]})
    for name in names:
        move.workspace.add("custom_fields", name=name, type="Short text")
    return clinic.patient(custom_fields=filled(clinic, **dict.fromkeys(names, "Rovers")))


def filled(clinic: Clinic, **values: str) -> Row:
    """Makes what a patient has in custom fields."""
    (section,) = clinic.source.custom_fields_definition()["sections"]
    given = [
        {"token": field["token"], "type": "text", "value": values[field["name"]]}
        for field in section["fields"]
        if field["name"] in values
    ]
    return {"sections": [{"token": section["token"], "fields": given}]}


def test_custom_fields_that_are_emptied_in_the_source_are_emptied(tmp_path: Path) -> None:
    """One of several, and the last one; what is brought over is not brought over again."""
    with small(tmp_path) as (clinic, move):
        ada = sporting(clinic, move, "Club", "Team")
        move.transfer().run()
        change(move, "patients", ada, custom_fields=filled(clinic, Team="United"))
        first = move.transfer().run()

        assert (first.ok, fields(move)) == (True, {"Team": "United"})

        change(move, "patients", ada, custom_fields=None)
        last = move.transfer().run()

        assert (last.ok, fields(move)) == (True, {})
        assert last.kinds["patients"].updated == 1
        assert move.transfer().run().kinds["patients"].updated == 0
        assert move.transfer().verify().ok
        move.check_quiet()


def test_a_client_of_whom_the_workspace_has_fields_is_changed(tmp_path: Path) -> None:
    """What stands in them is not written again, however many runs say what is left to do."""
    with small(tmp_path) as (clinic, move):
        ada = sporting(clinic, move, "Club")
        move.transfer().run()
        change(move, "patients", ada, email="ada@mail.example", notes="Shy")
        for _ in range(2):
            assert aside(move.transfer().run()) == {("patients", ada): reasons.FIXED.format("the further information")}

        assert [each.path.rpartition("/")[2] for each in move.workspace.log if each.method == "PUT"].count(
            "custom-field"
        ) == 1
        assert move.workspace.rows("patients")[0]["email"] == "ada@mail.example"


def test_custom_fields_that_were_edited_there_are_left(tmp_path: Path) -> None:
    """And that is said; so is nothing of a field that only the workspace has."""
    with small(tmp_path) as (clinic, move):
        ada = sporting(clinic, move, "Club")
        move.workspace.add("custom_fields", name="Parking", type="Short text")
        move.transfer().run()
        edit(move, "patients", customFields=[{"name": "Club", "value": "City"}, {"name": "Parking", "value": "Bay 4"}])
        change(move, "patients", ada, custom_fields=None)

        assert aside(move.transfer().run()) == {("patients", ada): CHANGED_AND_EDITED}
        assert fields(move) == {"Club": "City", "Parking": "Bay 4"}


def test_custom_fields_that_splose_does_not_empty_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody documents that it takes nothing for an answer: it may take the call, and leave what is there."""
    with small(tmp_path) as (clinic, move):
        ada = sporting(clinic, move, "Club")
        move.transfer().run()
        change(move, "patients", ada, custom_fields=None)
        kept = ("Club", "Rovers")
        monkeypatch.setattr("clinikomigrate.testing.splose.special._custom_value", lambda call, one: kept)

        assert aside(move.transfer().run()) == {("patients", ada): reasons.FIXED.format("custom fields")}
        assert fields(move) == {"Club": "Rovers"}


def test_a_contact_s_field_that_is_emptied_is_said(tmp_path: Path) -> None:
    """Until somebody has emptied it there."""
    with small(tmp_path) as (clinic, move):
        doctor = clinic.doctor(email="gp@mail.example", company_name="Quay Clinic")
        move.transfer().run()
        change(move, "contacts", doctor, company_name=None)
        for _ in range(2):
            assert aside(move.transfer().run()) == {("contacts", doctor): reasons.CONTACT}

        edit(move, "contacts", companyName=None)

        assert move.transfer().run().ok
        assert move.transfer().verify().ok


def test_a_contact_who_has_more_there_is_none_the_less_the_same(tmp_path: Path) -> None:
    """A contact who was there before is not made again because somebody wrote more about them."""
    with small(tmp_path) as (clinic, move):
        clinic.doctor(email="gp@mail.example")
        move.transfer().run()
        edit(move, "contacts", companyName="Quay Clinic")
        report = attrs.evolve(move, journal=tmp_path / "other.journal").transfer().run()

        assert (report.kinds["contacts"].created, report.kinds["contacts"].adopted) == (0, 1)
        assert len(move.workspace.rows("contacts")) == 1


def test_contacts_are_said(tmp_path: Path) -> None:
    """Splose's API changes none of them."""
    with small(tmp_path) as (clinic, move):
        doctor = clinic.doctor(email="gp@mail.example")
        move.transfer().run()
        change(move, "contacts", doctor, email="new@mail.example")
        report = move.transfer().run()

        assert aside(report) == {("contacts", doctor): reasons.CONTACT}


# Alerts, which stand in their client's record.


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "Peanuts"}, "Peanuts"),
        ({"archived_at": "2025-03-03T00:00:00Z"}, None),
        ({"deleted_at": "2025-03-03T00:00:00Z", "archived_at": "2025-03-03T00:00:00Z"}, None),
    ],
)
def test_a_changed_alert_is_brought_over(tmp_path: Path, values: Row, said: str | None) -> None:
    """Though the patient's own record says nothing else."""
    with small(tmp_path) as (clinic, move):
        alert = clinic.add("medical_alerts", patient_id=clinic.patient(), name="Nuts")
        move.transfer().run()

        assert alerts(move) == ["Nuts"]

        change(move, "medical_alerts", alert, **values)
        report = move.transfer().run()

        assert alerts(move) == [said]
        assert report.ok
        assert report.kinds["patients"].updated == 1
        assert move.transfer().run().kinds["patients"].updated == 0
        assert move.transfer().verify().ok


def test_a_new_alert_is_brought_over(tmp_path: Path) -> None:
    """Beside those that are there; a patient who is new has theirs from the start."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient()
        clinic.add("medical_alerts", patient_id=ada, name="Nuts")
        move.transfer().run()
        clinic.add("medical_alerts", patient_id=ada, name="Latex")
        clinic.add("medical_alerts", patient_id=ada, name="Bees")
        clinic.add("medical_alerts", patient_id=clinic.patient(first_name="Bea"), name="Dust")
        puts = len([each for each in move.workspace.log if each.method == "PUT"])
        report = move.transfer().run()

        assert alerts(move) == ["Nuts\n\nLatex\n\nBees", "Dust"]
        assert report.ok
        assert len([each for each in move.workspace.log if each.method == "PUT"]) == puts + 1


def test_the_first_run_looks_at_no_alert_twice(tmp_path: Path) -> None:
    """What it makes says everything already."""
    with small(tmp_path) as (clinic, move):
        for name in ("Ada", "Bea", "Cyn"):
            clinic.add("medical_alerts", patient_id=clinic.patient(first_name=name), name="Nuts")
        clock = move.source.clock
        clock.sleep_until(clock.monotonic() + 3600)
        move.transfer().run()

        assert "ids" not in [name for each in move.workspace.log for name, _ in each.query]


def test_an_alert_that_is_entered_during_the_first_run_is_brought_over(tmp_path: Path) -> None:
    """Whoever it is about was made already, without it."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient()
        clinic.add("medical_alerts", patient_id=ada, name="Nuts")

        def enter(request: LoggedRequest) -> None:
            if (request.method, request.path) == ("POST", "/v1/patients"):
                clinic.add("medical_alerts", patient_id=ada, name="Latex")

        move.workspace.on_traffic.append(enter)
        report = move.transfer().run()

        assert alerts(move) == ["Nuts\n\nLatex"]
        assert report.ok
        assert move.transfer().verify().ok
        move.check_quiet()


def test_an_alert_of_a_client_who_was_edited_is_said(tmp_path: Path) -> None:
    """Nothing that somebody wrote in Splose is overwritten, and each run says so until it is done."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient()
        alert = clinic.add("medical_alerts", patient_id=ada, name="Nuts")
        move.transfer().run()
        edit(move, "patients", alert="Nuts, badly")
        change(move, "medical_alerts", alert, name="Peanuts")
        for _ in range(2):
            assert "edited in the destination too" in aside(move.transfer().run())["patients", ada]
            assert alerts(move) == ["Nuts, badly"]

        edit(move, "patients", alert="Peanuts")

        assert move.transfer().run().ok


def test_an_alert_of_a_client_who_is_gone_is_said(tmp_path: Path) -> None:
    """Somebody deleted the client in Splose."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient()
        alert = clinic.add("medical_alerts", patient_id=ada, name="Nuts")
        empty = move.workspace.snapshot()
        move.transfer().run()
        move.workspace.restore(empty)
        change(move, "medical_alerts", alert, name="Peanuts")

        assert "is not in the destination any more" in aside(move.transfer().run())["patients", ada]


def test_an_alert_of_a_client_who_was_there_before_is_a_loss(tmp_path: Path) -> None:
    """Who was in Splose before is never changed."""
    with small(tmp_path) as (clinic, move):
        alert = clinic.add("medical_alerts", patient_id=clinic.patient(date_of_birth="1980-05-01"), name="Nuts")
        move.workspace.add("patients", firstname="Ada", lastname="Example", birthdate="1980-05-01")
        sink, mapper = SploseSink(move.client, documents=None), SploseMapper()
        Transfer(client(move.source), sink, mapper=mapper, existing="adopt", journal=move.journal).run()
        change(move, "medical_alerts", alert, name="Peanuts")
        report = Transfer(client(move.source), sink, mapper=mapper, existing="adopt", journal=move.journal).run()

        assert ("medical_alerts", "record", NOT_OURS, 1) in {
            (each.kind, each.field, each.reason, each.records) for each in report.losses
        }
        assert alerts(move) == [None]


def test_a_lost_connection_loses_no_alert(tmp_path: Path) -> None:
    """A run that ends before the change was brought over leaves it to the next one."""
    with small(tmp_path) as (clinic, move):
        alert = clinic.add("medical_alerts", patient_id=clinic.patient(), name="Nuts")
        move.transfer().run()
        change(move, "medical_alerts", alert, name="Peanuts")
        move.workspace.faults.add("401", when=lambda request: request.method == "PUT", every=1, times=1)
        stopped = move.transfer().run()

        assert stopped.stopped is not None
        assert alerts(move) == ["Nuts"]
        assert move.transfer().run().ok
        assert alerts(move) == ["Peanuts"]


# Classes, of which each seat is an appointment.


def seated(clinic: Clinic, *names: str, **lesson: Any) -> tuple[str, list[str]]:
    """Makes a class with some patients."""
    made = clinic.lesson(**lesson)
    wanted = {"reminders_communication_channels": [1, 2]}
    return made, [clinic.seat(made, clinic.patient(first_name=name, **wanted)) for name in names]


def starts(move: Move) -> list[str]:
    """Gives when the workspace's appointments begin."""
    return sorted(row["start"][:16] for row in move.workspace.rows("appointments"))


@pytest.mark.parametrize("coming", [True, False])
def test_a_class_that_was_moved_moves_its_seats(tmp_path: Path, *, coming: bool) -> None:
    """Whoever would be told of it is muted meanwhile."""
    with small(tmp_path) as (clinic, move):
        times = COMING if coming else {}
        lesson, _ = seated(clinic, "Ada", "Bea", **times)
        seated(clinic, "Cyn", **times)
        move.transfer().run()
        moved = {"starts_at": "2031-01-07T00:00:00Z", "ends_at": "2031-01-07T00:30:00Z"}
        change(move, "group_appointments", lesson, **moved)
        report = move.transfer().run()

        assert report.ok
        assert starts(move)[1:] == ["2031-01-07T00:00"] * 2
        assert report.kinds["attendees"].updated == 2
        assert {row["communicationPreference"] for row in move.workspace.rows("patients")} == {"SMS_EMAIL"}
        assert move.transfer().verify().ok
        assert differences(move.source, move.workspace) == []
        move.check_quiet()


def test_whoever_comes_into_a_moved_class_is_booked_at_its_new_time(tmp_path: Path) -> None:
    """Once, and beside those who were moved."""
    with small(tmp_path) as (clinic, move):
        lesson, _ = seated(clinic, "Ada")
        move.transfer().run()
        change(move, "group_appointments", lesson, ends_at="2024-03-15T00:00:00Z")
        clinic.seat(lesson, clinic.patient(first_name="Bea"))
        report = move.transfer().run()

        assert report.ok
        assert [row["end"][:16] for row in move.workspace.rows("appointments")] == ["2024-03-15T00:00"] * 2
        assert differences(move.source, move.workspace) == []


def test_a_class_that_was_called_off_is_said_seat_by_seat(tmp_path: Path) -> None:
    """Its appointments stand in Splose as live ones until somebody cancels them there."""
    with small(tmp_path) as (clinic, move):
        lesson, seats = seated(clinic, "Ada", "Bea")
        move.transfer().run()
        change(move, "group_appointments", lesson, archived_at="2025-03-03T00:00:00Z")
        there = dict(move.transfer().identities("attendees"))
        said = {("attendees", seat): reasons.GONE_SINCE.format(there[seat]) for seat in seats}
        for _ in range(2):
            assert aside(move.transfer().run()) == said

        gone = {"deletedAt": "2025-03-03T00:00:00.000Z", "archived": True}
        edit(move, "appointments", 0, **gone)
        edit(move, "appointments", 1, **gone)

        assert move.transfer().run().ok


def test_a_seat_that_was_given_up_is_said(tmp_path: Path) -> None:
    """The others stay."""
    with small(tmp_path) as (clinic, move):
        _, (first, _) = seated(clinic, "Ada", "Bea")
        move.transfer().run()
        change(move, "attendees", first, cancelled_at="2025-03-03T00:00:00Z")

        there = dict(move.transfer().identities("attendees"))[first]
        assert aside(move.transfer().run()) == {("attendees", first): reasons.GONE_SINCE.format(there)}


def test_a_client_who_cannot_be_muted_keeps_the_old_time(tmp_path: Path) -> None:
    """That is said of the seat."""
    with small(tmp_path) as (clinic, move):
        lesson, (seat,) = seated(clinic, "Ada", **COMING)
        move.transfer().run()
        change(move, "group_appointments", lesson, ends_at="2031-01-06T01:00:00Z")
        move.workspace.faults.add("403", when=lambda request: request.method == "PUT", every=1)
        report = move.transfer().run()

        assert "could not be switched off" in aside(report)["attendees", seat]
        move.check_quiet()


CANCELLED: Row = {"cancelled_at": "2025-03-03T00:00:00Z"}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("individual_appointments", CANCELLED),
        ("individual_appointments", {**CANCELLED, "ends_at": "2031-01-06T01:00:00Z"}),
        ("individual_appointments", {"notes": "Right knee"}),
        ("group_appointments", {"archived_at": "2025-03-03T00:00:00Z"}),
        ("attendees", CANCELLED),
    ],
)
def test_nobody_is_muted_for_what_waits_for_a_person(tmp_path: Path, kind: str, values: Row) -> None:
    """However many runs say so: nothing is written, so that nobody could be written to."""
    with small(tmp_path) as (clinic, move):
        clinic.visit(clinic.patient(reminders_communication_channels=[1]), **COMING)
        _, (seat,) = seated(clinic, "Bea", **COMING)
        move.transfer().run()
        writes = [each for each in move.workspace.log if each.method != "GET"]
        changed = seat if kind == "attendees" else str(move.source.rows(kind)[0]["id"])
        change(move, kind, changed, **values)
        for _ in range(2):
            assert len(aside(move.transfer().run())) == 1

        assert [each for each in move.workspace.log if each.method != "GET"] == writes
        move.check_quiet()


# Fields that the workspace got since.


def awaited(clinic: Clinic, move: Move, *fields: str, **patient: Any) -> str:
    """Makes a patient with values in fields of which the workspace has only the first, and carries the patient over."""
    clinic.source.define_custom_fields({"Sport": [(name, "text") for name in fields]})
    move.workspace.add("custom_fields", name=fields[0], type="Short text")
    ada = clinic.patient(custom_fields=filled(clinic, **dict.fromkeys(fields, "Rovers")), **patient)
    report = move.transfer().run()
    assert {loss.reason for loss in report.losses} == {reasons.NO_FIELD}
    for name in fields[1:]:
        move.workspace.add("custom_fields", name=name, type="Short text")
    return ada


@pytest.mark.parametrize("edited", [True, False])
def test_a_field_that_came_since_is_filled_in(tmp_path: Path, edited: bool) -> None:
    """As a plan says it; what stands in words as well is no difference, and an edit of something else no obstacle."""
    with small(tmp_path) as (clinic, move):
        awaited(clinic, move, "Club", "Team", address_1="1 Banksia Street")
        if edited:
            edit(move, "patients", city="Kew")
        planned = move.transfer().plan()
        report = move.transfer().run()
        puts = [each.path.rpartition("/")[2] for each in move.workspace.log if each.method == "PUT"]
        again, verified = move.transfer().run(), move.transfer().verify()

        assert fields(move) == {"Club": "Rovers", "Team": "Rovers"}
        assert planned.losses == report.losses == again.losses == []
        assert [each.kinds["patients"].updated for each in (planned, report, again)] == [1, 1, 0]
        assert puts == ["custom-field", "custom-field"]
        assert [each.field for each in verified.differences] == (["city"] if edited else [])
        move.check_quiet()


def test_what_somebody_entered_in_a_field_that_came_since_stays(tmp_path: Path) -> None:
    """Nothing is set aside; a comparison says that it was edited there. A blank field is none that was edited."""
    with small(tmp_path) as (clinic, move):
        awaited(clinic, move, "Club", "Team", "Coach")
        entered = [{"name": "Club", "value": "Rovers"}, {"name": "Team", "value": "City"}]
        edit(move, "patients", customFields=[*entered, {"name": "Coach", "value": None}])
        report = move.transfer().run()
        verified = move.transfer().verify()

        assert report.ok
        assert fields(move) == {"Club": "Rovers", "Team": "City", "Coach": "Rovers"}
        assert [(each.field, each.why) for each in verified.differences] == [("custom_fields", Why.EDITED_THERE)]


def test_a_field_that_came_since_and_was_filled_in_by_hand_needs_nothing(tmp_path: Path) -> None:
    """It isn't written again."""
    with small(tmp_path) as (clinic, move):
        awaited(clinic, move, "Club", "Team")
        edit(move, "patients", customFields=[{"name": name, "value": "Rovers"} for name in ("Club", "Team")])
        writes = len([each for each in move.workspace.log if each.method != "GET"])

        assert move.transfer().run().ok
        assert move.transfer().verify().ok
        assert len([each for each in move.workspace.log if each.method != "GET"]) == writes


def test_a_change_of_a_client_who_waited_for_a_field_is_brought_over(tmp_path: Path) -> None:
    """Though a client's further information can't be changed, which says in words what the field has by now."""
    with small(tmp_path) as (clinic, move):
        ada = awaited(clinic, move, "Club", "Team")
        edit(move, "patients", customFields=[{"name": "Club", "value": "Rovers"}, {"name": "Team", "value": None}])
        change(move, "patients", ada, email="ada@mail.example")
        report = move.transfer().run()

        assert aside(report) == {}
        assert fields(move) == {"Club": "Rovers", "Team": "Rovers"}
        assert move.workspace.rows("patients")[0]["email"] == "ada@mail.example"
        assert move.transfer().verify().ok


def test_a_value_that_changed_since_it_stood_in_words_is_said(tmp_path: Path) -> None:
    """The words in the further information hold no more."""
    with small(tmp_path) as (clinic, move):
        ada = awaited(clinic, move, "Club", "Team")
        change(move, "patients", ada, custom_fields=filled(clinic, Club="Rovers", Team="City"))

        assert aside(move.transfer().run()) == {("patients", ada): reasons.FIXED.format("the further information")}
        assert fields(move) == {"Club": "Rovers", "Team": "City"}


def test_a_field_of_another_type_that_came_since_is_a_loss_of_its_own(tmp_path: Path) -> None:
    """The reason is the one that holds by now."""
    with small(tmp_path) as (clinic, move):
        awaited(clinic, move, "Club", "Team")
        for row in move.workspace.tables.all("custom_fields"):
            row["type"] = "Number" if row["name"] == "Team" else row["type"]
        reports = [move.transfer().run() for _ in range(2)]

        assert [{loss.reason for loss in report.losses} for report in reports] == [{reasons.OTHER_TYPE}] * 2
        assert fields(move) == {"Club": "Rovers"}


def test_an_interruption_before_a_field_is_filled_in(tmp_path: Path) -> None:
    """The next run fills it in."""
    with small(tmp_path) as (clinic, move):
        awaited(clinic, move, "Club", "Team")
        move.workspace.faults.add("401", when=lambda request: request.method == "PUT", every=1, times=1)

        assert move.transfer().run().stopped is not None
        assert move.transfer().run().ok
        assert fields(move) == {"Club": "Rovers", "Team": "Rovers"}


# Appointments that somebody took out of the diary in Splose.

ARCHIVED: Row = {"archived": True, "deletedAt": "2025-03-03T00:00:00.000Z"}
MARKED: Row = {"status": "Cancelled"}


def close(move: Move, values: Row) -> str:
    """Lets somebody archive or cancel the only appointment in Splose; gives its id."""
    (row,) = move.workspace.tables.all("appointments")
    (row["appointmentPatients"][0] if "status" in values else row).update(values)
    return str(row["id"])


@pytest.mark.parametrize(("values", "field"), [(ARCHIVED, "archived_at"), (MARKED, "cancelled_at")])
def test_what_was_closed_in_splose_is_told_and_not_brought_back(tmp_path: Path, values: Row, field: str) -> None:
    """A comparison names it; a change of it is a conflict that says which appointment it is, and what to do."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient(), **COMING)
        move.transfer().run()
        there = close(move, values)
        verified = move.transfer().verify()
        change(move, "individual_appointments", visit, ends_at="2031-01-06T01:00:00Z")
        report = move.transfer().run()

        assert [(each.destination_id, each.field, each.why) for each in verified.differences] == [
            (there, field, Why.EDITED_THERE)
        ]
        assert [(each.state, each.reason) for each in report.set_aside] == [
            ("conflict", reasons.GONE_THERE_SINCE.format(there))
        ]
        assert f"individual_appointments {visit}" in report.to_do[0]
        assert starts(move) == ["2031-01-06T00:00"]


@pytest.mark.parametrize("values", [ARCHIVED, MARKED])
def test_what_is_closed_in_both_is_settled(tmp_path: Path, values: Row) -> None:
    """Whoever did in Splose what a run asked for is asked for no more than the note, and then for nothing."""
    with small(tmp_path) as (clinic, move):
        ada, archived = clinic.patient(), {"archived_at": "2025-03-02T00:00:00Z"}
        visit = clinic.visit(ada, **COMING)
        move.transfer().run()
        (row,) = move.workspace.tables.all("appointments")
        change(move, "individual_appointments", visit, **archived)
        first = move.transfer().run()
        close(move, values)
        second = move.transfer().run()
        clinic.visit(ada, **archived)
        wrong = aside(move.transfer().run())
        row["note"] = next(each["note"] for each in move.workspace.rows("appointments") if each["id"] != row["id"])
        last = move.transfer().run()

        note = {("individual_appointments", visit): reasons.FIXED_VISIT.format("the note")}
        assert aside(first) == {("individual_appointments", visit): reasons.GONE_SINCE.format(row["id"])}
        assert aside(second) == wrong == note
        assert aside(last) == {}
        assert move.transfer().verify().ok


def test_what_is_closed_in_both_and_says_something_else_is_a_conflict(tmp_path: Path) -> None:
    """Nothing that somebody changed in Splose is overwritten."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient(), **COMING)
        move.transfer().run()
        close(move, {**ARCHIVED, "end": "2031-01-06T02:00:00.000Z"})
        change(move, "individual_appointments", visit, archived_at="2025-03-02T00:00:00Z")

        assert aside(move.transfer().run()) == {("individual_appointments", visit): CHANGED_AND_EDITED}


def test_a_plan_of_a_top_up_changes_nothing(tmp_path: Path) -> None:
    """It looks, and counts what a run would do."""
    with small(tmp_path) as (clinic, move):
        alert = clinic.add("medical_alerts", patient_id=clinic.patient(), name="Nuts")
        move.transfer().run()
        change(move, "medical_alerts", alert, name="Peanuts")
        plan = move.transfer().plan()

        assert plan.kinds["patients"].updated == 1
        assert alerts(move) == ["Nuts"]
        assert move.transfer().run().kinds["patients"].updated == 1


def test_a_clinic_that_changes_nothing_costs_no_write(tmp_path: Path) -> None:
    """A second run reads, and writes nothing; nothing is set aside."""
    with moving(tmp_path, patients=25) as move:
        move.transfer().run()
        writes = [each for each in move.workspace.log if each.method != "GET"]
        report = move.transfer().run()

        assert report.ok
        assert [each for each in move.workspace.log if each.method != "GET"] == writes
        assert sum(count.updated for count in report.kinds.values()) == 0
