"""Days and moments as people tell them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from clinikomigrate.sinks import moments
from tests.sinks.cliniko.samples import LATER, WHEN

MELBOURNE = ZoneInfo("Australia/Melbourne")
SAMOA = ZoneInfo("Pacific/Apia")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Australia/Melbourne", MELBOURNE), (None, None), ("", None), ("Nowhere/At All", None), ("/etc/passwd", None)],
)
def test_a_zone_that_is_not_known_is_utc(name: str | None, expected: ZoneInfo | None) -> None:
    """Times can be told on every machine, whatever zones it knows."""
    assert expected == moments.zone(name)


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
    assert expected == moments.moment(when, where)
