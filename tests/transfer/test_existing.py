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
from clinikomigrate.transfer.existing import ExistingPatients
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.resemblance import Existing, doubts
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal

GOES: Mapped[Any] = Mapped(PatientDraft())
BORN = date(1980, 2, 29)
OTHERWISE = date(2012, 2, 29)


def patient(id: str, **values: Any) -> Patient:
    """Makes a patient."""
    return Patient(id=id, **{"first_name": "Ada", "last_name": "Example", **values})


class Holding(DictSink):
    """A destination that holds patients, or fails in showing them.

    Args:
        held: The patients, archived or not, and the errors that are raised when they are come to.
        archive: The error that its archive ends with, if it does.
    """

    def __init__(self, *held: Patient | Exception, archive: Exception | None = None) -> None:
        super().__init__()
        self.patients = list(held)
        self.archive = archive

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Gives those who are active, until one of them is an error."""
        assert kind == "patients"
        for each in list(self.patients):
            if isinstance(each, Exception):
                self.patients.remove(each)
                raise each
            if each.archived_at is None:
                yield each.id, each

    def existing_archived(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Gives those who are archived, and then the error."""
        assert kind == "patients"
        for each in self.patients:
            if isinstance(each, Patient) and each.archived_at is not None:
                yield each.id, each
        if self.archive is not None:
            raise self.archive


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
        archive: Exception | None = None,
    ) -> None:
        patience = Patience(VirtualClock(), threading.Event(), lambda seconds, reason: None)
        OPEN.append(self)
        self.existing = ExistingPatients(policy, Holding(*there, archive=archive), journal, patience)
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
    assert "<ExistingPatients: <Lookalikes of 1 patients>>" == repr(looked.existing)


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


def test_whom_this_transfer_made_does_not_count() -> None:
    """Neither a patient of the destination whom this transfer made, nor a patient who arrived."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(State.CREATED, "101"))
    source = [patient(id, date_of_birth=BORN) for id in ("1", "2")]
    there = [patient(id, date_of_birth=BORN) for id in ("101", "102")]

    assert {} == Looked(source, there[0], journal=journal).findings
    found = Looked(source[1:], *there, journal=journal).findings
    assert "2 (there 102)" in found["existing-patients"].message


@pytest.mark.parametrize("policy", ["stop", "adopt", "copy"])
def test_who_stands_for_another_one_may_be_this_one_too(policy: Existing) -> None:
    """Who was adopted is nobody's clear match any more, but is not made a second time without a word."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(State.ADOPTED, "101"))
    source = [patient(id, date_of_birth=BORN) for id in ("1", "2")]
    looked = Looked(source, patient("101", date_of_birth=BORN), policy=policy, journal=journal)
    [finding] = looked.findings.values()
    match = looked.existing.match(source[1])

    codes = {"stop": "existing-patients", "adopt": "existing-patients-ambiguous", "copy": "existing-patients-copied"}
    assert (codes[policy], ("2",)) == (finding.code, finding.ids)
    assert "2 (there 101)" in finding.message
    assert match is not None
    assert match.only is None
    assert "patient 101 could be this one, and as well the source's 1." in doubts(match)


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
    assert "2 (there 102, 103), 3 (there 104), 4 (there 104), 5 (there 105; born on another day)." in unclear.message
    assert ["101", None, None, None, None] == [looked.only(each) for each in source]


def test_why_it_is_not_clear_is_said() -> None:
    """The reason names the ids of both sides, and says what to do."""
    same: dict[str, Any] = {"email": "ada@mail.example"}
    ours = [patient("1", **same), patient("2", **same)]
    several = Looked(ours[:1], patient("101", **same), patient("102", **same)).existing.match(ours[0])
    both = Looked(ours, patient("101", **same)).existing.match(ours[0])
    other = patient("1", date_of_birth=BORN, **same)
    born = Looked([other], patient("101", date_of_birth=OTHERWISE, **same)).existing.match(other)
    written = Looked(ours[:1], patient("101", first_name="\u00c1da", **same)).existing.match(ours[0])
    reasons = [doubts(match) for match in (several, both, born, written) if match is not None]

    assert "holds several patients who could be this one: 101, 102. Merge" in reasons[0]
    assert "patient 101 could be this one, and as well the source's 2. Merge" in reasons[1]
    assert "patient 101 could be this one, but was born on another day. Merge" in reasons[2]
    assert "patient 101 could be this one, but the name is written differently. Merge" in reasons[3]
    assert ["run again"] * 4 == [reason[-9:] for reason in reasons]


# Names that are written differently.

WRITTEN = [
    ({"first_name": "Jos\u00e9", "last_name": "O\u2019Neill"}, {"first_name": "Jose", "last_name": "O'Neill"}),
    ({"first_name": "Anne-Marie"}, {"first_name": "Anne Marie"}),
    ({"first_name": "\u0141ukasz"}, {"first_name": "Lukasz"}),
    ({"first_name": "Ada"}, {"first_name": "Ada Mary"}),
    ({"first_name": "Robert", "preferred_first_name": "Bob"}, {"first_name": "Bob"}),
    ({"first_name": "Bob"}, {"first_name": "Robert", "preferred_first_name": "Bob"}),
]


@pytest.mark.parametrize(("policy", "code"), [("stop", ""), ("adopt", "-ambiguous"), ("copy", "-copied")])
@pytest.mark.parametrize(("here", "there"), WRITTEN)
def test_a_name_that_is_written_differently_is_found(
    here: dict[str, Any], there: dict[str, Any], policy: Existing, code: str
) -> None:
    """Nobody is adopted by such a name, nor made again without a word."""
    ours = patient("1", date_of_birth=BORN, **here)
    looked = Looked([ours], patient("101", date_of_birth=BORN, **there), policy=policy)
    [finding] = looked.findings.values()

    assert (f"existing-patients{code}", ("1",)) == (finding.code, finding.ids)
    assert "1 (there 101; the name is written differently). Of 1 the name is" in finding.message
    assert looked.only(ours) is None


def test_those_whose_names_are_the_same_are_told_apart_from_them() -> None:
    """Of many it is said how many are written differently, and of each."""
    source = [patient(str(number), first_name=f"N{number}", date_of_birth=BORN) for number in (1, 2, 3)]
    there = [
        patient("101", first_name="N1", date_of_birth=BORN),
        patient("102", first_name="n-2", date_of_birth=BORN),
        patient("103", first_name="N.3", date_of_birth=BORN),
    ]
    message = Looked(source, *there).findings["existing-patients"].message

    assert "1 (there 101), 2 (there 102; the name is written differently), 3 (there" in message
    assert message.endswith("Of 2 the name is written differently.")


def test_whose_name_and_birth_date_are_the_same_is_clear() -> None:
    """Twins of nearly one name are told apart, in both accounts; whoever has no counterpart there is not clear."""
    twins = [patient(id, first_name=name, date_of_birth=BORN) for id, name in (("1", "Jo-Anne"), ("2", "Joanne"))]
    there = [patient(f"10{each.id}", first_name=each.first_name, date_of_birth=BORN) for each in twins]
    both, one = Looked(twins, *there, policy="adopt"), Looked(twins, there[0], policy="adopt")

    assert ["101", "102"] == [both.only(each) for each in twins]
    assert ["101", None] == [one.only(each) for each in twins]
    assert {"existing-patients-adopted": ("1",), "existing-patients-ambiguous": ("2",)} == {
        code: finding.ids for code, finding in one.findings.items()
    }


def test_an_e_mail_address_is_not_enough_beside_another_writing() -> None:
    """Where no birth date tells that it is the one, another one whose name is written differently leaves it open."""
    same: dict[str, Any] = {"email": "ada@mail.example"}
    ours = patient("1", date_of_birth=BORN, **same)
    there = (patient("101", **same), patient("102", first_name="\u00c1da", date_of_birth=BORN))
    match = Looked([ours], *there).existing.match(ours)

    assert match is not None
    assert ("101", "102") == match.destination_ids
    assert match.only is None


def test_whoever_was_born_on_another_day_is_not_meant() -> None:
    """A name that is written differently, with the same birth date, says more than the same name with another one."""
    phone = (PhoneNumber(number="03 9123 4567"),)
    ours = patient("1", first_name="Anne-Marie", date_of_birth=BORN, patient_phone_numbers=phone)
    mother = patient("101", first_name="Anne-Marie", date_of_birth=OTHERWISE, patient_phone_numbers=phone)
    match = Looked([ours], mother, patient("102", first_name="Anne Marie", date_of_birth=BORN)).existing.match(ours)

    assert match is not None
    assert (("102",), True) == (match.destination_ids, match.written_otherwise)


# Who is archived there.

GONE = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("policy", ["stop", "adopt", "copy"])
def test_who_is_archived_there_is_told_of(policy: Existing) -> None:
    """Whatever becomes of others, they are made again, which is a warning; a name written differently counts too."""
    source = [patient("1", date_of_birth=BORN), patient("2", first_name="Bo", email="bo@mail.example")]
    there = (
        patient("101", date_of_birth=BORN, archived_at=GONE),
        patient("102", first_name="B\u00f6", email="bo@mail.example", archived_at=GONE),
        patient("103", date_of_birth=OTHERWISE, archived_at=GONE),
    )
    looked = Looked(source, *there, policy=policy)
    [finding] = looked.findings.values()

    assert ("existing-patients-archived", Level.WARNING) == (finding.code, finding.level)
    assert ("1", "2") == finding.ids
    assert "2 patients of the source are in the destination, but archived there, by" in finding.message
    assert "1 (there 101), 2 (there 102; the name is written differently)." in finding.message
    assert "take those of the destination out of the archive" in finding.remedy
    assert [None, None] == [looked.existing.match(each) for each in source]


@pytest.mark.parametrize("policy", ["stop", "adopt", "copy"])
def test_who_is_there_is_told_of_once(policy: Existing) -> None:
    """Whoever is there, and archived there as well, is only told of as being there."""
    ours = patient("1", date_of_birth=BORN)
    there = (patient("101", date_of_birth=BORN, archived_at=GONE), patient("102", date_of_birth=BORN))
    looked = Looked([ours], *there, policy=policy)
    [finding] = looked.findings.values()

    assert "existing-patients-archived" != finding.code
    assert "102" == looked.only(ours)


@pytest.mark.parametrize("state", [State.CREATED, State.ADOPTED, State.UNDONE])
def test_whom_this_transfer_archived_is_not_told_of(state: State) -> None:
    """Neither who is archived as in the source, nor whom an undoing archived, is anybody who was there before."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(state, "101"))
    source = [patient(id, date_of_birth=BORN) for id in ("1", "2")]

    assert {} == Looked(source, patient("101", date_of_birth=BORN, archived_at=GONE), journal=journal).findings


def test_whom_somebody_took_out_of_the_archive_again_is_there() -> None:
    """A patient whom an undoing archived, and who is in use again, is not made a second time without a word."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(State.UNDONE, "101"))
    looked = Looked([patient("1", date_of_birth=BORN)], patient("101", date_of_birth=BORN), journal=journal)

    assert ["existing-patients"] == list(looked.findings)


@pytest.mark.parametrize(
    "error",
    [
        NotFound(status=404, method="GET", path="/patients"),
        Forbidden(status=403, method="GET", path="/patients"),
    ],
)
def test_an_archive_that_cannot_be_read_stands_in_nobody_s_way(error: Exception) -> None:
    """What would only be warned of blocks nothing when it can't be told, and hides nobody who is there."""
    ours = [patient("1", date_of_birth=BORN), patient("2", email="ada@mail.example")]
    there = (patient("101", date_of_birth=BORN), patient("102", email="ada@mail.example", archived_at=GONE))
    looked = Looked(ours, *there, archive=error)

    assert {"existing-patients": ("1",)} == {code: finding.ids for code, finding in looked.findings.items()}


# Who was merged into another there.


def merged(id: str, into: str, **values: Any) -> Patient:
    """Makes a patient who was merged into another, and so is archived."""
    given = {"date_of_birth": BORN, "archived_at": GONE, "merged_with_patient": Ref("patients", into), **values}
    return patient(id, **given)


@pytest.mark.parametrize(("policy", "code"), [("stop", ""), ("adopt", "-ambiguous"), ("copy", "-copied")])
def test_who_was_merged_there_may_be_whom_they_were_merged_into(policy: Existing, code: str) -> None:
    """Nobody is told to take a merged record out of the archive: who they are now is not clear, and said."""
    ours = patient("1", date_of_birth=BORN)
    there = (patient("103", last_name="Married"), merged("101", "102"), merged("102", "103", last_name="Second"))
    looked = Looked([ours], *there, policy=policy)
    [finding] = looked.findings.values()

    assert (f"existing-patients{code}", ("1",)) == (finding.code, finding.ids)
    assert "1 (there 103; the name is written differently)" in finding.message
    assert "archive" not in finding.remedy
    assert looked.only(ours) is None


def test_whom_they_were_merged_into_may_be_archived() -> None:
    """Then it is the one who can be taken out of the archive; one who was merged never is."""
    there = (merged("101", "102"), patient("102", last_name="Married", date_of_birth=BORN, archived_at=GONE))
    for journal in (None, MemoryJournal()):
        [finding] = Looked([patient("1", date_of_birth=BORN)], *there, journal=journal).findings.values()

        assert "existing-patients-archived" == finding.code
        assert "1 (there 102; the name is written differently)" in finding.message


def test_who_is_there_under_the_very_name_is_nobody_who_was_merged() -> None:
    """A patient of the same name and birth date leaves no doubt; and a ring of merges is no endless one."""
    ours = patient("1", date_of_birth=BORN)

    assert "104" == Looked([ours], merged("101", "103"), patient("104", date_of_birth=BORN)).only(ours)
    assert ["existing-patients"] == list(Looked([ours], merged("101", "102"), merged("102", "101")).findings)


def test_who_was_merged_into_whom_this_transfer_made_for_them_is_nobody_else() -> None:
    """After an undoing the patient is made again, and is not held up by a record that was merged into the first one."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(State.UNDONE, "102"))
    looked = Looked([patient("1", date_of_birth=BORN)], merged("101", "102"), journal=journal)

    assert {} == looked.findings


# Birth dates.


def test_a_father_and_a_son_of_one_name_are_told_apart() -> None:
    """Where the birth date is somebody's, whoever was born on another day is not taken for the same."""
    phone = (PhoneNumber(number="03 9123 4567"),)
    ours = [patient("1", date_of_birth=BORN, patient_phone_numbers=phone)]
    ours.append(patient("2", date_of_birth=OTHERWISE, patient_phone_numbers=phone))
    there = [patient(f"10{each.id}", date_of_birth=each.date_of_birth, patient_phone_numbers=phone) for each in ours]
    looked = Looked(ours, *there, policy="adopt")

    assert ["101", "102"] == [looked.only(each) for each in ours]


@pytest.mark.parametrize(("policy", "code"), [("stop", "existing-patients"), ("copy", "existing-patients-copied")])
def test_who_was_born_on_another_day_is_not_said_to_be_there(policy: Existing, code: str) -> None:
    """A son who is there does not make the father one who is: such a pair is told, and counted apart."""
    same: dict[str, Any] = {"email": "ada@mail.example"}
    ours = [patient("1", date_of_birth=BORN, **same), patient("2", first_name="Bo", date_of_birth=BORN)]
    there = [patient("101", date_of_birth=OTHERWISE, **same), patient("102", first_name="Bo", date_of_birth=BORN)]
    both = Looked(ours, *there, policy=policy).findings[code].message
    alone = Looked(ours[:1], *there, policy=policy).findings[code].message
    otherwise = "(born on another day, so perhaps somebody else) may be in the destination already, by"

    assert both.startswith(f"1 patient of the source is and 1 more {otherwise}")
    assert "1 (there 101; born on another day), 2 (there 102)." in both
    assert alone.startswith(f"1 patient of the source {otherwise}")
    assert "born on another day" not in Looked(ours[1:], *there, policy=policy).findings[code].message


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


def test_a_closed_look_can_be_shown() -> None:
    """A crash report that comes across it when its files were given back can write it."""
    looked = Looked([], patient("101"))
    looked.existing.close()

    assert "<ExistingPatients: <Lookalikes, closed>>" == repr(looked.existing)
