"""The first write goes to the account that was meant, or nowhere."""

from __future__ import annotations

import copy
import pickle
import threading
from typing import Any

import pytest

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.account import check_account
from clinikomigrate.cliniko.models import PatientDraft, TaxDraft
from clinikomigrate.errors import AccountMismatch, ConfigurationError, NotPicklable, ReadOnly, UnexpectedResponse
from tests.client.server import FAST, Server
from tests.cliniko.conftest import KEY


@pytest.fixture
def client(server: Server) -> Cliniko:
    """A client that was told the account's name."""
    server.answer("GET", "/settings", {"account": {"subdomain": "Old-Clinic"}})
    server.answer("POST", "/taxes", {"id": "1"}, 201)
    server.answer("GET", "/taxes/1", {"id": "1"})
    return Cliniko(
        KEY,
        app_name="Acme",
        contact_email="dev@acme.example",
        account="old-clinic",
        requests_per_minute=FAST,
    )


def paths(server: Server) -> list[str]:
    """What was asked, in order."""
    return [f"{request.method} {request.path}" for request in server.requests]


def test_asks_once_before_the_first_write(server: Server, client: Cliniko) -> None:
    """The account is asked for before the first write, in any case of letters, and never again."""
    client.taxes.create(TaxDraft(name="GST"))
    client.taxes.create(TaxDraft(name="VAT"))
    client.check_account()

    assert ["GET /settings", "POST /taxes", "POST /taxes"] == paths(server)


def test_a_role_that_may_not_see_all_settings_is_asked_otherwise(server: Server, client: Cliniko) -> None:
    """A key whose user may not read the settings, as a practitioner's, reads those that everybody may."""
    server.answer("GET", "/settings", None, 403)
    server.answer("GET", "/settings/public", {"account": {"subdomain": "old-clinic"}})
    client.taxes.create(TaxDraft(name="GST"))
    client.taxes.create(TaxDraft(name="VAT"))

    assert ["GET /settings", "GET /settings/public", "POST /taxes", "POST /taxes"] == paths(server)


def test_reading_asks_nothing(server: Server, client: Cliniko) -> None:
    """Reads can't do harm, so they don't cost a request more."""
    client.taxes.get("1")

    assert ["GET /taxes/1"] == paths(server)


def test_another_account_is_refused_before_anything_is_written(server: Server, client: Cliniko) -> None:
    """A key of another account writes nothing, now or later; both names and the remedy are in the message."""
    server.answer("GET", "/settings", {"account": {"subdomain": "other-clinic"}})

    for _ in range(2):
        with pytest.raises(AccountMismatch, match=r"'other-clinic', not 'old-clinic'.*account='other-clinic'"):
            client.taxes.create(TaxDraft(name="GST"))
    assert {"GET /settings"} == set(paths(server))


def test_check_account_raises_too(server: Server, client: Cliniko) -> None:
    """The check can be asked for before a write."""
    server.answer("GET", "/settings", {"account": {"subdomain": "other-clinic"}})

    with pytest.raises(AccountMismatch):
        client.check_account()


@pytest.mark.parametrize(
    "settings", [{}, {"account": None}, *({"account": {"subdomain": each}} for each in ("", "Mrs X"))]
)
def test_without_the_name_nothing_is_written(server: Server, client: Cliniko, settings: Any) -> None:
    """Settings that don't say whose they are prove nothing."""
    server.answer("GET", "/settings", settings)

    with pytest.raises(UnexpectedResponse):
        client.taxes.create(TaxDraft(name="GST"))


def test_without_an_account_nothing_is_asked(server: Server) -> None:
    """Who named no account is not asked about it."""
    server.answer("POST", "/taxes", {"id": "1"}, 201)
    client = Cliniko(KEY, app_name="Acme", contact_email="dev@acme.example", requests_per_minute=FAST)
    client.check_account()
    client.taxes.create(TaxDraft(name="GST"))

    assert ["POST /taxes"] == paths(server)


def test_writers_side_by_side_ask_once(server: Server, client: Cliniko) -> None:
    """Threads that write first together wait for one answer."""
    threads = [threading.Thread(target=client.taxes.create, args=(TaxDraft(name="GST"),)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == paths(server).count("GET /settings")
    assert 5 == paths(server).count("POST /taxes")


def test_a_read_only_view_refuses_writes_and_asks_nothing(server: Server, client: Cliniko) -> None:
    """A view refuses at once, whatever the account; checking works through it all the same."""
    view = client.read_only()

    with pytest.raises(ReadOnly):
        view.patients.create(PatientDraft())
    assert [] == paths(server)
    view.check_account()
    assert ["GET /settings"] == paths(server)


@pytest.mark.parametrize("name", ["old-clinic", "OLD-clinic ", "a1"])
def test_names_are_taken_in_any_case(name: str) -> None:
    """An account's name is part of a host name, so its case says nothing."""
    assert name.strip().lower() == check_account(name)


@pytest.mark.parametrize(
    "name", ["", "https://old-clinic.cliniko.com", "old clinic", "-old", "old-", "old.clinic", None]
)
def test_what_is_no_name_is_refused(name: Any) -> None:
    """A whole address, or what can't be a name, is refused with an example."""
    with pytest.raises(ConfigurationError, match="'old-clinic' for"):
        check_account(name)


def test_resources_cannot_be_pickled(client: Cliniko) -> None:
    """What leads to a key doesn't leave the process by accident."""
    for act in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(NotPicklable):
            act(client._check)
