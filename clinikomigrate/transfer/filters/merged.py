"""Patients who were merged are one patient, whomever a filter names of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinikomigrate.client.query import where
from clinikomigrate.transfer.scope import Scope

if TYPE_CHECKING:
    from clinikomigrate.transfer.source import Source


def take_merged(source: Source, scope: Scope) -> None:
    """Chooses, with each chosen patient, those who were merged into them, and whom they were merged into.

    Args:
        source: Is read: archived patients only, at one list read per 100.
        scope: Takes the ids.
    """
    scope.tie("patients", _merges(source))


def _merges(source: Source) -> Iterator[tuple[str, str]]:
    for patient in source.stream("patients", where("archived_at").not_null()):
        if patient.merged_with_patient is not None:
            yield patient.id, patient.merged_with_patient.id
