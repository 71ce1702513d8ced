"""Keys: their ending says where the account lives, and they open what their user may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Blocked, Cliniko, ClinikoSink, ConfigurationError, Transfer
from tests.end_to_end.accounts import client
from tests.traps.clinic import Clinic

ACME: dict[str, Any] = {"app_name": "Acme Migrations", "contact_email": "dev@acme.example"}


def test_key_without_an_ending_is_of_au1(clinic: Clinic) -> None:
    """A key is taken with and without its ending; without one it is of the first shard."""
    short = Cliniko(clinic.source.key.removesuffix("-au1"), clock=clinic.source.clock, **ACME)
    with clinic.source.in_process():
        found = short.user().id

    assert "<Cliniko au1>" == repr(short)
    assert clinic.source.rows("users")[0]["id"] == found


def test_shard_is_in_the_key(tmp_path: Path) -> None:
    """An account on another shard is found by its key's ending alone."""
    clinic = Clinic(tmp_path, shard="uk2")
    clinic.patient()
    clinic.move()

    assert 1 == len(clinic.arrived("patients"))


@pytest.mark.parametrize(
    "app", [{"app_name": "", "contact_email": "dev@acme.example"}, {**ACME, "contact_email": "dev"}]
)
def test_who_asks_is_compulsory(clinic: Clinic, app: dict[str, Any]) -> None:
    """Cliniko may block who doesn't say their name and e-mail address, so both are asked for at once."""
    with pytest.raises(ConfigurationError):
        Cliniko(clinic.source.key, **app)


@pytest.mark.parametrize("role", ["receptionist", "practitioner", "bookkeeper", "scheduler", "power receptionist"])
def test_roles_that_see_too_little_are_refused(clinic: Clinic, role: str) -> None:
    """A source key of anybody but an administrator would silently leave records out, so it blocks the run."""
    clerk = clinic.add("users", first_name="Cleo", last_name="Clerk", role=role)
    theirs = Cliniko(clinic.source.key_for(clerk), clock=clinic.source.clock, **ACME)
    with clinic.source.in_process(), clinic.destination.in_process():
        sink = ClinikoSink(client(clinic.destination))
        with pytest.raises(Blocked) as raised:
            Transfer(theirs, sink, journal=clinic.journal).run()

    assert ["source-role"] == [finding.code for finding in raised.value.findings]
