"""Lists that are written with a record and read elsewhere: where and by whom a type is offered, and a case's files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import NotFound

_Read: TypeAlias = Callable[[Cliniko, Sequence[str]], Mapping[str, Collection[str]]]


def read(client: Cliniko, kind: str, ids: Sequence[str], name: str) -> Mapping[str, Collection[str]]:
    """Reads what stands in a list of each of some records.

    Businesses are read once for all types, practitioners once active and once inactive for each type, files once for
    each case.

    Args:
        client: The destination's client.
        kind: The record kind's name.
        ids: The records' ids.
        name: The draft's attribute.

    Returns:
        By a record's id the ids in its list. What the account doesn't show by now, an archived type, is left out.
    """
    return _READ[kind][name](client, ids)


def _businesses(client: Cliniko, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
    listed = list(client.businesses.list(include_archived=True))
    return {id: [each.id for each in listed if id in (each.appointment_type_ids or ())] for id in ids}


def _practitioners(client: Cliniko, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
    def people(id: str) -> Iterator[Any]:
        yield from client.appointment_types.practitioners(id)
        yield from client.appointment_types.inactive_practitioners(id)

    return _of_each(ids, people)


def _files(client: Cliniko, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
    return _of_each(ids, lambda id: client.patient_cases.patient_attachments(id, include_archived=True))


def _of_each(ids: Sequence[str], ask: Callable[[str], Iterable[Any]]) -> Mapping[str, Collection[str]]:
    found: dict[str, Collection[str]] = {}
    for id in ids:
        try:
            found[id] = list(dict.fromkeys(each.id for each in ask(id)))
        except NotFound:
            continue
    return found


_READ: Final[Mapping[str, Mapping[str, _Read]]] = {
    "appointment_types": {"business_ids": _businesses, "practitioner_ids": _practitioners},
    "patient_cases": {"patient_attachment_ids": _files},
}

REMEMBERED: Final[Mapping[str, Collection[str]]] = MappingProxyType(
    {
        "appointment_types": frozenset({"business_ids", "practitioner_ids"}),
        "patient_cases": frozenset({"patient_attachment_ids", "closed"}),
    }
)
"""By kind: the attributes of drafts that are such lists, and what else is set only when everything is there."""
