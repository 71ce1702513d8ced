"""Which records that were left behind may come with another run, and what is held for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, EXCLUDE, ByPatient, ClinikoMapper, Context, Everything, Filter, Ref, Report, Skip
from clinikomigrate.cliniko.models import Attendee, IndividualAppointment, Patient
from clinikomigrate.errors import Unprocessable, Unsupported
from clinikomigrate.transfer.follow_ups import Archiving, Stage
from clinikomigrate.transfer.journal import Entry, Owed, State
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.refusals import archived_meanwhile
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.survey import Survey
from clinikomigrate.transfer.to_come import ToCome
from tests.end_to_end.accounts import Pair
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.memory_journal import MemoryJournal
from tests.traps.clinic import Clinic

LONG_AGO = "2024-05-01T00:00:00Z"
ELSEWHERE = {"Side Street": EXCLUDE}


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic with a second place, an archived type and an archived template."""
    clinic = Clinic(tmp_path)
    clinic.add("businesses", business_name="Side Street")
    offered = {"business_ids": [clinic.business], "practitioner_ids": [clinic.practitioner]}
    clinic.add("appointment_types", name="Old type", archived_at=LONG_AGO, **offered)
    clinic.add("treatment_note_templates", name="Old template", content={"sections": []}, archived_at=LONG_AGO)
    return clinic


def named(clinic: Clinic, kind: str, name: str) -> str:
    """Gives the id of a record of the source by its name."""
    rows = clinic.source.rows(kind)
    return next(str(row["id"]) for row in rows if name in (row.get("name"), row.get("business_name")))


def needy(clinic: Clinic, patient: str) -> None:
    """Gives a patient a visit of the archived type, and a note of the archived template."""
    clinic.visit(patient, appointment_type_id=named(clinic, "appointment_types", "Old type"))
    clinic.note(patient, treatment_note_template_id=named(clinic, "treatment_note_templates", "Old template"))


def archived(clinic: Clinic) -> set[str]:
    """Names what is archived in the destination."""
    kinds = ("appointment_types", "treatment_note_templates", "patient_cases", "patient_forms", "contacts")
    rows = [row for kind in kinds for row in clinic.arrived(kind)]
    return {row.get("name") or row["last_name"] for row in rows if row["archived_at"]}


class NoPatients(Filter):
    """A filter of one's own: patients stay behind."""

    def keeps(self, record: Any, scope: Any) -> bool:
        """Keeps all but patients."""
        return not isinstance(record, Patient)


class NotNow(ClinikoMapper):
    """A mapper of one's own: patients are skipped."""

    def patient(self, patient: Any, context: Context, /) -> Skip:
        """Skips patients."""
        return Skip("not now")


@pytest.mark.parametrize(
    "settings",
    [
        {"include": ALL_KINDS - {"patients"}},
        {"filter": NoPatients()},
        {"mapper": NotNow()},
    ],
    ids=["include", "filter", "mapper"],
)
def test_what_a_patient_needs_who_stays_behind_is_not_archived(clinic: Clinic, settings: dict[str, Any]) -> None:
    """However the patient was left out: visits and notes come with the patient, and need their type and template."""
    needy(clinic, clinic.patient())
    first = clinic.move(**settings)
    before = archived(clinic)
    second = clinic.move()

    assert set() == before
    assert {"appointment_types": 1, "treatment_note_templates": 1} == first.not_archived
    assert "run(last=True)" in first.to_do[-2]
    assert {"Old type", "Old template"} == archived(clinic)
    assert {} == second.not_archived
    assert clinic.only("treatment_notes")["treatment_note_template_id"]


def test_what_visits_at_an_excluded_place_need_is_not_archived(clinic: Clinic) -> None:
    """The place may be let in by a later run: the case, the type and the form wait for it, and the plan knows."""
    side, kind = named(clinic, "businesses", "Side Street"), named(clinic, "appointment_types", "Old type")
    ada = clinic.patient()
    cases = [clinic.add("patient_cases", patient_id=ada, name=name, archived_at=LONG_AGO) for name in ("Knee", "Hip")]
    visit = clinic.visit(ada, appointment_type_id=kind, business_id=side, patient_case_id=cases[0])
    clinic.visit(ada, patient_case_id=cases[1], starts_at="2024-04-01T00:00:00Z")
    clinic.form(ada, attendee_id=clinic.attendee_of(visit), archived_at=LONG_AGO)
    mapper = ClinikoMapper(businesses=ELSEWHERE)
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = Pair(clinic.source, clinic.destination, clinic.journal).transfer(mapper=mapper).plan()
    first = clinic.move(mapper=mapper)
    before = archived(clinic)
    second = clinic.move()

    assert {"Old template", "Hip"} == before
    assert {"appointment_types": 1, "patient_cases": 1, "patient_forms": 1} == first.not_archived == plan.not_archived
    assert {"Old template", "Old type", "Knee", "Hip", "Intake"} == archived(clinic)
    assert {} == second.not_archived
    assert [True] * 2 == [bool(row["patient_case_id"]) for row in clinic.arrived("individual_appointments")]
    assert clinic.only("patient_forms")["attendee_id"]


def test_what_was_excluded_and_is_let_in_by_a_narrow_run_is_not_archived(clinic: Clinic) -> None:
    """The exclusion was lifted, but the run's filter still leaves the visit behind: its type waits for it."""
    side, kind = named(clinic, "businesses", "Side Street"), named(clinic, "appointment_types", "Old type")
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    clinic.visit(ada, appointment_type_id=kind, business_id=side)
    clinic.move(mapper=ClinikoMapper(businesses=ELSEWHERE))
    narrow = clinic.move(filter=ByPatient(bea))
    before = archived(clinic)
    clinic.move()

    assert {"Old template"} == before
    assert {"appointment_types": 1} == narrow.not_archived
    assert {"Old template", "Old type"} == archived(clinic)
    assert 1 == len(clinic.arrived("individual_appointments"))


def test_where_nothing_more_comes_it_is_archived(clinic: Clinic) -> None:
    """Whoever leaves a place out for good says so, and all is archived."""
    side, kind = named(clinic, "businesses", "Side Street"), named(clinic, "appointment_types", "Old type")
    clinic.visit(clinic.patient(), appointment_type_id=kind, business_id=side)
    mapper = ClinikoMapper(businesses=ELSEWHERE)
    clinic.move(mapper=mapper)
    before = archived(clinic)
    report = last(clinic, mapper=mapper)

    assert {"Old template"} == before
    assert {"Old template", "Old type"} == archived(clinic)
    assert {} == report.not_archived


def last(clinic: Clinic, **settings: Any) -> Report:
    """Runs for the last time."""
    with clinic.source.in_process(), clinic.destination.in_process():
        return Pair(clinic.source, clinic.destination, clinic.journal).transfer(**settings).run(last=True)


def test_what_never_comes_holds_nothing(clinic: Clinic) -> None:
    """Who was merged, what lacks what no record can be without, what hangs on nobody: all is archived in one run."""
    doctor, other = (clinic.doctor(last_name=name, archived_at=LONG_AGO) for name in ("Doctor", "Other"))
    kind = named(clinic, "appointment_types", "Old type")
    template = named(clinic, "treatment_note_templates", "Old template")
    ada = clinic.patient(referring_doctor_id=doctor)
    double = clinic.patient(merged_with_patient_id=ada, archived_at=LONG_AGO, referring_doctor_id=other)
    clinic.visit(double, appointment_type_id=kind)
    clinic.visit(ada, appointment_type_id=kind, practitioner_id=None, starts_at="2024-04-01T00:00:00Z")
    export = clinic.add("patient_attachments", patient_id=ada, full_export=True, filename="a.zip", content=b"PK")
    clinic.add("patient_cases", patient_id=ada, name="Knee", patient_attachment_ids=[export], archived_at=LONG_AGO)
    clinic.note(double, treatment_note_template_id=template)
    report = clinic.move()

    assert {"Old type", "Old template", "Knee", "Doctor", "Other"} == archived(clinic)
    assert {} == report.not_archived


def test_a_refusal_names_what_was_archived_meanwhile(clinic: Clinic) -> None:
    """What an earlier run archived for good takes no more: whoever comes all the same is told so, and what to do."""
    needy(clinic, clinic.patient())
    last(clinic, mapper=NotNow())
    report = clinic.run()
    [kind] = [row["id"] for row in clinic.arrived("appointment_types") if row["name"] == "Old type"]
    reasons = {row.kind: row.reason for row in report.set_aside}

    assert "the appointment type that it needs is archived there by now" in reasons["individual_appointments"]
    assert f"Bring {kind} back there by hand" in reasons["individual_appointments"]
    assert "the treatment note template that it needs is archived" in reasons["treatment_notes"]


def refusal(field: str) -> Unprocessable:
    """Makes a refusal of a field."""
    return Unprocessable(status=422, method="POST", path="/individual_appointments", fields={field: "is wrong"})


def test_a_refusal_for_another_reason_says_nothing_of_it() -> None:
    """It names what was refused, and that is something else, or is not archived, or no refusal at all."""
    journal = MemoryJournal()
    visit = IndividualAppointment(id="1", appointment_type=Ref("appointment_types", "2"))
    attendee = Attendee(id="1", booking=Ref("bookings", "3"))
    for ref in (Ref[Any]("appointment_types", "2"), Ref[Any]("group_appointments", "3")):
        journal.settle(ref, Entry(State.CREATED, "there"), (), [(Stage.ARCHIVE, Archiving().name)])
    before = archived_meanwhile(refusal("appointment_type"), visit, journal)
    for kind, id in (("appointment_types", "2"), ("group_appointments", "3")):
        journal.follow_up_done(Owed(kind, id, "there", Archiving().name))

    assert before is None
    assert archived_meanwhile(refusal("appointment_type_id"), visit, journal)
    assert archived_meanwhile(refusal("booking"), attendee, journal)
    assert archived_meanwhile(refusal("starts_at"), visit, journal) is None
    assert archived_meanwhile(Unsupported("no"), visit, journal) is None


class Broken(DictMapper):
    """A mapper that fails by now."""

    def patient(self, patient: Any, context: Context, /) -> Any:
        """Fails."""
        raise Unsupported("something is wrong with it")


@pytest.fixture
def to_come() -> Iterator[tuple[ToCome, MemoryJournal]]:
    """Returns what tells, with a journal of its own and a mapper that fails for patients."""
    scope, journal = Scope(), MemoryJournal()
    kinds = frozenset({"patients", "individual_appointments"})
    choice = Choice(kinds, Everything(), scope, Broken(), Context(Survey(settings=None)))
    yield ToCome(NoSource(), DictSink(), journal, choice), journal  # type: ignore[arg-type] # it gives records by id only
    scope.close()


def test_what_was_taken_back_and_not_made_anew_is_left_behind(clinic: Clinic) -> None:
    """After an undo a pilot begins anew: what the others need is as needed as if nothing had ever been there."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    needy(clinic, ada)
    needy(clinic, bea)
    clinic.move()
    with clinic.source.in_process(), clinic.destination.in_process():
        assert Pair(clinic.source, clinic.destination, clinic.journal).transfer().undo().ok
    report = clinic.move(filter=ByPatient(ada))

    assert {"appointment_types": 1, "treatment_note_templates": 1} == report.not_archived


class NoSource:
    """A source of patients without anything."""

    def by_id(self, kind: str, ids: Sequence[str]) -> list[Patient]:
        """Gives them."""
        return [Patient(id=id) for id in ids]


def test_who_can_t_be_mapped_any_more_may_come(to_come: tuple[ToCome, MemoryJournal]) -> None:
    """A mapper of one's own may be mended: what it fails for now is not left behind for good."""
    telling, journal = to_come
    journal.settle(Ref("patients", "1"), Entry(State.SKIPPED))
    journal.settle(Ref("patients", "3"), Entry(State.CREATED, "there"))

    assert {"1"} == telling.among("patients", [Patient(id=id) for id in "123"])


def test_merges_that_go_round_in_a_circle_come_to_an_end(to_come: tuple[ToCome, MemoryJournal]) -> None:
    """Two who were merged into each other are nobody; whoever was merged into one who may come waits for that one."""
    telling, journal = to_come
    one, other, merged, left = (Ref[Any]("patients", id) for id in "1234")
    for ref, into in ((one, other), (other, one), (merged, left)):
        journal.settle(ref, Entry(State.SKIPPED, instead=into))
    journal.settle(left, Entry(State.SKIPPED))

    assert {merged, left} == telling.targets([one, merged, left, Ref("patients", "5"), Ref("businesses", "1")])
