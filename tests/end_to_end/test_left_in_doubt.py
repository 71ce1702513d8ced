"""A record whose write has an unknown fate, and that does not go any more when the next run begins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import (
    ALL_KINDS,
    EXCLUDE,
    ByPatient,
    ClinikoMapper,
    ConfigurationError,
    Context,
    Mapped,
    Ref,
    Report,
    Skip,
    Transfer,
)
from clinikomigrate.cliniko.models import MedicalAlert, MedicalAlertDraft
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.carry import NOT_CHOSEN
from clinikomigrate.transfer.pipeline import GONE, KIND_LEFT_OUT
from tests.comparison import differences
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

PATH = "/v1/medical_alerts"


class Choosy(ClinikoMapper):
    """Leaves alerts out."""

    def medical_alert(self, alert: MedicalAlert, context: Context, /) -> Mapped[MedicalAlertDraft] | Skip:
        """Leaves an alert out."""
        return Skip("alerts stay behind")


class Broken(ClinikoMapper):
    """Fails at alerts."""

    def medical_alert(self, alert: MedicalAlert, context: Context, /) -> Mapped[MedicalAlertDraft] | Skip:
        """Fails."""
        raise ConfigurationError("This mapper is broken.")


class Home:
    """A clinic of two patients, one of whom has an alert that was left in doubt.

    Attributes:
        clinic: The clinic.
        ada: Who has the alert.
        bea: Who has none.
        alert: The alert.
    """

    def __init__(self, folder: Path) -> None:
        self.clinic = Clinic(folder)
        self.ada, self.bea = self.clinic.patient(), self.clinic.patient(first_name="Bea")
        self.alert = self.clinic.add("medical_alerts", patient_id=self.ada, name="Latex")

    def leave_in_doubt(self, *, made: bool, path: str = PATH) -> None:
        """Runs until the answer to a write is lost, and nobody can look what came of it."""
        log, faults = self.clinic.destination.log, self.clinic.destination.faults
        faults.add("drop_after" if made else "502", when=lambda request: _is(request, "POST", path), every=1)
        faults.add("403", when=lambda request: _is(request, "GET", path) and _was_sent(log, path), every=1)
        report = self.clinic.run()
        faults.clear()
        assert ["in doubt"] == [row.state for row in report.set_aside if row.state != "blocked"]

    def run(self, **settings: Any) -> Report:
        """Runs again; holds that no alert is sent."""
        before = len(self.clinic.sent("POST", PATH))
        report = self.clinic.run(**settings)
        assert before == len(self.clinic.sent("POST", PATH))
        return report

    def plan(self, **settings: Any) -> Mapping[str, Any]:
        """Plans, and gives the counts by kind."""
        with self.clinic.source.in_process(), self.clinic.destination.in_process():
            return self.transfer(**settings).plan().kinds

    def transfer(self, **settings: Any) -> Transfer:
        """Makes the transfer."""
        return Pair(self.clinic.source, self.clinic.destination, self.clinic.journal).transfer(**settings)

    def archive_there(self, kind: str = "medical_alerts") -> None:
        """Archives what the destination has of a kind, as a person does."""
        store = self.clinic.destination.store
        for row in list(store.all(kind)):
            store.change(kind, row, archived_at=self.clinic.destination.time_text())


def _is(request: LoggedRequest, method: str, path: str) -> bool:
    return (request.method, request.path) == (method, path)


def _was_sent(log: list[LoggedRequest], path: str) -> bool:
    return any(_is(each, "POST", path) for each in log)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Returns a clinic."""
    return Home(tmp_path)


def states(report: Report) -> dict[str, str]:
    """Gives the states of what was set aside, by kind."""
    return {row.kind: row.state for row in report.set_aside}


def reason(report: Report) -> str:
    """Gives why the only record that was set aside was."""
    (row,) = report.set_aside
    return row.reason


# What the filter does not choose any more: there is a draft to look for it with.


def test_what_is_not_chosen_any_more_and_is_there(home: Home) -> None:
    """It is found and known from then on: nothing is sent, and an undo takes it back."""
    home.leave_in_doubt(made=True)
    report = home.run(filter=ByPatient(home.bea))
    again = home.run(filter=ByPatient(home.bea))
    with home.clinic.source.in_process(), home.clinic.destination.in_process():
        pairs = list(home.transfer().identities("medical_alerts"))
        undone = home.transfer().undo()

    assert report.ok
    assert again.ok
    assert 1 == report.kinds["medical_alerts"].created
    assert [(home.alert, home.clinic.only("medical_alerts")["id"])] == pairs
    assert undone.ok
    assert home.clinic.only("medical_alerts")["archived_at"] is not None


def test_what_is_not_chosen_any_more_and_never_arrived(home: Home) -> None:
    """It is in doubt no more, and stays behind until it is chosen again."""
    home.leave_in_doubt(made=False)
    planned = home.plan(filter=ByPatient(home.bea))["medical_alerts"]
    report = home.run(filter=ByPatient(home.bea))
    there = home.clinic.arrived("medical_alerts")
    again = home.run(filter=ByPatient(home.bea))
    home.clinic.move()

    assert report.ok
    assert again.ok
    assert (1, 0) == (planned.skipped, planned.created)
    assert NOT_CHOSEN in {row.reason for row in report.left_out}
    assert [] == there
    assert [] == differences(home.clinic.source, home.clinic.destination)


@pytest.mark.parametrize("made", [True, False])
def test_what_is_not_chosen_any_more_and_was_changed(home: Home, made: bool) -> None:
    """What may be the copy of how it was is named; once it is archived, or where there is none, all is well."""
    home.leave_in_doubt(made=made)
    store = home.clinic.source.store
    store.change("medical_alerts", store.at("medical_alerts", home.alert), name="Nuts")
    report = home.run(filter=ByPatient(home.bea))
    home.archive_there()
    settled = home.run(filter=ByPatient(home.bea))

    assert ({"medical_alerts": "conflict"} if made else {}) == states(report)
    assert settled.ok


def test_what_can_not_be_looked_for_stays_in_doubt(home: Home) -> None:
    """The destination says no to the look-up, or the mapper fails: nothing is guessed."""
    home.leave_in_doubt(made=True)
    broken = home.run(filter=ByPatient(home.bea), mapper=Broken())
    home.clinic.destination.faults.add("403", when=lambda request: _is(request, "GET", PATH), every=1)
    refused = home.run(filter=ByPatient(home.bea))
    home.clinic.destination.faults.clear()
    report = home.run(filter=ByPatient(home.bea))

    assert {"medical_alerts": "in doubt"} == states(broken) == states(refused)
    assert "This mapper is broken" in reason(broken)
    assert report.ok


def test_what_is_not_chosen_any_more_and_points_at_what_does_not_go(home: Home) -> None:
    """It could not be sent, and is looked for by its patient in the source."""

    class Lost(ClinikoMapper):
        """Points at a patient who is not part of the transfer."""

        def medical_alert(self, alert: MedicalAlert, context: Context, /) -> Mapped[MedicalAlertDraft] | Skip:
            """Points at nobody."""
            return Mapped(MedicalAlertDraft(name="Latex", patient_id=Ref("patients", "5")))

    home.leave_in_doubt(made=True)
    report = home.run(filter=ByPatient(home.bea), mapper=Lost())

    assert {"medical_alerts": "conflict"} == states(report)
    assert "(its patient does not go)" in reason(report)


# What the mapper leaves out: there is none.


def test_what_is_left_out_by_now_and_may_be_there(home: Home) -> None:
    """What could be it is named; once that is archived the record is out of doubt, and nothing was sent."""
    home.leave_in_doubt(made=True)
    there = home.clinic.only("medical_alerts")["id"]
    report = home.run(mapper=Choosy())
    home.archive_there()
    settled = home.run(mapper=Choosy())

    assert {"medical_alerts": "conflict"} == states(report)
    assert "(alerts stay behind), and its write may have come about before" in reason(report)
    assert f"any could be it: {there}. Archive there the one that is" in reason(report)
    assert settled.ok
    assert "alerts stay behind" in {row.reason for row in settled.left_out}


def test_what_is_let_go_again(home: Home) -> None:
    """Its copy is found as if nothing had been in between."""
    home.leave_in_doubt(made=True)
    home.run(mapper=Choosy())
    report = home.run()

    assert report.ok
    assert [] == differences(home.clinic.source, home.clinic.destination)


@pytest.mark.parametrize("chosen", [True, False])
def test_what_is_left_out_by_now_and_never_arrived(home: Home, chosen: bool) -> None:
    """Nothing was made of that patient's since: it is left out like any other, whoever chose it."""
    home.leave_in_doubt(made=False)
    (bea,) = (row["id"] for row in home.clinic.arrived("patients") if row["first_name"] == "Bea")
    home.clinic.destination.add("medical_alerts", patient_id=bea, name="Somebody else's")
    settings: dict[str, Any] = {"mapper": Choosy(), **({} if chosen else {"filter": ByPatient(home.bea)})}
    planned = home.plan(**settings)["medical_alerts"]
    report = home.run(**settings)
    home.clinic.move()

    assert 1 == planned.skipped
    assert report.ok
    assert "alerts stay behind" in {row.reason for row in report.left_out}
    assert ["Latex", "Somebody else's"] == sorted(row["name"] for row in home.clinic.arrived("medical_alerts"))


def test_what_is_left_out_and_can_not_be_looked_for(home: Home) -> None:
    """It stays in doubt with both reasons, and the next run looks again."""
    home.leave_in_doubt(made=True)
    home.clinic.destination.faults.add("403", when=lambda request: _is(request, "GET", PATH), every=1)
    report = home.run(mapper=Choosy())
    home.clinic.destination.faults.clear()
    again = home.run(mapper=Choosy())

    assert {"medical_alerts": "in doubt"} == states(report)
    assert "alerts stay behind; GET /medical_alerts was answered with status 403" in reason(report)
    assert {"medical_alerts": "conflict"} == states(again)


@pytest.mark.parametrize("made", [True, False])
def test_a_place_that_is_excluded_by_now(home: Home, made: bool) -> None:
    """An appointment that was in doubt when its place was excluded: the same, whatever kind of record it is."""
    clinic = home.clinic
    other = clinic.add("businesses", business_name="Side Street")
    clinic.visit(home.ada, business_id=other)
    home.leave_in_doubt(made=made, path="/v1/individual_appointments")
    mapper = ClinikoMapper(businesses={"Side Street": EXCLUDE})
    before = len(clinic.sent("POST", "/individual_appointments"))
    report = clinic.run(mapper=mapper)
    home.archive_there("individual_appointments")
    settled = clinic.run(mapper=mapper)

    assert ("conflict" if made else None) == states(report).get("individual_appointments")
    assert before == len(clinic.sent("POST", "/individual_appointments"))
    assert settled.ok


def test_a_seat_that_is_left_out_by_now(home: Home) -> None:
    """The destination makes seats by itself, so that none tells whose it is: a person has to look, which is said."""

    class Seatless(ClinikoMapper):
        """Leaves seats out."""

        def attendee(self, attendee: Any, context: Context, /) -> Any:
            """Leaves a seat out."""
            return Skip("nobody sits")

    home.clinic.seat(home.clinic.lesson(), home.ada)
    home.leave_in_doubt(made=True, path="/v1/attendees")
    report = home.run(mapper=Seatless())
    again = home.run()

    assert {"attendees": "in doubt"} == states(report)
    assert "nobody sits, so that no run looks for it. Look for it in the destination" in reason(report)
    assert again.ok


# What no run sees at all.


def test_what_is_gone_from_the_source(home: Home) -> None:
    """Nobody can look for it: a person is told to, and no run is said to do it."""
    home.leave_in_doubt(made=True)
    row = home.clinic.source.store.at("medical_alerts", home.alert)
    home.clinic.source.store.remove("medical_alerts", row)
    report = home.run()

    assert {"medical_alerts": "in doubt"} == states(report)
    assert GONE == reason(report)


@pytest.mark.parametrize("settings", [{}, {"include": ALL_KINDS - {"medical_alerts"}}], ids=["gone", "kind"])
def test_a_conflict_that_no_run_sees_goes_on_naming_what_could_be_it(home: Home, settings: dict[str, Any]) -> None:
    """Whoever looks in the destination needs the ids."""
    home.leave_in_doubt(made=True)
    there = home.clinic.only("medical_alerts")["id"]
    home.run(mapper=Choosy())
    if not settings:
        store = home.clinic.source.store
        store.remove("medical_alerts", store.at("medical_alerts", home.alert))
    report = home.run(**settings)

    assert {"medical_alerts": "conflict"} == states(report)
    assert f"any could be it: {there}. Archive there" in reason(report)


def test_a_kind_that_is_left_out_by_now(home: Home) -> None:
    """So is what is of a kind that the run leaves out; the run that takes it again finds it."""
    home.leave_in_doubt(made=True)
    report = home.run(include=ALL_KINDS - {"medical_alerts"})
    again = home.run()

    assert KIND_LEFT_OUT == reason(report)
    assert again.ok
    assert [] == differences(home.clinic.source, home.clinic.destination)
