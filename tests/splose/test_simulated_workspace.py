"""The client at a whole workspace, simulated with the traps of the real one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from clinikomigrate.client.query import where
from clinikomigrate.errors import (
    BadRequest,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ServerError,
    Unauthorized,
    Unprocessable,
)
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import (
    AppointmentCancellation,
    AppointmentDraft,
    ContactDraft,
    PatientDraft,
    PaymentDraft,
    PaymentInvoiceDraft,
    PhoneNumber,
    SupportItemDraft,
)
from clinikomigrate.testing import FakeSplose
from tests.splose.test_operations import ABILITIES

START = datetime(2025, 5, 6, 1, tzinfo=UTC)


def connect(fake: FakeSplose, key: str | None = None) -> Splose:
    """A client of the workspace, on the workspace's own clock."""
    return Splose(key or fake.key, base_url=fake.base_url, clock=fake.clock)


@pytest.fixture
def fake() -> Iterator[FakeSplose]:
    """A workspace in place of the network."""
    workspace = FakeSplose(page_size=20)
    with workspace.in_process():
        yield workspace
    workspace.assert_clean()


@pytest.fixture
def client(fake: FakeSplose) -> Splose:
    """Its owner's client."""
    return connect(fake)


@pytest.mark.parametrize("kind", ABILITIES)
def test_each_kind_can_be_listed(client: Splose, kind: str) -> None:
    """Every list, archived records among them, is walked without an error."""
    assert [] == list(client.resource(kind).list(include_archived=True))


@pytest.mark.parametrize("swapped", [False, True])
def test_streams_all_patients(fake: FakeSplose, client: Splose, swapped: bool) -> None:
    """Pages are read one by one, all patients come once, archived ones only when asked for."""
    fake.swapped_links = swapped
    ids = [fake.add("patients", firstname="Ann", lastname=f"Invented {number}") for number in range(45)]
    archived = fake.add("patients", firstname="Old", lastname="Invented", archived=True)

    assert ids == [patient.id for patient in client.patients.list()]
    assert [*ids, archived] == [patient.id for patient in client.patients.list(include_archived=True)]
    assert client.patients.get(archived).archived
    assert [ids[7]] == [patient.id for patient in client.patients.list(lastname="Invented 7")]
    assert ids[40:] == [patient.id for patient in client.patients.list(where("id") > ids[39])]


def test_changes_since_a_time_are_found(fake: FakeSplose, client: Splose) -> None:
    """What changed after a moment comes, and nothing else."""
    fake.add("patients", firstname="Old", lastname="Invented", updatedAt=START)
    fresh = fake.add("patients", firstname="New", lastname="Invented", updatedAt=START + timedelta(seconds=1))

    assert [fresh] == [patient.id for patient in client.patients.list(update_gt=START)]
    assert [fresh] == [patient.id for patient in client.patients.list(where("updated_at") > START)]


def test_a_patient_goes_in_and_comes_back(client: Splose) -> None:
    """What is created is read back as it was given, and an update changes what it is to change."""
    draft = PatientDraft(
        firstname="Ann",
        lastname="Invented",
        email="ann@example.com",
        birthdate=date(1988, 5, 17),
        phone_numbers=[PhoneNumber(type="Mobile", code="+61", phone_number="400000001")],
        created_at=START,
        communication_preference="NONE",
        address_l1="1 Invented St",
    )
    made = client.patients.create(draft)
    client.patients.update(made.id, attrs.evolve(PatientDraft.replacing(made), communication_preference="SMS"))
    read = client.patients.get(made.id)

    assert (made.phone_numbers, START, date(1988, 5, 17)) == (read.phone_numbers, read.created_at, read.birthdate)
    assert ("NONE", "SMS") == (made.communication_preference, read.communication_preference)
    assert ("1 Invented St", "ann@example.com") == (read.address_l1, read.email)


def test_an_appointment_from_booking_to_cancellation(fake: FakeSplose, client: Splose) -> None:
    """Booked, moved, found by practitioner and start, and cancelled with a reason."""
    patient = client.patients.create(PatientDraft(firstname="Ann", lastname="Invented"))
    reason = fake.add("cancellation_reasons", name="Moved")
    practitioner = fake.add("practitioners", firstname="Amy", lastname="Ng")
    made = client.appointments.create(
        AppointmentDraft(
            start=START,
            end=START + timedelta(minutes=45),
            service_id=fake.add("services", name="Standard", pricing=Decimal("95.5")),
            location_id=fake.add("locations", title="Northside"),
            practitioner_id=practitioner,
            patient_id=patient.id,
            note="Knee",
        )
    )
    client.appointments.update(made.id, AppointmentDraft(end=START + timedelta(minutes=60)))
    (found,) = client.appointments.list(where("start") > START - timedelta(seconds=1), practitioner_id=practitioner)
    (known,) = client.cancellation_reasons.list()
    client.appointments.cancel(made.id, AppointmentCancellation(reason_id=known.id, note="Rain"))
    (place,) = client.appointments.get(made.id).appointment_patients or ()

    assert (made.id, START + timedelta(minutes=60), Decimal("95.5")) == (found.id, found.end, found.pricing)
    assert (patient.id, "Cancelled", "Moved", "Rain") == (
        place.patient_id, place.status, place.cancellation_reason, place.cancellation_note,
    )  # fmt: skip
    assert (reason, {"name": "Moved"}) == (known.id, {"name": known.extra["name"]})
    assert 3 == len(fake.outbox)


def test_files_fields_contacts_and_payments_go_in(fake: FakeSplose, client: Splose) -> None:
    """Everything that can be written is taken as the client sends it."""
    patient = client.patients.create(PatientDraft(firstname="Ann", lastname="Invented"))
    contact = client.contacts.create(ContactDraft(type="Doctor", name="Dr Ray", email="ray@example.com"))
    fake.add("custom_fields", name="Club")
    fake.add("custom_fields", name="Level", type="Multiple choice", options=["Amateur", "Professional"])
    club, level = client.custom_fields.list()
    client.patients.set_custom_fields(patient.id, {club: "Invented FC", level: list(level.options or ())[:1]})
    file = client.patients.upload_file(patient.id, "Überweisung.pdf", b"%PDF-1.7 invented")
    location = fake.add("locations", title="Northside")
    invoice = fake.add(
        "invoices", patientId=patient.id, locationId=location, issueDate=START, dueDate=START, total=Decimal("10.5")
    )
    share = PaymentInvoiceDraft(invoice_id=invoice, amount=Decimal("10.50"))
    payment = client.payments.create(
        PaymentDraft(
            patient_id=patient.id,
            location_id=location,
            payment_method_id=fake.add("payment_methods", name="Cash"),
            amount=Decimal("10.50"),
            payment_date=START,
            payment_invoices=[share],
        )
    )
    item = fake.add(
        "support_items",
        appointmentId=fake.add("appointments", start=START, end=START, locationId=location, patientId=patient.id),
    )
    client.support_items.update(item, SupportItemDraft(type="Activity Based Transport", to_minutes=15))

    assert [("Club", "Invented FC"), ("Level", "Amateur")] == [
        (field.name, field.value) for field in client.patients.get(patient.id).custom_fields or ()
    ]
    assert [("Überweisung.pdf", b"%PDF-1.7 invented")] == [
        (row["name"], row["content"]) for row in fake.rows("patient_files")
    ]
    assert ("Überweisung.pdf", patient.id, "Australia") == (file.name, file.patient_id, contact.country)
    assert "Paid" == client.invoices.get(invoice).status
    client.payments.delete(payment.id)
    assert Decimal(0) == client.invoices.get(invoice).paid_amount
    assert Decimal(15) == client.support_items.get(item).to_minutes


def test_hours_and_slots_are_read(fake: FakeSplose, client: Splose) -> None:
    """A practitioner's hours, and what can be booked."""
    practitioner = fake.add("practitioners", firstname="Amy", lastname="Ng")
    location = fake.add("locations", title="Northside")
    service = fake.add("services", name="Standard")
    fake.add("availabilities", practitionerId=practitioner, locationId=location, date="2025-05-06",
             startTime="09:00", endTime="17:00")  # fmt: skip
    (hours,) = client.availabilities.list(practitioner, start_date=START.date(), end_date=START.date())
    slots = client.free_slots.read(
        since=START, service_id=service, location_id=location, practitioner_ids=[practitioner]
    )

    assert (START.date(), location) == (hours.date, hours.location_id)
    assert {"data": [{"practitionerId": int(practitioner), "start": "2025-05-06T09:00:00.000Z"}]} == slots


def test_refusals_have_names(client: Splose) -> None:
    """What the API refuses is an error with the names of the fields, and without their content."""
    with pytest.raises(Unprocessable) as caught:
        client.contacts.create(ContactDraft(type="Doctor", name="Ray", email="Zebedee"))

    assert ("email",) == caught.value.field_names
    assert "Zebedee" not in str(caught.value)
    with pytest.raises(NotFound):
        client.patients.get("1")


def test_a_wrong_key_opens_nothing(fake: FakeSplose) -> None:
    """A key that nobody knows is refused by the API."""
    with pytest.raises(Unauthorized, match="region"):
        list(connect(fake, "invented-key").patients.list())


def test_a_lost_answer_leaves_one_record_and_an_unknown_outcome(fake: FakeSplose, client: Splose) -> None:
    """Trap: a write whose answer is lost may have been done, so it is not sent again."""
    for fault in ("drop_after", "500_after", "not_json"):
        fake.faults.add(fault)
        with pytest.raises(OutcomeUnknown):
            client.patients.create(PatientDraft(firstname="Ann", lastname=fault))
        assert 1 == len(list(client.patients.list(lastname=fault)))


def test_reads_are_asked_again(fake: FakeSplose, client: Splose) -> None:
    """A list is read to its end though answers are lost and allowances used up on the way."""
    for number in range(45):
        fake.add("contacts", name=f"Invented {number}")
    fake.faults.add("500", at=2)
    fake.faults.add("429", at=3)
    before = fake.clock.monotonic()

    assert 45 == len(list(client.contacts.list()))
    assert fake.clock.monotonic() - before >= 60


def test_a_whole_minute_is_waited_for_and_in_the_end_given_up(fake: FakeSplose, client: Splose) -> None:
    """A limit that never ends is told, and a server that never recovers too."""
    fake.faults.add("429", every=1)
    with pytest.raises(RateLimited):
        list(client.contacts.list())
    fake.faults.clear()
    fake.faults.add("503", every=1)
    with pytest.raises(ServerError):
        list(client.contacts.list())


def test_the_pace_never_meets_the_limit(fake: FakeSplose, client: Splose) -> None:
    """Two minutes of requests, however they are counted, and none is put off."""
    for _ in range(130):
        client.patients.list().first()

    assert {200} == {request.status for request in fake.log}
    assert fake.clock.monotonic() > 120


@pytest.mark.parametrize("model", ["fixed", "sliding", "leaky"])
def test_the_pace_fits_each_way_of_counting(model: str) -> None:
    """Nobody knows how the server counts."""
    fake = FakeSplose(rate_model=model)  # type: ignore[arg-type]  # one of the models
    with fake.in_process():
        client = connect(fake)
        for _ in range(130):
            client.patients.list().first()

    assert {200} == {request.status for request in fake.log}


def test_what_an_update_clears_is_seen_only_by_reading_again(client: Splose, fake: FakeSplose) -> None:
    """Trap: nobody knows whether an update clears the address that it can't give; reading the record again tells."""
    for clears in (False, True):
        fake.update_clears = clears
        made = client.patients.create(PatientDraft(firstname="Ann", lastname="Invented", address_l1="1 Invented St"))
        client.patients.update(made.id, PatientDraft.replacing(made))
        assert (None if clears else "1 Invented St") == client.patients.get(made.id).address_l1


def test_an_unknown_parameter_is_a_bad_request(fake: FakeSplose) -> None:
    """Trap: the API refuses keys that it doesn't know; the client sends none, and says so where it happens."""
    with pytest.raises(BadRequest):
        connect(fake)._session.get("/patients", {}, [("limit", "5")])
    assert ["/patients: unknown query parameters limit"] == fake.protocol_errors
    fake.protocol_errors.clear()
