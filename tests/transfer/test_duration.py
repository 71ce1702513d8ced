"""How long a transfer takes at the rate limits of both accounts."""

from __future__ import annotations

import pytest

from clinikomigrate.transfer.duration import in_words, reads_alone
from clinikomigrate.transfer.tally import Count


def test_what_is_read_before_anything_is_written_is_counted() -> None:
    """A count and the pages of each list that comes before the first kind that goes."""
    left = {
        "taxes": Count(found=101, selected=101, skipped=101),
        "products": Count(found=3, selected=3, skipped=3),
        "recall_types": Count(),
    }
    going = {"contacts": Count(found=5, selected=5, created=5), "patients": Count(found=7, selected=7, skipped=7)}

    assert reads_alone(left) == reads_alone({**left, **going}) == 3 + 2
    assert reads_alone(going) == reads_alone({}) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (89.4, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h"), (100_000, "27.8 h")],
)
def test_lengths_of_time_are_in_people_s_units(seconds: float, words: str) -> None:
    """Seconds, minutes or hours, whichever reads best."""
    assert words == in_words(seconds)
