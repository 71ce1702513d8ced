"""Finds what a user named."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.names import display_name
from clinikomigrate.transfer.source import Source


def find(source: Source, kind: str, wanted: Iterable[str | Ref[Any]]) -> list[str]:
    """Finds businesses or practitioners of the source by name or id.

    Names are compared without regard to case and spaces.

    Args:
        source: The source.
        kind: `"businesses"` or `"practitioners"`.
        wanted: Names, ids or refs.

    Returns:
        Their ids.

    Raises:
        ConfigurationError: A name fits none, or several; the message lists the candidates.
    """
    records = [(record.id, display_name(record) or "") for record in source.stream(kind)]
    return [_one(kind, each.id if isinstance(each, Ref) else each, records) for each in wanted]


def _one(kind: str, wanted: str, records: list[tuple[str, str]]) -> str:
    if any(id == wanted for id, _ in records):
        return wanted
    fitting = [id for id, name in records if plain(name) == plain(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ConfigurationError(
            f"Several {kind} are called {wanted!r}: give the id of the one you mean ({', '.join(fitting)})."
        )
    names = [name for _, name in records]
    near = difflib.get_close_matches(wanted, names, n=5, cutoff=0.4) or sorted(names)[:20]
    raise ConfigurationError(f"The source has no {kind} called {wanted!r}; there are: {', '.join(map(repr, near))}.")


def plain(name: str) -> str:
    """Returns a name as it is compared: composed, without case and superfluous spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
