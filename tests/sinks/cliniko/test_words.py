"""The sentences that end up inside copied records."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from clinikomigrate.sinks.cliniko import words
from tests.sinks.cliniko.samples import WHEN

MELBOURNE = ZoneInfo("Australia/Melbourne")


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


def test_a_cancellation_keeps_its_note_and_says_the_rest_behind_it() -> None:
    """The original note comes first, unchanged, blanks and all."""
    note = words.of_cancellation(" Kind krank ", WHEN, MELBOURNE, reason="COVID-19")

    assert (
        " Kind krank \n\nCancelled on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00) in the account that this "
        "was copied from. The reason given there was COVID-19."
    ) == note


def test_a_cancellation_without_reason_says_so() -> None:
    """The reason `other`, which the API asks for, is not taken for the clinic's own."""
    note = words.of_cancellation(None, WHEN, None, reason="")

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
    assert words.of_message(None, means="SMS", category="", written=None, where=None).startswith("[SMS, copied from ")


def test_a_roster_says_what_to_enter() -> None:
    """Who works where, on which day, from when to when."""
    line = words.of_roster("Amy Ng", "Northside", 2, [("09:00", "12:30"), ("13:15", "17:00")])

    assert "Roster: Amy Ng at Northside, Tuesday (day 2): 09:00 to 12:30, 13:15 to 17:00." == line
    assert (
        "Roster: a practitioner whose name isn't known at an unknown business, a day that isn't known (day None): no "
        "hours."
    ) == words.of_roster(None, None, None, [])


def test_sentences_become_paragraphs() -> None:
    """Signs that mean something in HTML are escaped."""
    assert words.as_html(["By <Amy> & Co.", "Second"]) == "<p>By &lt;Amy&gt; &amp; Co.</p><p>Second</p>"
