"""`UNSET` stands for what was not given."""

from __future__ import annotations

import copy
import pickle

from clinikomigrate.client.unset import UNSET


def test_is_false_and_says_its_name() -> None:
    """It is false in a condition, and its repr is its name."""
    assert not UNSET
    assert "UNSET" == repr(UNSET)


def test_there_is_only_one() -> None:
    """Copies and pickles are the same object, so that `is` works."""
    assert UNSET is copy.deepcopy(UNSET)
    assert UNSET is pickle.loads(pickle.dumps(UNSET))  # noqa: S301  # made here
