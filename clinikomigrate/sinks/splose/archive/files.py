"""What became of patients' files: which went to Splose, and which lie in the archive folder for a person to add."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs

from clinikomigrate.errors import FileUnreadable
from clinikomigrate.sinks.splose.archive.archive import Archive
from clinikomigrate.sinks.splose.documents.filing import legible, parted, received, safe

FILES: Final = "files"
"""The folder, in the archive, of files that are to be added by hand: a folder for each patient."""

AT_WORK: Final = "at-work"
"""The folder, in the archive, of files that are under way. Between runs it isn't there."""

_ROOM: Final = 150
"""How many bytes of a file's name are the source's."""

_ONE: Final = "SELECT attachment, client, patient, name, reason, size, sha256 FROM file WHERE attachment = ?"
_BY_HAND: Final = (
    "SELECT attachment, client, patient, name, reason, size, sha256 FROM file WHERE reason IS NOT NULL "
    "ORDER BY length(patient), patient, name"
)


@attrs.frozen(repr=False)
class Filed:
    """What became of one file.

    Attributes:
        attachment: The attachment's id in the source.
        client: The client's id in the workspace.
        patient: The patient's id in the source.
        name: What the file is called: among the client's files, or below the archive's folder `files`.
        reason: Why it lies in the archive; None where it is for Splose.
        size: In bytes.
        sha256: Of its content, as the source has it.
    """

    attachment: str
    client: str
    patient: str
    name: str
    reason: str | None
    size: int
    sha256: str


class Files:
    """The archive's files. Safe in threads, as long as no two work on the same file.

    Args:
        archive: The archive.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._folder = archive.path / FILES

    def of(self, attachment: str) -> Filed | None:
        """Says what became of a file; None where nothing did yet.

        Args:
            attachment: The attachment's id in the source.
        """
        found = self._archive.rows(_ONE, attachment)
        return next((Filed(*row) for row in found), None)

    def note(self, filed: Filed) -> None:
        """Notes, durably, what became of a file.

        Args:
            filed: The file.
        """
        self._archive.write("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)", *attrs.astuple(filed))

    def by_hand(self) -> Iterator[Filed]:
        """Gives the files that lie in the archive for a person to add, by patient."""
        for row in self._archive.rows(_BY_HAND):
            filed = Filed(*row)
            if self.lies(filed) is not None:
                yield filed

    def lies(self, filed: Filed) -> bool | None:
        """Says whether a file lies in the archive as it was laid there; None where it was taken out.

        Args:
            filed: The file.
        """
        with self._archive.using():
            try:
                return (self._folder / filed.name).stat().st_size == filed.size
            except FileNotFoundError:
                return None

    @contextmanager
    def at_work(self, attachment: str) -> Iterator[Path]:
        """Gives a folder for a file that is under way, which is gone afterwards.

        Args:
            attachment: The attachment's id in the source.
        """
        folder = self._archive.path / AT_WORK / safe(attachment)
        with self._archive.using():
            shutil.rmtree(folder, ignore_errors=True)
            _made(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def receive(self, path: Path, pieces: Iterable[bytes], size: int | None) -> tuple[int, str]:
        """Takes a file in, piece by piece.

        Args:
            path: Where to.
            pieces: The file.
            size: How long it is to be; None where nobody knows.

        Returns:
            How long it is, and its SHA-256.

        Raises:
            FileUnreadable: It has another length, or can't be read.
            ArchiveError: The disk is full, or refuses.
        """
        with self._archive.using():
            path.unlink(missing_ok=True)
            length, sha256 = received(path, _readable(pieces))
        if size not in (None, length):
            raise FileUnreadable(f"the file has {length} bytes, and the source says that it has {size}")
        return length, sha256

    def lay(self, path: Path, filed: Filed) -> None:
        """Lays a file where a person finds it: whole, or not at all.

        Args:
            path: The file that was taken in.
            filed: What becomes of it.

        Raises:
            FileUnreadable: What lies there isn't what was taken in.
            ArchiveError: The disk refuses.
        """
        place = self._folder / filed.name
        with self._archive.using():
            _made(place.parent)
            path.replace(place)
        if not self.lies(filed):
            raise FileUnreadable(f"the copy in the archive folder has another length than the {filed.size} bytes of it")
        self.note(filed)

    def take_out(self, filed: Filed) -> None:
        """Takes a file out of where a person finds it.

        Args:
            filed: As it was laid there.

        Raises:
            ArchiveError: The disk refuses.
        """
        place = self._folder / filed.name
        with self._archive.using():
            place.unlink(missing_ok=True)
            if place.parent.exists() and not any(place.parent.iterdir()):
                place.parent.rmdir()

    def tidy(self) -> None:
        """Removes what a process that died has left half done."""
        shutil.rmtree(self._archive.path / AT_WORK, ignore_errors=True)


def place_of(attachment: str, patient: str, name: str) -> str:
    """Returns where, below `files`, a file lies: `45/123 knee-left.jpg`.

    Nothing that the source calls a file chooses a folder: ids stand in front, and what follows has only letters, digits
    and hyphens of any script, and a short ending.

    Args:
        attachment: The attachment's id in the source.
        patient: The patient's id in the source.
        name: What the source calls the file.
    """
    stem, ending = parted(name)
    called = " ".join(part for part in (safe(attachment), legible(stem, _ROOM)) if part)
    return f"{safe(patient)}/{called}{ending}"


def _made(folder: Path) -> None:
    """Makes a folder that only its owner can open, and the one that it is in."""
    for each in (folder.parent, folder):
        each.mkdir(mode=0o700, exist_ok=True)


def _readable(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Gives a file's pieces; what goes wrong with them has nothing to do with where they are written."""
    try:
        yield from pieces
    except OSError as error:
        raise FileUnreadable(f"the file could not be read ({error.strerror or type(error).__name__})") from None
