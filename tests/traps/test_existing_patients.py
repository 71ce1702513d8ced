"""The new account has some of the patients already, and some of what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, Blocked, ByPatient, ClinikoSink, Finding, Level, Report, Transfer, Verification
from clinikomigrate.transfer.carry import LEFT
from tests.end_to_end.accounts import client
from tests.traps.clinic import START, Clinic, Row, losses

ADA: Row = {"first_name": "Ada", "last_name": "Example", "date_of_birth": "1980-02-29", "email": "ada@mail.example"}
LATER = "2024-03-21T22:30:00Z"


class Known(Clinic):
    """A clinic with one patient, Ada, whom the new account has too.

    Attributes:
        ada: Her id in the old account.
        there: Her id in the new one.
    """

    def __init__(self, folder: Path, **there: Any) -> None:
        super().__init__(folder)
        self.ada = self.patient(**ADA)
        self.there = self.destination.add("patients", **(ADA | there))
        self.type_there = self.destination.add(
            "appointment_types", name="Initial", **self._type(), business_ids=[self.business_there()]
        )

    def _type(self) -> Row:
        row = self.source.store.at("appointment_types", self.type)
        return {name: row[name] for name in ("category", "color", "duration_in_minutes", "max_attendees")}

    def business_there(self) -> str:
        """Gives the id of the new account's only place."""
        return str(self.destination.rows("businesses")[0]["id"])

    def visit_there(self, patient: str | None = None, **values: Any) -> str:
        """Puts an appointment into the new account."""
        place = {"business_id": self.business_there(), "practitioner_id": self.owner_there()}
        booked = {"patient_id": patient or self.there, "appointment_type_id": self.type_there, "starts_at": START}
        return self.destination.add("individual_appointments", **(place | booked | values))

    def owner_there(self) -> str:
        """Gives the id of the new account's only practitioner."""
        return str(self.destination.rows("practitioners")[0]["id"])

    def adopt(self, **settings: Any) -> Report:
        """Moves the clinic, lets Ada stand for Ada, and holds that the plan foresaw it all."""
        with self.source.in_process(), self.destination.in_process():
            sink = ClinikoSink(client(self.destination))
            plan = Transfer(client(self.source), sink, journal=self.journal, existing="adopt", **settings).plan()
        report = self.run(existing="adopt", **settings)
        assert plan.kinds == report.kinds
        assert set() == set(plan.losses) ^ set(report.losses)
        assert pytest.approx(report.requests, rel=0.1, abs=8) == plan.requests
        return report

    def verification(self) -> Verification:
        """Compares the new account with the old one."""
        with self.source.in_process(), self.destination.in_process():
            sink = ClinikoSink(client(self.destination))
            return Transfer(client(self.source), sink, journal=self.journal, existing="adopt").verify()

    def undo(self) -> Report:
        """Takes back what the transfer made."""
        with self.source.in_process(), self.destination.in_process():
            return Transfer(client(self.source), ClinikoSink(client(self.destination)), journal=self.journal).undo()

    def now(self, kind: str, id: str) -> Row:
        """Gives a row of the new account, without what tells when it was touched."""
        return {name: value for name, value in self.destination.store.at(kind, id).items() if name != "updated_at"}


@pytest.fixture
def known(tmp_path: Path) -> Known:
    """Returns a clinic whose only patient is in the new account."""
    return Known(tmp_path)


def left(report: Report, kind: str) -> set[str]:
    """Gives the fields in which the new account's records were left as they are."""
    return {loss.field for loss in report.losses if (loss.kind, loss.reason) == (kind, LEFT)}


def found(report: Report) -> list[Finding]:
    """Gives what was found about patients who are there already."""
    return [each for each in report.findings if each.code.startswith("existing-patients")]


# What becomes of the patients.


def test_a_link_that_comes_later_is_not_written_into_what_was_there_before(known: Known) -> None:
    """A case that goes in a later run: the new account's own attendee is not put into it, and the loss says so."""
    case = known.add("patient_cases", patient_id=known.ada, name="Knee")
    visit = known.visit(known.ada)
    attendee = known.attendee_of(visit)
    for kind, id in (("individual_appointments", visit), ("attendees", attendee)):
        known.source.store.change(kind, known.source.store.at(kind, id), patient_case_id=case)
    known.visit_there()
    known.adopt(include=ALL_KINDS - {"patient_cases"})
    before = [known.only(kind) for kind in ("individual_appointments", "attendees")]
    report = known.adopt()

    assert before == [known.only(kind) for kind in ("individual_appointments", "attendees")]
    assert 1 == report.kinds["patient_cases"].created
    assert "patient_case" in left(report, "attendees")


def test_nothing_is_written_until_somebody_decides(known: Known) -> None:
    """By default the run is blocked, and says who is there and what the two ways on are."""
    with pytest.raises(Blocked, match="existing='adopt'") as blocked:
        known.run()

    [finding] = [each for each in blocked.value.findings if each.level is Level.BLOCKER]
    assert ("existing-patients", (known.ada,)) == (finding.code, finding.ids)
    assert known.there in finding.message
    assert {"GET"} == {request.method for request in known.destination.log}


def test_adopted_patient_is_not_made_and_not_changed(known: Known) -> None:
    """The new account's patient stands for the old one's; what hangs on her goes to her."""
    known.add("medical_alerts", patient_id=known.ada, name="Nuts")
    before = known.now("patients", known.there)
    report = known.adopt()

    assert (1, 0) == (report.kinds["patients"].adopted, report.kinds["patients"].created)
    assert known.there == known.only("medical_alerts")["patient_id"]
    assert before == known.now("patients", known.there)


def test_what_only_the_old_account_knows_is_counted(tmp_path: Path) -> None:
    """Fields in which the new account's patient says something else are losses by name; what it says besides is not."""
    known = Known(
        tmp_path,
        occupation="Baker",
        notes="Only here",
        receives_cancellation_emails=False,
        accepted_sms_marketing=True,
        patient_phone_numbers=[
            {"phone_type": "Mobile", "number": "0412 345 678"},
            {"phone_type": "Home", "number": "03 9123 4567"},
        ],
    )
    row = known.source.store.at("patients", known.ada)
    told: Row = {
        "occupation": "Miller",
        "city": "Melbourne",
        "receives_cancellation_emails": True,
        "accepted_sms_marketing": False,
        "patient_phone_numbers": [{"phone_type": "Mobile", "number": "0412 345 678"}],
    }
    known.source.store.change("patients", row, **told)
    report = known.adopt()

    assert {"occupation", "city", "receives_cancellation_emails", "accepted_sms_marketing"} == left(report, "patients")
    assert ("Baker", "Only here", None) == tuple(
        known.now("patients", known.there)[name] for name in ("occupation", "notes", "city")
    )


def test_one_number_is_one_however_it_is_written(tmp_path: Path) -> None:
    """A telephone number with and without the country's code is no loss and no difference, and is left as it is."""
    numbers = ("+61 3 9123 4567", "0412 345 678")
    known = Known(tmp_path, patient_phone_numbers=[{"phone_type": "Home", "number": number} for number in numbers])
    row = known.source.store.at("patients", known.ada)
    told: Row = {"patient_phone_numbers": [{"phone_type": "Home", "number": "(03) 9123-4567"}], "occupation": "Miller"}
    known.source.store.change("patients", row, **told)
    report = known.adopt()

    assert {"occupation"} == left(report, "patients")
    assert numbers == tuple(each["number"] for each in known.now("patients", known.there)["patient_phone_numbers"])
    assert known.verification().ok


def test_number_with_a_remark_is_not_the_same(tmp_path: Path) -> None:
    """What somebody wrote beside a number would be lost with it."""
    known = Known(tmp_path, patient_phone_numbers=[{"phone_type": "Home", "number": "03 9123 4567"}])
    row = known.source.store.at("patients", known.ada)
    told: Row = {"patient_phone_numbers": [{"phone_type": "Home", "number": "03 9123 4567 (neighbour)"}]}
    known.source.store.change("patients", row, **told)

    assert {"patient_phone_numbers"} == left(known.adopt(), "patients")
    assert known.verification().ok


def test_what_an_adopted_patient_has_besides_is_no_difference(tmp_path: Path) -> None:
    """The new account may know more of whom it had before; what it knows otherwise was counted, and is told once."""
    known = Known(
        tmp_path,
        occupation="Baker",
        accepted_sms_marketing=True,
        patient_phone_numbers=[{"phone_type": "Home", "number": "03 9123 4567"}],
    )
    row = known.source.store.at("patients", known.ada)
    known.source.store.change("patients", row, city="Melbourne", accepted_sms_marketing=False)

    assert {"city", "accepted_sms_marketing"} == left(known.adopt(), "patients")
    assert known.verification().ok


def test_copied_patient_is_made_again(known: Known) -> None:
    """With 'copy' there are two of her, and the first is as she was."""
    before = known.now("patients", known.there)
    report = known.move(existing="copy")

    assert (1, 2) == (report.kinds["patients"].created, len(known.arrived("patients")))
    assert before == known.now("patients", known.there)


@pytest.mark.parametrize("existing", ["adopt", "copy"])
def test_second_run_makes_nothing(known: Known, existing: str) -> None:
    """Whoever was adopted or made by the first run is nobody whom the second one finds, whatever it is told."""
    known.add("medical_alerts", patient_id=known.ada, name="Nuts")
    known.visit(known.ada)
    known.move(existing=existing)
    rows = {kind: len(known.arrived(kind)) for kind in ("patients", "medical_alerts", "individual_appointments")}
    report = known.move()

    assert 0 == sum(count.created + count.adopted for count in report.kinds.values())
    assert rows == {kind: len(known.arrived(kind)) for kind in rows}


@pytest.mark.parametrize("existing", ["stop", "adopt", "copy"])
def test_archived_patient_of_the_new_account_is_told_of(tmp_path: Path, existing: str) -> None:
    """Whoever is archived there is nobody's counterpart, and is made again with a warning that names both."""
    known = Known(tmp_path, archived_at="2024-01-01T00:00:00Z")
    report = known.move(existing=existing)
    [finding] = found(report)

    assert 1 == report.kinds["patients"].created
    assert ("existing-patients-archived", Level.WARNING) == (finding.code, finding.level)
    assert (known.ada,) == finding.ids
    assert known.there in finding.message
    assert [] == found(known.move(existing=existing))


def test_whom_an_undoing_archived_is_not_told_of(tmp_path: Path) -> None:
    """What is archived because the transfer took it back is made anew without a warning."""
    clinic = Known(tmp_path, first_name="Bea")
    clinic.move()
    made = next(row["id"] for row in clinic.arrived("patients") if row["id"] != clinic.there)

    assert clinic.undo().ok
    assert clinic.now("patients", made)["archived_at"] is not None
    report = clinic.move()
    assert 1 == report.kinds["patients"].created
    assert [] == found(report)


def test_archived_patient_of_the_old_account_is_found(known: Known) -> None:
    """Whoever is archived in the old account and active in the new one stays active, which is said."""
    known.source.store.change(
        "patients", known.source.store.at("patients", known.ada), archived_at="2024-01-01T00:00:00Z"
    )
    report = known.adopt()

    assert {"archived_at"} == left(report, "patients")
    assert known.now("patients", known.there)["archived_at"] is None


def test_merged_patient_goes_to_who_was_adopted(known: Known) -> None:
    """What hangs on a merged patient goes to the adopted one, and is not doubled there."""
    merged = known.patient(**ADA, merged_with_patient_id=known.ada)
    for patient, name in ((merged, "Nuts"), (known.ada, "Latex")):
        known.add("medical_alerts", patient_id=patient, name=name)
        known.destination.add("medical_alerts", patient_id=known.there, name=name)
    report = known.adopt()

    assert (2, 0) == (report.kinds["medical_alerts"].adopted, report.kinds["medical_alerts"].created)
    assert 1 == report.kinds["patients"].skipped


# Where it is not clear.


def test_nobody_is_guessed(known: Known) -> None:
    """Two who could be her are told by id; she and what hangs on her wait, everybody else goes."""
    other = known.destination.add("patients", **ADA)
    bea = known.patient(first_name="Bea")
    for patient in (known.ada, bea):
        known.add("medical_alerts", patient_id=patient, name="Nuts")
    report = known.adopt()
    aside = {(row.kind, row.state): row for row in report.set_aside}

    assert {("patients", "conflict"), ("medical_alerts", "blocked")} == set(aside)
    assert all(id in aside["patients", "conflict"].reason for id in (known.there, other))
    assert ["existing-patients-ambiguous"] == [each.code for each in report.findings if "existing" in each.code]
    assert 1 == len(known.arrived("medical_alerts"))

    known.destination.store.change(
        "patients", known.destination.store.at("patients", other), archived_at="2024-04-01T00:00:00Z"
    )
    mended = known.adopt()

    assert [] == list(mended.set_aside)
    assert (1, known.there) == (mended.kinds["patients"].adopted, known.arrived("medical_alerts")[-1]["patient_id"])


WRITTEN = [
    ({"first_name": "Jos\u00e9", "last_name": "O\u2019Neill"}, {"first_name": "Jose", "last_name": "O'Neill"}),
    ({"first_name": "Anne-Marie"}, {"first_name": "ANNE MARIE"}),
    ({"first_name": "Augusta", "preferred_first_name": "Ada"}, {"first_name": "Ada"}),
]


@pytest.mark.parametrize(("here", "there"), WRITTEN)
def test_name_that_is_written_differently_is_not_guessed(tmp_path: Path, here: Row, there: Row) -> None:
    """Nobody is made twice, nor adopted, over an accent: first it blocks, then she waits until both names agree."""
    known = Known(tmp_path, **there)
    known.source.store.change("patients", known.source.store.at("patients", known.ada), **here)
    known.add("medical_alerts", patient_id=known.ada, name="Nuts")
    with pytest.raises(Blocked, match=f"{known.there}; the name is written differently"):
        known.run()
    report = known.adopt()

    aside = {row.kind: row for row in report.set_aside}
    assert {"medical_alerts": "blocked", "patients": "conflict"} == {kind: row.state for kind, row in aside.items()}
    assert "the name is written differently" in aside["patients"].reason
    assert ["existing-patients-ambiguous"] == [each.code for each in found(report)]
    assert 1 == len(known.arrived("patients"))

    names: Row = {"first_name": here["first_name"], "last_name": here.get("last_name", "Example")}
    known.destination.store.change("patients", known.destination.store.at("patients", known.there), **names)
    mended = known.adopt()

    assert [] == list(mended.set_aside)
    assert known.there == known.only("medical_alerts")["patient_id"]


@pytest.mark.parametrize("filtered", [False, True])
def test_who_is_somebody_else_after_all_can_be_made(tmp_path: Path, *, filtered: bool) -> None:
    """With 'copy' whoever only has nearly the same name is made, alone or with all others, which is a note."""
    known = Known(tmp_path, first_name="Ad\u00e0")
    known.add("medical_alerts", patient_id=known.ada, name="Nuts")
    known.adopt()
    report = known.move(existing="copy", **({"filter": ByPatient(known.ada)} if filtered else {}))

    assert ["existing-patients-copied"] == [each.code for each in found(report)]
    assert 2 == len(known.arrived("patients"))
    assert known.there != known.only("medical_alerts")["patient_id"]
    assert known.adopt().ok
    assert 2 == len(known.arrived("patients"))


def test_who_stands_for_another_one_is_not_forgotten(known: Known) -> None:
    """A second record of somebody who was adopted, found by a later run, is neither made nor taken for her."""
    assert known.adopt().ok
    second = known.patient(**ADA)
    with pytest.raises(Blocked, match=f"{second} .there {known.there}"):
        known.run()
    report = known.adopt()

    assert [("patients", second, "conflict")] == [(row.kind, row.source_id, row.state) for row in report.set_aside]
    assert known.there in report.set_aside[0].reason
    assert known.ada in report.set_aside[0].reason
    assert [known.there] == [row["id"] for row in known.arrived("patients")]


def test_two_who_could_be_one_are_not_guessed(known: Known) -> None:
    """Two of the old account of whom either could be the one who is there: neither is taken for her."""
    known.patient(**ADA)
    report = known.adopt()

    assert ["conflict", "conflict"] == [row.state for row in report.set_aside]
    assert [known.there] == [row["id"] for row in known.arrived("patients")]


# What belongs to them.


def belongings(known: Known, kind: str, here: Row, *there: Row) -> Report:
    """Puts a record into the old account and some into the new one, and moves."""
    known.add(kind, patient_id=known.ada, **here)
    for each in there:
        known.destination.add(kind, patient_id=known.there, **each)
    return known.adopt()


SIMPLE: list[tuple[str, Row, Row]] = [
    ("medical_alerts", {"name": "Nuts"}, {"name": "Latex"}),
    ("patient_cases", {"name": "Knee", "notes": "left"}, {"name": "Knee", "notes": "right"}),
    ("patient_cases", {"name": "Knee", "closed": True}, {"name": "Knee"}),
    ("patient_cases", {"name": "Knee"}, {"name": "Knee", "archived_at": "2024-01-01T00:00:00Z"}),
]


@pytest.mark.parametrize(("kind", "same", "other"), SIMPLE)
def test_what_she_has_already_is_not_made_again(known: Known, kind: str, same: Row, other: Row) -> None:
    """The same content in the same state is adopted, beside what is otherwise."""
    report = belongings(known, kind, same, other, same)

    assert (1, 0) == (report.kinds[kind].adopted, report.kinds[kind].created)
    assert 2 == len(known.arrived(kind))


@pytest.mark.parametrize(("kind", "same", "other"), SIMPLE)
def test_what_is_otherwise_is_made_beside_it(known: Known, kind: str, same: Row, other: Row) -> None:
    """Other content, and the same in another state, is another record; nothing of it is changed."""
    there = known.destination.add(kind, patient_id=known.there, **other)
    before = known.now(kind, there)
    report = belongings(known, kind, same)

    assert (0, 1) == (report.kinds[kind].adopted, report.kinds[kind].created)
    assert before == known.now(kind, there)


def test_two_of_a_kind_are_two(known: Known) -> None:
    """Of two equal records of the old account one is there: the other one is made."""
    known.add("medical_alerts", patient_id=known.ada, name="Nuts")
    report = belongings(known, "medical_alerts", {"name": "Nuts"}, {"name": "Nuts"})

    assert (1, 1) == (report.kinds["medical_alerts"].adopted, report.kinds["medical_alerts"].created)
    assert 2 == len(known.arrived("medical_alerts"))


def test_recall_needs_the_same_type(known: Known) -> None:
    """A recall on the same day for something else is another recall."""
    types = {
        side: [each.add("recall_types", name=name) for name in ("Check-up", "X-ray")]
        for side, each in known_sides(known)
    }
    known.destination.add("recalls", patient_id=known.there, recall_type_id=types["there"][0], recall_at="2025-01-01")
    for recall_type in types["here"]:
        known.add("recalls", patient_id=known.ada, recall_type_id=recall_type, recall_at="2025-01-01")
    report = known.adopt()

    assert (1, 1) == (report.kinds["recalls"].adopted, report.kinds["recalls"].created)


def known_sides(known: Known) -> Iterator[tuple[str, Any]]:
    """Gives both accounts by name."""
    yield "here", known.source
    yield "there", known.destination


def test_patients_whom_the_transfer_made_are_not_looked_up(known: Known) -> None:
    """Only what an adopted patient has is read: for a patient who is new there can be nothing."""
    known.add("medical_alerts", patient_id=known.patient(first_name="Bea"), name="Nuts")
    known.adopt(include={"patients", "medical_alerts"})
    asked = [each for each in known.sent("GET", "/medical_alerts") if dict(each.query).get("per_page") != "1"]

    assert [] == asked
    assert 1 == len(known.arrived("medical_alerts"))


def test_she_is_asked_for_with_others_at_once(tmp_path: Path) -> None:
    """What many adopted patients have is read 100 patients a request."""
    known = Known(tmp_path)
    for number in range(60):
        who = {"first_name": f"N{number}", "email": "n@mail.example"}
        known.add("medical_alerts", patient_id=known.patient(**who), name="Nuts")
        known.destination.add("patients", last_name="Example", **who)
    known.adopt(include={"patients", "medical_alerts"})
    asked = [each for each in known.sent("GET", "/medical_alerts") if "patient_id" in str(each.query)]

    assert 2 == len(asked)  # in the plan, and in the run
    assert 60 == len(known.arrived("medical_alerts"))


# Appointments and classes.


def test_appointment_is_not_booked_twice(known: Known) -> None:
    """The same appointment is adopted with its attendee; what the attendee lacks there is said, and not changed."""
    known.visit(known.ada, notes="Knee", arrived=True)
    there = known.visit_there(notes="Knee")
    report = known.adopt()

    assert (1, 1) == (report.kinds["individual_appointments"].adopted, report.kinds["attendees"].adopted)
    assert [there] == [row["id"] for row in known.arrived("individual_appointments")]
    assert {"arrived"} == left(report, "attendees")
    assert known.only("attendees")["arrived"] is None


def test_appointment_of_another_type_is_the_same(known: Known) -> None:
    """At the same time with the same person nobody has two: that its type is another one there is said."""
    known.destination.store.change(
        "appointment_types", known.destination.store.at("appointment_types", known.type_there), name="First"
    )
    known.visit(known.ada)
    known.visit_there()
    report = known.adopt()

    assert {"appointment_type"} == left(report, "individual_appointments")
    assert 1 == len(known.arrived("individual_appointments"))


def test_another_appointment_is_made(known: Known) -> None:
    """Another time is another appointment, and so is one that was cancelled where the other was not."""
    known.visit(known.ada, starts_at=LATER)
    known.visit(known.ada, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=40)
    there = known.visit_there()
    report = known.adopt()

    assert (0, 2) == (report.kinds["individual_appointments"].adopted, report.kinds["individual_appointments"].created)
    assert known.now("individual_appointments", there)["cancelled_at"] is None


def test_attendance_of_an_appointment_that_is_made_is_set(known: Known) -> None:
    """An adopted patient's new appointment is the transfer's own: its attendee gets what the old one says."""
    known.visit(known.ada, starts_at=LATER, arrived=True)
    known.adopt()

    assert True is known.only("attendees")["arrived"]


def test_seat_in_a_class_is_not_taken_twice(known: Known) -> None:
    """The same class is adopted, with the seats that are taken in it; who has none there gets one."""
    lesson, bea = known.lesson(), known.patient(first_name="Bea")
    known.seat(lesson, known.ada, notes="Front row")
    known.seat(lesson, bea)
    place = {"business_id": known.business_there(), "practitioner_id": known.owner_there()}
    there = known.destination.add(
        "group_appointments", appointment_type_id=known.type_there, starts_at=START, max_attendees=5, **place
    )
    known.destination.add("attendees", booking_id=there, patient_id=known.there)
    report = known.adopt()

    assert (1, 0) == (report.kinds["group_appointments"].adopted, report.kinds["group_appointments"].created)
    assert (1, 1) == (report.kinds["attendees"].adopted, report.kinds["attendees"].created)
    assert {there} == {row["booking_id"] for row in known.arrived("attendees")}
    assert {"notes"} == left(report, "attendees")


def test_seat_that_was_given_up_is_another_one(known: Known) -> None:
    """A cancelled seat is not the one that the patient still has there: it is made, and given up again."""
    lesson = known.lesson()
    known.seat(lesson, known.ada, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=40)
    known.seat(lesson, known.ada)
    place = {"business_id": known.business_there(), "practitioner_id": known.owner_there()}
    there = known.destination.add(
        "group_appointments", appointment_type_id=known.type_there, starts_at=START, max_attendees=5, **place
    )
    known.destination.add("attendees", booking_id=there, patient_id=known.there)
    known.adopt()

    assert [False, True] == sorted(row["cancelled_at"] is not None for row in known.arrived("attendees"))


@pytest.mark.parametrize("seats", [2, None])
def test_class_that_is_full_takes_seats_that_were_given_up(known: Known, seats: int | None) -> None:
    """A class that was there has room for cancelled seats while it is filled, and is as it was at the end."""
    bea, cyn, dot = (known.patient(first_name=name) for name in ("Bea", "Cyn", "Dot"))
    known.source.store.change(
        "appointment_types", known.source.store.at("appointment_types", known.type), max_attendees=99
    )
    known.destination.store.change(
        "appointment_types", known.destination.store.at("appointment_types", known.type_there), max_attendees=99
    )
    lesson = known.lesson(max_attendees=seats)
    for patient in (known.ada, bea):
        known.seat(lesson, patient)
    for patient in (cyn, dot):
        known.seat(lesson, patient, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=40)
    place = {"business_id": known.business_there(), "practitioner_id": known.owner_there()}
    there = known.destination.add(
        "group_appointments", appointment_type_id=known.type_there, starts_at=START, max_attendees=seats, **place
    )
    known.destination.add("attendees", booking_id=there, patient_id=known.there)
    before = known.now("group_appointments", there)
    report = known.adopt()

    assert [] == list(report.set_aside)
    assert 4 == len(known.arrived("attendees"))
    assert before == known.now("group_appointments", there)


def test_time_off_is_not_entered_twice(known: Known) -> None:
    """Where patients are adopted, the diary's blocks that are there are taken too."""
    known.add(
        "unavailable_blocks",
        business_id=known.business,
        practitioner_id=known.practitioner,
        starts_at=START,
        ends_at="2024-03-14T23:30:00Z",
    )
    known.destination.add(
        "unavailable_blocks",
        business_id=known.business_there(),
        practitioner_id=known.owner_there(),
        starts_at=START,
        ends_at="2024-03-14T23:30:00Z",
    )
    report = known.adopt()

    assert (1, 0) == (report.kinds["unavailable_blocks"].adopted, report.kinds["unavailable_blocks"].created)


# Files, notes, forms, messages, referral sources.


@pytest.mark.parametrize(
    ("there", "adopted"),
    [
        ({}, 1),
        ({"description": "Scan of the knee"}, 1),
        ({"content": b"%PDF-1.7 a scat"}, 0),
        ({"filename": "other.pdf"}, 0),
        ({"content": b"%PDF-1.7"}, 0),
    ],
)
def test_file_is_known_by_its_bytes(known: Known, there: Row, adopted: int) -> None:
    """The same name, size and bytes are the same file, whatever is written about it; all else is another one."""
    known.file(known.ada)
    scan = {"filename": "scan.pdf", "content_type": "application/pdf", "content": b"%PDF-1.7 a scan"}
    known.destination.add("patient_attachments", patient_id=known.there, **(scan | there))
    report = known.adopt()

    assert adopted == report.kinds["patient_attachments"].adopted
    assert 2 - adopted == len(known.arrived("patient_attachments"))
    assert {"description"} & left(report, "patient_attachments") == ({"description"} if adopted else set())


def test_file_that_cannot_be_read_is_not_taken_for_the_same(known: Known) -> None:
    """Where the new account can't give its file, the old one's is carried."""
    known.file(known.ada)
    scan = {"filename": "scan.pdf", "content_type": "application/pdf", "content": b"%PDF-1.7 a scan"}
    known.destination.add("patient_attachments", patient_id=known.there, **scan)
    known.destination.faults.add("403", when=lambda each: each.path.endswith("/content"), at=1)
    report = known.run(existing="adopt")

    assert (0, 1) == (report.kinds["patient_attachments"].adopted, report.kinds["patient_attachments"].created)


def test_files_of_a_case_that_was_there_stay_unlinked(known: Known) -> None:
    """A case that is there is not changed: that a file is not linked to it is said."""
    file = known.file(known.ada)
    known.add("patient_cases", patient_id=known.ada, name="Knee", patient_attachment_ids=[file])
    known.add("patient_cases", patient_id=known.ada, name="Hip")
    for name in ("Knee", "Hip"):
        known.destination.add("patient_cases", patient_id=known.there, name=name)
    report = known.adopt()

    assert [("patient_attachment_ids", 1)] == [
        (loss.field, loss.records) for loss in report.losses if (loss.kind, loss.reason) == ("patient_cases", LEFT)
    ]


def test_what_an_earlier_transfer_made_is_not_made_again(known: Known) -> None:
    """A transfer whose journal is lost: with 'adopt' a new one makes nothing of what the first had made."""
    signature = known.add("signatures", image=SIGNATURE)
    signed = known.form(known.ada, {"name": "Sign", "type": "signature", "signature_id": signature}, completed_at=LATER)
    known.source.store.change("signatures", known.source.store.at("signatures", signature), patient_form_id=signed)
    known.form(known.ada, {"name": "Pain", "type": "text", "answer": "none"})
    visit = known.visit(known.ada, arrived=True)
    known.visit(known.ada, starts_at=LATER, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=40)
    text = {"name": "History", "type": "paragraph", "answer": "<b>60&deg;</b><br/>1 < 2<p>open"}
    known.note(known.ada, booking_id=visit, content={"sections": [{"name": "S", "questions": [text]}]})
    known.note(known.ada, draft=True, title="")
    known.file(known.ada, description="Knee")
    known.add("communications", patient_id=known.ada, category_code=12, content="Rang", type_code=3, direction_code=2)
    known.add("medical_alerts", patient_id=known.ada, name="Nuts", archived_at="2024-01-01T00:00:00Z")
    known.adopt()
    rows = {kind: len(known.arrived(kind)) for kind in EVERY}
    known.journal = known.journal.with_name("another.journal")
    report = known.adopt()

    assert [] == list(report.set_aside)
    assert rows == {kind: len(known.arrived(kind)) for kind in EVERY}
    assert {0} == {report.kinds[kind].created for kind in EVERY}


SIGNATURE = "data:image/svg+xml;base64,PHN2ZyB3aWR0aD0iMTAiIGhlaWdodD0iMTAiLz4="
EVERY = (
    "patients",
    "medical_alerts",
    "individual_appointments",
    "attendees",
    "treatment_notes",
    "patient_forms",
    "patient_attachments",
    "communications",
)


@pytest.mark.parametrize(("notes", "state"), [("from a friend", "adopted"), ("from the web", "skipped")])
def test_referral_source_is_not_overwritten(known: Known, notes: str, state: str) -> None:
    """A patient has one referral source: what is there stays, and where it is another one the old one is lost."""
    friend = known.add("referral_source_types", name="Friend")
    known.add("referral_sources", patient_id=known.ada, referral_source_type_id=friend, notes="from a friend")
    there = known.destination.add("referral_source_types", name="Friend")
    known.destination.add("referral_sources", patient_id=known.there, referral_source_type_id=there, notes=notes)
    report = known.adopt()

    assert 1 == getattr(report.kinds["referral_sources"], state)
    assert notes == known.only("referral_sources")["notes"]
    assert ("record" in losses(report, "referral_sources")) is (state == "skipped")


def test_referral_source_goes_where_there_is_none(known: Known) -> None:
    """An adopted patient who has no referral source gets the old one."""
    friend = known.add("referral_source_types", name="Friend")
    known.add("referral_sources", patient_id=known.ada, referral_source_type_id=friend, notes="from a friend")
    known.destination.add("referral_source_types", name="Friend")
    known.adopt()

    assert "from a friend" == known.only("referral_sources")["notes"]


def test_relationship_is_not_doubled(known: Known) -> None:
    """A relationship that is there, from whichever side, is adopted."""
    bea = known.patient(first_name="Bea", email="bea@mail.example")
    there = known.destination.add("patients", first_name="Bea", last_name="Example", email="bea@mail.example")
    known.add("relationships", patient_id=known.ada, related_patient_id=bea, relation=30)
    known.destination.add("relationships", patient_id=there, related_patient_id=known.there, relation=30)
    report = known.adopt()

    assert 2 == report.kinds["relationships"].adopted == len(known.arrived("relationships"))


@pytest.mark.parametrize("archived", [None, "2024-01-01T00:00:00Z"])
def test_archived_relationship_is_not_doubled_nor_archived(known: Known, archived: str | None) -> None:
    """An archived relationship that is there archived is adopted; one that is there active stays so."""
    bea = known.patient(first_name="Bea", email="bea@mail.example")
    there = known.destination.add("patients", first_name="Bea", last_name="Example", email="bea@mail.example")
    gone: Row = {"relation": 30, "archived_at": "2024-01-01T00:00:00Z"}
    known.add("relationships", patient_id=known.ada, related_patient_id=bea, **gone)
    known.destination.add(
        "relationships", patient_id=known.there, related_patient_id=there, **(gone | {"archived_at": archived})
    )
    report = known.adopt()

    assert 2 == report.kinds["relationships"].adopted == len(known.arrived("relationships"))
    assert {archived} == {row["archived_at"] for row in known.arrived("relationships")}


# Nobody is messaged, and nothing is lost on the way.


def test_adopted_patient_is_muted_and_gets_everything_back(tmp_path: Path) -> None:
    """She is not written to about what is copied, and has her settings back at the end; what is there stays unmuted."""
    wants = {"receives_confirmation_emails": True, "receives_cancellation_emails": True}
    known = Known(tmp_path, **wants)
    known.destination.store.change(
        "appointment_types",
        known.destination.store.at("appointment_types", known.type_there),
        appointment_confirmation_template_ids=[known.destination.store.new_id("message_templates")],
    )
    known.visit(known.ada, starts_at="2031-01-06T00:00:00Z")
    known.visit(known.ada, starts_at=LATER, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=40)
    known.run(existing="adopt")
    muted = [body for body in known.bodies("PATCH", f"/patients/{known.there}") if False in body.values()]

    assert [] == known.destination.outbox
    assert muted
    assert wants == {name: known.now("patients", known.there)[name] for name in wants}
    assert 2 == len(known.arrived("individual_appointments"))


def test_nobody_is_muted_for_what_is_there(tmp_path: Path) -> None:
    """An appointment that is adopted writes to nobody: the patient is left as she is all the time."""
    known = Known(tmp_path, receives_confirmation_emails=True)
    known.destination.store.change(
        "appointment_types",
        known.destination.store.at("appointment_types", known.type_there),
        appointment_confirmation_template_ids=[known.destination.store.new_id("message_templates")],
    )
    known.visit(known.ada)
    known.visit_there()
    known.run(existing="adopt")

    assert [] == known.sent("PATCH", f"/patients/{known.there}")


class Dying(ClinikoSink):
    """Makes the process die after a write, before anybody can note that it came about."""

    def create(self, draft: Any) -> Any:
        """Makes a record, and is gone."""
        made = super().create(draft)
        if draft.kind == "patients":
            raise ZeroDivisionError
        return made


@pytest.mark.parametrize("existing", ["stop", "adopt"])
@pytest.mark.parametrize("double", [False, True])
def test_interrupted_run_goes_on(tmp_path: Path, existing: str, double: bool) -> None:
    """A patient whose making nobody noted is no stranger to the next run: nothing blocks, and she is there once."""
    clinic = Clinic(tmp_path)
    clinic.add("medical_alerts", patient_id=clinic.patient(**ADA), name="Nuts")
    if double:
        clinic.patient(**ADA)
    settings: Row = {"existing": existing, "journal": clinic.journal}
    with clinic.source.in_process(), clinic.destination.in_process():
        sink = Dying(client(clinic.destination), workers=1)
        with pytest.raises(ZeroDivisionError):
            Transfer(client(clinic.source), sink, **settings).run()
    made = len(clinic.arrived("patients"))
    clinic.move(existing=existing)

    assert made
    assert 1 + double == len(clinic.arrived("patients"))
    assert 1 == len(clinic.arrived("medical_alerts"))


def test_a_pilot_takes_nobody_for_somebody_who_does_not_go(tmp_path: Path) -> None:
    """A father and a son of one name and one e-mail address: whoever goes alone is not taken for the other."""
    clinic = Clinic(tmp_path)
    shared = {"first_name": "John", "last_name": "Smith", "email": "smith@mail.example"}
    son = clinic.patient(**shared)
    father = clinic.patient(**shared, date_of_birth="1950-02-03")
    clinic.destination.add("patients", **shared, date_of_birth="1950-02-03")
    report = clinic.run(existing="adopt", filter=ByPatient(son))

    assert ["conflict"] == [row.state for row in report.set_aside]
    assert father in report.set_aside[0].reason
    assert 1 == len(clinic.arrived("patients"))


def test_a_patient_whom_the_new_clinic_archived_takes_no_new_record(known: Known) -> None:
    """It is said whose record was refused, and what to do; what is refused for itself is told as ever."""
    known.run(existing="adopt")
    store = known.destination.store
    store.change("patients", store.at("patients", known.there), archived_at="2024-05-01T00:00:00Z")
    alert = known.add("medical_alerts", patient_id=known.ada, name="Nuts")
    reasons = {row.source_id: row.reason for row in known.run(existing="adopt").set_aside}

    assert reasons[alert].startswith("its patient is archived in the destination")
    assert "take it out of the archive there and run again" in reasons[alert]

    store.change("patients", store.at("patients", known.there), archived_at=None)

    assert known.run(existing="adopt").ok
