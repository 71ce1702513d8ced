"""One account, seen through one key."""

from __future__ import annotations

import base64
import copy
import pickle
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import (
    EmailCommunication,
    GroupAppointment,
    IndividualAppointment,
    MemoCommunication,
    SmsCommunication,
    UnavailableBlock,
)
from clinikomigrate.errors import ConfigurationError, NotPicklable, QueryError, ReadOnly
from clinikomigrate.wire.clock import SystemClock
from tests.client.server import BASE, FAST, Server
from tests.cliniko.conftest import KEY

SETTINGS: dict[str, Any] = {"app_name": "Acme Migrations", "contact_email": "dev@acme.example"}


def make(key: str = KEY, **settings: Any) -> Cliniko:
    """A client."""
    return Cliniko(key, **{**SETTINGS, "requests_per_minute": FAST, **settings})


def link(path: str) -> dict[str, object]:
    """A link as the API writes it."""
    return {"links": {"self": f"{BASE}/{path}"}}


def test_making_one_sends_nothing(server: Server) -> None:
    """A client can be made without a network."""
    client = make(account="old-clinic", random=random.Random(1), clock=SystemClock())

    assert [] == server.requests
    assert 0 == client.requests_sent
    assert isinstance(client.clock, SystemClock)


def test_says_who_it_is(server: Server, client: Cliniko) -> None:
    """Each request carries the key, the application's name and its address."""
    server.answer("GET", "/user", {"id": "5"})
    client.user()

    assert f"Basic {base64.b64encode(f'{KEY}:'.encode()).decode()}" == server.last.headers["Authorization"]
    assert "Acme Migrations (dev@acme.example)" == server.last.headers["User-Agent"]
    assert "application/json" == server.last.headers["Accept"]


@pytest.mark.parametrize(
    "settings",
    [
        {"app_name": ""},
        {"app_name": "Acme\nEvil: 1"},
        {"contact_email": "dev"},
        {"account": "https://old-clinic.cliniko.com"},
        {"base_url": "http://api.example/v1"},
        {"base_url": "ftp://127.0.0.1/v1"},
        {"base_url": "https://user@api.example/v1"},
        {"base_url": ""},
        {"requests_per_minute": 0},
        {"key": "no-shard"},
        {"key": ""},
    ],
)
def test_refuses_what_cannot_be_used(settings: dict[str, Any]) -> None:
    """Each wrong argument is refused when the client is made."""
    with pytest.raises(ConfigurationError):
        make(**settings)


def test_goes_where_it_is_told(server: Server) -> None:
    """A base URL of the caller's own takes the place of the shard's."""
    server.answer("GET", "/user", {"id": "5"})

    assert "5" == make("invented-uk2", base_url=f"{BASE}/").user().id


def test_the_key_is_nowhere_to_be_seen() -> None:
    """Nothing that a user would print of a client shows its key."""
    client = make(account="old-clinic")
    shown = [repr(client), str(client), repr(vars(client)), repr(client.patients), repr(vars(client.patients))]
    shown += [repr(client.patients.list()), repr(client.read_only()), repr(vars(client._session))]

    for text in shown:
        assert KEY not in text
        assert KEY.rpartition("-")[0] not in text
        assert base64.b64encode(f"{KEY}:".encode()).decode() not in text


def test_repr_names_shard_and_account() -> None:
    """A client shows where its account lives."""
    assert "<Cliniko au1 account='old-clinic'>" == repr(make(account="Old-Clinic"))
    assert "<Cliniko uk2>" == repr(make("invented-uk2"))
    assert "<Cliniko uk2 read-only>" == repr(make("invented-uk2").read_only())


@pytest.mark.parametrize("act", [pickle.dumps, copy.copy, copy.deepcopy])
def test_cannot_be_pickled_or_copied(act: Any) -> None:
    """Neither a client, nor a view, nor a resource, nor a list leaves the process with its key."""
    client = make()

    for holder in (client, client.read_only(), client.patients, client.patients.list()):
        if act is copy.copy and holder is not client and not isinstance(holder, Cliniko):
            continue  # a flat copy of what holds no key itself is harmless
        with pytest.raises(NotPicklable):
            act(holder)


def test_closes_its_connections() -> None:
    """A client can be used in a `with` block, and knows its account's name."""
    with make(account="old-clinic") as client:
        assert "old-clinic" == client.account
    assert None is make().account


def test_unknown_kinds_are_refused_with_the_nearest() -> None:
    """A kind that Cliniko doesn't have is refused, and the similar ones are named."""
    with pytest.raises(ConfigurationError, match="Did you mean 'patients'"):
        make().resource("patient")


def test_reads_the_settings(server: Server, client: Cliniko) -> None:
    """The account's settings, all of them or those that everybody may see."""
    server.answer("GET", "/settings", {"account": {"subdomain": "old-clinic"}})
    server.answer("GET", "/settings/public", {"account": {"name": "Old Clinic"}})
    settings, public = client.settings(), client.public_settings()

    assert settings.account
    assert public.account
    assert ("old-clinic", "Old Clinic") == (settings.account.subdomain, public.account.name)


def test_clients_of_one_key_share_the_allowance_and_so_do_those_of_one_user(server: Server) -> None:
    """Until `/user` tells whose key it is, the key stands for its user."""
    server.answer("GET", "/user", {"id": "5"})
    first, second, other = make(), make(), make("another-invented-key-au1")

    assert first._session.throttle is second._session.throttle
    assert first._session.throttle is not other._session.throttle
    first.user()
    other.user()
    assert first._session.throttle is other._session.throttle


def test_tells_the_servers_time(server: Server, client: Cliniko) -> None:
    """The time is the server's, as its answers have it."""
    server.headers = {"Date": "Thu, 29 Feb 2024 12:30:15 GMT"}
    server.answer("GET", "/user", {"id": "5"})
    client.user()

    assert datetime(2024, 2, 29, 12, 30, tzinfo=UTC) == client.server_now().replace(second=0, microsecond=0)
    assert 1 == client.requests_sent


def test_a_view_shares_all_but_the_right_to_write(server: Server, client: Cliniko) -> None:
    """A view reads over the same session, and refuses each write."""
    server.answer("GET", "/taxes/1", {"id": "1"})
    view = client.read_only()

    assert "1" == view.taxes.get("1").id
    assert 1 == client.requests_sent == view.requests_sent
    with pytest.raises(ReadOnly):
        view.taxes.delete("1")
    with pytest.raises(ReadOnly):
        view.patients.archive("1")


def test_bookings_are_of_three_classes(server: Server, client: Cliniko) -> None:
    """A booking's keys say whether it is a group, an appointment or a block."""
    rows: list[dict[str, Any]] = [
        {"id": "1", "appointment_type": link("appointment_types/1"), "max_attendees": 5},
        {"id": "2", "appointment_type": link("appointment_types/1"), "patient": link("patients/1")},
        {"id": "3", "notes": "Lunch"},
    ]
    server.hold("bookings", rows)

    assert [GroupAppointment, IndividualAppointment, UnavailableBlock] == [type(row) for row in client.bookings.list()]


def test_communications_are_of_three_classes(server: Server, client: Cliniko) -> None:
    """A communication's category and type say whether it is a memo, a text message or an e-mail."""
    rows: list[dict[str, Any]] = [
        {"id": "1", "category_code": 12, "type_code": 3},
        {"id": "2", "category_code": 1, "type_code": 1},
        {"id": "3", "category_code": 1, "type_code": 2, "content_subject": "Reminder"},
    ]
    server.hold("communications", rows)
    kinds = [type(row) for row in client.communications.list()]

    assert [MemoCommunication, SmsCommunication, EmailCommunication] == kinds


def test_appointments_are_found_by_patient_and_time(server: Server, client: Cliniko) -> None:
    """Trap "what lists hide": archived and cancelled appointments come only if both exclusions are lifted."""
    server.hold("individual_appointments", [])
    listed = client.individual_appointments.list(
        where("starts_at") >= datetime(2024, 1, 1, tzinfo=UTC),
        patient_id=Ref("patients", "7"),
        include_archived=True,
        include_cancelled=True,
    )
    list(listed)

    assert [
        "starts_at:>=2024-01-01T00:00:00Z",
        "patient_id:=7",
        "archived_at:*",
        "deleted_at:*",
        "cancelled_at:*",
    ] == server.last.filters


def test_an_appointment_can_be_named_by_its_booking(server: Server, client: Cliniko) -> None:
    """A Ref of kind `bookings` is good where its record may be meant, and no other Ref is."""
    server.answer("GET", "/individual_appointments/7", {"id": "7"})

    assert "7" == client.individual_appointments.get(Ref("bookings", "7")).id
    with pytest.raises(ConfigurationError):
        client.patients.get(Ref("bookings", "7"))


def test_suppliers_cannot_be_asked_for_by_archive(client: Cliniko) -> None:
    """Trap: the list of product suppliers has no such filter, so nothing is sent for it."""
    with pytest.raises(QueryError, match="archived_at"):
        client.product_suppliers.list(where("archived_at").not_null())


def test_services_have_no_filters_and_are_read_by_page(server: Server, client: Cliniko) -> None:
    """The list of services can't be filtered, nor walked by id."""
    server.answer(
        "GET", "/services", {"services": [{"business": link("businesses/1")}], "total_entries": 1, "links": {}}
    )

    (service,) = client.services.list(include_archived=True)

    assert Ref("businesses", "1") == service.business
    assert [("page", "1"), ("per_page", "100")] == server.last.query
    with pytest.raises(QueryError, match="Known: none"):
        client.services.list(id="1")
