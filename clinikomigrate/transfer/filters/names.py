"""Finds what a user named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.names import display_name, folded, names_of, nearest
from clinikomigrate.transfer.phrases import one_of
from clinikomigrate.transfer.source import Source

_SHOWN: Final = 20


def find(source: Source, kind: str, wanted: Iterable[str | Ref[Any]]) -> list[str]:
    """Finds businesses or practitioners of the source by name or id, those too that are archived or left.

    Names are compared without regard to case and spaces.

    Args:
        source: The source.
        kind: `"businesses"` or `"practitioners"`.
        wanted: Names, ids or refs.

    Returns:
        Their ids, each once.

    Raises:
        ConfigurationError: A name fits none, or several; the message lists the candidates.
    """
    records = list(source.stream(kind))
    return list(dict.fromkeys(_one(kind, each.id if isinstance(each, Ref) else each, records) for each in wanted))


def _one(kind: str, wanted: str, records: Sequence[Any]) -> str:
    fitting = [record for record in records if record.id == wanted.strip()]
    fitting = fitting or [record for record in records if folded(wanted) in names_of(record)]
    if len(fitting) == 1:
        return str(fitting[0].id)
    if fitting:
        raise ConfigurationError(
            f"Several {kind} of the source are called {wanted!r}: give the id of the one you mean. There are: "
            f"{_listed(fitting)}."
        )
    by_name = {name: record for record in records for name in names_of(record)}
    near = [by_name[name] for name in nearest(wanted, by_name)]
    ordered = [*near, *sorted(records, key=lambda record: display_name(record) or "")]
    candidates = list({record.id: record for record in ordered}.values())
    more = f", and {len(candidates) - _SHOWN} more" if len(candidates) > _SHOWN else ""
    raise ConfigurationError(
        f"The source has no {one_of(kind)} called {wanted!r}; there are: {_listed(candidates[:_SHOWN])}{more}."
    )


def _listed(records: Iterable[Any]) -> str:
    """Names records with their ids, and says which of them are no longer in use."""
    return ", ".join(f"{display_name(record) or 'one without a name'!r} ({_state(record)})" for record in records)


def _state(record: Any) -> str:
    if getattr(record, "archived_at", None) is not None:
        return f"{record.id}, archived"
    return f"{record.id}, inactive" if getattr(record, "active", None) is False else str(record.id)
