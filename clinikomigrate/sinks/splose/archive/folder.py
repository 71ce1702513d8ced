"""The archive folder of a sink: where it is, whose it is, and what a person finds there."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import Final

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.splose.archive.archive import RECORDS, Archive
from clinikomigrate.sinks.splose.archive.by_hand import ByHand
from clinikomigrate.sinks.splose.archive.files import Files
from clinikomigrate.sinks.splose.archive.readme import explain

_ANOTHER: Final = "give another folder: SploseSink(..., archive=...)"


class Folder:
    """Knows the archive folder of a sink. Safe in threads.

    Args:
        given: Where the user wants it; None for beside the journal.

    Raises:
        ConfigurationError: It is no path.
    """

    def __init__(self, given: str | os.PathLike[str] | None) -> None:
        if given is not None and not isinstance(given, str | os.PathLike):
            raise ConfigurationError(f"archive must be the path of a folder, or None, not {type(given).__name__}.")
        self._given = given is not None
        self._archive = None if given is None else Archive(given)
        self._list = None if given is None else ByHand(self.archive)
        self._accounts: tuple[str, str] | None = None
        self._lock = threading.Lock()
        self._is_ready = False

    def lie_beside(self, journal: Path) -> None:
        """Is told where the journal lies.

        Args:
            journal: The path of its file.
        """
        path = journal.with_name(f"{journal.name}.archive")
        if not self._given and (self._archive is None or self._archive.path != path):
            self.close()
            self._archive = Archive(path)
            self._list = ByHand(self._archive)

    @property
    def archive(self) -> Archive:
        """The archive.

        Raises:
            ConfigurationError: Nobody said where it is to be.
        """
        if self._archive is None:
            raise ConfigurationError(
                "The journal is no file, so that nothing says where the archive folder is to be: give the sink one, "
                "SploseSink(client, archive='northside.archive')."
            )
        return self._archive

    @property
    def told(self) -> str:
        """Where the user wants it, in words."""
        return str(self._archive.path) if self._given and self._archive is not None else "beside the journal"

    @property
    def is_there(self) -> bool:
        """Whether the folder was made already.

        Raises:
            ArchiveError: It can't be looked into.
        """
        if self._archive is None:
            return False
        with self._archive.using():
            return (self._archive.path / RECORDS).exists()

    @property
    def is_new(self) -> bool:
        """Whether there is a place for the folder, and no run has kept anything there yet.

        Raises:
            ArchiveError: It can't be read.
        """
        return self._archive is not None and not (self.is_there and self._archive.accounts() is not None)

    def obstacle(self) -> tuple[str, str] | None:
        """Says why nothing can be kept in the folder, and what to do; None where it can, or nobody said where it is.

        Nothing is made, and nothing left behind.
        """
        if self._archive is None:
            return None
        path = self._archive.path
        try:
            if _is_taken(path) and not path.is_dir():
                return f"{path} is to be the archive folder, and is a file.", f"Move it away, or {_ANOTHER}."
            if not path.parent.is_dir():
                return (
                    f"The archive folder {path} can't be made: there is no folder {path.parent}.",
                    f"Make that folder first, or look whether its name is right; or {_ANOTHER}.",
                )
            for place in _places(path):
                with tempfile.TemporaryFile(dir=place):
                    pass
            return None
        except (OSError, ValueError) as error:  # a name can be one that no disk takes
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            return (
                f"The archive folder {path} can't be written to: {reason}.",
                f"See to it that you may write there and in its folders, and that there is room; or {_ANOTHER}.",
            )

    def between(self, source: str, destination: str) -> bool:
        """Is told which accounts the transfer is between, before anything is written.

        Args:
            source: The source account's id.
            destination: The destination's.

        Returns:
            Whether the folder is this transfer's, or nobody's yet.
        """
        self._accounts = (source, destination)
        return not self.is_there or self.archive.accounts() in (None, self._accounts)

    def note_client(self, id: str, name: str) -> None:
        """Notes what a client of the workspace is called, for the lists; where there is no folder, there are none.

        Args:
            id: The client's id.
            name: The name, as the workspace answered it.
        """
        if self.is_there:
            self.archive.note_client(id, name)

    def ready(self) -> Archive:
        """Gives the archive to write to. In each run, what lies in it is first told and listed anew.

        Raises:
            ArchiveError: It belongs to a transfer between other accounts, or can't be written to.
            ConfigurationError: Nobody said where it is to be.
        """
        archive = self.archive
        with self._lock:
            if not self._is_ready:
                archive.make()
                if self._accounts is not None:
                    archive.bind(*self._accounts)
                Files(archive).tidy()
                with archive.using():
                    explain(archive.path)
                self.list.write()
                self._is_ready = True
        return archive

    @property
    def list(self) -> ByHand:
        """The list of files that are to be added by hand."""
        assert self._list is not None  # noqa: S101 - whoever writes has asked for the archive
        return self._list

    def close(self) -> None:
        """Closes the file with the records, if it is open, and takes away what was at work."""
        if self._archive is not None:
            if self._is_ready:
                Files(self._archive).tidy()
            self._archive.close()
        self._is_ready = False


def _places(path: Path) -> list[Path]:
    """Gives the folders to which an archive is written, as far as they are there; else the one that it is to lie in.

    Raises:
        OSError: They can't be read.
    """
    return [path, *(each for each in path.iterdir() if each.is_dir())] if path.is_dir() else [path.parent]


def _is_taken(path: Path) -> bool:
    """Says whether there is anything of a name, a link to nowhere too.

    Raises:
        OSError: It is a name that no disk takes.
        ValueError: No file can have it.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
