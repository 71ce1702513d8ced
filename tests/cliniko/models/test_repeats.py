"""How bookings repeat."""

from __future__ import annotations

import pytest

from clinikomigrate.cliniko.models import (
    AvailabilityBlock,
    GroupAppointment,
    IndividualAppointment,
    RepeatRule,
    UnavailableBlock,
)

Repeating = type[AvailabilityBlock] | type[GroupAppointment] | type[IndividualAppointment] | type[UnavailableBlock]
REPEATING = [AvailabilityBlock, GroupAppointment, IndividualAppointment, UnavailableBlock]


@pytest.mark.parametrize("model", REPEATING)
def test_empty_rule_is_none(model: Repeating) -> None:
    """The API sends an empty object for what doesn't repeat."""
    assert None is model(id="1", repeat_rule=RepeatRule()).repeat_rule


@pytest.mark.parametrize("model", REPEATING)
def test_no_rule_is_none(model: Repeating) -> None:
    """Null or no rule at all means the same."""
    assert None is model(id="1", repeat_rule=None).repeat_rule


@pytest.mark.parametrize("model", REPEATING)
def test_rule_is_kept(model: Repeating) -> None:
    """A rule that says something is left alone."""
    rule = RepeatRule(number_of_repeats=3, repeat_type="Weekly", repeating_interval=1)

    assert rule is model(id="1", repeat_rule=rule).repeat_rule
