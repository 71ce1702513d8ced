"""Whatever a field says: a later run brings a change of it over, or says that it can't; and overwrites no edit."""

from __future__ import annotations

from typing import Any, Final

import pytest

from clinikomigrate.sinks.comparable import part
from clinikomigrate.transfer.mismatches import Why
from clinikomigrate.transfer.renewal import SWITCHED_OFF
from tests.end_to_end.every_cliniko_field import (
    BOTH,
    FINALISED,
    KINDS_OF_RECORDS,
    SOURCE_ONLY,
    THERE_ONLY,
    Outcome,
    cases,
    missing,
    outcome,
)

_NOT_EMPTIED: Final = "API does not empty that: do it there by hand"
_FINAL: Final = "it is finalised in the destination, where it can't be changed any more"
_NO_WAY_BACK: Final = "the destination can't bring"
_MAKE_ANEW: Final = "it is cancelled in the destination, and in the source it is not any more: make it anew by hand"
_RECANCELLED: Final = "its cancellation says something else in the source since"

_NEVER_EMPTY: Final = {
    ("concession_prices", "price"),
    ("treatment_note_templates", "content"),
    ("treatment_note_templates", "print_settings"),
}
"""What the API takes other values of, and not none."""

_UNARCHIVED: Final = frozenset({"patients", "treatment_notes"})
"""What the API takes out of the archive."""

_LISTS: Final = frozenset({"business_ids", "practitioner_ids", "patient_attachment_ids"})
"""What no record shows; both sides' changes of it stand."""

_TAKEN_ALONG: Final = frozenset({"patient_case_id"})
"""What comes over to an appointment's attendee with the appointment, whatever somebody noted with the attendee."""

_SETTINGS: Final = frozenset({"receives_cancellation_emails", "receives_confirmation_emails"})
"""What is not switched on by a change."""


def expected(kind: str, name: str, way: str) -> str | None:  # noqa: PLR0911 - one for each thing that the API can't do
    """Says why a change can't go, where the API doesn't take it; None where it is to be there."""
    field = KINDS_OF_RECORDS[kind].fields[name]
    if kind == FINALISED:
        return None if name == "archived_at" else _NOT_EMPTIED if way == "emptied" and field.pool else _FINAL
    if kind == "availability_blocks":
        return "has no way of changing availability blocks"
    if way == "changed in the archive":
        return None if kind in _UNARCHIVED else _NO_WAY_BACK
    if way == "taken back":
        return _MAKE_ANEW if name == "cancelled_at" else None if kind in _UNARCHIVED else _NO_WAY_BACK
    if name.startswith("cancellation_"):
        return _RECANCELLED
    if way == "emptied":
        is_link = bool(field.pool) and name != "custom_fields" and name not in _LISTS
        return _NOT_EMPTIED if is_link or (kind, name) in _NEVER_EMPTY else None
    return None


@pytest.fixture(scope="module")
def brought_over(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A clinic that changed after it was copied."""
    return outcome(tmp_path_factory.mktemp("source"), SOURCE_ONLY, anew=True)


@pytest.fixture(scope="module")
def on_both_sides(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A clinic that changed after it was copied, and whose copy was edited."""
    return outcome(tmp_path_factory.mktemp("both"), BOTH, anew=False)


@pytest.fixture(scope="module")
def edited_there(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A clinic whose copy was edited."""
    return outcome(tmp_path_factory.mktemp("there"), THERE_ONLY, anew=False)


@pytest.mark.parametrize(("kind", "name", "way"), cases(SOURCE_ONLY))
def test_a_change_is_brought_over_or_said(brought_over: Outcome, kind: str, name: str, way: str) -> None:
    """It stands there as a new copy would have it, or its record is set aside, and a comparison says the same."""
    case = brought_over.cases[kind, name, way]
    there, wanted = brought_over.rows[1][case.key], brought_over.wanted[case.key]
    reason = expected(kind, name, way)
    listed = brought_over.listed(case)
    if name in _SETTINGS and way != "emptied":
        assert SWITCHED_OFF in {each.reason for each in brought_over.reports[0].losses if each.field == name}
        assert [] == listed
        return

    assert (reason is None) is (there == wanted), (there, wanted)
    assert (reason is None) is (listed == [])
    assert any(reason in each for each in listed) if reason else listed == []
    assert (reason is None) is (case.key not in brought_over.differing) or (kind, name) == (FINALISED, "title")


@pytest.mark.parametrize(("kind", "name", "way"), cases(BOTH))
def test_an_edit_is_not_overwritten(on_both_sides: Outcome, kind: str, name: str, way: str) -> None:
    """It is a conflict of which nothing comes over; or the source's change and the edit stand both."""
    case = on_both_sides.cases[kind, name, way]
    before, after = (rows[case.key] for rows in on_both_sides.rows)
    said = on_both_sides.source[case.key]
    what = BOTH[way]
    edited = [*([name] if what.there else []), *([case.partner] if what.there_beside else [])]
    changed = [*([name] if what.source else []), *([case.partner] if what.beside else [])]

    assert all(_stands(each, before[each], after[each]) for each in edited)
    if on_both_sides.listed(case):
        assert before == after | {each: before[each] for each in _TAKEN_ALONG & after.keys()}
        assert case.key in on_both_sides.differing
    elif not _LISTS.intersection(changed):
        assert {each: part(said[each]) for each in changed} == {each: part(after[each]) for each in changed}


def _stands(name: str, before: Any, after: Any) -> bool:
    """Says whether what somebody entered is still there, in a list beside what came over."""
    return set(before or ()) <= set(after or ()) if name in _LISTS else bool(before == after)


@pytest.mark.parametrize(("kind", "name", "way"), cases(THERE_ONLY))
def test_an_edit_is_left_alone(edited_there: Outcome, kind: str, name: str, way: str) -> None:
    """Nothing is written and nothing said; a comparison names what is not as it was meant, and who did it."""
    case = edited_there.cases[kind, name, way]
    before, after = (rows[case.key] for rows in edited_there.rows)
    why = set(edited_there.differing.get(case.key, {}).values())

    assert before == after
    assert [] == edited_there.listed(case)
    assert why <= {Why.UNKNOWN if name in _LISTS else Why.EDITED_THERE}
    assert why or way == "added there"


@pytest.mark.parametrize("which", ["brought_over", "on_both_sides", "edited_there"])
def test_the_next_run_does_nothing_further(request: pytest.FixtureRequest, which: str) -> None:
    """It says the same again, and writes nothing."""
    done: Outcome = request.getfixturevalue(which)
    first, second = done.reports

    assert [] == done.writes
    assert {(each.kind, each.source_id, each.reason) for each in first.set_aside} == {
        (each.kind, each.source_id, each.reason) for each in second.set_aside
    }
    assert {(each.kind, each.field, each.reason) for each in first.losses} == {
        (each.kind, each.field, each.reason) for each in second.losses
    }


def test_nothing_is_written_where_only_the_destination_changed(edited_there: Outcome) -> None:
    """The second run reads, and that is all."""
    assert "" == edited_there.touched


def test_every_attribute_of_every_draft_is_looked_at() -> None:
    """The table has all that a draft of a kind can set, but for what no transfer sends."""
    assert {} == missing()
