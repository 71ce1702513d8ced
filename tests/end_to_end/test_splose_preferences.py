"""How clients are written to, once all is done: as the source says it by then, and as nobody set it otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Report
from clinikomigrate.cliniko.models import PatientDraft
from clinikomigrate.sinks.splose.mapping.people import NOBODY
from clinikomigrate.testing import FakeCliniko, FakeSplose
from clinikomigrate.transfer.mismatches import Why
from clinikomigrate.transfer.renewal import SET_OTHERWISE
from tests.end_to_end.accounts import client
from tests.end_to_end.splose import Move, set_up

SMS, EMAIL = 1, 2
BY_HAND = SET_OTHERWISE.format("the communication preference")


@attrs.frozen
class Desk:
    """A clinic with Ada and Bea, and people who work in both systems.

    Attributes:
        move: The transfer between them.
        patients: Their ids in the source.
        place: Where and by whom they are treated.
    """

    move: Move
    patients: tuple[Any, Any]
    place: dict[str, Any]

    def book(self, patient: Any, day: int, year: int = 2031) -> None:
        """Books a patient in the source."""
        times = {"starts_at": f"{year}-01-{day:02}T00:00:00Z", "ends_at": f"{year}-01-{day:02}T00:30:00Z"}
        self.move.source.add("individual_appointments", patient_id=patient, **times, **self.place)

    def remind(self, *channels: int, **others: Any) -> None:
        """Changes how Ada is reminded in the source."""
        draft = PatientDraft(reminders_communication_channels=list(channels), **others)
        client(self.move.source).patients.update(str(self.patients[0]), draft)

    def set_there(self, preference: str) -> None:
        """Changes how Ada is written to in Splose."""
        workspace = self.move.workspace
        row = next(row for row in workspace.tables.all("patients") if row["firstname"] == "Ada")
        row.update(communicationPreference=preference, updatedAt=workspace.time_text())

    def interrupted(self) -> Report:
        """Runs until the first appointment is made."""
        transfer, workspace = self.move.transfer(), self.move.workspace

        def look(request: Any, *_: Any) -> None:
            if request.method == "POST" and request.path.endswith("/appointments"):
                transfer.stop()

        workspace.on_traffic.append(look)
        report = transfer.run()
        workspace.on_traffic.remove(look)
        return report

    @property
    def preferences(self) -> list[str]:
        """How Ada and Bea are written to in Splose."""
        rows = {row["firstname"]: str(row["communicationPreference"]) for row in self.move.workspace.rows("patients")}
        return [rows[name] for name in ("Ada", "Bea")]


@contextmanager
def at_desk(tmp_path: Path, *channels: int, booked: Sequence[str] = ("Ada", "Bea")) -> Iterator[Desk]:
    """Makes a clinic with two patients who are reminded in some ways, and says who of them is booked."""
    source = FakeCliniko()
    business = source.add("businesses", business_name="Northside")
    user = source.add("users", first_name="Amy", last_name="Ng", email="amy@acme.example", role="practitioner")
    amy = source.add("practitioners", user_id=user, first_name="Amy", last_name="Ng")
    kind = source.add("appointment_types", name="Initial", duration_in_minutes=30)
    ada, bea = (
        source.add("patients", first_name=name, last_name="Sample", reminders_communication_channels=list(channels))
        for name in ("Ada", "Bea")
    )
    workspace = FakeSplose(clock=source.clock)
    set_up(source, workspace)
    tmp_path.mkdir(exist_ok=True)
    move = Move(source, workspace, tmp_path / "clinic.journal")
    place = {"business_id": business, "practitioner_id": amy, "appointment_type_id": kind}
    desk = Desk(move, (ada, bea), place)
    for day, (name, patient) in enumerate({"Ada": ada, "Bea": bea}.items(), 1):
        if name in booked:
            desk.book(patient, day)
    with source.in_process(), workspace.in_process():
        yield desk
    assert workspace.outbox == []


def aside(report: Report) -> list[str | None]:
    """Gives the reasons for what could not go."""
    return [each.reason for each in report.set_aside]


@pytest.mark.parametrize(("now", "expected"), [((), NOBODY), ((EMAIL,), "EMAIL"), ((SMS,), "SMS")])
def test_what_was_held_back_is_given_back_as_the_source_says_by_then(
    tmp_path: Path, now: Sequence[int], expected: str
) -> None:
    """Though it said something else when the clients were made, before an interruption."""
    with at_desk(tmp_path, SMS) as desk:
        assert not desk.interrupted().ok
        assert desk.preferences == [NOBODY, NOBODY]

        desk.remind(*now)
        report = desk.move.transfer().run()

        assert report.ok
        assert desk.preferences == [expected, "SMS"]
        assert desk.move.transfer().verify().ok
        assert report.to_dict()["kinds"]["patients"]["losses"] == 0


@pytest.mark.parametrize("year", [2021, None])
def test_who_was_not_muted_gets_nothing_back(tmp_path: Path, year: int | None) -> None:
    """A client who isn't booked is made as the source says; whoever opts out in Splose meanwhile stays out."""
    with at_desk(tmp_path, SMS, booked=["Bea"]) as desk:
        if year is not None:
            desk.book(desk.patients[0], 4, year)
        assert not desk.interrupted().ok
        assert desk.preferences == ["SMS", NOBODY]

        desk.set_there(NOBODY)

        assert desk.move.transfer().run().ok
        assert desk.preferences == [NOBODY, "SMS"]


def test_who_was_not_muted_is_not_asked_about_at_the_end(tmp_path: Path) -> None:
    """That would be a request for each client of the clinic; a plan doesn't count it either."""
    with at_desk(tmp_path / "quiet", booked=()) as desk:
        expected = desk.move.transfer().plan().destination_requests
    with at_desk(tmp_path / "loud", SMS, booked=()) as desk:
        planned = desk.move.transfer().plan().destination_requests
        desk.move.transfer().run()

        assert [each for each in desk.move.workspace.log if each.path.startswith("/v1/patients/")] == []
        assert planned == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ((SMS, EMAIL), (SMS,), "SMS"),
        ((SMS,), (EMAIL,), "EMAIL"),
        ((SMS,), (SMS, EMAIL), "SMS_EMAIL"),
        ((SMS,), (), NOBODY),
    ],
)
@pytest.mark.parametrize("booked", [("Ada", "Bea"), ()])
def test_a_changed_preference_goes_over(
    tmp_path: Path, before: Sequence[int], now: Sequence[int], expected: str, booked: Sequence[str]
) -> None:
    """By a later run, whether the client was muted by the first one or not."""
    with at_desk(tmp_path, *before, booked=booked) as desk:
        desk.move.transfer().run()
        desk.remind(*now)
        report = desk.move.transfer().run()

        assert report.ok
        assert desk.preferences[0] == expected
        assert desk.move.transfer().verify().ok


def test_a_preference_that_was_set_in_splose_is_not_overruled(tmp_path: Path) -> None:
    """Not by another change of the patient; one of the preference itself is for a person to bring over."""
    with at_desk(tmp_path, SMS) as desk:
        desk.move.transfer().run()
        desk.set_there("SMS_EMAIL")
        desk.remind(SMS, email="ada@mail.example")
        other = desk.move.transfer().run()
        verified = desk.move.transfer().verify()

        assert other.ok
        assert desk.preferences[0] == "SMS_EMAIL"
        assert [row["email"] for row in desk.move.workspace.rows("patients") if row["firstname"] == "Ada"] == [
            "ada@mail.example"
        ]
        assert [(each.field, each.why) for each in verified.differences] == [
            ("communication_preference", Why.EDITED_THERE)
        ]

        desk.remind(EMAIL)
        reports = [desk.move.transfer().run() for _ in range(2)]

        assert [aside(report) for report in reports] == [[BY_HAND]] * 2
        assert desk.preferences[0] == "SMS_EMAIL"

        desk.set_there("EMAIL")

        assert desk.move.transfer().run().ok


@pytest.mark.parametrize("there", ["EMAIL", NOBODY])
@pytest.mark.parametrize("booked", [("Ada", "Bea"), ()])
def test_a_preference_that_was_set_in_splose_is_no_change_of_the_source(
    tmp_path: Path, there: str, booked: Sequence[str]
) -> None:
    """Though something else of the patient has changed there and not been carried yet."""
    with at_desk(tmp_path, SMS, booked=booked) as desk:
        desk.move.transfer().run()
        desk.set_there(there)
        desk.remind(SMS, email="ada@mail.example")
        verified = desk.move.transfer().verify()

        assert {each.field: each.why for each in verified.differences} == {
            "email": Why.CHANGED_HERE,
            "communication_preference": Why.EDITED_THERE,
        }


@pytest.mark.parametrize("there", ["EMAIL", NOBODY])
def test_a_preference_that_changed_in_the_source_is_called_so(tmp_path: Path, there: str) -> None:
    """Also where somebody set it in Splose meanwhile: a run says then what is to be done."""
    with at_desk(tmp_path, SMS) as desk:
        desk.move.transfer().run()
        desk.set_there(there)
        desk.remind(SMS, EMAIL)
        verified = desk.move.transfer().verify()

        assert [each.why for each in verified.differences] == [Why.CHANGED_HERE]


@pytest.mark.parametrize("edited", [True, False])
def test_what_a_transfer_holds_back_was_set_by_nobody_else(tmp_path: Path, edited: bool) -> None:
    """Whatever else changed of the client, in Splose or in the source."""
    with at_desk(tmp_path, SMS, booked=["Ada"]) as desk:
        assert not desk.interrupted().ok

        if edited:
            row = next(row for row in desk.move.workspace.tables.all("patients") if row["firstname"] == "Ada")
            row.update(alert="Latex")
        else:
            desk.remind(SMS, email="ada@mail.example")
        verified = desk.move.transfer().verify()

        assert [each.why for each in verified.differences if each.field == "communication_preference"] == [
            Why.NEVER_ARRIVED
        ]


def test_who_is_written_to_by_splose_s_own_word_stays_so(tmp_path: Path) -> None:
    """Whom somebody switched on there is not switched off by a change of something else."""
    with at_desk(tmp_path) as desk:
        desk.move.transfer().run()
        desk.set_there("SMS")
        desk.remind(email="ada@mail.example")

        assert desk.move.transfer().run().ok
        assert desk.preferences[0] == "SMS"


def test_a_later_run_gives_back_what_there_was_unless_the_source_says_otherwise(tmp_path: Path) -> None:
    """Whom it mutes for a new appointment, it gives what somebody set in Splose, or what the source says since."""
    with at_desk(tmp_path, SMS, booked=()) as desk:
        desk.move.transfer().run()
        ada, bea = desk.patients
        desk.book(ada, 5)
        desk.book(bea, 6)
        desk.set_there("SMS_EMAIL")

        assert not desk.interrupted().ok
        assert desk.preferences[0] == NOBODY

        client(desk.move.source).patients.update(str(bea), PatientDraft(reminders_communication_channels=[EMAIL]))

        assert desk.move.transfer().run().ok
        assert desk.preferences == ["SMS_EMAIL", "EMAIL"]


def test_what_was_set_in_splose_and_changed_in_the_source_during_an_interrupted_later_run(tmp_path: Path) -> None:
    """Nobody can tell which is wanted: what was set in Splose is given back, and a person is told."""
    with at_desk(tmp_path, SMS, booked=()) as desk:
        desk.move.transfer().run()
        for day, patient in enumerate(desk.patients, 5):
            desk.book(patient, day)
        desk.set_there("SMS_EMAIL")

        assert not desk.interrupted().ok

        desk.remind(EMAIL)
        report = desk.move.transfer().run()

        assert aside(report) == [BY_HAND]
        assert desk.preferences == ["SMS_EMAIL", "SMS"]


@pytest.mark.parametrize(("now", "expected"), [((), NOBODY), ((EMAIL,), "EMAIL")])
def test_a_change_during_an_interrupted_later_run(tmp_path: Path, now: Sequence[int], expected: str) -> None:
    """What was noted to be given back is given as the source says by then, or not at all."""
    with at_desk(tmp_path, SMS, booked=()) as desk:
        desk.move.transfer().run()
        for day, patient in enumerate(desk.patients, 5):
            desk.book(patient, day)

        assert not desk.interrupted().ok

        desk.remind(*now)

        assert desk.move.transfer().run().ok
        assert desk.preferences == [expected, "SMS"]


def test_who_was_made_muted_by_a_write_in_doubt_gets_the_setting_back(tmp_path: Path) -> None:
    """Though the patient isn't booked any more when that write is looked for."""
    with at_desk(tmp_path, SMS, booked=["Ada"]) as desk:
        workspace = desk.move.workspace
        workspace.faults.add("drop_after", when=is_ada, at=1, times=1)
        transfer = desk.move.transfer()
        workspace.on_traffic.append(lambda request, *_: transfer.stop() if is_ada(request) else None)

        assert not transfer.run().ok

        workspace.on_traffic.clear()
        (booking,) = desk.move.source.store.all("individual_appointments")
        desk.move.source.store.change("individual_appointments", booking, archived_at="2025-01-01T00:00:00Z")

        assert desk.move.transfer().run().ok
        assert desk.preferences == ["SMS", "SMS"]


def is_ada(request: Any) -> bool:
    """Says whether a request makes a client Ada."""
    makes = request.method == "POST" and request.path.endswith("/patients")
    return bool(makes and request.json["firstname"] == "Ada")
