"""How findings count and list things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clinikomigrate.transfer.kinds import KINDS

_SINGULARS: Final = {"businesses": "business"}
_CUSTOM: Final = "custom_fields["
_SHOWN: Final = 20


def one_of(kind: str) -> str:
    """Names one record of a kind in words: `treatment note`.

    Args:
        kind: The record kind's name, in KINDS or not.
    """
    known = KINDS[kind].singular if kind in KINDS else _SINGULARS.get(kind, kind.removesuffix("s"))
    return known.replace("_", " ")


def many_of(kind: str) -> str:
    """Names records of a kind in words: `treatment notes`.

    Args:
        kind: The record kind's name.
    """
    return kind.replace("_", " ")


def counted(number: int, kind: str) -> str:
    """Counts records in words: `1 treatment note`, `2,500 treatment notes`.

    Args:
        number: How many.
        kind: The record kind's name.
    """
    return f"{number:,} {one_of(kind) if number == 1 else many_of(kind)}"


def field_of(name: str) -> str:
    """Names a field in words: `referring doctor`, `Health / GP` for a custom field.

    Args:
        name: As a loss names it: `"referring_doctor"`, `"custom_fields[Health / GP]"`.
    """
    if name.startswith(_CUSTOM):
        return name.removeprefix(_CUSTOM).removesuffix("]")
    return name.replace("_", " ")


def some(number: int, name: str) -> str:
    """Counts things in words: `1 open invoice`, `2,500 open invoices`, `2 losses`.

    Args:
        number: How many.
        name: What one of them is called.
    """
    plural = f"{name}es" if name.endswith("s") else f"{name}s"
    return f"{number:,} {name if number == 1 else plural}"


def some_are(number: int, name: str) -> str:
    """Counts things in words that go before what they are: `1 record is`, `2,500 records are`."""
    return f"{some(number, name)} {'is' if number == 1 else 'are'}"


def some_were(number: int, name: str) -> str:
    """Counts things in words that go before what became of them: `1 record was`, `2,500 records were`."""
    return f"{some(number, name)} {'was' if number == 1 else 'were'}"


def listed(names: Sequence[str], *, last: str = ", ", shown: int = _SHOWN) -> str:
    """Lists names in words; of very many the first, and how many more there are.

    Args:
        names: The names.
        last: What stands between them.
        shown: At most how many are named.
    """
    more = len(names) - shown
    return last.join(names[:shown]) + (f", and {more} more" if more > 0 else "")
