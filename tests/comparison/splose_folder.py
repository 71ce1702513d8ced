"""Compares an account of Cliniko with the archive folder of a transfer into Splose, and with the files on both sides.

Nothing here knows how either came about: the source is read through its client, and the folder as a person reads it.
"""

from __future__ import annotations

import csv
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.archive.archive import RECORDS
from clinikomigrate.sinks.splose.archive.by_hand import LIST
from clinikomigrate.sinks.splose.archive.files import AT_WORK, FILES
from clinikomigrate.sinks.splose.documents.attachments import wrap
from clinikomigrate.sinks.splose.telling.outbox import OUTGOING
from clinikomigrate.sinks.splose.uploads import IN_DOUBT
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.kinds import KINDS
from tests.comparison.splose import Rows

KEPT = (*KINDS, "businesses", "practitioners", "users", "referral_source_types")
"""The kinds whose records the folder has."""

_WITH_ID = re.compile(r".* (\d+)\.pdf")


def held(folder: Path) -> dict[str, dict[str, Any]]:
    """Gives the records in the folder, by kind and id."""
    archive = Archive(folder)
    found = {kind: {each.id: each for each in archive.all(kind)} for kind in KEPT}
    archive.close()
    return found


def given(source: Cliniko) -> dict[str, dict[str, Any]]:
    """Gives the records of the source, by kind and id."""
    found = {
        kind: {each.id: each for each in source.resource(kind).list(include_archived=True, include_cancelled=True)}
        for kind in KEPT
    }
    found["practitioners"] |= {each.id: each for each in source.practitioners.inactive()}
    return found


def record_differences(source: Cliniko, folder: Path) -> list[str]:
    """Finds every record that the folder lacks, or has otherwise than the source has it now.

    Args:
        source: The account that was copied.
        folder: The archive folder.

    Returns:
        One line for each difference.
    """
    expected, found = given(source), held(folder)
    return [
        f"{kind} {id} in the folder: {'missing' if id not in found[kind] else 'not as in the source'}"
        for kind in KEPT
        for id in sorted({*expected[kind], *found[kind]})
        if _comparable(expected[kind].get(id)) != _comparable(found[kind].get(id))
    ]


def _comparable(record: Any) -> Any:
    """Leaves the address out at which a file is, which says where the source was reached."""
    return attrs.evolve(record, content=None) if getattr(record, "kind", None) == "patient_attachments" else record


def originals(source: FakeCliniko) -> Mapping[str, Any]:
    """Gives the rows of the source's files, with their content, by id."""
    rows = (source.store.at("patient_attachments", str(row["id"])) for row in source.rows("patient_attachments"))
    return {str(row["id"]): row for row in rows if not row["full_export"]}


def uploads(source: FakeCliniko, workspace: Rows) -> list[tuple[str, bytes]]:
    """Gives the clients' files in the workspace that were patients' files, by the id in their name."""
    ids = {str(row["id"]) for row in source.rows("patient_attachments")}
    rows = workspace.rows("patient_files")
    found = [(match[1], bytes(row["content"])) for row in rows if (match := _WITH_ID.fullmatch(str(row["name"])))]
    return [(id, content) for id, content in found if id in ids]


def by_hand(folder: Path) -> Iterator[tuple[str, Path]]:
    """Gives the files that are to be added by hand, by the id in their name."""
    for path in (folder / FILES).glob("*/*"):
        yield re.split(r"[ .]", path.name)[0], path


def file_differences(source: FakeCliniko, workspace: Rows, folder: Path) -> list[str]:
    """Finds every file that isn't in one of both places, once, as it was, and whatever the list says wrongly.

    Args:
        source: The account that was copied.
        workspace: The workspace.
        folder: The archive folder.

    Returns:
        One line for each difference.
    """
    expected_there, expected_here = _places(source)
    there, here = uploads(source, workspace), list(by_hand(folder))
    found = _compared("in Splose", Counter(expected_there.items()), Counter(there))
    contents = Counter((id, path.read_bytes()) for id, path in here)
    found += _compared("in the folder", Counter(expected_here.items()), contents)
    with (folder / LIST).open(encoding="utf-8", newline="") as file_list:
        _, *rows = csv.reader(file_list)
    if sorted(row[0] for row in rows) != sorted(str(path.relative_to(folder)) for _, path in here):
        found.append("the list of files to add by hand is not what lies in the folder")
    names = {str(row["id"]): f"{row['firstname']} {row['lastname']}" for row in workspace.rows("patients")}
    found += [f"the list says {row[0]} is another client's" for row in rows if row[2].lstrip("'") != names.get(row[3])]
    return found


def _places(source: FakeCliniko) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Gives the content that each file must have in Splose, and that of those that must lie in the folder."""
    there: dict[str, bytes] = {}
    here: dict[str, bytes] = {}
    for id, row in originals(source).items():
        with tempfile.TemporaryDirectory() as name:
            file = Path(name, "original")
            file.write_bytes(row["content"])
            wrapped = wrap(file, Path(name, "wrapped"))
            if wrapped.path is None:
                here[id] = row["content"]
            else:
                there[id] = wrapped.path.read_bytes()
    return there, here


def _compared(where: str, wanted: Counter[tuple[str, bytes]], there: Counter[tuple[str, bytes]]) -> list[str]:
    return [
        *(f"patient_attachments {id} {where}: missing, or not as it was" for id, _ in wanted - there),
        *(f"patient_attachments {id} {where}: too many, or not as it was" for id, _ in there - wanted),
    ]


def leftovers(folder: Path) -> list[str]:
    """Finds what a transfer that is done must not leave in the folder: what is under way, or waits for a person.

    Args:
        folder: The archive folder.

    Returns:
        One line for each, and for each page of the file with the records that is damaged.
    """
    under_way = [*(folder / AT_WORK).rglob("*"), *(folder / OUTGOING).rglob("*"), *folder.rglob("*.part")]
    waiting = [path for path in (folder / IN_DOUBT).rglob("*") if path.is_file()]
    found = [f"left in the folder: {path.relative_to(folder)}" for path in (*under_way, *waiting)]
    connection = sqlite3.connect(folder / RECORDS)
    found += [f"the records: {row[0]}" for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
    connection.close()
    return found
