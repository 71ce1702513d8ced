"""The archive folder keeps the account's settings, and nothing that opens anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate.client.converter import structure
from clinikomigrate.cliniko.models import PublicSettings, Settings
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.archive.settings import keep_settings
from clinikomigrate.testing import FakeCliniko, make_clinic
from tests.end_to_end.accounts import client

FIELDS = {
    "sections": [
        {
            "token": "5b1f",
            "name": "Work",
            "fields": [{"token": "77aa", "name": "Employer", "type": "text", "hint": "https://x.example/?token=5"}],
        }
    ]
}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive that is not there yet."""
    archive = Archive(tmp_path / "archive")
    yield archive
    archive.close()


def body(archive: Archive) -> Any:
    """Gives the settings as they lie there."""
    ((text,),) = archive.rows("SELECT body FROM record WHERE kind = 'settings'")
    return json.loads(text)


def read(**given: Any) -> Settings:
    """Makes settings of what the API sends."""
    return structure(Settings, given, where="GET /settings")


def test_an_account_s_settings_come_back(archive: Archive) -> None:
    """Every one of a clinic's, custom fields with their tokens too, in the shape in which the API gives them."""
    fake = FakeCliniko(subdomain="old-clinic")
    make_clinic(fake, patients=1)
    with fake.in_process():
        settings = client(fake).settings()
    keep_settings(archive, settings)

    assert settings.patient_custom_fields_definition is not None
    assert list(archive.all("settings")) == [settings]
    assert body(archive)["account"]["subdomain"] == "old-clinic"
    assert archive.rows("SELECT id, patient FROM record") == [(settings.account and settings.account.id, None)]


def test_what_comes_again_replaces_what_was_there(archive: Archive) -> None:
    """There is one of each account; one that doesn't say its number has a place too."""
    for name in ("Old", "New"):
        keep_settings(archive, read(account={"id": "5", "name": name}))
    keep_settings(archive, PublicSettings())

    assert [each.account and each.account.name for each in archive.all("settings")] == ["New", None]


def test_nothing_that_opens_something_is_kept(archive: Archive) -> None:
    """Whatever the API comes to send: keys, passwords, and what makes an address a key. A field's token is none."""
    keep_settings(
        archive,
        read(
            account={"id": "5", "api_key": "K1", "logins": [{"Password": "K2", "name": "Amy"}]},
            documents_and_printing={"logo_url": "https://store.example/logo.png?width=9&X-Amz-Signature=K3#top"},
            integrations={"xero": {"enabled": True, "accessToken": "K4", "client-secret": "K5"}},
            online_bookings={
                "privacy_policy_url": "https://clinic.example/privacy?lang=de",
                "policy": "Keys stay at the desk. Ask: https://x.example/a?Key=K6 or call.",
            },
            signing_keys=["K7"],
            access_token="K8",
            patient_custom_fields_definition=FIELDS,
        ),
    )
    found = body(archive)

    assert "K" not in json.dumps(found).replace("Keys stay", "")
    assert found["account"]["logins"] == [{"name": "Amy"}]
    assert found["documents_and_printing"]["logo_url"] == "https://store.example/logo.png#top"
    assert found["integrations"]["xero"]["enabled"] is True
    assert found["online_bookings"]["privacy_policy_url"] == "https://clinic.example/privacy?lang=de"
    assert found["online_bookings"]["policy"] == "Keys stay at the desk. Ask: https://x.example/a or call."
    assert found["patient_custom_fields_definition"] == FIELDS
