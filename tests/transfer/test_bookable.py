"""Archived appointment types that patients could book online in the destination."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, EXCLUDE, ByPatient, ClinikoMapper, Filter, Finding, Ref, Report, Scope, Skip
from clinikomigrate.cliniko.models import IndividualAppointment, Patient
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.mapper import has_own_word
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

CODE = "archived-types-bookable"
STEP = "Switch online bookings off in the destination for appointment types that are archived"


class Diary:
    """A clinic with an archived type that is offered online, with which two patients are booked.

    Attributes:
        clinic: The clinic.
        kind: The type's id.
        ada: The first patient's id.
    """

    def __init__(self, folder: Path) -> None:
        self.clinic = Clinic(folder)
        given = {"archived_at": "2024-05-01T00:00:00Z", "show_in_online_bookings": True}
        template = self.clinic.add("treatment_note_templates", name="Initial")
        self.kind = self.clinic.add("appointment_types", name="Old", treatment_note_template_id=template, **given)
        self.ada, self.bea = self.clinic.patient(), self.clinic.patient(first_name="Bea")
        for patient in (self.ada, self.bea):
            self.clinic.visit(patient, appointment_type_id=self.kind)

    def look(self, **settings: Any) -> list[Finding]:
        """Gives what is found of such types."""
        with self.clinic.source.in_process(), self.clinic.destination.in_process():
            pair = Pair(self.clinic.source, self.clinic.destination, self.clinic.journal)
            return [each for each in pair.transfer(**settings).preflight() if each.code == CODE]

    def run(self, *, last: bool = False, **settings: Any) -> Report:
        """Moves some of the clinic."""
        with self.clinic.source.in_process(), self.clinic.destination.in_process():
            pair = Pair(self.clinic.source, self.clinic.destination, self.clinic.journal)
            return pair.transfer(**settings).run(last=last)


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    """Returns such a clinic."""
    return Diary(tmp_path)


def bookable(diary: Diary) -> bool:
    """Says whether the destination offers the type."""
    (row,) = [row for row in diary.clinic.arrived("appointment_types") if row["name"] == "Old"]
    return bool(row["show_in_online_bookings"]) and row["archived_at"] is None


def test_a_type_that_waits_to_be_archived_can_be_booked(diary: Diary) -> None:
    """Preflight names it, and the report asks to switch it off, before the keys are revoked."""
    (finding,) = diary.look(filter=ByPatient(diary.ada))
    report = diary.run(filter=ByPatient(diary.ada))

    assert (diary.kind,) == finding.ids
    assert f"'Old' ({diary.kind})" in finding.message
    assert "run(last=True)" in finding.remedy
    assert bookable(diary)
    assert [True] == [line.startswith(STEP) for line in report.to_do if "online bookings" in line]
    assert report.to_do[-1].startswith("Revoke")


def test_what_is_archived_in_the_run_can_not_be_booked(diary: Diary) -> None:
    """Neither where everything goes, nor in a run that is said to be the last."""
    everything = diary.look()
    last = diary.run(filter=ByPatient(diary.ada), last=True)

    assert [] == everything
    assert CODE not in {finding.code for finding in last.findings}
    assert not bookable(diary)


def test_a_type_that_nothing_else_needs_is_archived(diary: Diary) -> None:
    """Where all who are booked with it go, or went before, there is nothing to warn of."""
    both = diary.look(filter=ByPatient(diary.ada, diary.bea))
    first = diary.look(filter=ByPatient(diary.bea))
    diary.run(filter=ByPatient(diary.bea))
    second = diary.look(filter=ByPatient(diary.ada))
    diary.run(filter=ByPatient(diary.ada))

    assert [] == both == second
    assert 1 == len(first)
    assert not bookable(diary)


def test_a_type_that_is_archived_there_already(diary: Diary) -> None:
    """What the last run has archived stays so; a run after it has nothing to warn of."""
    diary.run(filter=ByPatient(diary.ada), last=True)

    assert [] == diary.look(filter=ByPatient(diary.ada))


def test_where_appointments_were_left_out_all_of_them_stay_behind(diary: Diary) -> None:
    """A catalogue that goes ahead of the diary has the type open; where types don't go either, there is none."""
    diary_later = ALL_KINDS - {"individual_appointments", "group_appointments"}

    assert 1 == len(diary.look(include=diary_later))
    assert [] == diary.look(include=diary_later - {"appointment_types"})


def test_a_filter_that_looks_at_each_record(diary: Diary) -> None:
    """What it leaves behind needs the type."""

    class NobodyS(Filter):
        """Leaves individual appointments behind."""

        def keeps(self, record: Any, scope: Scope) -> bool:
            """Keeps all else."""
            return not isinstance(record, IndividualAppointment)

    assert 1 == len(diary.look(filter=NobodyS()))


class NoPatients(Filter):
    """Leaves patients behind, and so whatever needs them."""

    def keeps(self, record: Any, scope: Scope) -> bool:
        """Keeps all else."""
        return not isinstance(record, Patient)


class NotNow(ClinikoMapper):
    """Leaves Bea behind, for now."""

    def patient(self, patient: Any, context: Any, /) -> Any:
        """Skips her."""
        return Skip("not now") if patient.first_name == "Bea" else super().patient(patient, context)


class NoVisits(ClinikoMapper):
    """Leaves visits behind."""

    def individual_appointment(self, appointment: Any, context: Any, /) -> Any:
        """Skips them for now."""
        return Skip("not now")


class NeverVisits(ClinikoMapper):
    """Leaves visits behind for good."""

    def individual_appointment(self, appointment: Any, context: Any, /) -> Any:
        """Skips them."""
        return Skip("never", lasting=True)


class Failing(ClinikoMapper):
    """Does not know what to make of visits."""

    def individual_appointment(self, appointment: Any, context: Any, /) -> Any:
        """Fails."""
        raise ConfigurationError("Nobody knows.")


@pytest.mark.parametrize(
    "settings",
    [
        {"filter": NoPatients()},
        {"include": ALL_KINDS - {"patients"}},
        {"mapper": NotNow()},
        {"mapper": NoVisits()},
    ],
    ids=["filter", "include", "whom", "what"],
)
def test_whatever_leaves_appointments_behind(diary: Diary, settings: dict[str, Any]) -> None:
    """A filter's last word on patients, a choice of kinds, a mapper of one's own: the type waits for what may come."""
    found = diary.look(**settings)
    report = diary.run(**settings)
    again = diary.look(**settings)

    assert [(diary.kind,)] == [each.ids for each in found] == [each.ids for each in again]
    assert {"appointment_types": 1} == report.not_archived
    assert bookable(diary)
    assert 1 == sum(line.startswith(STEP) for line in report.to_do)


@pytest.mark.parametrize(
    "left_out",
    [
        "treatment_note_templates",
        "appointment_type_billable_items",
        "appointment_type_products",
        "billable_items",
        "products",
    ],
)
def test_whatever_leaves_parts_of_a_type_behind(diary: Diary, left_out: str) -> None:
    """Its template, an item, a product, or that they belong to it: an archived type would not take them later."""
    clinic = diary.clinic
    item, product = clinic.add("billable_items", name="Consultation"), clinic.add("products", name="Tape")
    clinic.add("appointment_type_billable_items", appointment_type_id=diary.kind, billable_item_id=item)
    clinic.add("appointment_type_products", appointment_type_id=diary.kind, product_id=product)
    whole = diary.look()
    found = diary.look(include=ALL_KINDS - {left_out})
    report = diary.run(include=ALL_KINDS - {left_out})
    again = diary.look(include=ALL_KINDS - {left_out})

    assert [] == whole
    assert [(diary.kind,)] == [each.ids for each in found] == [each.ids for each in again]
    assert 1 == report.not_archived["appointment_types"]
    assert bookable(diary)
    assert 1 == sum(line.startswith(STEP) for line in report.to_do)


def test_what_stays_behind_for_good_needs_nothing(diary: Diary) -> None:
    """Nobody waits for what can never come."""
    found = diary.look(mapper=NeverVisits())
    diary.run(mapper=NeverVisits())

    assert [] == found == diary.look(mapper=NeverVisits())
    assert not bookable(diary)


def test_what_a_mapper_fails_at_may_come(diary: Diary) -> None:
    """The mapper may be mended: until then the type is open."""
    assert 1 == len(diary.look(mapper=Failing()))


@pytest.mark.parametrize("what", ["businesses", "practitioners"])
def test_where_a_place_or_a_person_is_excluded(diary: Diary, what: str) -> None:
    """Their appointments stay behind, and the type waits for them; without any of these nothing waits."""
    clinic = diary.clinic
    if what == "businesses":
        at = {"business_id": clinic.add("businesses", business_name="Side Street")}
        mapper = ClinikoMapper(businesses={"Side Street": EXCLUDE})
    else:
        at = {"practitioner_id": clinic.add("practitioners", first_name="Kim", last_name="Key")}
        mapper = ClinikoMapper(practitioners={"Kim Key": EXCLUDE})
    before = diary.look(mapper=mapper)
    clinic.visit(diary.ada, appointment_type_id=diary.kind, starts_at="2024-04-01T00:00:00Z", **at)
    after = diary.look(mapper=mapper)
    report = diary.run(mapper=mapper)

    assert [] == before
    assert [(diary.kind,)] == [each.ids for each in after]
    assert {"appointment_types": 1} == report.not_archived
    assert bookable(diary)


def test_without_anything_left_behind_nothing_is_read(diary: Diary) -> None:
    """Where everything goes by the package's own mapper, and all is matched, no appointment is asked for."""
    diary.look(mapper=ClinikoMapper(businesses={"Main Street": "Main Street"}))
    asked = [each for each in diary.clinic.source.log if "appointment_type_id" in str(each.query)]

    assert [] == asked


class Offline(ClinikoMapper):
    """Switches online bookings off."""

    def appointment_type(self, appointment_type: Any, context: Any, /) -> Any:
        """Switches them off."""
        mapped = super().appointment_type(appointment_type, context)
        return mapped if isinstance(mapped, Skip) else mapped.evolve(show_in_online_bookings=False)


@pytest.mark.parametrize("mapper", [Offline(), ClinikoMapper(appointment_types={"Old": EXCLUDE})])
def test_a_type_that_is_not_offered_there(diary: Diary, mapper: ClinikoMapper) -> None:
    """What a mapper leaves out, or does not offer online, nobody can book."""
    assert [] == diary.look(mapper=mapper, filter=ByPatient(diary.ada))


class Elsewhere(ClinikoMapper):
    """Says that a class is the same as another one."""

    def group_appointment(self, appointment: Any, context: Any, /) -> Any:
        """Has the first one stand for it."""
        return Skip("twice", instead=Ref("group_appointments", "1"))


def test_what_another_record_stands_for_needs_nothing(diary: Diary) -> None:
    """Once it is known that another one stands for it, nobody waits for it."""
    diary.clinic.lesson(appointment_type_id=diary.kind)
    diary.run(mapper=Elsewhere())

    assert [] == diary.look(mapper=Elsewhere())


def test_whose_word_a_mapper_has() -> None:
    """A method of the user's own, or of any class of theirs, is told from the package's."""

    class Everything(ClinikoMapper):
        """Maps all in its own way."""

        def map(self, kind: str, entity: Any, context: Any) -> Any:
            """Skips all."""
            return Skip("no")

    assert not has_own_word(ClinikoMapper(), "patients")
    assert not has_own_word(NotNow(), "individual_appointments")
    assert has_own_word(NotNow(), "patients")
    assert has_own_word(Everything(), "patients")
    assert not has_own_word(ClinikoMapper(), "invoices")
