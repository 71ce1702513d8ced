"""What is written to the disk: by whom it can be read, what it holds, and who says where it goes."""

from __future__ import annotations

import csv
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Event
from tests.end_to_end.accounts import Pair, pair_of
from tests.traps.clinic import Clinic

NAMES = (
    "../../outside.pdf",
    "/tmp/outside.pdf",  # noqa: S108 - nothing is written there; that is what is tested
    "..\\..\\outside.pdf",
    "C:\\outside.pdf",
    "~/outside.pdf",
    "nul\x00outside.pdf",
    'line\nContent-Disposition: form-data; name="key"\r\n\r\noutside.pdf',
    'quoted"; name="key".pdf',
    "\u202egnp.exe",
    "${filename}",
    "%2e%2e%2foutside.pdf",
    ".",
    "..",
    "",
    "x" * 5000 + ".pdf",
)
"""Names that would go elsewhere if anybody let them."""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """A small clinic and an empty destination."""
    with pair_of(tmp_path, patients=4) as pair:
        yield pair


@pytest.fixture
def _open_to_all() -> Iterator[None]:
    """Whoever makes a file here makes it for everybody, unless it says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The modes of all files below a folder."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


@pytest.mark.usefixtures("_open_to_all")
def test_only_their_owner_reads_what_is_written(pair: Pair, tmp_path: Path) -> None:
    """The journal, what SQLite puts beside it, and reports are of mode 0600, whatever the process's default is."""
    seen: dict[str, int] = {}

    def look(event: Event) -> None:
        seen.update(modes(tmp_path))

    report = pair.transfer().run(on_event=look)
    report.to_csv(tmp_path / "report")
    pair.transfer().identities("patients").to_csv(tmp_path / "patients.csv")
    seen |= modes(tmp_path)
    folders = {name for name in seen if (tmp_path / name).is_dir()}

    assert {"clinic.journal", "clinic.journal-wal", "patients.csv", "report", "report/identities.csv"} <= set(seen)
    assert {0o600} == {mode for name, mode in seen.items() if name not in folders}
    assert {0o700} == {seen[name] for name in folders}


def test_identities_are_ids_only(pair: Pair, tmp_path: Path) -> None:
    """The CSV files of identities hold kinds and ids, and nothing else."""
    pair.transfer().run().to_csv(tmp_path / "report")
    pair.transfer().identities("patients").to_csv(tmp_path / "patients.csv")
    with (tmp_path / "report" / "identities.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    with (tmp_path / "patients.csv").open(encoding="utf-8") as file:
        pairs = list(csv.reader(file))

    assert ["kind", "source_id", "destination_id"] == rows[0]
    assert [] == [row for row in rows[1:] if not re.fullmatch(r"[a-z_]+,\d+,\d+", ",".join(row))]
    assert [] == [row for row in pairs[1:] if not re.fullmatch(r"\d+,\d+", ",".join(row))]
    assert len(pairs) > 1


def test_names_of_files_choose_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files go from account to account under any name, and nothing is written here but the journal.

    Addresses lose dots that lead upwards on their way, so a file store may not know some; those are set aside.
    """
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    monkeypatch.setenv("HOME", str(tmp_path))
    clinic = Clinic(deep)
    patient = clinic.patient()
    for number, name in enumerate(NAMES):
        clinic.file(patient, filename=name, content=f"file {number}".encode())
    before = set(tmp_path.rglob("*"))
    report = clinic.run()
    written = {path.name for path in set(tmp_path.rglob("*")) - before}
    arrived: dict[Any, Any] = {row["content"]: row["filename"] for row in clinic.arrived("patient_attachments")}

    sent = {f"file {number}".encode(): name or "file" for number, name in enumerate(NAMES)}

    assert {"clinic.journal"} == written
    assert not Path("/tmp/outside.pdf").exists()  # noqa: S108 - see above
    assert arrived.items() <= sent.items()
    assert {sent[content] for content in sent.keys() - arrived.keys()} <= {"..", "../../outside.pdf"}
    assert len(sent) - len(arrived) == len(report.set_aside)
