"""The sentences that end up inside copied records."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from clinikomigrate.sinks.cliniko import words
from tests.sinks.cliniko.samples import LATER, WHEN

MELBOURNE = ZoneInfo("Australia/Melbourne")
SAMOA = ZoneInfo("Pacific/Apia")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Australia/Melbourne", MELBOURNE), (None, None), ("", None), ("Nowhere/At All", None), ("/etc/passwd", None)],
)
def test_a_zone_that_is_not_known_is_utc(name: str | None, expected: ZoneInfo | None) -> None:
    """Times can be told on every machine, whatever zones it knows."""
    assert expected == words.zone(name)


@pytest.mark.parametrize(
    ("when", "where", "expected"),
    [
        (WHEN, MELBOURNE, "14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00)"),
        (LATER, MELBOURNE, "1 July 2024, 12:00 (Australia/Melbourne, UTC+10:00)"),
        (
            datetime(2024, 1, 1, 0, 5, tzinfo=UTC),
            ZoneInfo("Asia/Kathmandu"),
            "1 January 2024, 05:50 (Asia/Kathmandu, UTC+05:45)",
        ),
        (WHEN, None, "13 March 2024, 22:30 (UTC)"),
        (datetime(2009, 12, 31, 11, 0, tzinfo=UTC), SAMOA, "31 December 2009, 00:00 (Pacific/Apia, UTC-11:00)"),
    ],
)
def test_moments_are_told_in_plain_english_with_the_distance_from_utc(
    when: datetime, where: ZoneInfo | None, expected: str
) -> None:
    """Nobody has to guess in whose time something was, nor which number is the month."""
    assert expected == words.moment(when, where)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "Monday"),
        (6, "Saturday"),
        (0, "Sunday"),
        (7, "Sunday"),
        (8, "a day that isn't known"),
        (None, "a day that isn't known"),
    ],
)
def test_days_of_the_week_are_named(number: int | None, expected: str) -> None:
    """Monday is 1 in each of the API's two ways of counting."""
    assert expected == words.weekday(number)


def test_a_final_note_says_author_and_both_dates() -> None:
    """Who wrote it, when it was written, and when it was finalised."""
    sentences = words.of_note("Amy Ng", WHEN, LATER, draft=False, pinned=False, body_charts=0, where=MELBOURNE)

    assert [
        "Written by Amy Ng on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00).",
        "Finalised on 1 July 2024, 12:00 (Australia/Melbourne, UTC+10:00).",
    ] == sentences


def test_a_draft_says_that_it_is_one_and_what_could_not_be_copied() -> None:
    """A note that lost its body charts says so where its reader sees it."""
    sentences = words.of_note(None, WHEN, None, draft=True, pinned=True, body_charts=2, where=None)

    assert [
        "Written on 13 March 2024, 22:30 (UTC).",
        "Not finalised: a draft.",
        "Pinned in the original.",
        "Not copied, and to be found in the original only: 2 body charts.",
    ] == sentences


def test_a_note_of_which_nothing_is_known_says_that() -> None:
    """There is always a sentence about the author."""
    sentences = words.of_note(None, None, None, draft=False, pinned=False, body_charts=1, where=None)

    assert [
        "Written by an unknown author.",
        "Not copied, and to be found in the original only: 1 body chart.",
    ] == sentences


def test_a_form_says_when_it_was_completed_edited_and_made() -> None:
    """All three dates would otherwise be the day of the copy."""
    sentences = words.of_form(WHEN, WHEN, LATER, None)

    assert [
        "Completed on 13 March 2024, 22:30 (UTC).",
        "Edited on 1 July 2024, 02:00 (UTC).",
        "Made on 13 March 2024, 22:30 (UTC).",
    ] == sentences
    assert words.of_form(None, WHEN, None, None) == ["Completed on 13 March 2024, 22:30 (UTC)."]


def test_a_cancellation_keeps_its_note_and_says_the_rest_behind_it() -> None:
    """The original note comes first, unchanged, blanks and all."""
    note = words.of_cancellation(" Kind krank ", WHEN, MELBOURNE, covid=True, unexplained=False)

    assert (
        " Kind krank \n\nCancelled on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00) in the account that this "
        "was copied from. The reason given there was COVID-19."
    ) == note


def test_a_cancellation_without_reason_says_so() -> None:
    """The reason `other`, which the API asks for, is not taken for the clinic's own."""
    note = words.of_cancellation(None, WHEN, None, covid=False, unexplained=True)

    assert (
        "Cancelled on 13 March 2024, 22:30 (UTC) in the account that this was copied from. No reason was given there."
    ) == note


@pytest.mark.parametrize(
    ("description", "uploader", "uploaded", "expected"),
    [
        ("MRI", "Amy Ng", WHEN, "MRI (Uploaded by Amy Ng on 14 March 2024)"),
        (None, "Amy Ng", WHEN, "Uploaded by Amy Ng on 14 March 2024"),
        ("", None, WHEN, "Uploaded on 14 March 2024"),
        ("MRI", "Amy Ng", None, "MRI (Uploaded by Amy Ng)"),
        ("d" * 220, "Somebody With A Long Name", WHEN, f"{'d' * 220} (Uploaded on 14 March 2024)"),
        ("d" * 255, "Amy Ng", WHEN, "d" * 255),
        (None, None, None, None),
        ("MRI", None, None, "MRI"),
    ],
)
def test_a_file_says_who_uploaded_it_and_when_where_there_is_room(
    description: str | None, uploader: str | None, uploaded: datetime | None, expected: str | None
) -> None:
    """The original description is never cut to make room."""
    assert expected == words.of_file(description, uploader, uploaded, MELBOURNE)


def test_a_memo_says_when_it_was_written() -> None:
    """The content stays as it is; the words come behind it."""
    content = words.of_message("Rang back\n", written=WHEN, where=MELBOURNE)

    assert (
        "Rang back\n\n\n[Memo of 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00), copied from another Cliniko "
        "account.]"
    ) == content


def test_an_e_mail_says_its_subject_and_what_it_was() -> None:
    """As a memo it would otherwise be taken for something that somebody noted."""
    content = words.of_message(
        "See you soon", subject="Your visit", means="Email", category="Appointment Reminder", written=None, where=None
    )

    assert (
        "Subject: Your visit\n\nSee you soon\n\n[Email, category Appointment Reminder, copied from another Cliniko "
        "account.]"
    ) == content
    assert words.of_message(None, category="Letter", written=None, where=None).startswith("[Message, category Letter,")


def test_a_roster_says_what_to_enter() -> None:
    """Who works where, on which day, from when to when."""
    line = words.of_roster("Amy Ng", "Northside", 2, [("09:00", "12:30"), ("13:15", "17:00")])

    assert "Roster: Amy Ng at Northside, Tuesday (day 2): 09:00 to 12:30, 13:15 to 17:00." == line
    assert (
        "Roster: a practitioner whose name isn't known at an unknown business, a day that isn't known (day None): no "
        "hours."
    ) == words.of_roster(None, None, None, [])


def test_sentences_become_paragraphs_or_lines() -> None:
    """In HTML, signs that mean something there are escaped."""
    assert words.as_html(["By <Amy> & Co.", "Second"]) == "<p>By &lt;Amy&gt; &amp; Co.</p><p>Second</p>"
    assert words.as_text(["First", "Second"]) == "First\nSecond"
