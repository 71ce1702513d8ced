"""Whatever a field says that reaches Splose: a later run brings a change of it over, or says that it can't."""

from __future__ import annotations

import pytest

from tests.end_to_end.every_field import CASES, MOVED, Outcome, outcome


@pytest.fixture(scope="module", params=[True, False], ids=["emptied", "changed"])
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A clinic whose fields were emptied or changed after it was copied."""
    return outcome(tmp_path_factory.mktemp("clinic"), empty=request.param)


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "with more"])
@pytest.mark.parametrize(("kind", "name"), [*CASES, *MOVED])
def test_a_field_is_brought_over_or_said(done: Outcome, kind: str, name: str, alone: bool) -> None:
    """It stands there as a new copy would have it, or its record is set aside, and a comparison says the same."""
    case = done.cases[kind, name, alone]
    same = done.there[case.whose] == done.wanted[case.whose]

    assert same is (done.listed(case) == [])
    assert same is done.differing.isdisjoint(case.ids)


def test_the_next_run_does_nothing_further(done: Outcome) -> None:
    """It says the same again, and writes nothing."""
    first, second = done.reports

    assert done.writes == []
    assert {each.source_id: each.reason for each in first.set_aside} == {
        each.source_id: each.reason for each in second.set_aside
    }
    assert {(each.kind, each.field, each.reason) for each in first.losses} == {
        (each.kind, each.field, each.reason) for each in second.losses
    }
