"""The source can't be written to by a transfer, whatever is asked of its client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Cliniko, Filter, Scope
from clinikomigrate.errors import ReadOnly
from clinikomigrate.testing import FakeCliniko
from tests.comparison import source_writes
from tests.secrets.calls import calls
from tests.secrets.marks import Marks
from tests.traps.clinic import Clinic

READS = ("list", "get", "conflicts", "download", "check_account")


def writes(name: str) -> bool:
    """Tells whether a call of the client changes anything."""
    ability = name.rpartition(".")[2]
    return not name.startswith(("/", "GET ")) and ability not in READS


WRITES = {name: call for name, call in calls(Marks()) if writes(name)}


class Grasping(Filter):
    """A filter of a user's that keeps hold of what it is given."""

    def __init__(self) -> None:
        self.source: Any = None

    def scope(self, source: Any, scope: Scope) -> None:
        """Keeps the source."""
        self.source = source


@pytest.fixture
def account(tmp_path: Path) -> Iterator[tuple[Cliniko, FakeCliniko]]:
    """The client that a transfer reads its source through, and the account behind it."""
    clinic = Clinic(tmp_path)
    clinic.patient(id="1")
    grasping = Grasping()
    clinic.move(filter=grasping)
    with clinic.source.in_process():
        yield client_in(grasping.source), clinic.source


def client_in(source: Any) -> Cliniko:
    """Digs for the client inside whatever a transfer wraps around it."""
    while not isinstance(source, Cliniko):
        source = getattr(source, "_source", None) or source._client
    return source


def test_all_writes_are_tried() -> None:
    """Each kind that can be written is among what is tried here, in each way in which it can be written."""
    abilities = {name.rpartition(".")[2] for name in WRITES}

    assert {
        "create",
        "update",
        "archive",
        "unarchive",
        "delete",
        "cancel",
        "upload",
        "set_referral_source",
    } <= abilities
    assert len(WRITES) > 100


def test_the_source_refuses_every_write(account: tuple[Cliniko, FakeCliniko]) -> None:
    """A write through the source's client raises, and nothing of it leaves this machine."""
    client, fake = account
    before = len(fake.log)
    for name, write in WRITES.items():
        with pytest.raises(ReadOnly, match="only reads"):
            write(client)

        assert {"GET"} >= {request.method for request in fake.log[before:]}, name
    assert [] == source_writes(fake)


def test_the_sources_connection_refuses_every_method(account: tuple[Cliniko, FakeCliniko]) -> None:
    """Below the resources, the connection itself takes nothing but reads."""
    client, fake = account
    methods: tuple[Any, ...] = ("POST", "PATCH", "PUT", "DELETE")
    for connection in (client._session, client.patients._connection):
        for method in methods:
            with pytest.raises(ReadOnly):
                connection.write(method, "/patients", {}, {})
    with pytest.raises(ReadOnly):
        client._session.upload("https://store.example/", {}, filename="a", content=lambda: [b""], size=0)

    assert [] == source_writes(fake)


def test_nobody_makes_it_writable_again(account: tuple[Cliniko, FakeCliniko]) -> None:
    """A view of the view reads only, too."""
    client, _ = account

    with pytest.raises(ReadOnly):
        client.read_only().patients.archive("1")


def test_the_package_asks_the_source_for_nothing_else(tmp_path: Path) -> None:
    """In a transfer with everything in it, the old account gets no request but GET."""
    clinic = Clinic(tmp_path)
    patient = clinic.patient(archived_at="2024-01-01T00:00:00Z")
    clinic.note(patient)
    clinic.file(patient)
    clinic.move()

    assert {"GET"} == {request.method for request in clinic.source.log}
    assert {"GET"} == {request.method for request in clinic.source.store_log}
