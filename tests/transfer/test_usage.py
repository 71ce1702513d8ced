"""Which records go, and what those that go point at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ByBusiness, ByPatient, ByPractitioner, Everything, Filter, Ref, Scope, Since, where
from clinikomigrate.transfer.kinds import ALL_KINDS, KINDS
from clinikomigrate.transfer.usage import Usage, users_of
from tests.transfer.reading import steady
from tests.traps.clinic import Clinic


class TwoPlaces(Clinic):
    """A clinic with two places, and a practitioner at each.

    Attributes:
        shed: The other place.
        amy: Who works there, and only there.
        seen: A patient who was seen at the first place.
        other: A patient who was seen at the other, by Amy.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.shed = self.add("businesses", business_name="Shed")
        user = self.add("users", first_name="Amy", last_name="Ng", role="practitioner")
        self.amy = self.add("practitioners", user_id=user, first_name="Amy", last_name="Ng")
        self.seen, self.other = self.patient(), self.patient(first_name="Bea")
        self.visit(self.seen, starts_at="2024-03-14T22:30:00Z")
        self.visit(self.other, business_id=self.shed, practitioner_id=self.amy, starts_at="2019-03-14T22:30:00Z")

    @contextmanager
    def usage(self, filter: Filter, kinds: frozenset[str] = ALL_KINDS) -> Iterator[Usage]:
        """Gives what is in use by what a filter takes."""
        source, scope = steady(self.reader()), Scope()
        with self.source.in_process():
            filter.scope(source, scope)
            yield Usage(source, scope, filter, kinds)
        scope.close()

    def used(self, filter: Filter, kinds: frozenset[str] = ALL_KINDS) -> set[str]:
        """Names which of the two places and practitioners are in use by what a filter takes."""
        refs: dict[str, Ref[Any]] = {
            "street": Ref("businesses", self.business),
            "shed": Ref("businesses", self.shed),
            "olivia": Ref("practitioners", self.practitioner),
            "amy": Ref("practitioners", self.amy),
        }
        with self.usage(filter, kinds) as usage:
            return {name for name, ref in refs.items() if usage.in_use(ref)}


@pytest.fixture
def clinic(tmp_path: Path) -> TwoPlaces:
    """Returns a clinic with two places."""
    return TwoPlaces(tmp_path)


def test_all_that_is_booked_is_in_use(clinic: TwoPlaces) -> None:
    """Without a filter everybody who was ever booked counts, and every place."""
    assert {"street", "shed", "olivia", "amy"} == clinic.used(Everything())


def test_a_practitioner_who_only_works_elsewhere_is_not_in_use(clinic: TwoPlaces) -> None:
    """Of one business only those go who were booked there; a number or hours elsewhere change nothing."""
    elsewhere = {"business_id": clinic.shed, "practitioner_id": clinic.amy}
    clinic.add("practitioner_reference_numbers", reference_number="1", **elsewhere)
    hours = {"starts_at": "2024-03-16T00:00:00Z", "ends_at": "2024-03-16T01:00:00Z"}
    clinic.add("unavailable_blocks", **hours, **elsewhere)
    clinic.add("availability_blocks", **hours, **elsewhere)

    assert {"street", "olivia"} == clinic.used(ByBusiness("Main Street"))
    assert {"shed", "amy"} == clinic.used(ByBusiness("Shed"))


def test_a_patient_brings_only_who_saw_them(clinic: TwoPlaces) -> None:
    """Of one patient nobody counts who only saw others."""
    assert {"street", "olivia"} == clinic.used(ByPatient(clinic.seen))
    assert {"shed", "amy"} == clinic.used(ByPatient(clinic.other))


def test_what_was_before_is_not_in_use(clinic: TwoPlaces) -> None:
    """Since a day nobody counts who was only booked earlier."""
    assert {"street", "olivia"} == clinic.used(Since(date(2024, 1, 1)))
    assert set() == clinic.used(Since(date(2030, 1, 1)))


def test_filters_together(clinic: TwoPlaces) -> None:
    """What only one of two filters takes is not in use."""
    assert set() == clinic.used(ByBusiness("Main Street") & ByPractitioner("Amy Ng"))


def test_a_filter_of_one_s_own_has_the_last_word(clinic: TwoPlaces) -> None:
    """What it doesn't keep is not in use."""

    class Nothing(Filter):
        """Takes nothing."""

        def keeps(self, record: Any, scope: Scope) -> bool:
            """Keeps none."""
            return False

    assert set() == clinic.used(Nothing())


def test_kinds_that_do_not_go_need_nothing(clinic: TwoPlaces) -> None:
    """Where no appointments go, nobody needs to be there for them."""
    assert set() == clinic.used(Everything(), frozenset({"patients", "treatment_notes"}))


def test_what_points_at_something_excluded_does_not_count(clinic: TwoPlaces) -> None:
    """A place where only an excluded practitioner works is not in use; each question has its own answer."""
    shed, amy = Ref[Any]("businesses", clinic.shed), Ref[Any]("practitioners", clinic.amy)
    with clinic.usage(Everything()) as usage:
        answers = [usage.in_use(shed), usage.in_use(shed, {amy}), usage.in_use(shed, {Ref("practitioners", "1")})]
        before = len(clinic.source.log)
        again = [usage.in_use(shed), usage.in_use(shed, [amy])]

    assert [True, False, True] == answers
    assert [True, False] == again
    assert before == len(clinic.source.log)


def test_kinds_left_out_are_in_use_by_whoever_points_at_them(clinic: TwoPlaces) -> None:
    """Where the API has no filter for a link, the list that has it is read once for all."""
    types = {name: clinic.add("concession_types", name=name) for name in ("Student", "Veteran", "Nobody")}
    clinic.patient(concession_type_id=types["Student"])
    clinic.patient(concession_type_id=types["Veteran"])
    with clinic.usage(Everything()) as usage:
        found = {name for name, id in types.items() if usage.in_use(Ref("concession_types", id))}

    assert {"Student", "Veteran"} == found
    assert 1 == len([each for each in clinic.source.log if each.path == "/v1/patients"])


def test_templates_left_out_are_in_use_by_notes_and_types(clinic: TwoPlaces) -> None:
    """By notes, by appointment types, or by nobody."""
    ids = [clinic.add("treatment_note_templates", name=f"Template {number}", content={}) for number in range(3)]
    clinic.note(clinic.seen, treatment_note_template_id=ids[0])
    clinic.add("appointment_types", name="Other", treatment_note_template_id=ids[1])
    refs: list[Ref[Any]] = [Ref("treatment_note_templates", id) for id in ids]
    with clinic.usage(Everything()) as usage:
        found = [usage.in_use(ref) for ref in refs]
    with clinic.usage(Everything(), ALL_KINDS - {"appointment_types"}) as usage:
        without_types = [usage.in_use(ref) for ref in refs]

    assert [True, True, False] == found
    assert [True, False, False] == without_types


def test_what_goes_can_be_asked_for(clinic: TwoPlaces) -> None:
    """Of kinds that go, whether any record meets conditions; of others none does."""
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    with clinic.usage(ByBusiness("Shed")) as usage:
        found = [
            usage.goes("individual_appointments"),
            usage.goes("individual_appointments", where("starts_at") > moment),
            usage.goes("treatment_notes"),
        ]
    with clinic.usage(Everything(), frozenset({"patients"})) as usage:
        others = [usage.goes("patients"), usage.goes("individual_appointments")]

    assert [True, False, False] == found
    assert [True, False] == others


def test_a_pilot_of_one_patient_is_asked_for_by_id(clinic: TwoPlaces) -> None:
    """Of an account with many pages of files, appointments and patients a pilot reads none but its own."""
    for number in range(101):
        other = clinic.patient(first_name=f"Other {number}")
        clinic.file(other)
        clinic.visit(other)
    with clinic.usage(ByPatient(clinic.seen)) as usage:
        before = len(clinic.source.log)
        found = {kind: usage.goes(kind) for kind in ("patients", "patient_attachments", "individual_appointments")}
        asked = [str(each.query) for each in clinic.source.log[before:]]

    assert {"patients": True, "patient_attachments": False, "individual_appointments": True} == found
    assert 3 == len(asked)
    assert [True, True] == [f"id:={clinic.seen}" in read for read in asked[:2]]


def test_each_link_to_what_may_be_left_out_is_known() -> None:
    """Whatever a kind needs and may lack is asked for, unless no record that is read points at it."""
    needed = {(need, kind) for kind in KINDS.values() for need in kind.needs if KINDS[need].adoptable}
    known = {(pointed_at, kind) for pointed_at in KINDS for kind, _ in users_of(pointed_at)}
    unknown = {(need, kind.name) for need, kind in needed} - known

    assert {
        ("appointment_types", "appointment_type_billable_items"),  # go with their type or not at all
        ("appointment_types", "appointment_type_products"),
        ("patient_form_templates", "patient_forms"),  # a form doesn't say what it was made from
        ("products", "stock_adjustments"),  # stay behind
    } == unknown
