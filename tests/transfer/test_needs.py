"""Which catalogue records and contacts come along with chosen patients."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Filter
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import Product
from clinikomigrate.transfer.filters import ByPatient, Everything
from clinikomigrate.transfer.filters.filter import ask
from clinikomigrate.transfer.kinds import ALL_KINDS, KINDS, pointing_at
from clinikomigrate.transfer.needs import DOWNWARDS, NEEDED, POINTING, choose_needed
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import ClinikoSource, Source
from tests.sinks.cliniko.samples import MODELS
from tests.transfer.reading import steady
from tests.traps.clinic import Clinic


class Chosen:
    """What was chosen of a clinic."""

    def __init__(
        self,
        clinic: Clinic,
        filter: Filter,
        kinds: frozenset[str] = ALL_KINDS,
        reads: type[ClinikoSource] | None = None,
    ) -> None:
        self.scope = Scope()
        with clinic.source.in_process():
            source: Source = steady(clinic.reader()) if reads is None else reads(clinic.reader())
            ask(filter, source, self.scope)
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


class OldSource(ClinikoSource):
    """An account whose products say less of their suppliers: the first only the id, all others only the name."""

    def stream(self, kind: str, *conditions: Any, after: str | None = None) -> Iterator[Any]:
        """Gives all records of a kind."""
        yield from self._as_old(super().stream(kind, *conditions, after=after))

    def by_id(self, kind: str, ids: Sequence[str], *conditions: Any) -> Iterator[Any]:
        """Gives records by id."""
        yield from self._as_old(super().by_id(kind, ids, *conditions))

    def _as_old(self, records: Iterable[Any]) -> Iterator[Any]:
        for number, record in enumerate(records):
            if isinstance(record, Product):
                known = record.product_supplier_id if number == 0 else None
                yield attrs.evolve(record, product_supplier=None, product_supplier_id=known)
            else:
                yield record


@pytest.mark.parametrize("reads", [None, OldSource])
def test_suppliers_come_along_however_products_name_them(clinic: Clinic, reads: type[ClinikoSource] | None) -> None:
    """As a record, by id, or by name, as older accounts do; a supplier of products that stay behind stays too."""
    tapes, balls, _ = (clinic.add("product_suppliers", name=name) for name in ("Tapes & Co", "Balls & Co", "Nobody's"))
    products = [
        clinic.add("products", name=name, price=5, product_supplier_id=supplier)
        for name, supplier in (("Tape", tapes), ("Ball", balls), ("Towel", None))
    ]
    for product in products:
        clinic.add("appointment_type_products", appointment_type_id=clinic.type, product_id=product)
    ada = clinic.patient()
    clinic.visit(ada)
    chosen = Chosen(clinic, ByPatient(ada), reads=reads)

    assert set(products) == chosen.ids("products")
    assert {tapes, balls} == chosen.ids("product_suppliers")


def test_suppliers_that_do_not_go_are_not_read(clinic: Clinic) -> None:
    """Where suppliers were left out, what products say of them brings nothing along."""
    supplier = clinic.add("product_suppliers", name="Tapes & Co")
    product = clinic.add("products", name="Tape", price=5, product_supplier_id=supplier)
    clinic.add("appointment_type_products", appointment_type_id=clinic.type, product_id=product)
    ada = clinic.patient()
    clinic.visit(ada)
    chosen = Chosen(clinic, ByPatient(ada), ALL_KINDS - {"product_suppliers"}, OldSource)

    assert not chosen.scope.limited("product_suppliers")
    assert "/v1/product_suppliers" not in {request.path for request in clinic.source.log}


def test_what_the_filter_leaves_out_of_the_catalogue_needs_nothing(clinic: Clinic) -> None:
    """A product that the filter has refused brings no tax along."""

    class NoProducts(ByPatient):
        """Leaves products out."""

        def keeps(self, record: Any, scope: Scope) -> bool:
            """Keeps all but products."""
            return bool(record.kind != "products")

    tax = clinic.add("taxes", name="GST", rate="10.0")
    product = clinic.add("products", name="Tape", price=5, tax_id=tax)
    clinic.add("appointment_type_products", appointment_type_id=clinic.type, product_id=product)
    ada = clinic.patient()
    clinic.visit(ada)

    assert set() == Chosen(clinic, NoProducts(ada)).ids("taxes")
    assert {tax} == Chosen(clinic, ByPatient(ada)).ids("taxes")


def refs_of(kind: Any) -> Iterator[str]:
    """Gives the kinds that a type's refs point at, however deep they lie."""
    if typing.get_origin(kind) is Ref:
        yield from (
            getattr(of, "kind", "") for of in (typing.get_args(kind)[0], *typing.get_args(typing.get_args(kind)[0]))
        )
        return
    for part in typing.get_args(kind):
        yield from refs_of(part)


def test_what_is_needed_is_all_known_before_it_is_read() -> None:
    """Catalogue kinds are read in an order in which each comes before what it needs, and behind what it hangs on."""
    assert set(DOWNWARDS).isdisjoint(POINTING)
    for position, name in enumerate(DOWNWARDS):
        for link in KINDS[name].links:
            if not link.owner:
                assert link.kind not in DOWNWARDS[:position]
            else:
                pointing = {kind.name for kind, other in pointing_at(link.kind) if not other.owner}
                assert pointing.isdisjoint(DOWNWARDS[position:])


def test_no_link_hides_inside_of_a_list_or_a_part() -> None:
    """Records point at others by attributes of their own, so that looking at these is enough."""
    hidden = {
        (model.kind, field.name)
        for model in MODELS
        for field in attrs.fields(model)
        if list(refs_of(field.type)) and not any(typing.get_origin(part) is Ref for part in typing.get_args(field.type))
    }
    parts = {
        (part.__name__, field.name)
        for model in MODELS
        for part in parts_of(model)
        for field in attrs.fields(part)
        if list(refs_of(field.type))
    }

    assert (set(), set()) == (hidden, parts)


def parts_of(model: Any, seen: frozenset[Any] = frozenset()) -> Iterator[Any]:
    """Gives the classes of what a record consists of."""
    for field in attrs.fields(model):
        for kind in (field.type, *typing.get_args(field.type)):
            for part in () if typing.get_origin(kind) is Ref else (kind, *typing.get_args(kind)):
                if isinstance(part, type) and attrs.has(part) and part not in seen:
                    yield part
                    yield from parts_of(part, seen | {part})
