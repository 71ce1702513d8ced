"""Patients' files on their way: into Splose, or into the archive folder for a person to add."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import attrs

from clinikomigrate.errors import (
    ApiError,
    ContentTooLarge,
    Error,
    FileUnreadable,
    TransportError,
    Unprocessable,
    Unsupported,
    UploadInDoubt,
)
from clinikomigrate.sinks.pieces import pieces
from clinikomigrate.sinks.splose import foreseen, reasons
from clinikomigrate.sinks.splose.archive.files import Filed, Files, place_of
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.documents.attachments import TOO_LARGE, wrap
from clinikomigrate.sinks.splose.documents.filing import LARGEST
from clinikomigrate.sinks.splose.drafts import FileDraft
from clinikomigrate.sinks.splose.revived import Revived, is_of_archived
from clinikomigrate.sinks.splose.uploads import BY_HAND, Uploads
from clinikomigrate.splose import Splose
from clinikomigrate.transfer.sink import Made

REFUSED: Final = "Splose refused it"
"""Why a file lies in the archive folder that is a PDF, or became one."""

_TRIES: Final = 3
_PAUSE: Final = 5.0


class Attachments:
    """Carries patients' files, each once. Safe in threads, as long as no two carry the same file.

    Args:
        client: The workspace's client.
        folder: Where the archive is, which remembers what became of each file.
    """

    def __init__(self, client: Splose, folder: Folder) -> None:
        self._client = client
        self._folder = folder
        self._lock = threading.Lock()
        self._revived: Revived | None = None

    def create(self, draft: FileDraft) -> Made:
        """Sends a file as a PDF, or lays it into the archive folder where Splose doesn't take it.

        What it didn't take because the client was archived is tried again once the client is live.

        Args:
            draft: With the client's id and the source's file.

        Returns:
            The file's id in Splose; where a person looked after it, `by-hand:` and the attachment's id.

        Raises:
            Unsupported: It lies in the archive folder; the message says why.
            UploadInDoubt: It may have arrived or not.
            FileUnreadable: The source's file breaks off each time.
            ArchiveError: The archive folder can't be used.
            Error: The source or Splose said no.
        """
        files = Files(self._folder.ready())
        known = self._known(files, draft)
        left = self._left(files, known)
        if left is not None and known is not None:
            if known.client != draft.patient_id:
                files.note(attrs.evolve(known, client=draft.patient_id))
                self._folder.list.write()
            raise Unsupported(left)
        with files.at_work(draft.attachment) as folder:
            return self._carry(draft, files, known, folder)

    def left(self, draft: FileDraft) -> str | None:
        """Says why a file lies in the archive folder already; None where it doesn't, and nothing is written.

        Args:
            draft: With the client's id.
        """
        if not self._folder.is_there:
            return None
        files = Files(self._folder.archive)
        known = files.of(draft.attachment)
        return None if known is None or known.client != draft.patient_id else self._left(files, known)

    def sent(self, draft: FileDraft) -> Sequence[str]:
        """Gives the id of a file that was sent, as far as Splose's answer said it.

        Args:
            draft: With the client's id.
        """
        archive = self._folder.ready()
        known = self._known(Files(archive), draft)
        if known is None or known.reason is not None:
            return ()
        file = Uploads(self._client, archive).sent(known.client, known.name)
        return () if file is None else (_id(draft, file),)

    def _known(self, files: Files, draft: FileDraft) -> Filed | None:
        """Says what became of a file, as far as its client has it by that, or a person finds it for the client.

        A folder can know more than the journal: of a transfer that began anew, whose patients are other clients by now.
        What went to those is of no use to these, unless it is another client because the patient was merged since.
        """
        known = files.of(draft.attachment)
        if known is None or known.client == draft.patient_id:
            return known
        if known.reason is not None and files.lies(known):
            return known
        merged = self._folder.archive.remaining(known.patient) != known.patient
        return known if merged and self._is_live(known.client) else None

    def _is_live(self, client: str) -> bool:
        return self._client.patients.list(ids=[client]).first() is not None

    def _left(self, files: Files, known: Filed | None) -> str | None:
        if known is None or known.reason is None:
            return None
        match files.lies(known):
            case True if known.reason == reasons.ARCHIVED_CLIENT and self._is_revived(known.client):
                return None
            case True:
                return reasons.IN_THE_FOLDER.format(known.reason)
            case None:
                return reasons.TAKEN_OUT
        return None

    def _is_revived(self, client: str) -> bool:
        with self._lock:
            if self._revived is None:
                self._revived = Revived(self._client, self._folder.archive)
        return self._revived.has(client)

    def _carry(self, draft: FileDraft, files: Files, known: Filed | None, folder: Path) -> Made:
        file = folder / "file.part"
        size, sha256 = self._received(draft, files, file)
        about = Filed(draft.attachment, draft.patient_id, draft.patient, draft.name, None, size, sha256)
        if size > LARGEST:
            raise self._laid(draft, files, file, attrs.evolve(about, reason=TOO_LARGE))
        with self._folder.archive.using():
            wrapped = wrap(file, folder / "wrapped.part")
            content = b"" if wrapped.path is None else wrapped.path.read_bytes()
        if wrapped.reason is not None:
            raise self._laid(draft, files, file, attrs.evolve(about, reason=wrapped.reason))
        if known is not None and known.reason is None:  # it goes under the name, and to the client, of the first time
            about = attrs.evolve(about, name=known.name, client=known.client)
        files.note(about)
        try:
            sent = self._send(about, content)
        except _Refused as refused:
            raise self._laid(draft, files, file, attrs.evolve(about, reason=refused.reason)) from None
        except UploadInDoubt:  # it lies where a person is to look
            self._taken_out(files, known)
            raise
        except Error:
            if known is not None:  # it still lies where it lay, if it did
                files.note(known)
            raise
        self._taken_out(files, known)
        return Made(_id(draft, sent))

    def _send(self, about: Filed, content: bytes) -> str:
        called = f"the file whose name ends in {about.attachment}.pdf"
        try:
            return Uploads(self._client, self._folder.archive).send(about.client, about.name, content, called=called)
        except ApiError as error:
            if is_of_archived(self._client, about.client, error):
                raise _Refused(reasons.ARCHIVED_CLIENT) from None
            if isinstance(error, ContentTooLarge | Unprocessable):
                raise _Refused(REFUSED) from None
            raise

    def _taken_out(self, files: Files, known: Filed | None) -> None:
        """Takes a file out of the folder and off the list that lay there, and arrived or lies elsewhere by now."""
        if known is not None and known.reason is not None:
            files.take_out(known)
            self._folder.list.write()

    def _received(self, draft: FileDraft, files: Files, into: Path) -> tuple[int, str]:
        """Reads a file from the source, again where it breaks off."""
        tries = 0
        while True:
            try:
                with closing(pieces(draft.file)) as content:
                    return files.receive(into, content, foreseen.size_of(draft.file))
            except FileUnreadable:
                tries += 1
                if tries == _TRIES:
                    raise
            except TransportError as error:
                tries += 1
                if not error.sent:  # there is no connection, which is waited for
                    raise
                if tries == _TRIES:
                    raise FileUnreadable(f"the source's file broke off, each of {_TRIES} times") from None
            self._client.clock.sleep_until(self._client.clock.monotonic() + _PAUSE)

    def _laid(self, draft: FileDraft, files: Files, file: Path, about: Filed) -> Unsupported:
        """Lays a file into the archive folder, and says so."""
        assert about.reason is not None  # noqa: S101 - for mypy: it has one
        filed = attrs.evolve(about, name=place_of(draft.attachment, draft.patient, draft.file.name))
        again = files.of(draft.attachment) is not None
        files.lay(file, filed)
        self._folder.list.add(filed, again=again)
        return Unsupported(reasons.IN_THE_FOLDER.format(about.reason))


class _Refused(Exception):  # noqa: N818 - it is no error: it says where the file goes
    """Splose takes no such file, or none of its client.

    Args:
        reason: Why, as the list says it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _id(draft: FileDraft, file: str) -> str:
    """Returns a file's id, without the name that stands in for an unknown one: it can hold what the source calls it."""
    return f"{BY_HAND}{draft.attachment}" if file.startswith(BY_HAND) else file
