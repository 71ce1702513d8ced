"""Each of the mapper's methods can be replaced: what a subclass returns is what the run does."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

import clinikomigrate as cm
from clinikomigrate.testing import FakeCliniko, empty_destination
from clinikomigrate.transfer.kinds import KINDS
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic, Row

DRAWN: Final = {"left_out": "kept in the old account only", "lost": "the new clinic has no use for it"}
CHANGES: Final[dict[str, dict[str, Any]]] = {
    "taxes": {"rate": Decimal("15.0")},
    "concession_types": {"name": "Changed"},
    "product_suppliers": {"name": "Changed"},
    "products": {"notes": "Changed"},
    "billable_items": {"item_code": "C-1"},
    "concession_prices": {"price": Decimal("1.25")},
    "treatment_note_templates": {"name": "Changed"},
    "patient_form_templates": {"name": "Changed"},
    "unavailable_block_types": {"name": "Changed"},
    "recall_types": {"name": "Changed"},
    "appointment_types": {"description": "Changed"},
    "appointment_type_billable_items": {"quantity": Decimal("3.0")},
    "appointment_type_products": {"quantity": Decimal("3.0")},
    "practitioner_reference_numbers": {"reference_number": "C-1"},
    "availability_blocks": {"ends_at": datetime(2024, 3, 15, 9, 0, tzinfo=UTC)},
    "contacts": {"notes": "Changed"},
    "patients": {"occupation": "Changed"},
    "relationships": {"relation": 70},
    "referral_sources": {"notes": "Changed"},
    "medical_alerts": {"name": "Changed"},
    "patient_cases": {"notes": "Changed"},
    "individual_appointments": {"notes": "Changed"},
    "group_appointments": {"notes": "Changed"},
    "unavailable_blocks": {"notes": "Changed"},
    "attendees": {"notes": "Changed"},
    "patient_attachments": {"description": "Changed"},
    "treatment_notes": {"title": "Changed"},
    "patient_forms": {"name": "Changed"},
    "communications": {"content": "Changed"},
    "recalls": {"notes": "Changed"},
}
"""For each kind an attribute of its draft, and what a clinic of one's own may want there."""

MAPPED: Final = [kind for kind in KINDS.values() if kind.left_behind is None]


class Stock:
    """A clinic with two records of each kind, of which nothing needs the second."""

    def __init__(self, folder: Path) -> None:
        self.clinic = clinic = Clinic(folder)
        self.spare: dict[str, str] = {}
        self._ada, self._bea = (clinic.patient(first_name=name) for name in ("Ada", "Bea"))
        self.spare["patients"] = clinic.patient(first_name="Cy")
        self._stock_the_catalogue()
        self._stock_the_diary()
        self._stock_the_files()

    def _two(self, kind: str, /, **values: Any) -> str:
        """Adds two records that are alike, but for what is given as a pair, and gives the first one's id."""
        first, second = (
            {name: value[number] if isinstance(value, tuple) else value for name, value in values.items()}
            for number in (0, 1)
        )
        kept = self.clinic.add(kind, **first)
        self.spare[kind] = self.clinic.add(kind, **second)
        return kept

    def _stock_the_catalogue(self) -> None:
        tax = self._two("taxes", name=("GST", "VAT"), rate="10.0")
        concession = self._two("concession_types", name=("Student", "Pensioner"))
        supplier = self._two("product_suppliers", name=("Tapes & Co", "Balls & Co"))
        product = self._two("products", name=("Tape", "Ball"), price=5, tax_id=tax, product_supplier_id=supplier)
        item = self._two("billable_items", name=("Visit", "Report"), item_type="Service", price="80.0", tax_id=tax)
        other = self.clinic.add("concession_types", name="Veteran")
        self._two("concession_prices", billable_item_id=item, concession_type_id=(concession, other), price="60.0")
        self._two("treatment_note_templates", name=("Progress", "Discharge"), content={"sections": []})
        self._two("patient_form_templates", name=("Intake", "Consent"), content={"sections": []})
        self._block_type = self._two("unavailable_block_types", name=("Lunch", "Meeting"))
        self._recall_type = self._two("recall_types", name=("Check-up", "X-ray"))
        self._two("appointment_types", name=("Review", "Massage"))
        line = {"appointment_type_id": self.clinic.type, "quantity": "1.0"}
        items = (item, self.clinic.add("billable_items", name="Extra", item_type="Service", price="8.0"))
        products = (product, self.clinic.add("products", name="Towel", price=5))
        self._two("appointment_type_billable_items", billable_item_id=items, **line)
        self._two("appointment_type_products", product_id=products, **line)
        self._two("contacts", first_name=("Gia", "Han"), last_name="Doctor", type_code=1)

    def _stock_the_diary(self) -> None:
        clinic = self.clinic
        place = {"practitioner_id": clinic.practitioner, "business_id": clinic.business}
        times = {"starts_at": ("2024-03-15T01:00:00Z", "2024-03-18T01:00:00Z")}
        ends = {"ends_at": ("2024-03-15T02:00:00Z", "2024-03-18T02:00:00Z")}
        numbers = {"business_id": (clinic.business, clinic.add("businesses", business_name="Side Street"))}
        self._two("practitioner_reference_numbers", **place | numbers, reference_number=("1", "2"))
        self._two("availability_blocks", **place, **times, **ends)
        self._two("daily_availabilities", **place, day_of_week=(1, 2), availabilities=[])
        self._two("unavailable_blocks", **place, **times, **ends, unavailable_block_type_id=self._block_type)
        booked = {**place, **times, "appointment_type_id": clinic.type}
        self._visit = self._two("individual_appointments", patient_id=self._ada, **booked)
        lesson = self._two("group_appointments", max_attendees=5, **booked)
        self._two("attendees", booking_id=lesson, patient_id=(self._ada, self._bea))

    def _stock_the_files(self) -> None:
        clinic, of_ada = self.clinic, {"patient_id": self._ada}
        others = {"related_patient_id": (self._bea, clinic.patient(first_name="Di"))}
        self._two("relationships", **of_ada, **others, relation=30)
        kind = clinic.add("referral_source_types", name="Google")
        self._two("referral_sources", patient_id=(self._ada, self._bea), referral_source_type_id=kind, notes="Old")
        self._two("medical_alerts", **of_ada, name=("Latex", "Nuts"))
        self._two("patient_cases", **of_ada, name=("Knee", "Hip"))
        names = {"filename": ("a.pdf", "b.pdf"), "content": (b"%PDF a", b"%PDF b"), "content_type": "application/pdf"}
        self._two("patient_attachments", **of_ada, **names)
        by = {"practitioner_id": clinic.practitioner, "draft": False}
        self._two("treatment_notes", **of_ada, **by, title=("First", "Second"))
        self._two("patient_forms", **of_ada, name=("Intake", "Consent"), content={"sections": []})
        memo = {"category_code": 12, "type_code": 3, "direction_code": 1, "confidential": False}
        self._two("communications", **of_ada, **memo, content=("Called", "Called back"), to="", **{"from": ""})
        self._two("recalls", **of_ada, recall_type_id=self._recall_type, recall_at=("2025-01-01", "2026-01-01"))

    def run(self, folder: Path, **settings: Any) -> tuple[cm.Report, FakeCliniko]:
        """Moves the clinic into an account of its own, and gives that with the report."""
        pair = Pair(self.clinic.source, empty_destination(self.clinic.source), folder / "a.journal")
        with pair.source.in_process(), pair.destination.in_process():
            report = pair.transfer(**settings).run()
        pair.check_quiet()
        return report, pair.destination


def replaced(kind: str, spare: str) -> cm.ClinikoMapper:
    """Makes a mapper of one's own, with one method replaced: it changes all records, and leaves one out."""

    def method(self: cm.ClinikoMapper, entity: Any, context: cm.Context) -> cm.Mapped[Any] | cm.Skip:
        if entity.id == spare:
            return cm.Skip(DRAWN["left_out"], lost=True)
        mapped: cm.Mapped[Any] | cm.Skip = getattr(super(Ours, self), KINDS[kind].singular)(entity, context)
        if isinstance(mapped, cm.Skip):
            return mapped
        return mapped.evolve(**CHANGES[kind]).losing(next(iter(CHANGES[kind])), DRAWN["lost"])

    Ours: Any = type("Ours", (cm.ClinikoMapper,), {KINDS[kind].singular: method})  # noqa: N806 - it is a class
    ours: cm.ClinikoMapper = Ours()
    return ours


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """Returns the clinic; the transfers only read it."""
    return Stock(tmp_path_factory.mktemp("stock"))


def with_needs(kind: str) -> set[str]:
    """Names a kind and all that must go before it."""
    return {kind}.union(*(with_needs(need) for need in KINDS[kind].needs))


@pytest.mark.parametrize("kind", [kind.name for kind in MAPPED])
def test_a_replaced_method_is_followed(stock: Stock, tmp_path: Path, kind: str) -> None:
    """An evolved draft is what arrives, a skipped record does not arrive, and every loss that is said is counted."""
    spare = stock.spare[kind]
    report, destination = stock.run(tmp_path, mapper=replaced(kind, spare), include=with_needs(kind))
    before = [row for row in stock.clinic.source.rows(kind) if row["id"] != spare]
    wanted = len(distinct(before))
    losses = {(loss.field, loss.reason): loss.records for loss in report.losses if loss.kind == kind}

    assert [] == list(report.set_aside)
    assert 1 == losses["record", DRAWN["left_out"]]
    if kind == "daily_availabilities":  # which no API writes
        return
    [(name, value)] = CHANGES[kind].items()
    arrived = [told(row[name]) for row in distinct(destination.rows(kind)) if not row.get("system_controlled")]

    assert len(before) == losses[name, DRAWN["lost"]]
    assert [told(value)] * wanted == arrived


def distinct(rows: list[Row]) -> list[Row]:
    """Gives rows without those that only show a relationship from its other side."""
    both = {frozenset((row.get("related_patient_id") or row["id"], row.get("patient_id"))): row for row in rows}
    return list(both.values())


def told(value: object) -> object:
    """Gives a value so that numbers, moments and texts can be compared."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value


def test_a_line_to_enter_by_hand_can_be_replaced(stock: Stock, tmp_path: Path) -> None:
    """Rosters, which no API writes, can be told in other words."""

    class Ours(cm.ClinikoMapper):
        """Tells rosters in short."""

        def daily_availability(self, availability: Any, context: cm.Context, /) -> cm.Skip:
            """Leaves a roster to be entered by hand."""
            return cm.Skip("by hand", by_hand=f"Day {availability.day_of_week}.")

    report, _ = stock.run(tmp_path, mapper=Ours(), include={"daily_availabilities"})

    assert ["Day 1.", "Day 2."] == list(report.by_hand)


def test_every_method_is_tried() -> None:
    """No kind that the mapper maps is missing here."""
    assert {kind.name for kind in MAPPED} == {*CHANGES, "daily_availabilities"}
