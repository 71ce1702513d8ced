"""Which of a workspace's cancellation reasons stands for which of Cliniko's."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.splose import SploseSink
from clinikomigrate.sinks.splose.cancellation_reasons import CLINIKO_S, Reasons, checked, read
from tests.sinks.cliniko.samples import WHEN, bare
from tests.sinks.splose.workspace import There


def put(there: There, *names: str) -> list[str]:
    """Puts reasons into the workspace."""
    return [there.fake.add("cancellation_reasons", name=name) for name in names]


def test_reasons_are_matched_by_name(there: There) -> None:
    """However they are typed; one that stands there twice stands for nothing."""
    sick, away, *_ = put(there, " sick", "AWAY", "Work", "work")
    found = read(there.client, {})

    assert found == Reasons({"sick": sick, "away": away})
    assert (found.called[sick], found.called[away]) == ("sick", "away")
    assert found.lacking() == ["Feeling better", "Condition worse", "COVID-19 related", "Other", "Work"]


def test_the_user_says_what_stands_for_a_reason(there: There) -> None:
    """By name or by id, and against the names; what the workspace lacks is told."""
    sick, away = put(there, "Sick", "Away")
    given = checked({"Feeling  Better": "sick", "SICK": away, "Other": "Moon", "Work": "1"})
    found = read(there.client, given)

    assert found.ids == {"sick": away, "away": away, "feeling better": sick}
    assert found.unknown == ("Moon", "1")


def test_an_api_that_lists_no_reasons_has_none(there: There) -> None:
    """Splose doesn't document the list."""
    there.fake.lacks.add("/cancellation-reasons")

    assert read(there.client, {}) == Reasons()
    assert read(there.client, {"sick": "Sick"}).unknown == ("Sick",)


@pytest.mark.parametrize(
    ("given", "id"),
    [
        ({"cancellation_reason": 30, "cancellation_reason_description": "Sick"}, "5"),
        ({"cancellation_reason": 30, "cancellation_reason_description": ""}, "5"),
        ({"cancellation_reason": 40, "cancellation_reason_description": "Away"}, None),
        ({"cancellation_reason": 99}, "6"),
        ({}, "6"),
    ],
)
def test_a_booking_s_reason_is_known_by_its_words_or_its_code(given: dict[str, Any], id: str | None) -> None:
    """What has neither was cancelled for some other reason."""
    booking = bare(m.IndividualAppointment, cancelled_at=WHEN, **given)

    assert Reasons({"sick": "5", "other": "6"}).of(booking) == id


def test_cliniko_s_words_are_known() -> None:
    """As its API has them."""
    assert list(CLINIKO_S) == [10, 20, 30, 31, 40, 50, 60]


@pytest.mark.parametrize("given", [["Sick"], {"Sick": 5}, {5: "Sick"}, "Sick"])
def test_what_is_no_table_of_names_is_refused(there: There, given: Any) -> None:
    """At once, before anything is asked."""
    with pytest.raises(ConfigurationError, match="cancellation_reasons must be"):
        SploseSink(there.client, outcomes=True, cancellation_reasons=given)


def test_reasons_without_outcomes_are_a_mistake(there: There) -> None:
    """They would do nothing."""
    with pytest.raises(ConfigurationError, match="outcomes=True"):
        SploseSink(there.client, cancellation_reasons={"Sick": "Sick"})


def test_what_it_was_told_is_told_again(there: There) -> None:
    """So that a report says when it changes between runs."""
    rest = {"documents": "each", "archive": "beside the journal"}

    assert there.sink.told == rest
    assert SploseSink(there.client, outcomes=True).told == {**rest, "outcomes": "sent"}
    assert SploseSink(there.client, outcomes=True, cancellation_reasons={"Sick": "Ill"}).told == {
        **rest,
        "outcomes": "sent",
        "cancellation_reasons": "'sick' as 'Ill'",
    }
