"""How many records the source holds, where a run reads only some of them, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinikomigrate import ByPatient, Everything, Filter, Scope, where
from clinikomigrate.cliniko.models import Settings
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.census import Census, census
from clinikomigrate.transfer.source import ClinikoSource
from clinikomigrate.transfer.tally import Count
from tests.end_to_end.accounts import client
from tests.transfer.practice import Practice

KINDS = frozenset({"patients", "medical_alerts", "invoices", "recalls"})


class LastWord(Filter):
    """Has the last word on each record."""

    def keeps(self, record: object, scope: Scope) -> bool:
        """Keeps everything."""
        return True


@pytest.fixture
def account(tmp_path: Path) -> Iterator[FakeCliniko]:
    """Returns an account with two patients, one of them archived, an alert, and invoices of all states."""
    practice = Practice(tmp_path)
    patient = practice.patient()
    practice.patient(archived_at="2024-01-01T00:00:00Z")
    practice.alert(patient)
    for status in (10, 10, 20, 30, 40):
        practice.source.add("invoices", patient_id=patient, status=status)
    for status in (10, 40):
        practice.source.add("invoices", patient_id=patient, status=status, archived_at="2024-01-01T00:00:00Z")
    with practice.source.in_process():
        yield practice.source


@pytest.fixture
def scope() -> Iterator[Scope]:
    """Returns an empty scope."""
    scope = Scope()
    yield scope
    scope.close()


def test_where_nothing_is_narrowed_only_open_invoices_are_counted(account: FakeCliniko, scope: Scope) -> None:
    """Everything else is read; of invoices those count that are open or open credits, and not archived."""
    assert Census({}, 3) == census(ClinikoSource(client(account)), scope, Everything(), KINDS, Settings())
    assert 2 == len(account.log)


def test_open_invoices_are_counted_wherever_patients_go(account: FakeCliniko, scope: Scope) -> None:
    """No invoice goes anyway: patients owe what they owe, whether invoices were chosen or not."""
    source = ClinikoSource(client(account))

    assert Census({}, 3) == census(source, scope, Everything(), KINDS - {"invoices"}, Settings())
    assert Census({}, 0) == census(source, scope, Everything(), KINDS - {"patients"}, Settings())


def test_where_anything_is_narrowed_every_kind_is_counted(account: FakeCliniko, scope: Scope) -> None:
    """What is narrowed narrows what hangs on it; so all kinds are counted, archived records too."""
    scope.only("patients", ["1"])
    counted = census(ClinikoSource(client(account)), scope, ByPatient("1"), KINDS, Settings())

    assert {"patients": 2, "medical_alerts": 1, "recalls": 0, "invoices": 7} == counted.held


def test_conditions_and_a_filter_s_last_word_narrow_too(account: FakeCliniko, scope: Scope) -> None:
    """A condition that the API applies, and a filter that looks at each record, leave something unread."""
    source = ClinikoSource(client(account))
    last_word = census(source, scope, LastWord(), KINDS, Settings())
    scope.where("bookings", where("business_id") == "1")

    assert 2 == last_word.held["patients"]
    assert 2 == census(source, scope, Everything(), KINDS, Settings()).held["patients"]


def test_what_may_not_be_read_counts_as_nothing(account: FakeCliniko, scope: Scope) -> None:
    """A list that is refused is told of by whoever reads it; counting it is no failure."""
    account.faults.add("403", when=lambda request: request.path == "/v1/invoices", every=1)

    assert 0 == census(ClinikoSource(client(account)), scope, Everything(), KINDS, Settings()).open_invoices


def test_counts_are_completed() -> None:
    """`found` becomes what the source holds, and is never less than what was read."""
    kinds = {"patients": Count(found=2, selected=2), "recalls": Count(found=3), "taxes": Count(found=1)}

    assert {
        "patients": Count(found=9, selected=2),
        "recalls": Count(found=3),
        "taxes": Count(found=1),
    } == Census({"patients": 9, "recalls": 2}, 0).complete(kinds)
    assert 2 == kinds["patients"].found
