"""Patients of the source who are in the destination already."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from clinikomigrate import Finding, Level, Mapped, Ref, Skip
from clinikomigrate.cliniko.models import Patient, PatientDraft, PhoneNumber
from clinikomigrate.errors import ConnectionFailed, Forbidden, NotFound
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.transfer.existing import Existing, ExistingPatients, doubts
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.patience import Patience
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal

GOES: Mapped[Any] = Mapped(PatientDraft())
BORN = date(1980, 2, 29)
OTHERWISE = date(2012, 2, 29)


def patient(id: str, **values: Any) -> Patient:
    """Makes a patient."""
    return Patient(id=id, **{"first_name": "Ada", "last_name": "Example", **values})


class Holding(DictSink):
    """A destination that holds patients, or fails in showing them."""

    def __init__(self, *held: Patient | Exception) -> None:
        super().__init__()
        self.patients = list(held)
        self.sweeps = 0

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Gives them, until one of them is an error."""
        assert kind == "patients"
        self.sweeps += 1
        for each in list(self.patients):
            if isinstance(each, Exception):
                self.patients.remove(each)
                raise each
            yield each.id, each


class Looked:
    """What a look at some patients finds.

    Attributes:
        existing: The look.
        findings: What it found, by code.
    """

    def __init__(
        self,
        source: list[Patient],
        *there: Patient | Exception,
        policy: Existing = "stop",
        journal: MemoryJournal | None = None,
    ) -> None:
        patience = Patience(VirtualClock(), threading.Event(), lambda seconds, reason: None)
        OPEN.append(self)
        self.existing = ExistingPatients(policy, Holding(*there), journal, patience)
        self.existing.sweep()
        for each in source if self.existing.kinds else ():
            self.existing.take(each, GOES if each.merged_with_patient is None else Skip("merged"))
        self.findings: dict[str, Finding] = {finding.code: finding for finding in self.existing.findings()}

    def only(self, patient: Patient) -> str | None:
        """Says who a patient is, if that is clear."""
        match = self.existing.match(patient)
        return None if match is None else match.only


OPEN: list[Looked] = []
"""All that have temporary files."""


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Gives the temporary files back after each test."""
    yield
    while OPEN:
        OPEN.pop().existing.close()


# Who is there.


@pytest.mark.parametrize(
    "values",
    [
        {"date_of_birth": BORN},
        {"email": "Ada@mail.example"},
        {"patient_phone_numbers": (PhoneNumber(number="+61 412 345 678"),)},
    ],
)
def test_a_patient_who_is_there_is_found(values: dict[str, Any]) -> None:
    """The same name, and the same birth date, e-mail address or telephone number, is the same person."""
    ours = patient(
        "1",
        first_name="ADA",
        date_of_birth=BORN,
        email="ada@MAIL.example",
        patient_phone_numbers=(PhoneNumber(number="0412 345 678"),),
    )
    looked = Looked([ours], patient("101", **values))

    assert "101" == looked.only(ours)
    assert 1 == len(looked.existing)
    assert "<ExistingPatients: <Matches of 1 patients>>" == repr(looked.existing)


def test_nobody_is_looked_for_where_nobody_is() -> None:
    """In an empty destination there is nobody to compare with, and no patient of the source need be read for it."""
    looked = Looked([patient("1", date_of_birth=BORN)])

    assert ((), {}) == (tuple(looked.existing.kinds), looked.findings)
    assert looked.existing.match(patient("1", date_of_birth=BORN)) is None


def test_whoever_does_not_go_is_not_compared() -> None:
    """A merged patient, as everybody whom the mapper skips, is none of those who are there already."""
    merged = patient("1", date_of_birth=BORN, merged_with_patient=Ref("patients", "2"))

    assert {} == Looked([merged], patient("101", date_of_birth=BORN)).findings


@pytest.mark.parametrize("error", [NotFound(status=404, method="GET", path="/patients")])
def test_a_destination_that_has_no_patients_at_all_holds_nobody(error: Exception) -> None:
    """A list that isn't there, also one that breaks off because of that, holds nobody."""
    assert {} == Looked([patient("1", date_of_birth=BORN)], patient("101", date_of_birth=BORN), error).findings


def test_a_connection_that_is_lost_is_waited_for() -> None:
    """The sweep begins anew when the connection is back, and nobody is there twice."""
    lost = ConnectionFailed("no route", method="GET", path="/patients", sent=False)
    ours = patient("1", date_of_birth=BORN)
    looked = Looked([ours], patient("101", date_of_birth=BORN), lost)

    assert "101" == looked.only(ours)


@pytest.mark.parametrize(("policy", "codes"), [("stop", 1), ("adopt", 1), ("copy", 0)])
def test_a_list_that_may_not_be_read_is_no_empty_list(policy: Existing, codes: int) -> None:
    """Where nobody can tell who is there, nothing is written, unless all are to be made again anyway."""
    refused = Forbidden(status=403, method="GET", path="/patients")
    findings = Looked([patient("1", date_of_birth=BORN)], refused, policy=policy).findings

    assert codes == len(findings)
    assert {Level.BLOCKER} >= {finding.level for finding in findings.values()}
    assert {"existing-patients-unread"} >= set(findings)


# What this transfer did itself.


def test_whom_this_transfer_carried_does_not_count() -> None:
    """Neither a patient of the destination who stands for one of the source, nor a patient who arrived."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(State.CREATED, "101"))
    journal.settle(Ref("patients", "2"), Entry(State.ADOPTED, "102"))
    same: dict[str, Any] = {"date_of_birth": BORN}
    source = [patient(id, **same) for id in ("1", "2", "3")]

    assert {} == Looked(source, patient("101", **same), patient("102", **same), journal=journal).findings
    found = Looked(source, patient("101", **same), patient("103", **same), journal=journal).findings
    assert ("3",) == found["existing-patients"].ids


@pytest.mark.parametrize("state", [State.INTENT, State.CONFLICT])
@pytest.mark.parametrize("order", [1, -1])
def test_whom_an_interrupted_write_may_have_made_is_nobody_else(state: State, order: int) -> None:
    """A write whose fate is not known is looked up: who it may have made does not count, for its double neither."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(state, since=datetime(2024, 1, 1, tzinfo=UTC)))
    source = [patient(id, date_of_birth=BORN) for id in ("1", "2")][::order]
    looked = Looked(source, patient("101", date_of_birth=BORN), journal=journal)

    assert {} == looked.findings
    assert looked.only(source[0]) is looked.only(source[1]) is None


# What becomes of them.


def test_stop_blocks_and_names_both_ways_on() -> None:
    """The pairs are told by id, and both other settings with what they do."""
    source = [patient(str(number), first_name=f"N{number}", date_of_birth=BORN) for number in range(1, 25)]
    there = [patient(f"10{each.id}", first_name=each.first_name, date_of_birth=BORN) for each in source]
    finding = Looked(source, *there).findings["existing-patients"]

    assert (Level.BLOCKER, "patients") == (finding.level, finding.kind)
    assert set(finding.ids) == {each.id for each in source}
    assert finding.message.startswith("24 patients of the source are in the destination already, by the same name, and")
    assert "1 (there 101), 10 (there 1010)" in finding.message
    assert finding.message.endswith("and 4 more.")
    assert "existing='adopt'" in finding.remedy
    assert "existing='copy'" in finding.remedy


def test_copy_says_how_many_are_made_again() -> None:
    """Nothing stands in the way; how many will be there twice is worth knowing."""
    findings = Looked([patient("1", date_of_birth=BORN)], patient("101", date_of_birth=BORN), policy="copy").findings

    assert ["existing-patients-copied"] == list(findings)
    assert Level.NOTE is findings["existing-patients-copied"].level
    assert "1 patient of the source is in the destination already" in findings["existing-patients-copied"].message


def test_adopt_tells_who_is_clear_from_who_is_not() -> None:
    """Whoever is clear is a note; whoever is not is a warning with both sides, and no blocker."""
    source = [
        patient("1", date_of_birth=BORN),
        patient("2", first_name="Bo", email="bo@mail.example"),
        patient("3", first_name="Cy", email="cy@mail.example"),
        patient("4", first_name="Cy", email="cy@mail.example"),
        patient("5", first_name="Di", date_of_birth=BORN, email="di@mail.example"),
    ]
    there = [
        patient("101", date_of_birth=BORN),
        patient("102", first_name="Bo", email="bo@mail.example"),
        patient("103", first_name="Bo", email="bo@mail.example"),
        patient("104", first_name="Cy", email="cy@mail.example"),
        patient("105", first_name="Di", date_of_birth=OTHERWISE, email="di@mail.example"),
    ]
    looked = Looked(source, *there, policy="adopt")
    clear, unclear = (looked.findings[f"existing-patients-{which}"] for which in ("adopted", "ambiguous"))

    assert (Level.NOTE, ("1",)) == (clear.level, clear.ids)
    assert (Level.WARNING, ("2", "3", "4", "5")) == (unclear.level, unclear.ids)
    assert "2 (there 102, 103), 3 (there 104), 4 (there 104), 5 (there 105)." in unclear.message
    assert ["101", None, None, None, None] == [looked.only(each) for each in source]


def test_why_it_is_not_clear_is_said() -> None:
    """The reason names the ids of both sides, and says what to do."""
    same: dict[str, Any] = {"email": "ada@mail.example"}
    ours = [patient("1", **same), patient("2", **same)]
    several = Looked(ours[:1], patient("101", **same), patient("102", **same)).existing.match(ours[0])
    both = Looked(ours, patient("101", **same)).existing.match(ours[0])
    other = patient("1", date_of_birth=BORN, **same)
    born = Looked([other], patient("101", date_of_birth=OTHERWISE, **same)).existing.match(other)
    reasons = [doubts(match) for match in (several, both, born) if match is not None]

    assert "holds several patients who could be this one: 101, 102. Merge" in reasons[0]
    assert "patient 101 could be this one, and as well the source's 2. Merge" in reasons[1]
    assert "patient 101 could be this one, but was born on another day. Merge" in reasons[2]
    assert ["run again"] * 3 == [reason[-9:] for reason in reasons]


# Birth dates.


def test_a_father_and_a_son_of_one_name_are_told_apart() -> None:
    """Where the birth date is somebody's, whoever was born on another day is not taken for the same."""
    phone = (PhoneNumber(number="03 9123 4567"),)
    ours = [patient("1", date_of_birth=BORN, patient_phone_numbers=phone)]
    ours.append(patient("2", date_of_birth=OTHERWISE, patient_phone_numbers=phone))
    there = [patient(f"10{each.id}", date_of_birth=each.date_of_birth, patient_phone_numbers=phone) for each in ours]
    looked = Looked(ours, *there, policy="adopt")

    assert ["101", "102"] == [looked.only(each) for each in ours]


def test_a_birth_date_that_nobody_wrote_speaks_against_nobody() -> None:
    """Where one side has no birth date, name and e-mail address are enough; but two who could be it are two."""
    same: dict[str, Any] = {"email": "ada@mail.example"}
    born, unknown = patient("1", date_of_birth=BORN, **same), patient("1", **same)

    assert "101" == Looked([born], patient("101", **same)).only(born)
    assert "101" == Looked([unknown], patient("101", date_of_birth=BORN, **same)).only(unknown)
    two = (patient("101", **same), patient("102", date_of_birth=BORN, **same))
    assert Looked([born], *two).only(born) is None


def test_a_patient_who_was_not_looked_at_before_is_looked_at_late() -> None:
    """Somebody who came to the source meanwhile is found too, and not made beside who is there."""
    looked = Looked([], patient("101", date_of_birth=BORN), policy="adopt")

    assert {} == looked.findings
    assert "101" == looked.only(patient("1", date_of_birth=BORN))
    assert looked.only(patient("2", date_of_birth=BORN)) is None


class Crowded(DictSink):
    """A destination with any number of patients, none of whom it keeps anywhere.

    Args:
        patients: How many.
    """

    def __init__(self, patients: int) -> None:
        super().__init__()
        self._patients = patients

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Makes them up one by one."""
        for number in range(self._patients):
            yield f"9{number}", patient(f"9{number}", first_name=f"N{number}", date_of_birth=BORN, notes="Long " * 50)


def most_memory(patients: int) -> int:
    """Returns how much memory it needs at most to compare patients with as many of the destination, in bytes."""
    patience = Patience(VirtualClock(), threading.Event(), lambda seconds, reason: None)
    existing = ExistingPatients("adopt", Crowded(patients), None, patience)
    tracemalloc.start()
    try:
        existing.sweep()
        for number in range(patients):
            existing.take(patient(str(number), first_name=f"N{number}", date_of_birth=BORN), GOES)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert patients == len(existing)
    existing.close()
    return most


def test_memory_does_not_grow_with_the_accounts() -> None:
    """Ten times as many patients, all of whom are in both accounts, need no more memory to be told apart."""
    most_memory(100)  # what is made once is made
    few, many = most_memory(500), most_memory(5_000)

    assert many < 1.5 * few
