"""Lists that a record doesn't show: what the source changes comes over, what the new clinic changed there stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import EXCLUDE, Cliniko, ClinikoMapper
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.mismatches import Why
from clinikomigrate.transfer.plan import Plan
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.end_to_end.accounts import Pair, client
from tests.traps.clinic import Clinic

LATER = "2030-01-01T00:00:00Z"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a clinic of two places and two people, with one type that is offered at one place by one of them."""
    clinic = Clinic(tmp_path)
    clinic.add("businesses", business_name="Side Street")
    user = clinic.add("users", first_name="Amy", last_name="Ng", email="amy@clinic.example")
    clinic.add("practitioners", user_id=user, first_name="Amy", last_name="Ng")
    return clinic


@contextmanager
def at_work(fake: FakeCliniko) -> Iterator[Cliniko]:
    """Gives a client of an account, mounted. What is written through it is that clinic's own work, and not logged."""
    seen = list(fake.log)
    with fake.in_process():
        yield client(fake)
    fake.log[:] = seen


def offer(fake: FakeCliniko, **who: Any) -> None:  # Any: a draft's attributes
    """Changes the only type in an account by hand."""
    with at_work(fake) as clinic:
        clinic.appointment_types.update(only(fake, "appointment_types"), m.AppointmentTypeDraft(**who))


def link(fake: FakeCliniko, *files: str) -> None:
    """Changes by hand which files belong to the only case in an account."""
    with at_work(fake) as clinic:
        clinic.patient_cases.update(only(fake, "patient_cases"), m.PatientCaseDraft(patient_attachment_ids=files))


def only(fake: FakeCliniko, kind: str) -> str:
    """Gives the id of the only row of a kind."""
    (row,) = fake.rows(kind)
    return str(row["id"])


def places(fake: FakeCliniko) -> set[str]:
    """Names the places where the only type is offered."""
    return named(fake, "businesses", "business_name", "appointment_types", "business_ids")


def people(fake: FakeCliniko) -> set[str]:
    """Names who offers the only type."""
    return named(fake, "practitioners", "first_name", "appointment_types", "practitioner_ids")


def files(fake: FakeCliniko) -> set[str]:
    """Names the files of the only case."""
    return named(fake, "patient_attachments", "filename", "patient_cases", "patient_attachment_ids")


def named(fake: FakeCliniko, kind: str, name: str, of: str, column: str) -> set[str]:
    """Names the rows of a kind that the only row of another one lists."""
    row: dict[str, Any] = fake.store.at(of, only(fake, of))
    return {str(each[name]) for each in fake.rows(kind) if each["id"] in (row[column] or ())}


def ids(fake: FakeCliniko, kind: str, name: str, *values: str) -> list[str]:
    """Gives the ids of rows that are called like this."""
    return [str(row["id"]) for row in fake.rows(kind) if row[name] in values]


def places_of(fake: FakeCliniko, *names: str) -> list[str]:
    """Gives the ids of places."""
    return ids(fake, "businesses", "business_name", *names)


def files_of(fake: FakeCliniko, *names: str) -> list[str]:
    """Gives the ids of files."""
    return ids(fake, "patient_attachments", "filename", *names)


def with_case(clinic: Clinic, *names: str) -> None:
    """Puts a case with files into the source."""
    ada = clinic.patient()
    linked = [clinic.file(ada, filename=name) for name in names]
    clinic.add("patient_cases", name="Knee", patient_id=ada, patient_attachment_ids=linked)


def theirs(clinic: Clinic, name: str) -> str:
    """Puts a file of the new clinic into the destination."""
    return clinic.destination.add(
        "patient_attachments",
        patient_id=only(clinic.destination, "patients"),
        filename=name,
        content_type="application/pdf",
        content=b"%PDF-1.7 theirs",
    )


def sent(clinic: Clinic, path: str) -> list[dict[str, Any]]:
    """Gives what was sent to change records below a path."""
    log = [each for each in clinic.destination.log if each.method == "PATCH" and path in each.path]
    return [each.json for each in log if isinstance(each.json, dict)]


def test_of_lists_that_did_not_change_nothing_is_sent(clinic: Clinic) -> None:
    """Another length comes over; where and by whom the type is offered is the new clinic's own by now."""
    clinic.move()
    offer(clinic.destination, business_ids=places_of(clinic.destination, "Side Street"), practitioner_ids=[])
    offer(clinic.source, duration_in_minutes=50)
    clinic.destination.log.clear()
    clinic.move()

    assert [{"duration_in_minutes": 50}] == sent(clinic, "/appointment_types/")
    assert [] == [each.path for each in clinic.destination.log if "/appointment_types/" in each.path][:-1]
    assert {"Side Street"} == places(clinic.destination)
    assert set() == people(clinic.destination)


def test_both_changes_stand(clinic: Clinic) -> None:
    """The source adds a place and a person; the new clinic has taken one away, and added its own."""
    clinic.move()
    clinic.destination.add("businesses", business_name="New Street")
    offer(clinic.destination, business_ids=places_of(clinic.destination, "New Street"))
    offer(clinic.source, business_ids=places_of(clinic.source, "Main Street", "Side Street"))
    report = clinic.move()

    assert {"New Street", "Side Street"} == places(clinic.destination)
    assert {"Olivia"} == people(clinic.destination)
    assert 1 == report.kinds["appointment_types"].updated
    assert 0 == clinic.move().kinds["appointment_types"].updated


def test_what_the_source_takes_away_goes(clinic: Clinic) -> None:
    """The last place of the source's goes, and the new clinic's own stays."""
    clinic.move()
    both = places_of(clinic.destination, "Main Street", "Side Street")
    offer(clinic.destination, business_ids=both)
    offer(clinic.source, business_ids=[], practitioner_ids=[])
    clinic.move()

    assert {"Side Street"} == places(clinic.destination)
    assert set() == people(clinic.destination)


def test_what_the_new_clinic_took_away_does_not_come_back(clinic: Clinic) -> None:
    """Not even by the next change of the same list."""
    clinic.move()
    offer(clinic.destination, practitioner_ids=[])
    everybody = [str(row["id"]) for row in clinic.source.rows("practitioners")]
    offer(clinic.source, practitioner_ids=everybody)
    clinic.move()
    after_one = people(clinic.destination)
    offer(clinic.source, practitioner_ids=everybody[:1])
    clinic.move()

    assert {"Amy"} == after_one
    assert set() == people(clinic.destination)


def test_the_files_of_a_case(clinic: Clinic) -> None:
    """The new clinic's own letter stays with the case, whatever comes from the source and leaves it."""
    with_case(clinic, "scan.pdf")
    clinic.move()
    link(clinic.destination, *files_of(clinic.destination, "scan.pdf"), theirs(clinic, "theirs.pdf"))
    ada = only(clinic.source, "patients")
    clinic.file(ada, filename="letter.pdf")
    link(clinic.source, *files_of(clinic.source, "scan.pdf", "letter.pdf"))
    clinic.move()
    grown = files(clinic.destination)
    link(clinic.source, *files_of(clinic.source, "letter.pdf"))
    clinic.move()
    shrunk = files(clinic.destination)
    link(clinic.source)
    clinic.move()

    assert {"scan.pdf", "theirs.pdf", "letter.pdf"} == grown
    assert {"theirs.pdf", "letter.pdf"} == shrunk
    assert {"theirs.pdf"} == files(clinic.destination)


def test_a_file_that_the_new_clinic_took_out_of_a_case(clinic: Clinic) -> None:
    """It does not come back with the next one; and a list that the new clinic has emptied already is not sent."""
    with_case(clinic, "scan.pdf")
    clinic.move()
    link(clinic.destination)
    clinic.file(only(clinic.source, "patients"), filename="letter.pdf")
    link(clinic.source, *files_of(clinic.source, "scan.pdf", "letter.pdf"))
    clinic.move()

    assert {"letter.pdf"} == files(clinic.destination)


def test_a_file_that_came_before_the_case_was_finished(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run is interrupted before it links files; the new clinic puts one into the case, and it stays there."""
    with_case(clinic, "scan.pdf")
    with monkeypatch.context() as patch:
        patch.setattr("clinikomigrate.transfer.finishing.Finishing.run", lambda _: "no more time")
        assert "no more time" == clinic.run().stopped
    link(clinic.destination, theirs(clinic, "theirs.pdf"))
    clinic.move()

    assert {"scan.pdf", "theirs.pdf"} == files(clinic.destination)


def test_a_case_is_opened_again_where_the_source_opens_it(clinic: Clinic) -> None:
    """It goes over once."""
    with_case(clinic, "scan.pdf")
    close(clinic.source)
    clinic.move()
    before = clinic.only("patient_cases")["closed_at"]
    close(clinic.source, closed=False)
    clinic.move()
    clinic.destination.log.clear()
    clinic.move()

    assert before is not None
    assert clinic.only("patient_cases")["closed_at"] is None
    assert [] == sent(clinic, "/patient_cases/")


def test_a_case_that_the_new_clinic_opened_stays_open(clinic: Clinic) -> None:
    """Another file comes to it all the same; and whoever closes another one by hand finds it closed."""
    with_case(clinic, "scan.pdf")
    close(clinic.source)
    clinic.move()
    close(clinic.destination, closed=False)
    clinic.file(only(clinic.source, "patients"), filename="letter.pdf")
    link(clinic.source, *files_of(clinic.source, "scan.pdf", "letter.pdf"))
    clinic.move()

    assert {"scan.pdf", "letter.pdf"} == files(clinic.destination)
    assert clinic.only("patient_cases")["closed_at"] is None
    assert {("patient_cases", "closed"): Why.EDITED_THERE} == differences(clinic)


def test_an_open_case_takes_no_request_to_be_open(clinic: Clinic) -> None:
    """Only what has files or is closed is changed once everything is there."""
    with_case(clinic)
    clinic.move()

    assert [] == sent(clinic, "/patient_cases/")


def close(fake: FakeCliniko, *, closed: bool = True) -> None:
    """Closes the only case in an account by hand, or opens it."""
    with at_work(fake) as clinic:
        clinic.patient_cases.update(only(fake, "patient_cases"), m.PatientCaseDraft(closed=closed))


class _PowerCut(BaseException):
    """Ends a process where it stands."""


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_process_that_ends_before_it_has_noted_what_it_sent(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """The next run finds what was sent, takes nothing of it for somebody's edit, and sends the same."""
    with_case(clinic, "scan.pdf")
    clinic.move()
    clinic.file(only(clinic.source, "patients"), filename="letter.pdf")
    link(clinic.source, *files_of(clinic.source, "letter.pdf"))
    offer(clinic.source, business_ids=places_of(clinic.source, "Side Street"))
    note, left = SQLiteJournal.note, [nth]

    def cut(self: SQLiteJournal, name: str, text: str) -> None:
        if name.startswith("sent last "):
            left[0] -= 1
            if not left[0]:
                raise _PowerCut
        note(self, name, text)

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteJournal, "note", cut)
        with pytest.raises(_PowerCut):
            clinic.run()
    clinic.move()

    assert {"letter.pdf"} == files(clinic.destination)
    assert {"Side Street"} == places(clinic.destination)
    assert 0 == clinic.move().kinds["appointment_types"].updated


def test_a_list_that_changes_again_before_it_was_noted_that_it_was_sent(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came to stand there in between is nobody's edit, and goes when the source says something else by now."""
    clinic.add("businesses", business_name="Back Street")
    clinic.move()
    offer(clinic.source, business_ids=places_of(clinic.source, "Side Street"))
    note = SQLiteJournal.note

    def cut(self: SQLiteJournal, name: str, text: str) -> None:
        if name.startswith("sent last ") and '"sending"' not in text:
            raise _PowerCut
        note(self, name, text)

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteJournal, "note", cut)
        with pytest.raises(_PowerCut):
            clinic.run()
    sent_before = places(clinic.destination)
    offer(clinic.source, business_ids=places_of(clinic.source, "Back Street"))
    clinic.move()

    assert {"Side Street"} == sent_before
    assert {"Back Street"} == places(clinic.destination)
    assert 0 == clinic.move().kinds["appointment_types"].updated


@pytest.mark.parametrize("touched", [False, True])
def test_a_type_in_doubt_whose_list_has_changed(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, *, touched: bool
) -> None:
    """A process ended before it noted that it made the type, which is offered elsewhere by now: that comes over."""
    settle = SQLiteJournal.settle

    def cut(self: SQLiteJournal, ref: Ref[Any], *args: Any) -> None:
        if ref.kind == "appointment_types":
            raise _PowerCut
        settle(self, ref, *args)

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteJournal, "settle", cut)
        with pytest.raises(_PowerCut):
            clinic.run()
    if touched:  # which the type doesn't show
        kinds = [only(clinic.destination, "appointment_types")]
        clinic.destination.add("businesses", business_name="New Street", appointment_type_ids=kinds)
    offer(clinic.source, business_ids=places_of(clinic.source, "Side Street"))
    clinic.move()

    assert ({"Side Street", "New Street"} if touched else {"Side Street"}) == places(clinic.destination)
    assert 0 == clinic.move().kinds["appointment_types"].updated


def test_after_an_undo_lists_are_set_anew(clinic: Clinic) -> None:
    """What was known of the records that were taken back says nothing of those that are made instead."""
    with_case(clinic, "scan.pdf")
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        assert pair.transfer().undo().ok
    clinic.move()
    (case,) = (row for row in clinic.arrived("patient_cases") if row["archived_at"] is None)
    (kind,) = (row for row in clinic.arrived("appointment_types") if row["archived_at"] is None)

    assert 1 == len(case["patient_attachment_ids"])
    assert 1 == len(kind["business_ids"])
    assert 1 == len(kind["practitioner_ids"])


def test_a_plan_counts_what_it_takes(clinic: Clinic) -> None:
    """To a case that is made and to one that gets another file; and the run takes as much."""
    with_case(clinic, "scan.pdf")
    first = planned_and_run(clinic)
    clinic.file(only(clinic.source, "patients"), filename="letter.pdf")
    link(clinic.source, *files_of(clinic.source, "scan.pdf", "letter.pdf"))
    offer(clinic.source, business_ids=[], practitioner_ids=[])
    second = planned_and_run(clinic)

    assert first[0].destination_requests == first[1]
    assert second[0].destination_requests == second[1]


def planned_and_run(clinic: Clinic) -> tuple[Plan, int]:
    """Plans and runs the transfer, and gives the plan and how many requests the destination got in the run."""
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = pair.transfer().plan()
        clinic.destination.log.clear()
        assert pair.transfer().run().ok
    return plan, len(clinic.destination.log)


def test_a_comparison_looks_at_them(clinic: Clinic) -> None:
    """What was sent and is there no more is a difference, if files are compared; what came besides is none."""
    with_case(clinic, "scan.pdf")
    clinic.move()
    fake = clinic.destination
    offer(fake, business_ids=places_of(fake, "Main Street", "Side Street"))
    link(fake, *files_of(fake, "scan.pdf"), theirs(clinic, "theirs.pdf"))
    as_meant = differences(clinic)
    offer(fake, business_ids=places_of(fake, "Side Street"), practitioner_ids=[])
    link(fake)

    assert {} == as_meant
    assert {
        ("appointment_types", "business_ids"): Why.UNKNOWN,
        ("appointment_types", "practitioner_ids"): Why.UNKNOWN,
        ("patient_cases", "patient_attachment_ids"): Why.UNKNOWN,
    } == differences(clinic)
    assert {} == differences(clinic, files=False)


def test_a_comparison_knows_nothing_of_what_is_gone_or_left_out(clinic: Clinic) -> None:
    """A type that was archived is told as such; of one that the mapper leaves out by now nothing is said."""
    clinic.move()
    left_out = differences(clinic, mapper=ClinikoMapper(appointment_types={"Initial": EXCLUDE}))
    with at_work(clinic.destination) as there:
        there.appointment_types.archive(only(clinic.destination, "appointment_types"))

    assert {} == left_out
    assert {("appointment_types", "archived"): Why.EDITED_THERE} == differences(clinic)


def differences(clinic: Clinic, *, files: bool = True, **settings: Any) -> dict[tuple[str, str], Why]:
    """Compares, and gives why fields differ, by kind and field."""
    with clinic.source.in_process(), clinic.destination.in_process():
        found = Pair(clinic.source, clinic.destination, clinic.journal).transfer(**settings).verify(files=files)
        return {(each.kind, each.field): each.why for each in found.differences}
