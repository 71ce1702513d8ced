"""Newer endpoints that a live account may not have yet: what belongs there is a loss, and all else arrives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clinikomigrate import Report
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic


def recall(clinic: Clinic) -> None:
    """Puts a recall into the source."""
    kind = clinic.add("recall_types", name="Check-up")
    clinic.add("recalls", patient_id=clinic.patient(), recall_type_id=kind, recall_at="2025-09-01")


def price(clinic: Clinic) -> None:
    """Puts the price of a concession into the source."""
    item = clinic.add("billable_items", name="Consultation", price="90.0")
    concession = clinic.add("concession_types", name="Student")
    clinic.add("concession_prices", billable_item_id=item, concession_type_id=concession, price="70.0")


def pair(clinic: Clinic) -> None:
    """Puts a relationship into the source."""
    one, other = clinic.patient(first_name="Bea"), clinic.patient(first_name="Cy")
    clinic.add("relationships", patient_id=one, related_patient_id=other, relation=30)


def block(clinic: Clinic) -> None:
    """Puts a block of a type into the source."""
    kind = clinic.add("unavailable_block_types", name="Lunch")
    times = {"starts_at": "2024-03-16T00:00:00Z", "ends_at": "2024-03-16T01:00:00Z"}
    place = {"business_id": clinic.business, "practitioner_id": clinic.practitioner}
    clinic.add("unavailable_blocks", unavailable_block_type_id=kind, **times, **place)


def lines(clinic: Clinic) -> None:
    """Puts what is sold with a type into the source."""
    item, product = clinic.add("billable_items", name="Consultation"), clinic.add("products", name="Tape")
    clinic.add("appointment_type_billable_items", appointment_type_id=clinic.type, billable_item_id=item)
    clinic.add("appointment_type_products", appointment_type_id=clinic.type, product_id=product)


FILLED = [
    (recall, ("recall_types", "recalls")),
    (price, ("concession_prices",)),
    (pair, ("relationships",)),
    (block, ("unavailable_block_types",)),
    (lines, ("appointment_type_billable_items", "appointment_type_products")),
]


def lost(report: Report) -> set[str]:
    """Gives the kinds of which whole records are lost."""
    return {loss.kind for loss in report.losses if loss.field == "record"}


@pytest.mark.parametrize(("fill", "kinds"), FILLED)
def test_destination_without_the_endpoint(
    clinic: Clinic, fill: Callable[[Clinic], None], kinds: tuple[str, ...]
) -> None:
    """Where the new account lacks an endpoint, each record for it is a loss, and the run ends well."""
    fill(clinic)
    clinic.add("medical_alerts", patient_id=clinic.patient(), name="Nuts")
    clinic.destination.lacks.update(f"/{kind}" for kind in kinds)
    report = clinic.move()

    assert set(kinds) == lost(report)
    assert 1 == len(clinic.arrived("medical_alerts"))
    assert [0] * len(kinds) == [len(clinic.arrived(kind)) for kind in kinds]


@pytest.mark.parametrize(("fill", "kinds"), FILLED)
def test_source_without_the_endpoint(clinic: Clinic, fill: Callable[[Clinic], None], kinds: tuple[str, ...]) -> None:
    """Where the old account lacks an endpoint, there is nothing of the kind, and the run ends well."""
    fill(clinic)
    clinic.source.lacks.update(f"/{kind}" for kind in kinds)
    clinic.add("medical_alerts", patient_id=clinic.patient(), name="Nuts")
    report = clinic.move()

    assert set() == lost(report)
    assert 1 == len(clinic.arrived("medical_alerts"))


def test_prices_that_can_be_read_only(clinic: Clinic) -> None:
    """Where concession prices can be listed and not made, they are a loss."""
    price(clinic)
    clinic.destination.lacks.add("POST /concession_prices")
    report = clinic.move()

    assert {"concession_prices"} == lost(report)


def test_block_loses_its_type_alone(clinic: Clinic) -> None:
    """A block whose type can't be made arrives without it, and that is a loss."""
    block(clinic)
    clinic.destination.lacks.add("/unavailable_block_types")
    report = clinic.move()

    assert None is clinic.only("unavailable_blocks")["unavailable_block_type_id"]
    assert "unavailable_block_type" in {loss.field for loss in report.losses if loss.kind == "unavailable_blocks"}


UNPROVEN = (
    "patients.reminders_communication_channels",
    "patients.follow_ups_communication_channels",
    "recalls.notes",
)
"""Fields of which nobody documents that they can be written."""


@pytest.mark.parametrize("refuses", [True, False])
@pytest.mark.parametrize("field", UNPROVEN)
def test_fields_that_may_not_be_writable(clinic: Clinic, field: str, refuses: bool) -> None:
    """Whether the new account refuses such a field or overlooks it, the record arrives, and the field is a loss."""
    kind, _, name = field.partition(".")
    patient = clinic.patient(follow_ups_communication_channels=[2], reminders_communication_channels=[1])
    recalls = clinic.add("recall_types", name="Check-up")
    clinic.add("recalls", patient_id=patient, recall_type_id=recalls, recall_at="2025-09-01", notes="Knee")
    (clinic.destination.lacks if refuses else clinic.destination.overlooks).add(field)
    report = clinic.move()
    with clinic.source.in_process(), clinic.destination.in_process():
        verification = Pair(clinic.source, clinic.destination, clinic.journal).transfer().verify()

    assert 1 == len(clinic.arrived(kind))
    assert [1] == [loss.records for loss in report.losses if (loss.kind, loss.field) == (kind, name)]
    assert verification.ok


@pytest.mark.parametrize("refuses", [True, False])
def test_nobody_is_reminded_by_default(clinic: Clinic, refuses: bool) -> None:
    """Who wants no reminders gets none where the channels can't be written, by the older way to say so."""
    clinic.patient(first_name="Ada", reminders_communication_channels=[])
    (clinic.destination.lacks if refuses else clinic.destination.overlooks).add(UNPROVEN[0])
    clinic.move()
    first = clinic.only("patients")["reminder_type"]
    (row,) = clinic.source.rows("patients")
    clinic.source.store.change(
        "patients",
        clinic.source.store.at("patients", str(row["id"])),
        reminders_communication_channels=[2],
        reminder_type="Email",
        updated_at="2025-03-04T00:00:00Z",
    )
    clinic.source.clock.sleep_until(clinic.source.clock.monotonic() + 90_000)
    clinic.move()

    assert ("None", "Email") == (first, clinic.only("patients")["reminder_type"])


def test_a_record_stands_whose_field_cannot_be_said_otherwise(clinic: Clinic) -> None:
    """A patient is made once where neither way to say the channels is taken."""
    clinic.patient(reminders_communication_channels=[])
    clinic.destination.overlooks.add(UNPROVEN[0])
    clinic.destination.lacks.add("patients.reminder_type")
    report, again = clinic.move(), clinic.move()

    assert (1, 0) == tuple(each.kinds["patients"].created for each in (report, again))
    assert 1 == len(clinic.arrived("patients"))
    assert "reminders_communication_channels" in {loss.field for loss in report.losses if loss.kind == "patients"}


def test_losses_are_listed_to_be_entered_by_hand(clinic: Clinic) -> None:
    """What a lacking endpoint loses is told with its number of records and what to do about it."""
    recall(clinic)
    clinic.destination.lacks.update({"/recalls", "/recall_types"})
    report = clinic.move()
    told = {loss.kind: (loss.records, loss.reason) for loss in report.losses if loss.field == "record"}

    assert {"recalls": 1, "recall_types": 1} == {kind: records for kind, (records, _) in told.items()}
    assert "by hand" in told["recall_types"][1]
