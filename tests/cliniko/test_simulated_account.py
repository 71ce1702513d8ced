"""The client at a whole account, simulated with the traps of the real one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import attrs
import pytest

from clinikomigrate.client.query import where
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import (
    AttendeeDraft,
    IndividualAppointment,
    PatientAttachmentDraft,
    PatientDraft,
    TreatmentNoteDraft,
)
from clinikomigrate.errors import AccountMismatch, Forbidden, NotFound, OutcomeUnknown, Unauthorized, Unprocessable
from clinikomigrate.testing import FakeCliniko
from tests.cliniko.test_operations import ABILITIES


@attrs.frozen
class Letter:
    """A file in memory."""

    name: str = "Überweisung Nr. 7 (Kopie).pdf"
    content: bytes = b"invented" * 20_000
    content_type: str | None = None

    @property
    def size(self) -> int:
        """Its length."""
        return len(self.content)

    def open(self) -> BinaryIO:
        """Reads from its start."""
        return io.BytesIO(self.content)


def connect(fake: FakeCliniko, key: str, account: str | None = None) -> Cliniko:
    """A client of the account, with a key and on the account's own clock."""
    return Cliniko(
        key,
        app_name="Acme Migrations",
        contact_email="dev@acme.example",
        account=account,
        base_url=fake.base_url,
        clock=fake.clock,
    )


@pytest.fixture
def fake() -> Iterator[FakeCliniko]:
    """An account in place of the network."""
    account = FakeCliniko()
    with account.in_process():
        yield account


@pytest.fixture
def client(fake: FakeCliniko) -> Cliniko:
    """Its administrator's client."""
    return connect(fake, fake.key, "old-clinic")


@pytest.mark.parametrize("kind", ABILITIES)
def test_each_kind_can_be_listed(client: Cliniko, kind: str) -> None:
    """Every list, hidden records among them, is walked and counted without an error."""
    resource = client.resource(kind)

    assert resource.count(include_archived=True, include_cancelled=True) == len(
        list(resource.list(include_archived=True, include_cancelled=True))
    )


def test_streams_all_patients(fake: FakeCliniko, client: Cliniko) -> None:
    """Pages are read one by one, all patients come, archived ones only when asked for."""
    ids = {fake.add("patients", first_name="Ann", last_name=f"Invented {number}") for number in range(230)}
    archived = fake.add(
        "patients", first_name="Old", last_name="Invented", archived_at=datetime(2024, 1, 1, tzinfo=UTC)
    )
    before = client.requests_sent

    assert ids <= {patient.id for patient in client.patients.list()}
    assert 3 == client.requests_sent - before
    assert archived not in {patient.id for patient in client.patients.list()}
    assert archived in {patient.id for patient in client.patients.list(include_archived=True)}
    assert client.patients.get(archived).archived_at
    assert len(ids) + 1 == client.patients.count(where("last_name").contains("Invented"), include_archived=True)


def test_finds_cancelled_appointments_only_when_asked(fake: FakeCliniko, client: Cliniko) -> None:
    """A cancelled appointment is hidden from lists, and read by its id all the same."""
    patient = client.patients.create(PatientDraft(first_name="Ann", last_name="Invented"))
    practitioner = client.practitioners.list().first()
    assert practitioner
    starts = datetime(2025, 3, 3, 1, tzinfo=UTC)
    made = fake.add(
        "individual_appointments",
        patient_id=patient.id,
        practitioner_id=practitioner.id,
        business_id=fake.add("businesses", business_name="Northside"),
        appointment_type_id=fake.add("appointment_types", name="Invented"),
        starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
        cancelled_at=starts,
    )
    about = (where("starts_at") >= starts, where("starts_at") <= starts)

    assert [] == list(client.individual_appointments.list(*about, patient_id=patient.id))
    (found,) = client.individual_appointments.list(*about, patient_id=patient.id, include_cancelled=True)
    assert made == found.id == client.individual_appointments.get(made).id
    (booking,) = client.bookings.list(where("patient_ids").contains(patient.id), include_cancelled=True)
    assert isinstance(booking, IndividualAppointment)


def test_a_file_goes_up_and_comes_down(fake: FakeCliniko, client: Cliniko) -> None:
    """A file of another script's name is the same after its way through the store."""
    patient = client.patients.create(PatientDraft(first_name="Ann", last_name="Invented"))
    made = client.patient_attachments.upload(PatientAttachmentDraft(patient_id=patient.id, content=Letter()))
    for _ in range(50):
        if client.patient_attachments.get(made.id).processing_completed:
            break
        fake.clock.sleep_until(fake.clock.monotonic() + 60)

    assert Letter().size == client.patient_attachments.get(made.id).size
    with client.patient_attachments.download(made.id) as download:
        assert Letter().content == b"".join(download.chunks())


def test_refusals_have_names(fake: FakeCliniko, client: Cliniko) -> None:
    """What the API refuses is an error with the names of the fields, and without their content."""
    patient = client.patients.create(PatientDraft(first_name="Ann", last_name="Invented"))
    with pytest.raises(Unprocessable) as caught:
        client.treatment_notes.create(TreatmentNoteDraft(patient_id=patient.id, draft=True))

    assert "title" in caught.value.fields
    with pytest.raises(NotFound):
        client.patients.get("1")
    with pytest.raises(Unprocessable):
        client.attendees.create(AttendeeDraft(patient_id=patient.id))


def test_wrong_keys_and_accounts_write_nothing(fake: FakeCliniko) -> None:
    """A key that nobody knows is refused by the API, and one of another account before the first write."""
    stranger, other = connect(fake, "invented-key-au1"), connect(fake, fake.key, "new-clinic")
    before = fake.rows("patients")

    with pytest.raises(Unauthorized):
        stranger.patients.create(PatientDraft(first_name="Ann", last_name="Invented"))
    with pytest.raises(AccountMismatch):
        other.patients.create(PatientDraft(first_name="Ann", last_name="Invented"))
    assert before == fake.rows("patients")


def test_a_lost_answer_leaves_one_record_and_an_unknown_outcome(fake: FakeCliniko, client: Cliniko) -> None:
    """Trap: a write whose answer is lost may have been done, so it is not sent again."""
    client.check_account()
    fake.faults.add(kind="drop_after", when=lambda request: request.method == "POST")

    with pytest.raises(OutcomeUnknown):
        client.patients.create(PatientDraft(first_name="Ann", last_name="Lost"))
    assert 1 == client.patients.count(last_name="Lost")


def test_reads_are_asked_again(fake: FakeCliniko, client: Cliniko) -> None:
    """A list is read to its end though answers are lost and allowances used up on the way."""
    for number in range(150):
        fake.add("contacts", first_name="Ann", last_name=f"Invented {number}")
    fake.faults.add(kind="500", at=2)
    fake.faults.add(kind="429", at=3)

    assert 150 == len(list(client.contacts.list()))


def test_forbidden_is_said(fake: FakeCliniko) -> None:
    """A key without the right gets an error of its own, though the answer is empty."""
    scheduler = fake.add("users", first_name="Sam", last_name="Invented", email="sam@old.example", role="scheduler")
    client = connect(fake, fake.key_for(scheduler))

    with pytest.raises(Forbidden):
        client.users.list().first()
