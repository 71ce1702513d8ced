"""The workspace as a whole: keys, the limit, faults, seeds, and the ways to reach it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from clinikomigrate.testing import FakeCliniko, FakeSplose, VirtualClock, serve_in_process
from clinikomigrate.testing.faults import Dropped
from clinikomigrate.testing.splose.routes import ROUTES
from clinikomigrate.wire.clock import SystemClock
from tests import description
from tests.testing_splose.conftest import Workspace
from tests.testing_splose.desk import Desk

PERSON = {"firstname": "Zoë", "lastname": "Lee"}


def build() -> FakeSplose:
    """Makes the workspace that another process serves."""
    return FakeSplose(clock=SystemClock())


def count_patients(fake: FakeSplose) -> int:
    """Counts the workspace's patients."""
    return len(fake.rows("patients"))


@description.needed
def test_the_workspace_has_every_operation_of_the_description() -> None:
    """Each operation is simulated, and none that isn't there."""
    paths: dict[str, Any] = description.contract("splose").spec["paths"]

    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == {
        f"{route.method} {route.template}" for route in ROUTES
    }


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic {key}", "bearer {key}", "{key}"])
def test_a_wrong_key_is_refused(header: str) -> None:
    """Anything but a bearer's key of this workspace is a 401."""
    fake = FakeSplose()
    desk = Desk(fake)
    answer = desk.ask("GET", "/patients", headers={"Authorization": header.format(key=fake.key)})

    assert 401 == answer.status_code
    assert None is fake.log[-1].user_id


def test_keys_are_the_workspaces_own() -> None:
    """The same seed and name make the same keys; another user, name or region others."""
    fake = FakeSplose()

    assert fake.key == FakeSplose().key
    assert 4 == len({fake.key, fake.key_for("Amy"), FakeSplose(name="other").key, FakeSplose(region="uk").key})
    assert fake.key not in repr(fake)
    assert "<FakeSplose au 'new-clinic'>" == repr(fake)


def test_too_many_requests_are_refused_without_a_word_on_when() -> None:
    """60 a minute and key; the answer has no header that says how long to wait."""
    fake = FakeSplose()
    desk, other = Desk(fake), Desk(fake, fake.key_for("Amy"))
    statuses = [desk.ask("GET", "/patients").status_code for _ in range(61)]
    late = desk.ask("GET", "/patients")

    assert [200] * 60 + [429] == statuses
    assert not {"x-ratelimit-reset", "retry-after"} & {name.lower() for name in dict(late.headers)}
    assert 200 == other.ask("GET", "/patients").status_code
    fake.clock.sleep_until(60)
    assert 200 == desk.ask("GET", "/patients").status_code


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda desk: desk.ask("GET", "/patients", headers={"Cookie": "a=b"}), "cookies"),
        (lambda desk: desk.ask("GET", "/patients", query=[("lastname", "a" * 9_000)]), "longer than 8192"),
        (lambda desk: desk.ask("POST", "/patients", data="a=b", content_type="text/plain"), "not text/plain"),
        (lambda desk: desk.ask("POST", "/patients", data="{", content_type="application/json"), "no JSON"),
    ],
)
def test_what_no_client_may_do_is_noted(act: Callable[[Desk], Any], said: str) -> None:
    """Cookies, overlong URLs and bodies that are no JSON are refused, and the workspace remembers."""
    desk = Desk(FakeSplose())

    assert 400 == act(desk).status_code
    with pytest.raises(AssertionError, match=said):
        desk.fake.assert_clean()


def test_unknown_paths_are_noted() -> None:
    """A path of no operation is remembered; one that doesn't take the method is a 404."""
    desk = Desk(FakeSplose())

    assert [501, 501, 404, 404] == [
        desk.ask(method, path).status_code
        for method, path in (
            ("GET", "/notes"),
            ("GET", "/patients/x"),
            ("DELETE", "/patients/1"),
            ("POST", "/services"),
        )
    ]
    assert 501 == requests_of_another_version(desk)
    assert 3 == len(desk.fake.unknown_requests)


def requests_of_another_version(desk: Desk) -> int:
    """Asks for a version of the API that isn't there."""
    from werkzeug.test import Client

    return Client(desk.fake).get("/v2/patients").status_code


def test_faults_happen_here_too() -> None:
    """A request can be carried out and its answer lost; a limit on demand says nothing of when."""
    desk = Desk(FakeSplose())
    desk.fake.faults.add("drop_after")
    with pytest.raises(Dropped):
        desk.ask("POST", "/patients", PERSON)
    desk.fake.faults.add("429")
    limited = desk.ask("GET", "/patients")

    assert 1 == len(desk.fake.rows("patients"))
    assert (429, None) == (limited.status_code, limited.headers.get("X-RateLimit-Reset"))


def test_the_same_seed_gives_the_same_ids() -> None:
    """Two workspaces never share ids, unless they are made alike."""
    ids = [FakeSplose(seed=seed).add("patients", **PERSON) for seed in (0, 0, 1)]

    assert ids[0] == ids[1] != ids[2]


def test_a_workspace_can_be_put_back(workspace: Workspace) -> None:
    """A snapshot brings rows, ids and messages back."""
    before = workspace.fake.snapshot()
    first = workspace.desk.post("/appointments", workspace.appointment())
    workspace.fake.restore(before)

    assert ([], []) == (workspace.fake.rows("appointments"), workspace.fake.outbox)
    assert first == workspace.desk.post("/appointments", workspace.appointment())


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("patients", {"firstname": "A"}, "need 'lastname'"),
        ("patients", {**PERSON, "first_name": "A"}, "have no property 'first_name'"),
        ("patients", {**PERSON, "birthdate": "soon"}, "patients.birthdate: Expected date"),
        ("patients", {**PERSON, "createdAt": datetime(2025, 3, 3)}, "patients.createdAt"),  # noqa: DTZ001  # refused
        ("patients", {**PERSON, "invoiceRecipientId": "1"}, "points at contacts 1"),
        ("patients", {**PERSON, "phoneNumbers": [{"phoneNumber": "1", "x": 1}]}, "Unrecognized"),
    ],
)
def test_wrong_seeds_are_refused(kind: str, row: dict[str, Any], said: str) -> None:
    """A mistake in a test's own data is told at once."""
    with pytest.raises(ValueError, match=said):
        FakeSplose().add(kind, **row)


def test_unknown_kinds_are_refused() -> None:
    """So is a kind that Splose doesn't have."""
    with pytest.raises(KeyError):
        FakeSplose().add("notes")
    with pytest.raises(KeyError):
        FakeSplose().rows("notes")


def test_seeds_are_filled_in() -> None:
    """What follows from the rest need not be given; rows are copies, in the order of ids."""
    fake = FakeSplose()
    when = datetime(2019, 1, 2, tzinfo=UTC)
    club = [{"name": "Club", "value": "Invented FC"}]
    patient = fake.add(
        "patients", **PERSON, archived=True, createdAt=when, communicationPreference="EMAIL", customFields=club
    )
    file = fake.add("patient_files", name="a.pdf", patientId=patient, content=b"%PDF-")
    location = fake.add("locations", title="North")
    where = {"patientId": patient, "locationId": location}
    times = {"start": "2025-05-06T01:00:00Z", "end": "2025-05-06T02:00:00Z"}
    block = fake.add("appointments", **times, locationId=location, isUnavailableBlock=True)
    fake.add("appointments", **times, **where)
    fake.add("payments", **where, amount=0, paymentDate=when, paymentNumber="R-1")
    fake.add("invoices", **where, issueDate=when, dueDate=when, invoiceNumber="I-1")
    fake.add("credit_notes", invoiceId=fake.rows("invoices")[0]["id"], patientId=patient, customNum="C-1")
    row = fake.rows("patients")[0]
    fake.rows("patients")[0]["firstname"] = "changed"

    assert ("2019-01-02T00:00:00.000Z", "EMAIL", "Zoë") == (
        row["deletedAt"], row["communicationPreference"], fake.rows("patients")[0]["firstname"],
    )  # fmt: skip
    assert [(int(file), b"%PDF-")] == [(one["id"], one["content"]) for one in fake.rows("patient_files")]
    assert [(int(block), 0), 1] == [
        (fake.rows("appointments")[0]["id"], len(fake.rows("appointments")[0]["appointmentPatients"])),
        len(fake.rows("appointments")[1]["appointmentPatients"]),
    ]
    assert club == row["customFields"]
    numbers = [fake.rows("payments")[0]["paymentNumber"], fake.rows("credit_notes")[0]["customNum"]]
    assert ["R-1", "C-1"] == numbers


def test_workspaces_of_a_region_are_told_apart_by_key() -> None:
    """Several answer at once at one address, beside accounts of Cliniko; the key says which is meant."""
    one, other, cliniko = FakeSplose(), FakeSplose(name="other"), FakeCliniko()
    with one.in_process(), other.in_process(), cliniko.in_process():
        for fake in (one, other):
            answer = requests.post(
                f"{fake.base_url}/patients", json=PERSON, headers={"Authorization": f"Bearer {fake.key}"}, timeout=5
            )
            assert 200 == answer.status_code
        assert 401 == requests.get(f"{one.base_url}/patients", timeout=5).status_code

    assert [1, 1] == [count_patients(fake) for fake in (one, other)]


def test_a_workspace_is_served_on_a_socket() -> None:
    """Over a socket it answers with its own clock's time."""
    fake = FakeSplose(server_clock_offset=60, clock=VirtualClock())
    with fake.serve() as base:
        answer = requests.get(f"{base}/patients", headers={"Authorization": f"Bearer {fake.key}"}, timeout=5)

    assert (200, "Mon, 03 Mar 2025 00:01:00 GMT") == (answer.status_code, answer.headers["Date"])


def test_a_workspace_lives_in_a_process_of_its_own() -> None:
    """A workspace of another process answers requests, and questions about what it holds."""
    with serve_in_process(build) as remote:
        headers = {"Authorization": f"Bearer {remote.key}"}
        answer = requests.post(f"{remote.base_url}/patients", json=PERSON, headers=headers, timeout=5)
        count = remote.ask(count_patients)

    assert (200, 1) == (answer.status_code, count)
