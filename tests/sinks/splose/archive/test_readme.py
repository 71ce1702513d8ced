"""The archive folder says what lies in it."""

from __future__ import annotations

import re
import sqlite3
import stat
import textwrap
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate.cliniko.models import TreatmentNote
from clinikomigrate.sinks.splose.archive.archive import RECORDS
from clinikomigrate.sinks.splose.archive.by_hand import LIST
from clinikomigrate.sinks.splose.archive.drawings import SIGNATURES
from clinikomigrate.sinks.splose.archive.files import FILES
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.archive.readme import README
from clinikomigrate.sinks.splose.uploads import IN_DOUBT


@pytest.fixture
def text(tmp_path: Path) -> str:
    """What it says, in a folder with one note."""
    folder = Folder(tmp_path)
    folder.ready().put([TreatmentNote(id="5", title="First visit")])
    folder.close()
    return (tmp_path / README).read_text()


def test_it_names_all_that_lies_there(text: str, tmp_path: Path) -> None:
    """And nobody; only its owner can read it."""
    assert [name for name in (FILES, IN_DOUBT, LIST, RECORDS, SIGNATURES) if name not in text] == []
    assert "First visit" not in text
    assert stat.S_IMODE((tmp_path / README).stat().st_mode) == 0o600
    assert max(map(len, text.splitlines())) <= 120


def test_its_lines_of_python_read_the_records(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they stand there."""
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {}
    code = re.search(r"In Python:\n\n(.*)", text, re.DOTALL)
    assert code is not None
    exec(textwrap.dedent(code[1]), found)  # noqa: S102 - it is ours

    assert [note["title"] for note in found["notes"]] == ["First visit"]


def test_its_tables_are_there(text: str, tmp_path: Path) -> None:
    """With the names that it has for them."""
    tables = {name for (name,) in sqlite3.connect(tmp_path / RECORDS).execute("SELECT name FROM sqlite_master")}

    assert {"drawing", "record", "file", "upload"} <= tables & set(re.findall(r'"(\w+)"', text))


def test_it_is_written_anew_by_each_run(text: str, tmp_path: Path) -> None:
    """Whatever became of it; and whatever a run that died left half done."""
    (tmp_path / README).write_text("gone")
    (tmp_path / f"{README}.part").write_text("half")
    folder = Folder(tmp_path)
    folder.ready()
    folder.close()

    assert (tmp_path / README).read_text() == text
    assert not (tmp_path / f"{README}.part").exists()
