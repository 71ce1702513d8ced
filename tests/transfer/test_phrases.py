"""How findings count and list things."""

from __future__ import annotations

import pytest

from clinikomigrate.transfer.kinds import KINDS, MATCHED_KINDS
from clinikomigrate.transfer.phrases import counted, listed, one_of, some


@pytest.mark.parametrize(
    ("number", "kind", "expected"),
    [
        (1, "treatment_notes", "1 treatment note"),
        (0, "patients", "0 patients"),
        (2500, "daily_availabilities", "2,500 daily availabilities"),
        (1, "businesses", "1 business"),
        (1, "referral_source_types", "1 referral source type"),
        (1, "taxes", "1 tax"),
    ],
)
def test_records_are_counted(number: int, kind: str, expected: str) -> None:
    """One record is called by its singular, as people do."""
    assert expected == counted(number, kind)


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [(1, "record", "1 record"), (0, "record", "0 records"), (1, "loss", "1 loss"), (2000, "loss", "2,000 losses")],
)
def test_things_are_counted(number: int, name: str, expected: str) -> None:
    """One thing is one, and many have a plural."""
    assert expected == some(number, name)


def test_each_kind_has_a_singular_in_words() -> None:
    """Of all kinds, those that are matched too."""
    assert [] == [kind for kind in (*KINDS, *MATCHED_KINDS) if one_of(kind).endswith("s") and kind != "businesses"]
    assert "business" == one_of("businesses")


def test_very_many_names_are_cut_short() -> None:
    """The first are named, and how many more there are."""
    assert "a, b" == listed(["a", "b"])
    assert "a or b" == listed(["a", "b"], last=" or ")
    assert "0, 1, and 3 more" == listed([str(number) for number in range(5)], shown=2)
    assert "" == listed([])
