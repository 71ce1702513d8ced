"""What stands in the way of writing."""

from __future__ import annotations

import pytest

from clinikomigrate.sinks.cliniko import ClinikoSink
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.transfer.findings import Level
from tests.sinks.cliniko.destination import Destination


def codes(there: Destination, sink: ClinikoSink) -> list[str]:
    """Gives the codes of what a sink finds."""
    with there.fake.in_process():
        findings = list(sink.check())
    assert all(finding.level is Level.BLOCKER and finding.message and finding.remedy for finding in findings)
    return [finding.code for finding in findings]


def test_good_key() -> None:
    """The key of an administrator who is a practitioner is fine."""
    there = Destination()

    assert [] == codes(there, ClinikoSink(there.another_client(account="new-clinic")))


def test_other_account() -> None:
    """A key of another account than the one named is found out."""
    there = Destination()

    assert ["destination-account"] == codes(there, ClinikoSink(there.another_client(account="other-clinic")))


def test_wrong_key() -> None:
    """A key that isn't accepted is found out."""
    there = Destination()

    assert ["destination-key"] == codes(there, ClinikoSink(there.another_client(key="wrong-au2")))


@pytest.mark.parametrize(
    ("role", "practises", "expected"),
    [
        ("administrator", False, ["destination-practitioner"]),
        ("practitioner", True, ["destination-role"]),
        ("receptionist", False, ["destination-role", "destination-practitioner"]),
    ],
)
def test_roles(role: str, practises: bool, expected: list[str]) -> None:
    """A key whose user isn't an administrator, or no practitioner, is found out."""
    there = Destination()
    user = there.fake.add("users", first_name="Kim", last_name="Key", email="kim@clinic.example", role=role)
    if practises:
        there.fake.add("practitioners", user_id=user, first_name="Kim", last_name="Key")
    sink = ClinikoSink(there.another_client(key=there.fake.key_for(user)))

    assert expected == codes(there, sink)


def test_what_only_notes_need() -> None:
    """That the key's user is no practitioner concerns treatment notes alone."""
    there = Destination()
    user = there.fake.add("users", first_name="Kim", last_name="Key", email="kim@clinic.example", role="administrator")
    with there.fake.in_process():
        finding = next(iter(ClinikoSink(there.another_client(key=there.fake.key_for(user))).check()))

    assert "treatment_notes" == finding.kind


@pytest.mark.parametrize(("answer", "expected"), [("403", "destination-role"), ("503", "destination-failing")])
def test_other_answers(answer: FaultKind, expected: str) -> None:
    """An account that doesn't answer as it should is found out."""
    there = Destination()
    there.fake.faults.add(kind=answer, every=1)

    assert [expected] == codes(there, there.sink)


def test_practitioners_out_of_sight() -> None:
    """A key that may not see who practises is none of an administrator, whatever its user's role is called."""
    there = Destination()
    there.fake.faults.add(kind="403", every=1, when=lambda request: request.path == "/v1/practitioners")

    assert ["destination-role"] == codes(there, there.sink)


def test_no_such_api() -> None:
    """A host that doesn't know the API's first address is found out."""
    there = Destination(lacks={"/user"})

    assert ["destination-unreachable"] == codes(there, there.sink)


def test_unreachable() -> None:
    """A host that can't be reached is found out."""
    there = Destination()
    there.fake.faults.add(kind="refuse", every=1)

    assert ["destination-unreachable"] == codes(there, there.sink)


def test_another_service() -> None:
    """Something else than the Cliniko API is found out."""
    there = Destination()
    there.fake.faults.add(kind="not_json", every=1)

    assert ["destination-unreadable"] == codes(there, there.sink)
