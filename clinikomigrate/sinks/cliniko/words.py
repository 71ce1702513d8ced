"""The sentences that end up inside copied records, where the API has no field for what they say."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from clinikomigrate.sinks.moments import day, moment

HEADING: Final = "Copied from another Cliniko account"
"""The title of the section that closes a copied note or form."""

QUESTION: Final = "Original record"
"""What the one question in that section is called."""

UNTITLED: Final = "Treatment note"
"""The title of a note that has none, and whose template isn't known either."""

LONGEST_DESCRIPTION: Final = 255

_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday(number: int | None) -> str:
    """Names a day of the week as the API counts: 1 is Monday, 0 and 7 are Sunday."""
    if number is None or not 0 <= number < len(_DAYS):
        return "a day that isn't known"
    return _DAYS[number]


def of_cancellation(note: str | None, cancelled: datetime, where: ZoneInfo | None, *, reason: str | None = None) -> str:
    """Returns a cancellation's note, with what the API stamps anew or no longer takes said behind it.

    Args:
        note: The original note, kept as it is.
        cancelled: When it was cancelled.
        where: The zone in which times are told; None for UTC.
        reason: Which reason was given, where the API takes another one in its place; blank for none; None where the
            copy has the same.
    """
    sentences = [f"Cancelled on {moment(cancelled, where)} in the account that this was copied from."]
    if reason:
        sentences.append(f"The reason given there was {reason}.")
    elif reason is not None:
        sentences.append("No reason was given there.")
    return "\n\n".join(part for part in (note, " ".join(sentences)) if part)


def of_file(
    description: str | None, uploader: str | None, uploaded: datetime | None, where: ZoneInfo | None
) -> str | None:
    """Returns a file's description, with who uploaded it and when, as far as there is room.

    Args:
        description: The original description, kept as it is.
        uploader: Who uploaded it; None where it isn't known.
        uploaded: When.
        where: The zone in which the day is told; None for UTC.

    Returns:
        At most 255 characters; the original alone where there is no room for more, None where there is nothing to say.
    """
    by = f" by {uploader}" if uploader else ""
    on = f" on {day(uploaded, where)}" if uploaded else ""
    original = description or ""
    for words in (f"Uploaded{by}{on}", f"Uploaded{on}"):
        full = f"{original} ({words})" if original else words
        if words != "Uploaded" and len(full) <= LONGEST_DESCRIPTION:
            return full
    return original or None


def of_message(
    content: str | None,
    *,
    subject: str | None = None,
    means: str | None = None,
    category: str | None = None,
    written: datetime | None,
    where: ZoneInfo | None,
) -> str:
    """Returns a memo's content: the original's subject and content, and behind them what it was and when.

    Args:
        content: The original content, kept as it is.
        subject: An e-mail's subject.
        means: How it was sent: `Email`; None for a memo.
        category: What it was about: `Appointment Reminder`; blank where that isn't known, None for a memo.
        written: When it was written or sent.
        where: The zone in which times are told; None for UTC.
    """
    what = "Memo" if category is None else (means or "Message") + (f", category {category}" if category else "")
    on = f" of {moment(written, where)}" if written else ""
    parts = (f"Subject: {subject}" if subject else None, content, f"[{what}{on}, {HEADING[0].lower()}{HEADING[1:]}.]")
    return "\n\n".join(part for part in parts if part)


def of_roster(
    practitioner: str | None, business: str | None, number: int | None, hours: Sequence[tuple[str, str]]
) -> str:
    """Says one line of a weekly roster, to be entered by hand.

    Args:
        practitioner: Who works.
        business: Where.
        number: The day of the week as the API counts it.
        hours: Beginnings and ends, in the business's own time.
    """
    times = ", ".join(f"{start} to {end}" for start, end in hours) or "no hours"
    who = practitioner or "a practitioner whose name isn't known"
    return f"Roster: {who} at {business or 'an unknown business'}, {weekday(number)} (day {number}): {times}."


def as_html(sentences: Iterable[str]) -> str:
    """Returns sentences as the HTML of a paragraph answer, each a paragraph of its own."""
    return "".join(f"<p>{html.escape(sentence, quote=False)}</p>" for sentence in sentences)
