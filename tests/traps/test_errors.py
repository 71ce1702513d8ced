"""Errors: JSON, text, HTML or nothing at all, and a write whose answer is lost."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate import Cliniko
from clinikomigrate.cliniko.models import PatientDraft
from clinikomigrate.errors import (
    BadRequest,
    ConfigurationError,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Redirected,
    Unauthorized,
    Unprocessable,
)
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.faults import FaultKind
from tests.traps.clinic import Clinic


def test_401_is_text(clinic: Clinic) -> None:
    """A wrong key is answered with a text that is no JSON, and is its own error."""
    wrong = Cliniko(
        "MS0xMjM0NTY3ODkw-au1", app_name="Acme", contact_email="dev@acme.example", clock=clinic.source.clock
    )
    with clinic.source.in_process(), pytest.raises(Unauthorized) as raised:
        wrong.user()

    assert "MS0xMjM0NTY3ODkw" not in str(raised.value)


def test_403_is_empty(clinic: Clinic) -> None:
    """What a role may not see is answered with nothing at all, and is its own error."""
    clerk = clinic.add("users", first_name="Cleo", last_name="Clerk", role="receptionist")
    key = clinic.source.key_for(clerk)
    theirs = Cliniko(key, app_name="Acme", contact_email="dev@acme.example", clock=clinic.source.clock)
    with clinic.source.in_process(), pytest.raises(Forbidden):
        list(theirs.treatment_notes.list())


def test_404_can_be_html(clinic: Clinic) -> None:
    """A path that an account lacks is answered with a page of HTML, and is the same error as a missing record."""
    clinic.source.lacks.add("/recalls")
    with clinic.source.in_process():
        reader = clinic.reader()
        with pytest.raises(NotFound):
            list(reader.recalls.list())
        with pytest.raises(NotFound):
            reader.patients.get("404")


def test_422_names_models_and_may_say_null(clinic: Clinic) -> None:
    """A refusal's errors are kept, null ones too, under the names of the API's models, and not quoted in messages."""
    with clinic.source.in_process(), pytest.raises(Unprocessable) as raised:
        clinic.reader().patients.create(PatientDraft(first_name="Secretname", email="secret at mail"))

    assert {"last_name", "email"} == set(raised.value.fields)
    assert "ecret" not in str(raised.value)


def test_400_is_its_own_error(clinic: Clinic) -> None:
    """What can't be asked for is a 400 with the API's words."""
    with clinic.source.in_process(), pytest.raises(BadRequest):
        list(clinic.reader().patients.list(sort="nothing"))


def test_204_has_no_body(clinic: Clinic) -> None:
    """Archiving is answered with nothing, which is no error."""
    patient = clinic.patient()
    with clinic.source.in_process():
        clinic.reader().patients.archive(patient)

    assert 204 == clinic.source.log[-1].status


def test_wrong_shard_is_a_401(clinic: Clinic) -> None:
    """A valid key on another shard is refused like a wrong one: nothing says that the shard is wrong."""
    elsewhere = FakeCliniko(subdomain="elsewhere", shard="eu1")
    key = clinic.source.key.removesuffix("au1") + "eu1"
    strayed = Cliniko(key, app_name="Acme", contact_email="dev@acme.example", clock=elsewhere.clock)
    with elsewhere.in_process(), pytest.raises(Unauthorized):
        strayed.user()


@pytest.mark.parametrize("ending", ["evil.example", "AU1/", "au1.evil", "a1", "au123", "1au", "au1@evil"])
def test_shard_is_checked_before_it_becomes_a_host(ending: str) -> None:
    """What stands at a key's end becomes part of a host's name, so anything but a shard is refused."""
    with pytest.raises(ConfigurationError):
        Cliniko(f"MS0xMjM0NTY3ODkw-{ending}", app_name="Acme", contact_email="dev@acme.example")


def test_unlisted_shards_are_taken() -> None:
    """A shard that no document lists, as au5 once was, is taken by its pattern."""
    assert "<Cliniko au5>" == repr(Cliniko("MS0xMjM0NTY3ODkw-au5", app_name="Acme", contact_email="dev@acme.example"))


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "timeout_after", "cut", "drop_before", "500", "503"])
def test_write_without_an_answer_is_looked_up(clinic: Clinic, fault: FaultKind) -> None:
    """There is no key against doubling: a write whose answer is lost is looked for before it is sent again."""
    for number in range(5):
        patient = clinic.patient(first_name=str(number))
        clinic.add("medical_alerts", patient_id=patient, name="Nuts")
        clinic.note(patient)
    clinic.destination.faults.add(fault, when=lambda request: request.method == "POST", every=4)
    clinic.move()

    assert [5, 5, 5] == [len(clinic.arrived(kind)) for kind in ("patients", "medical_alerts", "treatment_notes")]


@pytest.mark.parametrize("fault", ["drop_after", "500", "cut"])
def test_client_never_repeats_a_write_blindly(clinic: Clinic, fault: FaultKind) -> None:
    """The client sends a write of unknown fate once, and says so."""
    clinic.source.faults.add(fault)
    with clinic.source.in_process(), pytest.raises(OutcomeUnknown):
        clinic.reader().patients.create(PatientDraft(first_name="Ada", last_name="Example"))

    assert 1 == len(clinic.source.log)


@pytest.mark.parametrize("fault", ["drop_before", "500", "502", "503", "cut"])
def test_reads_are_repeated(clinic: Clinic, fault: FaultKind) -> None:
    """A read that fails on the way is sent again."""
    clinic.patient()
    clinic.source.faults.add(fault, times=2)
    with clinic.source.in_process():
        found = clinic.reader().patients.count()

    assert 1 == found


def test_write_is_never_redirected(clinic: Clinic) -> None:
    """A write that is redirected is an error: its body is a patient's record, and the other host is none of ours."""
    clinic.source.faults.add("redirect")
    with clinic.source.in_process(), pytest.raises(Redirected):
        clinic.reader().patients.create(PatientDraft(first_name="Ada", last_name="Example"))

    assert 1 == len(clinic.source.log)


@pytest.mark.parametrize("missing", ["create", "update", "archive", "delete"])
def test_operations_that_the_api_lacks_are_not_there(clinic: Clinic, missing: str) -> None:
    """Invoices can only be read, so the client has no method that would get a 404."""
    invoices: Any = clinic.reader().invoices

    assert not hasattr(invoices, missing)
