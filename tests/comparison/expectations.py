"""What a value in the copy must be, where "the same" is not the whole answer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs


@attrs.frozen
class Expectation:
    """A value of the copy that can be right in more than one way.

    Attributes:
        wanted: What must hold, in words.
        met_by: Tells whether a value is right.
    """

    wanted: str
    met_by: Callable[[Any], bool]

    def __repr__(self) -> str:
        return f"<{self.wanted}>"


def meets(expected: object, actual: object) -> bool:
    """Tells whether a value of the copy is what it must be."""
    if isinstance(expected, Expectation):
        return expected.met_by(actual)
    return expected == actual


def plain(value: object) -> object:
    """Gives nothing, an empty text, an empty list and an empty object as the same: None."""
    return None if value in ("", [], {}, ()) else value


def number(value: object) -> Decimal | None:
    """Gives a decimal number out of whatever the API writes it as."""
    return None if value in (None, "") else Decimal(str(value))


def one_of(*values: object) -> Expectation:
    """Any of some values is right."""
    return Expectation(f"one of {values!r}", lambda actual: actual in values)


def anything() -> Expectation:
    """Whatever it is, it is right."""
    return Expectation("anything", lambda _: True)


def contains(text: object) -> object:
    """The original text is in it; words may have been added."""
    if plain(text) is None:
        return anything()
    return Expectation(f"a text with {shortened(text)}", lambda actual: str(text) in str(actual or ""))


def shortened(value: object) -> str:
    """Writes a value for a message, not longer than a line."""
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:100]}…({len(text)} characters)…{text[-40:]}"
