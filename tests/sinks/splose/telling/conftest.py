"""What tests of documents start with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.documents import Document, Documents, PatientRecord
from clinikomigrate.sinks.splose.documents.filing import saved
from clinikomigrate.transfer.imprints import digest
from tests.sinks.splose.documents.samples import PATIENT
from tests.sinks.splose.telling.scene import Scene
from tests.sinks.splose.workspace import There

_MADE: dict[bytes, list[tuple[Document, list[bytes]]]] = {}


@pytest.fixture(autouse=True)
def made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has each document made once and not again by each test: it would be the same, byte by byte."""
    write = Documents.write

    def remembering(self: Any, record: PatientRecord, folder: Path, *, earlier: int = 0) -> Iterator[Document]:
        key = digest(b"", [record, earlier, self._arrangement, self._largest])
        if key not in _MADE:
            made = list(write(self, record, folder, earlier=earlier))
            _MADE[key] = [(each, [path.read_bytes() for path in each.paths]) for each in made]
            yield from made
            return
        for document, contents in _MADE[key]:
            paths = [saved(folder / path.name, body) for path, body in zip(document.paths, contents, strict=True)]
            yield Document(tuple(paths), document.holds, document.missing)

    monkeypatch.setattr(Documents, "write", remembering)


@pytest.fixture
def scene(there: There, tmp_path: Path) -> Iterator[Scene]:
    """A patient in an archive, and her client."""
    archive = Archive(tmp_path / "archive")
    archive.make()
    archive.put([PATIENT])
    yield Scene(there, archive, there.ada())
    archive.close()
