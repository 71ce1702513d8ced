"""Holding back archiving what a wider filter may still need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import ByBusiness, ByPatient, Context, Filter, Report
from clinikomigrate.cliniko.models import PatientForm
from clinikomigrate.transfer.holding import Holding, pointers
from clinikomigrate.transfer.kinds import KINDS, pointing_at
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.survey import Survey
from tests.end_to_end.accounts import Pair
from tests.sinks.cliniko.samples import MODELS
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.reading import steady
from tests.traps.clinic import Clinic

LONG_AGO = "2024-05-01T00:00:00Z"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def archived(clinic: Clinic, kind: str) -> dict[str, bool]:
    """Says of the destination's records of a kind, by name, whether they are archived."""
    return {row.get("name") or row["last_name"]: bool(row["archived_at"]) for row in clinic.arrived(kind)}


def held(report: Report) -> dict[str, int]:
    """Gives what a report says is not archived yet; it says so in words exactly then, and not as something to enter."""
    to_do = [line for line in report.to_do if "archived in the source and not yet here" in line]
    assert bool(to_do) == bool(report.not_archived) == ("\nArchived in the source and not yet here:" in str(report))
    assert [] == [line for line in report.by_hand if "rchived" in line]
    return dict(report.not_archived)


def test_a_type_that_stays_in_use_is_not_archived_yet(clinic: Clinic) -> None:
    """Another patient's appointment may still come, and no appointment is made of an archived type."""
    types = [clinic.add("appointment_types", name=name, archived_at=LONG_AGO) for name in ("Shared", "Own")]
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    for kind in types:
        clinic.visit(ada, appointment_type_id=kind)
    clinic.visit(bea, appointment_type_id=types[0])
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = Pair(clinic.source, clinic.destination, clinic.journal).transfer(filter=ByPatient(ada)).plan()
    first = clinic.move(filter=ByPatient(ada))
    before = archived(clinic, "appointment_types")
    second = clinic.move()

    assert {"Shared": False, "Own": True} == before
    assert {"appointment_types": 1} == held(first) == plan.not_archived
    assert "(1 appointment type)" in first.to_do[-2]
    assert "run(last=True)" in first.to_do[-2]
    assert first.to_do[-2:] == plan.after[-2:]
    assert {"Initial": False, "Shared": True, "Own": True} == archived(clinic, "appointment_types")
    assert 3 == len(clinic.arrived("individual_appointments"))
    assert {} == held(second)


def test_where_nothing_more_is_to_come_all_of_it_is_archived(clinic: Clinic) -> None:
    """Whoever says that this was the last run gets what an earlier one held back archived, too."""
    kind = clinic.add("appointment_types", name="Shared", archived_at=LONG_AGO)
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    for patient in (ada, bea):
        clinic.visit(patient, appointment_type_id=kind)
    clinic.move(filter=ByPatient(ada))
    before = archived(clinic, "appointment_types")
    with clinic.source.in_process(), clinic.destination.in_process():
        pair = Pair(clinic.source, clinic.destination, clinic.journal)
        report = pair.transfer(filter=ByPatient(ada)).run(last=True)

    assert {"Shared": False} == before
    assert {"Shared": True} == archived(clinic, "appointment_types")
    assert {} == held(report)


def test_what_is_not_archived_any_more_waits_for_nothing(clinic: Clinic) -> None:
    """Nobody is told to archive what was taken out of the archive in the source while that waited."""
    kind = clinic.add("appointment_types", name="Shared", archived_at=LONG_AGO)
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    for patient in (ada, bea):
        clinic.visit(patient, appointment_type_id=kind)
    first = clinic.move(filter=ByPatient(ada))
    clinic.source.store.change("appointment_types", clinic.source.store.at("appointment_types", kind), archived_at=None)
    second = clinic.move(filter=ByPatient(ada))
    clinic.move()

    assert {"appointment_types": 1} == held(first)
    assert {} == held(second)
    assert {"Initial": False, "Shared": False} == archived(clinic, "appointment_types")


def test_what_can_t_be_asked_for_is_read_once(clinic: Clinic) -> None:
    """No list of patients is filtered by doctor: it is read through, once for all archived doctors."""
    doctors = [clinic.doctor(last_name=name, archived_at=LONG_AGO) for name in ("Shared", "Own", "Elsewhere")]
    ada = clinic.patient(referring_doctor_id=doctors[0])
    clinic.patient(first_name="Bea", referring_doctor_id=doctors[0])
    clinic.patient(first_name="Cy", referring_doctor_id=doctors[2])
    clinic.add("patient_cases", patient_id=ada, name="Knee", contact_id=doctors[1])
    clinic.move(filter=ByPatient(ada))
    whole = [each for each in clinic.source.log if each.path == "/v1/patients" and not named(each)]

    assert {"Shared": False, "Own": True} == archived(clinic, "contacts")
    assert 1 == len(whole)


def test_what_was_read_through_is_not_read_again(clinic: Clinic) -> None:
    """However many there are to be archived: they are asked about a page at a time."""
    one, other = (clinic.doctor(last_name=name) for name in ("One", "Other"))
    clinic.patient(referring_doctor_id=other)
    scope = Scope()
    scope.only("patients", ())
    choice = Choice(
        frozenset({"patients", "contacts"}), ByPatient("1"), scope, DictMapper(), Context(Survey(settings=None))
    )
    with clinic.source.in_process():
        holding = Holding(steady(clinic.reader()), DictSink(), MemoryJournal(), choice)
        found = [holding.held("contacts", [id]) for id in (one, other)]
        holding.close()

    assert [set(), {other}] == found
    assert 1 == len(clinic.source.log)


def named(request: Any) -> bool:
    """Says whether a request names records, or only counts them."""
    conditions = [value for name, value in request.query if name == "q[]"]
    return ("per_page", "1") in request.query or any(":=" in each or each == "archived_at:?" for each in conditions)


@pytest.mark.parametrize("names", [("First", "Second"), ("First", "Second", "Own")])
def test_each_is_looked_for_until_it_is_found(clinic: Clinic, names: tuple[str, ...]) -> None:
    """Of several that are asked about together, each is asked about only until something is found that needs it."""
    templates = [
        clinic.add("treatment_note_templates", name=name, content={"sections": []}, archived_at=LONG_AGO)
        for name in names
    ]
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    for template in templates:
        clinic.note(ada, treatment_note_template_id=template)
    for number in range(120):
        clinic.note(bea, treatment_note_template_id=templates[number == 119])
    clinic.move(filter=ByPatient(ada))

    assert {name: name == "Own" for name in names} == archived(clinic, "treatment_note_templates")


def test_a_case_waits_for_visits_elsewhere(clinic: Clinic) -> None:
    """An archived case takes no more visits; one of which no visit stayed behind is archived."""
    other = clinic.add("businesses", business_name="Side Street")
    ada = clinic.patient()
    cases = {
        name: clinic.add("patient_cases", patient_id=ada, name=name, archived_at=LONG_AGO) for name in ("Knee", "Hip")
    }
    for case in cases.values():
        clinic.visit(ada, patient_case_id=case)
    clinic.visit(ada, patient_case_id=cases["Knee"], business_id=other, starts_at="2024-03-18T00:00:00Z")
    clinic.move(filter=ByBusiness("Main Street"))
    before = archived(clinic, "patient_cases")
    clinic.move()

    assert {"Knee": False, "Hip": True} == before
    assert {"Knee": True, "Hip": True} == archived(clinic, "patient_cases")
    assert [True] * 3 == [bool(row["patient_case_id"]) for row in clinic.arrived("individual_appointments")]


def test_what_lacks_a_link_waits_for_it(clinic: Clinic) -> None:
    """A form can't be taken out of the archive again, so one that lacks its visit is not put there yet."""
    other = clinic.add("businesses", business_name="Side Street")
    ada = clinic.patient()
    clinic.visit(ada)
    late = clinic.attendee_of(clinic.visit(ada, business_id=other, starts_at="2024-03-18T00:00:00Z"))
    clinic.form(ada, attendee_id=late, archived_at=LONG_AGO)
    clinic.move(filter=ByBusiness("Main Street"))
    before = clinic.only("patient_forms")
    clinic.move()
    after = clinic.only("patient_forms")

    assert [False, False] == [bool(before[name]) for name in ("archived_at", "attendee_id")]
    assert [True, True] == [bool(after[name]) for name in ("archived_at", "attendee_id")]


def test_a_class_waits_for_its_other_attendees(clinic: Clinic) -> None:
    """An archived class takes nobody any more."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    lesson = clinic.lesson(archived_at=LONG_AGO)
    clinic.seat(lesson, ada)
    clinic.seat(lesson, bea, cancelled_at=LONG_AGO, cancellation_reason=30)
    clinic.move(filter=ByPatient(ada))
    before = bool(clinic.only("group_appointments")["archived_at"])
    clinic.move()

    assert not before
    assert clinic.only("group_appointments")["archived_at"]
    assert 2 == len(clinic.arrived("attendees"))


class NoForms(Filter):
    """A filter of one's own: leaves forms behind."""

    def keeps(self, record: Any, scope: Any) -> bool:
        """Keeps all but forms."""
        return not isinstance(record, PatientForm)


@pytest.mark.parametrize("filter", [None, NoForms()])
def test_without_anything_left_behind_nothing_waits(clinic: Clinic, filter: Filter | None) -> None:
    """A run over everything archives what is archived, and so does one whose filter left nothing that needs it."""
    kind = clinic.add("appointment_types", name="Old", archived_at=LONG_AGO)
    ada = clinic.patient()
    clinic.visit(ada, appointment_type_id=kind)
    clinic.form(ada)
    report = clinic.move(filter=filter)

    assert {"Initial": False, "Old": True} == archived(clinic, "appointment_types")
    assert {} == held(report)


def test_all_that_is_shut_to_new_links_is_known() -> None:
    """Whatever can be archived and pointed at takes no more then, but for what is taken out or never put there."""
    archivable = {model.kind for model in MODELS if any(field.name == "archived_at" for field in attrs.fields(model))}
    pointed_at = {name for name in KINDS if any(kind.left_behind is None for kind, _ in pointing_at(name))}

    assert {
        "patients",  # are taken out of the archive when they are needed again
        "individual_appointments",  # have one patient, with whom all goes that points at them
        "attendees",
        "concession_types",  # nobody can archive them
    } == (archivable & pointed_at) - {name for name in KINDS if KINDS[name].closes}
    assert {name for name in KINDS if pointers(name)} == {name for name in KINDS if KINDS[name].closes}


def test_what_others_say_too_is_not_asked_for() -> None:
    """A visit's case is its attendee's, and who wrote a note about a class was in it."""
    assert [("attendees", "patient_case")] == [(each.kind, each.link.attribute) for each in pointers("patient_cases")]
    assert [("attendees", "booking")] == [(each.kind, each.link.attribute) for each in pointers("group_appointments")]
