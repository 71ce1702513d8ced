"""Lists of what a person has to see to in the workspace, with the names that no report may hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.sinks.splose.archive.archive import Archive
from clinikomigrate.transfer.aside import SetAside
from clinikomigrate.transfer.deleting import ToDelete
from clinikomigrate.transfer.names import full_name
from clinikomigrate.transfer.phrases import one_of
from clinikomigrate.transfer.summary import write_csv

SET_ASIDE: Final = "set-aside.csv"
TO_DELETE: Final = "to-delete.csv"
"""The names of the lists, in the archive."""

_WHERE: Final = (
    "what in Splose",
    "client in Splose",
    "client's id in Splose",
    "begins",
    "name",
    "id in Splose",
    "kind in Cliniko",
    "id in Cliniko",
)


def keep(
    archive: Archive, names: Mapping[str, str], set_aside: Sequence[SetAside], to_delete: Sequence[ToDelete]
) -> None:
    """Writes the list of what is to be deleted, where there is any; else that of what was set aside.

    Args:
        archive: Where to; it knows what clients are called.
        names: What the workspace calls one record of a kind, where it has another word for it.
        set_aside: What was set aside; where there is nothing, an earlier list goes.
        to_delete: What is to be deleted by hand.

    Raises:
        ArchiveError: The disk is full, or refuses.
    """
    if to_delete:
        deleted = ((each.order, *_where(archive, each, each.destination_kind, each.name)) for each in to_delete)
        _write(archive, TO_DELETE, ("order", *_WHERE), deleted)
    elif set_aside:
        aside = (
            (each.state, each.reason, *_where(archive, each, names.get(each.kind, one_of(each.kind)), ""))
            for each in set_aside
        )
        _write(archive, SET_ASIDE, ("state", "why", *_WHERE), aside)
    else:
        with archive.using():
            (archive.path / SET_ASIDE).unlink(missing_ok=True)


def _write(archive: Archive, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with archive.using():
        part = archive.path / f"{name}.part"
        write_csv(part, head, rows)
        part.replace(archive.path / name)


def _where(archive: Archive, row: SetAside | ToDelete, what: str, name: str) -> tuple[str, ...]:
    record = archive.get(row.kind, row.source_id)
    patient = getattr(record, "patient", None)
    whose = archive.get("patients", archive.remaining(patient.id)) if isinstance(patient, Ref) else None
    if row.kind == "patients":
        whose = record
    elif row.kind == "contacts":
        name = full_name(record) or getattr(record, "company_name", None) or ""
    client = archive.client(row.patient_id) or full_name(whose) or ""
    return (what, client, row.patient_id, row.starts_at, name, row.destination_id, row.kind, row.source_id)
