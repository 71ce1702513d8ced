"""Which catalogue records and contacts come along with chosen patients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Filter
from clinikomigrate.transfer.filters import ByPatient, Everything
from clinikomigrate.transfer.kinds import ALL_KINDS
from clinikomigrate.transfer.needs import NEEDED, choose_needed
from clinikomigrate.transfer.scope import Scope
from tests.transfer.reading import steady
from tests.traps.clinic import Clinic


class Chosen:
    """What was chosen of a clinic."""

    def __init__(self, clinic: Clinic, filter: Filter, kinds: frozenset[str] = ALL_KINDS) -> None:
        self.scope = Scope()
        with clinic.source.in_process():
            source = steady(clinic.reader())
            filter.scope(source, self.scope)
            choose_needed(source, self.scope, filter, kinds)

    def ids(self, kind: str) -> set[str]:
        """Returns the ids that were chosen of a kind."""
        return set(self.scope.ids(kind))


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def test_what_a_chosen_record_needs_comes_along_with_what_that_needs(clinic: Clinic) -> None:
    """A recall brings its type, an appointment its type, that type's items, and their tax; the other patient's stay."""
    tax, unused_tax = (clinic.add("taxes", name=name, rate="10.0") for name in ("GST", "VAT"))
    item = clinic.add("billable_items", name="Consultation", item_type="Service", price="80", tax_id=tax)
    clinic.add("billable_items", name="Report", item_type="Service", price="80", tax_id=unused_tax)
    clinic.add("appointment_type_billable_items", appointment_type_id=clinic.type, billable_item_id=item)
    doctor, other_doctor = clinic.doctor(), clinic.doctor(first_name="Han")
    ada = clinic.patient(referring_doctor_id=doctor)
    bea = clinic.patient(first_name="Bea", referring_doctor_id=other_doctor)
    hers, theirs = (clinic.add("recall_types", name=name) for name in ("Check-up", "X-ray"))
    clinic.add("recalls", patient_id=ada, recall_type_id=hers, recall_at="2025-01-01")
    clinic.add("recalls", patient_id=bea, recall_type_id=theirs, recall_at="2025-01-01")
    clinic.visit(ada)
    chosen = Chosen(clinic, ByPatient(ada))

    assert {hers} == chosen.ids("recall_types")
    assert {doctor} == chosen.ids("contacts")
    assert {clinic.type} == chosen.ids("appointment_types")
    assert {item} == chosen.ids("billable_items")
    assert {tax} == chosen.ids("taxes")
    assert set() == chosen.ids("products")


def test_an_account_without_a_newer_endpoint_needs_nothing_of_it(clinic: Clinic) -> None:
    """A list that the source's API doesn't have is taken for empty."""
    clinic.source.lacks.update({"/recalls", "/concession_prices"})

    assert set() == Chosen(clinic, ByPatient(clinic.patient())).ids("recall_types")


def test_what_the_filter_leaves_out_needs_nothing(clinic: Clinic) -> None:
    """The filter's last word on a record holds for what that record would bring along."""

    class NoRecalls(ByPatient):
        """Leaves recalls out."""

        def keeps(self, record: Any, scope: Scope) -> bool:
            """Keeps all but recalls."""
            return bool(record.kind != "recalls")

    ada = clinic.patient()
    recall_type = clinic.add("recall_types", name="Check-up")
    clinic.add("recalls", patient_id=ada, recall_type_id=recall_type, recall_at="2025-01-01")

    assert set() == Chosen(clinic, NoRecalls(ada)).ids("recall_types")
    assert {recall_type} == Chosen(clinic, ByPatient(ada)).ids("recall_types")


def test_kinds_that_were_left_out_are_not_read(clinic: Clinic) -> None:
    """Of kinds that don't go nothing is asked, and they bring nothing along."""
    ada = clinic.patient(referring_doctor_id=clinic.doctor())
    chosen = Chosen(clinic, ByPatient(ada), frozenset({"patients"}))

    assert not chosen.scope.limited("contacts")
    assert {"/v1/patients", "/v1/attendees", "/v1/individual_appointments"} == {
        request.path for request in clinic.source.log
    }


def test_the_whole_catalogue_goes_where_all_patients_go(clinic: Clinic) -> None:
    """Without a choice of patients nothing is narrowed and nothing read."""
    chosen = Chosen(clinic, Everything())

    assert not any(chosen.scope.limited(kind) for kind in ALL_KINDS)
    assert [] == clinic.source.log


def test_what_comes_along_is_the_catalogue_and_contacts() -> None:
    """Nothing that is about a patient, and nothing that hangs on another catalogue record, is chosen by need."""
    assert {"contacts", "taxes", "products", "billable_items", "appointment_types", "recall_types"} <= NEEDED
    assert NEEDED.isdisjoint({"patients", "concession_prices", "practitioner_reference_numbers", "treatment_notes"})
