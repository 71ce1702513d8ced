"""Files on their way to the destination, and whether they arrived whole."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import Unset
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import PatientAttachmentDraft, UploadedPatientAttachment
from clinikomigrate.errors import ConfigurationError, FileDiffers
from clinikomigrate.sinks.pieces import pieces

_REMEMBERED: Final = 10_000
_PATIENCE: Final = 300.0
_LONGEST_PAUSE: Final = 30.0


@attrs.frozen
class Fingerprint:
    """What tells a file from any other.

    Attributes:
        size: In bytes.
        digest: SHA-256.
    """

    size: int
    digest: bytes = attrs.field(repr=False)


class Fingerprints:
    """The fingerprints of the files uploaded last, so that they need not be fetched twice to be compared.

    Safe in threads. The oldest are forgotten when there are 10,000.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Fingerprint] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def remember(self, attachment: str, fingerprint: Fingerprint) -> None:
        """Keeps the fingerprint of the file that became this attachment."""
        with self._lock:
            self._known[attachment] = fingerprint
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def of(self, attachment: str) -> Fingerprint | None:
        """Gives an attachment's fingerprint; None where it isn't known."""
        with self._lock:
            return self._known.get(attachment)

    def forget(self, attachment: str) -> None:
        """Makes room: the attachment was compared."""
        with self._lock:
            self._known.pop(attachment, None)


class Passing:
    """A file as the destination's client reads it, which learns the fingerprint of what passes.

    Attributes:
        name: As people see it; `file` where the source has none.
        size: In bytes.
        content_type: The MIME type; None where nobody knows.
        fingerprint: Of the content, once it was read to its end.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self.name: str = file.name or "file"
        self.content_type: str | None = file.content_type
        self.fingerprint: Fingerprint | None = None
        self.size: int = fingerprint_of(pieces(file)).size if file.size is None else file.size

    def __repr__(self) -> str:
        return f"<Passing {self.size} bytes>"

    def open(self) -> Iterator[bytes]:
        """Starts to read from the first byte."""
        sha256, size = hashlib.sha256(), 0
        for piece in pieces(self._file):
            sha256.update(piece)
            size += len(piece)
            yield piece
        self.fingerprint = Fingerprint(size, sha256.digest())


def fingerprint_of(content: Iterator[bytes]) -> Fingerprint:
    """Reads a file to its end and keeps only its fingerprint.

    Args:
        content: The file's pieces.
    """
    sha256, size = hashlib.sha256(), 0
    for piece in content:
        sha256.update(piece)
        size += len(piece)
    return Fingerprint(size, sha256.digest())


def upload(client: Cliniko, draft: PatientAttachmentDraft, fingerprints: Fingerprints) -> UploadedPatientAttachment:
    """Uploads a patient's file as a stream.

    Args:
        client: The destination's client.
        draft: With the file as `content`.
        fingerprints: Takes down what was uploaded.

    Returns:
        The attachment.

    Raises:
        ConfigurationError: The draft has no file.
        OutcomeUnknown: The file is in the store, and the record may have been made or not.
    """
    if isinstance(draft.content, Unset):
        raise ConfigurationError("patient_attachments: the draft has no content; a mapper puts the file there.")
    passing = Passing(draft.content)
    made = client.patient_attachments.upload(attrs.evolve(draft, content=passing))
    if passing.fingerprint is not None:
        fingerprints.remember(made.id, passing.fingerprint)
    return made


def check_file(client: Cliniko, attachment: str, file: Any, fingerprints: Fingerprints) -> tuple[int, str]:
    """Waits until the destination has processed a file, and compares it with the source's.

    Args:
        client: The destination's client.
        attachment: The attachment's id.
        file: The source's file; read only where its fingerprint isn't known.
        fingerprints: Of what was uploaded.

    Returns:
        The file's size in bytes and its SHA-256.

    Raises:
        FileDiffers: The destination has another file, or did not process it in five minutes.
        ConfigurationError: There is nothing to compare with.
    """
    stored = _processed(client, attachment)
    expected = fingerprints.of(attachment)
    if expected is None and file is None:
        raise ConfigurationError(f"patient_attachments {attachment}: there is no file to compare it with.")
    if expected is None:
        expected = fingerprint_of(pieces(file))
    if stored.size not in (None, expected.size):
        raise _differs(attachment, f"has {stored.size} bytes instead of {expected.size}")
    found = fingerprint(client, attachment)
    if found != (expected.size, expected.digest.hex()):
        raise _differs(attachment, "has other content than the source's")
    fingerprints.forget(attachment)
    return found


def fingerprint(client: Cliniko, attachment: str) -> tuple[int, str]:
    """Downloads a file and returns its size in bytes and its SHA-256.

    Args:
        client: The account's client.
        attachment: The attachment's id.
    """
    with client.patient_attachments.download(attachment) as download:
        found = fingerprint_of(download.chunks())
    return found.size, found.digest.hex()


def _processed(client: Cliniko, attachment: str) -> Any:
    """Reads an attachment again and again until it is processed, each time a little later."""
    clock = client.clock
    start = clock.monotonic()
    pause = 1.0
    while True:
        record = client.patient_attachments.get(attachment)
        if record.processing_completed:
            return record
        now = clock.monotonic()
        if now - start >= _PATIENCE:
            raise FileDiffers(
                f"patient_attachments {attachment} was not processed in the destination within "
                f"{_PATIENCE / 60:.0f} minutes. Run the transfer again later: the file is checked once more, and not "
                "uploaded again."
            )
        clock.sleep_until(min(now + pause, start + _PATIENCE))
        pause = min(pause * 2, _LONGEST_PAUSE)


def _differs(attachment: str, problem: str) -> FileDiffers:
    return FileDiffers(
        f"patient_attachments {attachment} in the destination {problem}. Archive it there and upload the source's file "
        "by hand."
    )
