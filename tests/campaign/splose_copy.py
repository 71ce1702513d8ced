"""What is wrong with a workspace of Splose, and with the archive folder, after a clinic moved there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from clinikomigrate.sinks.splose.documents import Arrangement
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.comparison import splose, splose_documents, splose_folder
from tests.comparison.splose import Rows
from tests.end_to_end.accounts import client


def folder_of(journal: Path) -> Path:
    """Says where the archive folder of a transfer lies.

    Args:
        journal: The journal's file.
    """
    return journal.with_name(f"{journal.name}.archive")


def record_problems(source: Rows, workspace: Rows) -> list[str]:
    """Says what is wrong with clients, contacts and appointments.

    Args:
        source: The clinic, as the copy may have been made of it.
        workspace: The workspace, without what others made.
    """
    return splose.differences(source, workspace)


def mark_problems(source: Rows, workspace: Rows) -> list[str]:
    """Says which appointments are not marked as they ended: as attended, as cancelled, or not at all.

    When they were booked tells them apart, for that doesn't change. What was marked as attended before it was cancelled
    in the source stays so, which is a loss.

    Args:
        source: The clinic, as it is.
        workspace: The workspace, without what others made.
    """
    individual = {row["id"]: row for row in source.rows("individual_appointments")}
    classes = {row["id"]: row for row in source.rows("group_appointments")}
    wanted: Counter[tuple[str, str | None]] = Counter()
    both: Counter[str] = Counter()
    for seat in source.rows("attendees"):
        booking = classes.get(seat["booking_id"]) or individual[seat["booking_id"]]
        own = seat if seat["booking_id"] in classes else booking
        gone = any(row.get(name) for row in (own, booking) for name in ("cancelled_at", "archived_at", "deleted_at"))
        status = "Cancelled" if own.get("cancelled_at") else "Arrived" if seat["arrived"] and not gone else None
        wanted[own["created_at"][:19], status] += 1
        both[own["created_at"][:19]] += status == "Cancelled" and seat["arrived"] is True
    there = Counter(
        (row["createdAt"][:19], row["appointmentPatients"][0]["status"]) for row in workspace.rows("appointments")
    )
    missing, more = wanted - there, there - wanted
    for booked, number in both.items():
        attended = min(number, missing[booked, "Cancelled"], more[booked, "Arrived"])
        missing[booked, "Cancelled"] -= attended
        more[booked, "Arrived"] -= attended
    return [
        *(f"appointment of {booked}: not marked {status}" for booked, status in missing.elements()),
        *(f"appointment of {booked}: marked {status}" for booked, status in more.elements()),
    ]


def file_problems(
    source: FakeCliniko,
    workspace: Rows,
    journal: Path,
    *,
    documents: Arrangement | None,
    changed: Collection[tuple[str, str]] = (),
) -> list[str]:
    """Says what is wrong with documents and files, and with what lies in the folder.

    Args:
        source: The clinic, which answers this process's requests.
        workspace: The workspace, without what others made.
        journal: The journal's file.
        documents: How documents were to be arranged, if any were to be made.
        changed: By kind and id, which records of the source were changed meanwhile.
    """
    reader, folder = client(source), folder_of(journal)
    known = SQLiteJournal(journal)
    known.open()
    with closing(known):
        clients = dict(known.identities("patients"))
    told: list[str] = []
    if documents is not None:
        collected = documents == "collected"
        told = splose_documents.differences(reader, workspace, clients, collected=collected, changed=changed)
    return [
        *told,
        *splose_folder.file_differences(source, workspace, folder),
        *splose_folder.record_differences(reader, folder),
        *splose_folder.leftovers(folder),
        *_strangers(source, workspace),
    ]


def _strangers(source: FakeCliniko, workspace: Rows) -> list[str]:
    """Finds files that are no record's, and files of one client that have one name."""
    ids = {str(row["id"]) for kind in splose_folder.KEPT if kind != "bookings" for row in source.rows(kind)}
    names = Counter((row["patientId"], row["name"]) for row in workspace.rows("patient_files"))
    found = [
        f"file {name} of client {client}: {number} of one name"
        for (client, name), number in names.items()
        if number > 1
    ]
    return found + [f"file {name} is nobody's" for _, name in names if not ids.intersection(name[:-4].split())]
