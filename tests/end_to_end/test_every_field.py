"""Whatever a field says: a later run brings a change of it over, or says that it can't; and overwrites no edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

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
    ("appointment_types", "online_bookings_lead_time_hours"),
    ("appointment_types", "online_payments_mode"),
    ("contacts", "doctor_type"),
    ("patient_cases", "referral_type"),
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


def test_a_change_is_brought_over_or_said(tmp_path: Path) -> None:
    """It stands there as a new copy would have it, or its record is set aside, and a comparison says the same."""
    brought_over = outcome(tmp_path, SOURCE_ONLY, anew=True)

    assert {} == failures(SOURCE_ONLY, lambda *case: _is_brought_over_or_said(brought_over, *case))
    _next_run_does_nothing_further(brought_over)


def _is_brought_over_or_said(done: Outcome, kind: str, name: str, way: str) -> None:
    case = done.cases[kind, name, way]
    there, wanted = done.rows[1][case.key], done.wanted[case.key]
    reason = expected(kind, name, way)
    listed = done.listed(case)
    if name in _SETTINGS and way != "emptied":
        assert SWITCHED_OFF in {each.reason for each in done.reports[0].losses if each.field == name}
        assert [] == listed
        return

    assert (reason is None) is (there == wanted), (there, wanted)
    assert (reason is None) is (listed == [])
    assert any(reason in each for each in listed) if reason else listed == []
    assert (reason is None) is (case.key not in done.differing) or (kind, name) == (FINALISED, "title")


def test_an_edit_is_not_overwritten(tmp_path: Path) -> None:
    """It is a conflict of which nothing comes over; or the source's change and the edit stand both."""
    on_both_sides = outcome(tmp_path, BOTH, anew=False)

    assert {} == failures(BOTH, lambda *case: _is_not_overwritten(on_both_sides, *case))
    _next_run_does_nothing_further(on_both_sides)


def _is_not_overwritten(done: Outcome, kind: str, name: str, way: str) -> None:
    case = done.cases[kind, name, way]
    before, after = (rows[case.key] for rows in done.rows)
    said = done.source[case.key]
    what = BOTH[way]
    edited = [*([name] if what.there else []), *([case.partner] if what.there_beside else [])]
    changed = [*([name] if what.source else []), *([case.partner] if what.beside else [])]

    assert all(_stands(each, before[each], after[each]) for each in edited)
    if done.listed(case):
        assert before == after | {each: before[each] for each in _TAKEN_ALONG & after.keys()}
        assert case.key in done.differing
    elif not _LISTS.intersection(changed):
        assert {each: part(said[each]) for each in changed} == {each: part(after[each]) for each in changed}


def _stands(name: str, before: Any, after: Any) -> bool:
    """Says whether what somebody entered is still there, in a list beside what came over."""
    return set(before or ()) <= set(after or ()) if name in _LISTS else bool(before == after)


def test_an_edit_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written and nothing said; a comparison names what is not as it was meant, and who did it."""
    edited_there = outcome(tmp_path, THERE_ONLY, anew=False)

    assert "" == edited_there.touched
    assert {} == failures(THERE_ONLY, lambda *case: _is_left_alone(edited_there, *case))
    _next_run_does_nothing_further(edited_there)


def _is_left_alone(done: Outcome, kind: str, name: str, way: str) -> None:
    case = done.cases[kind, name, way]
    before, after = (rows[case.key] for rows in done.rows)
    why = set(done.differing.get(case.key, {}).values())

    assert before == after
    assert [] == done.listed(case)
    assert why <= {Why.UNKNOWN if name in _LISTS else Why.EDITED_THERE}
    assert why or way == "added there"


def _next_run_does_nothing_further(done: Outcome) -> None:
    """Holds that it says the same again, and writes nothing."""
    first, second = done.reports

    assert [] == done.writes
    assert {(each.kind, each.source_id, each.reason) for each in first.set_aside} == {
        (each.kind, each.source_id, each.reason) for each in second.set_aside
    }
    assert {(each.kind, each.field, each.reason) for each in first.losses} == {
        (each.kind, each.field, each.reason) for each in second.losses
    }


def failures(ways: Mapping[str, Any], check: Callable[[str, str, str], None]) -> dict[tuple[str, str, str], str]:
    """Holds a check against all cases of a clinic, which is made once for them, and gives what it says of each."""
    found: dict[tuple[str, str, str], str] = {}
    asked = cases(ways)
    assert len(asked) > 100
    for case in asked:
        try:
            check(*case)
        except AssertionError as error:
            found[case] = str(error)
    return found


def test_every_attribute_of_every_draft_is_looked_at() -> None:
    """The table has all that a draft of a kind can set, but for what no transfer sends."""
    assert {} == missing()
