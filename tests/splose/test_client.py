"""One workspace, seen through one key."""

from __future__ import annotations

import copy
import pickle
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import clinikomigrate as cm
from clinikomigrate.errors import ConfigurationError, NotPicklable, ReadOnly
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import PatientDraft
from clinikomigrate.testing import VirtualClock
from clinikomigrate.wire.clock import SystemClock
from tests.client.server import FAST, Server
from tests.splose.conftest import BASE, KEY


def make(key: str = KEY, *arguments: Any, **settings: Any) -> Splose:
    """A client."""
    return Splose(key, *arguments, **{"requests_per_minute": FAST, **settings})


def empty(server: Server, path: str = "/patients") -> None:
    """Lists nothing."""
    server.answer("GET", path, {"data": [], "links": {}})


def test_it_is_on_the_face_of_the_package() -> None:
    """Users find it beside the other client."""
    assert Splose is cm.Splose


def test_making_one_sends_nothing(server: Server) -> None:
    """A client can be made without a network."""
    client = make(random=random.Random(1), clock=SystemClock())

    assert [] == server.requests
    assert 0 == client.requests_sent
    assert isinstance(client.clock, SystemClock)


def test_each_request_carries_the_key(server: Server, client: Splose) -> None:
    """The key goes out as a bearer's, with a name of the sender."""
    empty(server)
    list(client.patients.list())

    assert f"Bearer {KEY}" == server.last.headers["Authorization"]
    assert "clinikomigrate" == server.last.headers["User-Agent"]
    assert "application/json" == server.last.headers["Accept"]


def test_the_region_says_where_to() -> None:
    """Workspaces in the United Kingdom are elsewhere, and the address can be given, in the order that users type."""
    uk = "https://api-uk.splose.com/v1"
    with Server(uk).running() as server:
        empty(server)
        assert [] == list(make(KEY, "uk").patients.list())
        assert [] == list(make(KEY, "au", uk).patients.list())


@pytest.mark.parametrize(
    "settings",
    [
        {"region": "us"},
        {"region": None},
        {"base_url": "http://api.example/v1"},
        {"base_url": ""},
        {"requests_per_minute": 0},
        {"key": "two words"},
        {"key": ""},
    ],
)
def test_refuses_what_cannot_be_used(settings: dict[str, Any]) -> None:
    """Each wrong argument is refused when the client is made."""
    with pytest.raises(ConfigurationError):
        make(**settings)


def test_the_key_is_nowhere_to_be_seen() -> None:
    """Nothing that a user would print of a client shows its key."""
    client = make()
    shown = [repr(client), str(client), repr(vars(client)), repr(client.patients), repr(vars(client.patients))]
    shown += [repr(client.patients.list()), repr(client.read_only()), repr(vars(client._session))]

    assert [] == [text for text in shown if KEY in text]


def test_repr_names_the_region() -> None:
    """A client shows where its workspace is."""
    assert "<Splose au>" == repr(make())
    assert "<Splose uk read-only>" == repr(make(region="uk").read_only())
    assert ("uk", "uk") == (make(region="uk").region, make(region="uk").read_only().region)


@pytest.mark.parametrize("act", [pickle.dumps, copy.copy, copy.deepcopy])
def test_cannot_be_pickled_or_copied(act: Any) -> None:
    """Neither a client nor a view of one leaves the process with its key."""
    for holder in (make(), make().read_only()):
        with pytest.raises(NotPicklable):
            act(holder)


@pytest.mark.parametrize("act", [pickle.dumps, copy.deepcopy])
def test_what_a_client_gives_cannot_be_pickled_either(act: Any) -> None:
    """A resource and a list hold the connection, and so the key."""
    for holder in (make().patients, make().contacts, make().patients.list()):
        with pytest.raises(NotPicklable):
            act(holder)


def test_closes_its_connections(server: Server) -> None:
    """A client can be used in a `with` block, and afterwards too."""
    empty(server)
    with make() as client:
        list(client.patients.list())

    assert [] == list(client.patients.list())


def test_unknown_kinds_are_refused_with_the_nearest() -> None:
    """A kind that Splose doesn't have is refused, and the similar ones are named."""
    with pytest.raises(ConfigurationError, match=r"Splose has no kind of record 'patient'\. Did you mean 'patients'"):
        make().resource("patient")


def test_a_read_only_view_refuses_writes(server: Server) -> None:
    """A view reads over the client's connections and allowance, and writes nothing."""
    empty(server)
    client = make()
    view = client.read_only()
    list(view.patients.list())

    assert 1 == client.requests_sent
    with pytest.raises(ReadOnly):
        view.patients.create(PatientDraft(firstname="Ann", lastname="Invented"))
    with pytest.raises(ReadOnly):
        view.patients.upload_file("1", "a.pdf", b"%PDF-1.7")
    assert ["GET"] == [request.method for request in server.requests]


def test_clients_with_one_key_share_the_allowance() -> None:
    """The limit counts by key: the same key at the same address is one allowance, another key another."""
    first, second, other = make(), make(), make("another-invented-key")

    assert first._session.throttle is second._session.throttle
    assert first._session.throttle is not other._session.throttle
    assert first._session.throttle is not make(region="uk")._session.throttle


def test_sixty_requests_a_minute_evenly_spaced(server: Server) -> None:
    """All threads together send a request about each second, and never a burst."""
    empty(server)
    clock = VirtualClock()
    client = Splose(KEY, clock=clock)
    assert 60 == client.requests_per_minute

    def work() -> None:
        for _ in range(5):
            list(client.patients.list())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 20 == client.requests_sent
    assert 19 * 60 / (60 * 0.98) == pytest.approx(clock.monotonic())


def test_status_429_is_waited_out_for_a_minute(server: Server) -> None:
    """No header says how long the limit lasts, so it is a whole minute; the request is then sent again."""
    answers: Iterator[tuple[int, Any]] = iter([(429, None), (200, {"data": [], "links": {}})])
    server.answers["GET", "/patients"] = lambda _: next(answers)
    clock = VirtualClock()

    assert [] == list(Splose(KEY, clock=clock).patients.list())
    assert clock.monotonic() >= 60


def test_the_servers_clock_is_told(server: Server, client: Splose) -> None:
    """The time of the newest answer is the server's."""
    empty(server)
    server.headers["Date"] = "Mon, 03 Mar 2025 00:00:00 GMT"
    list(client.patients.list())

    assert datetime(2025, 3, 3, tzinfo=UTC) <= client.server_now() < datetime(2025, 3, 3, 0, 1, tzinfo=UTC)


def test_a_link_to_another_host_is_never_followed(server: Server, client: Splose) -> None:
    """The key goes to the API's own host only, whatever an answer's links say."""
    pages = iter([{"data": [{"id": 5}], "links": {"nextPage": "https://elsewhere.example/v1/patients?id_gt=5"}},
                  {"data": [], "links": {}}])  # fmt: skip
    server.answers["GET", "/patients"] = lambda _: (200, next(pages))

    assert ["5"] == [patient.id for patient in client.patients.list()]
    assert BASE == server.base
    assert 2 == len(server.requests)
