"""Asking a source for what is small only once."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate import Ref, where
from clinikomigrate.errors import ServerError
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.memory import RememberingSource
from clinikomigrate.transfer.source import ClinikoSource
from tests.end_to_end.accounts import client
from tests.transfer.unhurried import Unhurried


class Account:
    """A simulated account with patients, and a source that remembers.

    Attributes:
        fake: The account.
        ids: The ids of its patients.
        source: What reads it.
    """

    def __init__(self, patients: int = 2, reads: type[ClinikoSource] = ClinikoSource) -> None:
        self.fake = FakeCliniko()
        self.ids = [self.fake.add("patients", first_name="Ada", last_name=str(number)) for number in range(patients)]
        self.source = RememberingSource(reads(client(self.fake)))
        self.fake.log.clear()

    def stream(self, *conditions: Any, **settings: Any) -> list[str]:
        """Reads the patients' ids."""
        with self.fake.in_process():
            return [record.id for record in self.source.stream("patients", *conditions, **settings)]

    def by_id(self, *ids: str) -> list[str]:
        """Reads patients by id."""
        with self.fake.in_process():
            return [record.id for record in self.source.by_id("patients", ids)]

    def count(self, *conditions: Any) -> int:
        """Counts the patients."""
        with self.fake.in_process():
            return self.source.count("patients", *conditions)


def test_what_fits_on_a_page_is_read_once() -> None:
    """The second answer is the first one, without a request."""
    account = Account(99)

    assert account.ids == account.stream() == account.stream()
    assert account.ids[:2] == account.by_id(*account.ids[:2]) == account.by_id(*account.ids[:2])
    assert 2 == len(account.fake.log)
    assert 2 == account.source.spared


def test_an_empty_list_is_remembered_too() -> None:
    """That there is nothing is an answer."""
    account = Account(0)

    assert [] == account.stream() == account.stream()
    assert 1 == len(account.fake.log)


def test_other_questions_are_asked() -> None:
    """Each condition, each value and each place to go on from makes a question of its own."""
    account = Account(3)
    one, two, three = account.ids
    answers = [
        account.stream(where("id") == [one, two]),
        account.stream(where("id") == [one, three]),
        account.stream(where("id") == Ref("patients", three)),
        account.stream(after=one),
        account.stream(where("last_name") == "2"),
        account.stream(where("archived_at").not_null()),
    ]

    assert [[one, two], [one, three], [three], [two, three], [three], []] == answers
    assert 6 == len(account.fake.log)
    assert 0 == account.source.spared


def test_longer_lists_are_not_remembered() -> None:
    """Memory does not grow with the account: a list that may go on behind its first page is read each time."""
    account = Account(100)

    assert account.ids == account.stream() == account.stream()
    assert 2 == len(account.fake.log)
    assert 0 == account.source.spared


def test_no_more_than_so_much_is_remembered() -> None:
    """Many short lists are remembered as far as there is room, and the rest is read each time."""
    account = Account(90)
    conditions = [where("id") > str(number) for number in range(30)]
    for _ in range(2):
        for condition in conditions:
            assert account.ids == account.stream(condition)

    assert 2000 // 90 == account.source.spared
    assert 60 - 2000 // 90 == len(account.fake.log)


def test_what_was_not_read_to_the_end_is_remembered_as_far_as_its_page() -> None:
    """Whoever looks at the first record only has had the page read."""
    account = Account(5)
    with account.fake.in_process():
        first = next(iter(account.source.stream("patients")))

    assert account.ids[0] == first.id
    assert account.ids == account.stream()
    assert 1 == len(account.fake.log)


def test_a_lost_answer_is_not_remembered() -> None:
    """What failed is asked again."""
    account = Account(2)
    account.fake.faults.add("500", every=1)
    with pytest.raises(ServerError):
        account.stream()
    account.fake.faults.clear()

    assert account.ids == account.stream()


def test_lists_are_read_anew_where_something_is_carried() -> None:
    """What was read before a run does not stand for what the source holds then; numbers may."""
    account = Account(2)
    account.stream()
    counted = account.count()
    account.source.forget()
    later = account.fake.add("patients", first_name="Bea", last_name="Later")

    assert [*account.ids, later] == account.stream() == account.stream()
    assert counted == account.count() == 2
    assert 4 == len(account.fake.log)


def test_what_meets_conditions_is_counted_anew_where_something_is_carried() -> None:
    """How many there are of what changes without a word of when must be known as it is then."""
    account = Account(2)
    archived = where("archived_at").not_null()
    before = account.count(archived)
    account.source.forget()
    account.fake.add("patients", first_name="Bea", last_name="Later", archived_at="2024-01-01T00:00:00Z")

    assert (0, 1) == (before, account.count(archived))


def test_each_number_is_asked_for_once() -> None:
    """By kind and conditions."""
    account = Account(3)
    named = where("last_name") == "1"

    assert [3, 3, 1, 1] == [account.count(), account.count(), account.count(named), account.count(named)]
    assert 2 == len(account.fake.log)


def test_requests_that_cost_nothing_are_not_spared() -> None:
    """A plan adds what was spared to what a run takes; of files on a disk that is nothing."""
    account = Account(2, Unhurried)
    account.stream()
    account.stream()

    assert 0 == account.source.spared


def test_it_is_the_source_in_everything_else() -> None:
    """What isn't a list or a number is handed through."""
    account = Account(1)
    with account.fake.in_process():
        account.source.check_account()
        patient = next(iter(account.source.stream("patients")))

        assert account.source.settings().account is not None
        assert account.source.user().id
        assert account.source.link(patient) == ClinikoSource(client(account.fake)).link(patient)
    assert "au" == account.source.region
    assert 200 == account.source.requests_per_minute
    assert len(account.fake.log) == account.source.requests_sent
    assert "<RememberingSource <ClinikoSource <Cliniko" in repr(account.source)
