"""What records say about themselves."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from clinikomigrate.sinks import history
from tests.sinks.cliniko.samples import LATER, WHEN

MELBOURNE = ZoneInfo("Australia/Melbourne")


def test_a_final_note_says_author_and_both_dates() -> None:
    """Who wrote it, when it was written, and when it was finalised."""
    sentences = history.of_note("Amy Ng", WHEN, LATER, draft=False, pinned=False, body_charts=0, where=MELBOURNE)

    assert [
        "Written by Amy Ng on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00).",
        "Finalised on 1 July 2024, 12:00 (Australia/Melbourne, UTC+10:00).",
    ] == sentences


def test_a_draft_says_that_it_is_one_and_what_could_not_be_copied() -> None:
    """A note that lost its body charts says so where its reader sees it."""
    sentences = history.of_note(None, WHEN, None, draft=True, pinned=True, body_charts=2, where=None)

    assert [
        "Written on 13 March 2024, 22:30 (UTC).",
        "Not finalised: a draft.",
        "Pinned in the original.",
        "Not copied, and to be found in the original only: 2 body charts.",
    ] == sentences


def test_a_note_of_which_nothing_is_known_says_that() -> None:
    """There is always a sentence about the author."""
    sentences = history.of_note(None, None, None, draft=False, pinned=False, body_charts=1, where=None)

    assert [
        "Written by an unknown author.",
        "Not copied, and to be found in the original only: 1 body chart.",
    ] == sentences


def test_a_form_says_when_it_was_completed_edited_and_made() -> None:
    """All three dates would otherwise be the day of the copy."""
    sentences = history.of_form(WHEN, WHEN, LATER, None)

    assert [
        "Completed on 13 March 2024, 22:30 (UTC).",
        "Edited on 1 July 2024, 02:00 (UTC).",
        "Made on 13 March 2024, 22:30 (UTC).",
    ] == sentences
    assert history.of_form(None, WHEN, None, None) == ["Completed on 13 March 2024, 22:30 (UTC)."]
