"""What came otherwise than it was planned, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import pytest

from clinikomigrate.transfer.differences import COUNTED, Difference, Outcome, compare, told_once
from clinikomigrate.transfer.left_out import LeftOut
from clinikomigrate.transfer.planned import Planned, Settings, Totals
from clinikomigrate.transfer.summary import LossCount

SETTINGS = Settings("Everything()", "<ClinikoMapper>", "stop", ("patients", "recalls"))
AS_PLANNED = {
    "found": 10,
    "selected": 9,
    "created": 6,
    "adopted": 2,
    "skipped": 1,
    "failed": 0,
    "blocked": 0,
    "losses": 4,
}


def totals(patients: Mapping[str, int], losses: Sequence[LossCount] = (), left_out: Sequence[LeftOut] = ()) -> Totals:
    """Returns totals of patients alone."""
    return Totals({"patients": dict(patients)}, losses, left_out)


PLANNED = Planned(("1", "2"), SETTINGS, totals(AS_PLANNED))


def done(**changes: int) -> Outcome:
    """Returns an outcome as planned but for some counts."""
    return Outcome(SETTINGS, totals(AS_PLANNED | changes), {})


def why(outcome: Outcome, planned: Planned = PLANNED) -> dict[str, str]:
    """Returns the explanations of all that differs, by what is counted."""
    return {each.what: each.why for each in compare(planned, outcome) if each.why}


def test_what_came_as_planned_needs_no_words() -> None:
    """All that is counted is there, planned and done, without an explanation."""
    rows = compare(PLANNED, done())

    assert [Difference("patients", what, AS_PLANNED[what], AS_PLANNED[what]) for what in COUNTED] == list(rows)


def test_records_that_came_since_are_told() -> None:
    """What the source holds more explains what was chosen and made more."""
    more = "the source holds 2 more than at the plan"

    assert {"found": more, "selected": more, "created": more} == why(done(found=12, selected=11, created=8))


def test_records_that_went_since_are_told() -> None:
    """What the source holds fewer explains what was made less."""
    fewer = "the source holds 1 fewer than at the plan"

    assert {"found": fewer, "selected": fewer, "created": fewer} == why(done(found=9, selected=8, created=5))


def test_records_that_the_filter_chooses_since_are_told() -> None:
    """Records that changed so that the filter takes them, or does not any more, are told apart from new ones."""
    assert {
        "selected": "1 more are chosen since records changed",
        "created": "1 more are chosen since records changed",
    } == why(done(selected=10, created=7))
    assert (
        "the source holds 2 more than at the plan; 1 more are chosen since records changed"
        == (why(done(found=12, selected=10, created=7))["selected"])
    )
    assert "1 fewer are chosen since records changed" == why(done(selected=8, created=5))["created"]


def test_what_could_not_go_is_told_with_its_reasons() -> None:
    """What failed is missing among what was made, and says why."""
    outcome = attrs.evolve(
        done(created=3, failed=3), reasons={("patients", "failed"): {"refused: email": 1, "refused: name": 2}}
    )

    assert {
        "created": "3 could not go",
        "failed": "3 could not go; refused: name (2); refused: email (1)",
    } == why(outcome)


def test_of_many_reasons_the_most_frequent_are_told() -> None:
    """Three reasons are named, and how many there are beyond."""
    reasons = {f"reason {number}": number for number in range(1, 6)}
    outcome = attrs.evolve(done(created=0, blocked=6), reasons={("patients", "blocked"): reasons})

    assert (
        "6 wait for a record that could not go; reason 5 (5); reason 4 (4); reason 3 (3); and 2 more reasons"
    ) == why(outcome)["blocked"]


def test_what_the_plan_was_too_dark_about_is_told() -> None:
    """Records that were expected to fail or to wait, and went, are told."""
    dark = attrs.evolve(PLANNED, totals=totals(AS_PLANNED | {"created": 3, "failed": 2, "blocked": 1}))

    assert {
        "created": "2 could go that the plan expected to fail; 1 wait for nothing any more",
        "failed": "2 could go that the plan expected to fail",
        "blocked": "1 wait for nothing any more",
    } == why(done(), dark)


def test_what_was_there_already_is_told() -> None:
    """Records that came to stand in the destination, or went from there, are adopted or made instead."""
    assert {
        "created": "1 were in the destination already and were adopted",
        "adopted": "1 were in the destination already and were adopted",
    } == why(done(created=5, adopted=3))
    assert "2 were not there to be adopted" == why(done(created=8, adopted=0))["created"]
    assert "1 could not go" == why(done(adopted=1, failed=1))["adopted"]


def test_what_is_skipped_otherwise_is_told_with_its_reasons() -> None:
    """For each reason it is told how many more or fewer are skipped for it; what the filter leaves is no skip."""
    planned = attrs.evolve(
        PLANNED,
        totals=totals(
            AS_PLANNED, (), [LeftOut("patients", "merged", 1), LeftOut("patients", "no filter", 1, chosen=False)]
        ),
    )
    outcome = Outcome(
        SETTINGS,
        totals(
            AS_PLANNED | {"created": 5, "skipped": 2},
            (),
            [LeftOut("patients", "excluded", 2), LeftOut("recalls", "merged", 5)],
        ),
        {},
    )

    assert {
        "created": "1 do not go after all",
        "skipped": "1 do not go after all; merged (1 fewer); excluded (2 more)",
    } == why(outcome, planned)
    assert "1 go after all" == why(done(created=7, skipped=0))["skipped"]


def test_losses_are_told_apart() -> None:
    """For each field and reason it is told how many losses more or fewer there are."""
    planned = attrs.evolve(PLANNED, totals=totals(AS_PLANNED, [LossCount("patients", "gender", "no home", 4)]))
    outcome = Outcome(
        SETTINGS,
        totals(
            AS_PLANNED | {"losses": 5},
            [LossCount("patients", "gender", "no home", 3), LossCount("patients", "email", "refused", 2)],
        ),
        {},
    )

    assert {"losses": "gender: no home (1 fewer); email: refused (2 more)"} == why(outcome, planned)


@pytest.mark.parametrize(
    ("changes", "short"),
    [
        ({"stopped": "asked to stop"}, "the run stopped early (asked to stop)"),
        ({"only_failed": True}, "this run tried only what could not go before"),
    ],
)
def test_a_run_that_did_not_look_at_all_says_so(changes: dict[str, Any], short: str) -> None:
    """What is missing after such a run is explained by it; found and chosen are not compared at all."""
    outcome = attrs.evolve(done(found=1, selected=1, created=2, skipped=0), **changes)

    assert {"created", "adopted", "skipped", "failed", "blocked", "losses"} == {
        each.what for each in compare(PLANNED, outcome)
    }
    assert short == why(outcome)["created"]
    assert short in why(outcome)["skipped"]


def test_what_an_earlier_run_carried_is_told() -> None:
    """Records in the journal that this run did not choose were carried by an earlier one."""
    assert {"created": "an earlier run carried 5 that this one did not choose"} == why(done(created=11))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("filter", "Active()", "settings differ: filter was Everything(), is Active()"),
        ("mapper", "<OurMapper>", "settings differ: mapper was <ClinikoMapper>, is <OurMapper>"),
        ("existing", "adopt", "settings differ: existing was stop, is adopt"),
    ],
)
def test_settings_that_differ_are_told(name: str, value: str, text: str) -> None:
    """Where the transfer was told something else than at the plan, that explains what differs."""
    changes: dict[str, Any] = {name: value}
    outcome = attrs.evolve(done(created=5, adopted=1), settings=attrs.evolve(SETTINGS, **changes))

    assert text in why(outcome)["created"]


def test_what_a_setting_was_is_told_once() -> None:
    """Many differences have one cause: the first says what it was and is, the others which it is."""
    filtered, other = "settings differ: filter was Everything(), is Active()", "it is gone"
    given = [Difference("patients", "created", 2, 1, f"{filtered}; {other}")] * 2
    first, second = told_once(given)

    assert (f"{filtered}; {other}", f"settings differ: filter; {other}") == (first.why, second.why)


def test_a_filter_bears_on_what_is_chosen_and_not_on_what_is_there() -> None:
    """Another filter chooses otherwise; what the source holds it does not change."""
    outcome = attrs.evolve(
        done(found=11, selected=4, created=1), settings=attrs.evolve(SETTINGS, filter="Active()", mapper="<OurMapper>")
    )
    other = "settings differ: filter was Everything(), is Active()"

    assert "the source holds 1 more than at the plan" == why(outcome)["found"]
    assert f"{other}; the source holds 1 more than at the plan" == why(outcome)["selected"]
    assert other in why(outcome)["created"]


def test_whose_keys_there_are_bears_on_what_notes_lose() -> None:
    """A note under somebody else's key loses its author; nothing else depends on whose keys there are."""
    settings = attrs.evolve(SETTINGS, include=("patients", "treatment_notes"))
    planned, changed = (
        Totals({kind: AS_PLANNED | {"created": made, "losses": lost} for kind in settings.include}, (), ())
        for made, lost in ((6, 4), (5, 5))
    )
    outcome = Outcome(attrs.evolve(settings, sink={"authors": "Amy Ng"}), changed, {})
    found = compare(Planned(("1", "2"), settings, planned), outcome)

    assert [("treatment_notes", "losses")] == [(each.kind, each.what) for each in found if "authors" in each.why]
    assert [] != [each for each in found if "authors was nobody, is Amy Ng" in each.why]


def test_kinds_that_were_added_or_left_out_are_told() -> None:
    """A kind that only one of the two has is explained by include alone."""
    added = Outcome(
        attrs.evolve(SETTINGS, include=("patients", "recalls", "taxes")),
        Totals({"patients": AS_PLANNED, "taxes": {"found": 2, "selected": 2, "created": 2}}, (), ()),
        {},
    )
    gone = Outcome(attrs.evolve(SETTINGS, include=("recalls",)), Totals({}, (), ()), {})

    assert {"settings differ: include did not have taxes"} == set(why(added).values())
    assert {"settings differ: include does not have patients"} == set(why(gone).values())
    assert {"found", "selected", "created", "adopted", "skipped", "losses"} == set(why(gone))


def test_every_difference_is_explained() -> None:
    """What nothing explains is said to come from a change of the accounts."""
    outcome = done(created=5)

    assert {"created": "the source or the destination changed between the plan and the run"} == why(outcome)
