"""By what a person finds a record in the destination, which may show no ids: whose it is, and when it begins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

import attrs

from clinikomigrate.transfer.journal import Journal

_PATIENTS = "patients"


@attrs.frozen(repr=False)
class Whereabouts:
    """By what a person finds a record, as a sink knows it.

    Attributes:
        name: What a file is called in the destination; blank for all others: nobody's name stands in a report.
        patient: The id of the source's patient whose it is; None where it is nobody's.
        starts_at: When it begins, with its distance from UTC: `2031-01-06 11:00+11:00`; blank where it has no time.
    """

    name: str = ""
    patient: str | None = None
    starts_at: str = ""

    def __repr__(self) -> str:
        return "<Whereabouts>"


@attrs.frozen(repr=False)
class Place:
    """By what a person finds a record, with the destination's own patient.

    Attributes:
        destination_id: Its id in the destination; blank where it isn't there.
        name: As `Whereabouts.name`.
        patient_id: The id of its patient in the destination; blank where there is none.
        starts_at: As `Whereabouts.starts_at`.
    """

    destination_id: str = ""
    name: str = ""
    patient_id: str = ""
    starts_at: str = ""

    def __repr__(self) -> str:
        return f"<Place {self.destination_id}>"


Asked: TypeAlias = Callable[[str, Mapping[str, str]], Mapping[str, Whereabouts]]
"""As `Sink.whereabouts`."""


def places(journal: Journal, asked: Asked, kind: str, ids: Collection[str]) -> Mapping[str, Place]:
    """Says by what a person finds records of one kind.

    Args:
        journal: Knows which record became which; it is open.
        asked: As `Sink.whereabouts`.
        kind: The record kind's name.
        ids: Their ids in the source, at most 100.

    Returns:
        The places by those ids.
    """
    there = _there(journal, kind, ids)
    found = asked(kind, there)
    patients = _there(journal, _PATIENTS, {each.patient for each in found.values() if each.patient is not None})
    known = {id: found.get(id, Whereabouts()) for id in ids}
    return {
        id: Place(there.get(id, ""), where.name, patients.get(where.patient or "", ""), where.starts_at)
        for id, where in known.items()
    }


def _there(journal: Journal, kind: str, ids: Collection[str]) -> dict[str, str]:
    return {id: entry.destination_id or "" for id, entry in journal.entries(kind, ids).items()}
