"""The limit is 200 requests a minute and user, and a 429 names an absolute time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest

from clinikomigrate import Cliniko
from clinikomigrate.testing.limits import LimitHeader
from tests.end_to_end.accounts import client
from tests.traps.clinic import Clinic


@pytest.mark.parametrize("model", ["fixed", "sliding", "leaky"])
def test_limit_is_never_tripped(tmp_path: Path, model: Literal["fixed", "sliding", "leaky"]) -> None:
    """A transfer of more than a minute trips no limit, however the server counts."""
    clinic = Clinic(tmp_path, rate_model=model)
    clinic.destination.limit.model = model
    for number in range(90):
        patient = clinic.patient(first_name=str(number))
        clinic.add("medical_alerts", patient_id=patient, name="Nuts")
        clinic.visit(patient, starts_at=f"2024-03-{number % 28 + 1:02}T00:00:00Z", arrived=True)
    clinic.move()

    assert 0 == sum(each.status == 429 for fake in (clinic.source, clinic.destination) for each in fake.log)
    assert 60 < clinic.source.clock.monotonic()


@pytest.mark.parametrize(
    ("header", "least"), [("X-RateLimit-Reset", 25.0), ("Retry-After", 25.0), (None, 60.0)], ids=str
)
def test_reset_is_a_moment_and_no_duration(clinic: Clinic, header: LimitHeader | None, least: float) -> None:
    """After a 429 nothing is sent before what its header names, or for a minute where it names nothing."""
    clinic.source.limit_header = header
    clinic.patient()
    clinic.source.faults.add("429", at=3, seconds=25.0)
    with clinic.source.in_process():
        reader = clinic.reader()
        for _ in range(5):
            reader.patients.count()
    refused = next(each for each in clinic.source.log if each.status == 429)
    following = clinic.source.log[refused.number]

    assert refused.time + least <= following.time < refused.time + least + 15.0


@pytest.mark.parametrize("offset", [-3600.0, 3600.0])
def test_reset_is_told_by_the_servers_clock(tmp_path: Path, offset: float) -> None:
    """The wait is the same where the server's clock is an hour off: the reset is compared with the answer's date."""
    clinic = Clinic(tmp_path, server_clock_offset=offset)
    clinic.source.faults.add("429", at=2, seconds=25.0)
    with clinic.source.in_process():
        reader = clinic.reader()
        for _ in range(3):
            reader.patients.count()
    refused = next(each for each in clinic.source.log if each.status == 429)

    assert 25.0 <= clinic.source.log[refused.number].time - refused.time < 40.0


def test_writes_are_repeated_after_a_429(clinic: Clinic) -> None:
    """A write that was refused for its number was not carried out, so it is sent again, and nothing is doubled."""
    for number in range(20):
        clinic.patient(first_name=str(number))
    clinic.destination.faults.add("429", when=lambda request: request.method == "POST", every=3)
    clinic.move()

    assert sorted(map(str, range(20))) == sorted(row["first_name"] for row in clinic.arrived("patients"))


def test_two_keys_of_one_user_share_a_limit(clinic: Clinic) -> None:
    """The limit is the user's: clients with two keys of one user take turns once they know whose they are."""
    with clinic.source.in_process():
        short = clinic.source.key.removesuffix("-au1")
        settings: dict[str, Any] = {"app_name": "Acme", "contact_email": "dev@acme.example"}
        first, second = clinic.reader(), Cliniko(short, clock=clinic.source.clock, **settings)
        first.user()
        second.user()
        start = len(clinic.source.log)
        for _ in range(60):
            first.patients.count()
            second.patients.count()
    times = [each.time for each in clinic.source.log[start:]]

    assert 200 >= 119 / (times[-1] - times[0]) * 60
    assert 0 == sum(each.status == 429 for each in clinic.source.log)


def test_source_and_destination_have_limits_of_their_own(clinic: Clinic) -> None:
    """The two accounts' users are different ones: each has the whole limit at the same time."""
    with clinic.source.in_process(), clinic.destination.in_process():
        old, new = clinic.reader(), client(clinic.destination)
        start = clinic.source.clock.monotonic()
        for _ in range(60):
            old.patients.count()
            new.patients.count()
        took = clinic.source.clock.monotonic() - start

    assert 120 / took * 60 > 300
