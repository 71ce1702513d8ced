"""Taking records back, and what hangs on them."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.errors import Forbidden, NotFound, OutcomeUnknown, Unsupported
from clinikomigrate.testing.faults import FaultKind
from tests.sinks.cliniko.destination import Destination


def row(there: Destination, kind: str, id: str) -> dict[str, Any] | None:
    """Gives what the account holds of a record, or None."""
    return next((each for each in there.fake.rows(kind) if each["id"] == id), None)


def hanging(there: Destination, kind: str = "patients", *ids: str) -> list[tuple[str, str, str]]:
    """Gives what hangs on records, by default on the account's patient."""
    return sorted(there.sink.hanging_on(kind, list(ids) or [there.patient]))


def bare(there: Destination) -> str:
    """Puts a patient into the account on whom nothing hangs."""
    return there.fake.add("patients", first_name="Bare", last_name="Sample")


# Taking back.


def test_what_the_api_deletes_is_deleted(there: Destination) -> None:
    """A tax is gone for good; one that is gone already is no mishap."""
    there.sink.remove("taxes", there.tax)
    there.sink.remove("taxes", there.tax)

    assert row(there, "taxes", there.tax) is None


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "500_after"])
def test_a_deletion_whose_reply_is_lost(there: Destination, fault: FaultKind) -> None:
    """It is sent again."""
    there.fake.faults.add(fault, when=lambda request: request.method == "DELETE", times=2)
    there.sink.remove("taxes", there.tax)

    assert row(there, "taxes", there.tax) is None


def test_everything_else_is_archived(there: Destination) -> None:
    """It is hidden, and stays."""
    there.sink.remove("contacts", there.doctor)
    contact = row(there, "contacts", there.doctor)

    assert contact is not None
    assert contact["archived_at"]


@pytest.mark.parametrize("kind", ["concession_types", "concession_prices", "availability_blocks"])
def test_what_the_api_can_neither_delete_nor_archive(there: Destination, kind: str) -> None:
    """Nothing is sent, and the error says what can't be done."""
    before = len(there.fake.log)

    with pytest.raises(Unsupported, match=rf"no way of archiving {kind.replace('_', ' ')}"):
        there.sink.remove(kind, "1")
    assert before == len(there.fake.log)


def test_a_referral_source_goes_with_its_patient(there: Destination) -> None:
    """The API only sets them: there is nothing to send."""
    before = len(there.fake.log)
    there.sink.remove("referral_sources", "1")

    assert before == len(there.fake.log)


def test_an_account_without_the_endpoint() -> None:
    """What an account has no endpoint for it can't take back."""
    there = Destination(lacks={"/recall_types"})
    with there.fake.in_process(), pytest.raises(Unsupported, match="archiving recall types"):
        there.sink.remove("recall_types", there.recall_type)


def test_what_the_key_may_not_do(there: Destination) -> None:
    """It is said as it is."""
    there.fake.faults.add("403", when=lambda request: request.path.endswith("/archive"), times=1)

    with pytest.raises(Forbidden):
        there.sink.remove("contacts", there.doctor)
    there.fake.faults.add("timeout_before", when=lambda request: request.path.endswith("/archive"), every=1)
    with pytest.raises(OutcomeUnknown):
        there.sink.remove("contacts", there.doctor)


# What hangs on them.


def test_what_hangs_on_a_patient(there: Destination) -> None:
    """Whatever a clinic writes about somebody, archived or not, but no message of the product's own."""
    bea = bare(there)
    add = there.fake.add
    alert = add("medical_alerts", name="Latex", patient_id=bea)
    old = add("medical_alerts", name="Old", patient_id=bea, archived_at="2024-01-01T00:00:00Z")
    case = add("patient_cases", name="Knee", patient_id=bea)
    memo = add("communications", patient_id=bea, category_code=12, content="Called", direction_code=1, type_code=3)
    add("communications", patient_id=bea, category_code=1, content="See you", direction_code=1, type_code=1)

    assert [
        (bea, "communications", memo),
        *sorted((bea, "medical_alerts", each) for each in (alert, old)),
        (bea, "patient_cases", case),
    ] == hanging(there, "patients", bea)


def test_what_hangs_on_several(there: Destination) -> None:
    """Each is told with whom it hangs on, at one list read for each kind."""
    bea, cem = bare(there), bare(there)
    alerts = {each: there.fake.add("medical_alerts", name="Latex", patient_id=each) for each in (bea, cem)}
    before = len(there.fake.log)
    found = hanging(there, "patients", bea, cem)

    assert {(each, "medical_alerts", id) for each, id in alerts.items()} == set(found)
    assert len({each.path for each in there.fake.log[before:]}) == len(there.fake.log) - before


def test_nothing_is_asked_about_what_can_not_be_taken_back(there: Destination) -> None:
    """A concession type stays in any case; of no records at all nothing is asked either."""
    before = len(there.fake.log)

    assert [] == hanging(there, "concession_types", there.concession_type)
    assert [] == list(there.sink.pointing_at("concession_types"))
    assert [] == list(there.sink.hanging_on("patients", []))
    assert [] == list(there.sink.hanging_on("attendees", []))
    assert before == len(there.fake.log)


def test_what_is_sold_of_a_product(there: Destination) -> None:
    """A sale is the clinic's work; how the stock came about is not."""
    sold = there.fake.add("stock_adjustments", product_id=there.product, adjustment_type="Item Sold", quantity="-1.0")
    there.fake.add("stock_adjustments", product_id=there.product, adjustment_type="Stock Purchase", quantity="9.0")

    assert [(there.product, "stock_adjustments", sold)] == hanging(there, "products", there.product)


def test_seats_without_an_invoice(there: Destination) -> None:
    """One that isn't there any more has none, nor has one of a patient who has an invoice for something else."""
    there.fake.add("invoices", patient_id=there.patient, number=1)

    assert [] == hanging(there, "attendees", there.attendee, "1")
    assert [] == hanging(there, "attendees", "1")


def test_what_only_whole_lists_tell(there: Destination) -> None:
    """Each list is read once, and what points at another kind is not given."""
    referrals = there.fake.add(
        "referral_sources",
        patient_id=there.patient,
        referrer_id=there.doctor,
        referral_source_type_id=there.fake.add("referral_source_types", name="Doctor", referrer_type="Contact"),
    )
    before = len(there.fake.log)
    patients, contacts = (list(there.sink.pointing_at(kind)) for kind in ("patients", "contacts"))
    paths = [each.path.removeprefix("/v1/") for each in there.fake.log[before:]]

    assert [(there.patient, "referral_sources", referrals)] == patients
    assert [(there.doctor, "referral_sources", referrals)] == contacts
    assert ["relationships", "referral_sources", "patients", "referral_sources", "patient_cases"] == paths


def test_seats_hang_on_a_class(there: Destination) -> None:
    """Somebody who was put into a class since keeps it."""
    lesson = there.fake.add(
        "group_appointments",
        appointment_type_id=there.class_type,
        business_id=there.business,
        practitioner_id=there.practitioner,
        starts_at="2024-03-04T09:00:00Z",
        max_attendees=5,
    )
    seat = there.fake.add("attendees", booking_id=lesson, patient_id=there.patient)

    assert [(lesson, "attendees", seat)] == hanging(there, "group_appointments", lesson)


def test_notes_hang_on_an_appointment(there: Destination) -> None:
    """A visit of which somebody wrote is worked with; the seat that came with it says nothing."""
    note = there.fake.add(
        "treatment_notes",
        title="First",
        draft=False,
        patient_id=there.patient,
        practitioner_id=there.practitioner,
        booking_id=there.appointment,
    )

    assert [(there.appointment, "treatment_notes", note)] == hanging(
        there, "individual_appointments", there.appointment
    )


def test_the_product_s_own_archives_are_nobody_s_work() -> None:
    """An export of a patient's record stands among the files and is none."""
    there = Destination()
    bea = bare(there)
    there.fake.add("patient_attachments", patient_id=bea, filename="export.zip", content=b"zip", full_export=True)
    with there.fake.in_process():
        assert [] == hanging(there, "patients", bea)


def test_an_account_that_lacks_a_list() -> None:
    """A newer kind's is empty; without an old one's nothing can be told."""
    new, old = Destination(lacks={"/recalls", "/relationships"}), Destination(lacks={"/medical_alerts"})
    with new.fake.in_process():
        assert [] == hanging(new, "patients", bare(new))
    with old.fake.in_process(), pytest.raises(NotFound):
        hanging(old, "patients", bare(old))
