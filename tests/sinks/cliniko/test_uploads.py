"""Files on their way, and whether they arrived whole."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError, FileDiffers, OutcomeUnknown
from clinikomigrate.sinks.cliniko.uploads import (
    Fingerprint,
    Fingerprints,
    Passing,
    fingerprint_of,
    upload,
)
from clinikomigrate.sinks.pieces import pieces
from clinikomigrate.transfer.follow_ups import CheckFile
from tests.sinks.cliniko.destination import Destination, Pages


@attrs.frozen
class Opened:
    """A file whose `open` gives whatever a source likes."""

    given: Any
    name: str = "scan.txt"
    size: int = 4
    content_type: str | None = None

    def open(self) -> Any:
        """Opens it."""
        return self.given


class Stream:
    """Something with `chunks`, such as a download."""

    def chunks(self) -> Iterator[bytes]:
        """Gives the content."""
        yield from (b"ab", b"cd")


@contextmanager
def around(given: Any) -> Iterator[Any]:
    """Is a context manager around something."""
    yield given


@pytest.mark.parametrize(
    "given",
    [io.BytesIO(b"abcd"), iter([b"ab", b"cd"]), around(Stream()), Stream(), around(iter([b"abcd"]))],
    ids=["file", "iterator", "download", "stream", "managed iterator"],
)
def test_however_a_source_opens_its_files(given: Any) -> None:
    """A file is read whatever its `open` gives."""
    assert b"abcd" == b"".join(pieces(Opened(given)))


def test_a_file_is_closed() -> None:
    """A file is closed when it was read, and also when it was not read to its end."""
    first, second = io.BytesIO(b"abcd"), io.BytesIO(b"abcd")
    list(pieces(Opened(first)))
    reading = pieces(Opened(second))
    next(reading)
    reading.close()

    assert (True, True) == (first.closed, second.closed)


def test_passing() -> None:
    """What passes leaves its fingerprint, each time it passes, and its repr has no name."""
    passing = Passing(Pages("Mira.txt", (b"ab", b"cd")))
    before = passing.fingerprint
    list(passing.open())
    list(passing.open())

    assert before is None
    assert Fingerprint(4, hashlib.sha256(b"abcd").digest()) == passing.fingerprint
    assert "<Passing 4 bytes>" == repr(passing)


def test_unknown_name_and_size() -> None:
    """A file whose source knows neither its name nor its size goes all the same."""
    passing = Passing(Pages(None, (b"ab", b"cd"), announces_size=False))

    assert ("file", 4) == (passing.name, passing.size)


def test_fingerprints_are_few() -> None:
    """The fingerprints kept don't grow with the account: the oldest are forgotten."""
    fingerprints = Fingerprints()
    for number in range(10_001):
        fingerprints.remember(str(number), Fingerprint(number, b""))

    assert 10_000 == len(fingerprints)
    assert fingerprints.of("0") is None
    assert Fingerprint(1, b"") == fingerprints.of("1")


def test_upload_and_check(there: Destination) -> None:
    """A file arrives byte by byte, and is compared without being fetched from the source again."""
    made = there.sink.create(there.draft("patient_attachments")).id
    there.sink.finish("patient_attachments", made, CheckFile())

    row = there.row("patient_attachments", made)
    assert b"first second" == row["content"]
    assert ("scan.txt", "Scan", there.patient) == (row["filename"], row["description"], row["patient_id"])


def test_check_after_a_restart(there: Destination) -> None:
    """Another process, which doesn't remember the upload, reads the source's file to compare."""
    made = there.sink.create(there.draft("patient_attachments")).id
    other = type(there.sink)(there.client)

    other.finish("patient_attachments", made, CheckFile(file=Pages("scan.txt", (b"first second",))))

    with pytest.raises(ConfigurationError, match="no file to compare"):
        other.finish("patient_attachments", made, CheckFile())


@pytest.mark.parametrize(
    ("wrong", "problem"), [(b"first secon", "has 12 bytes instead of 11"), (b"first_second", "other content")]
)
def test_a_file_that_differs(there: Destination, wrong: bytes, problem: str) -> None:
    """A file that isn't the source's is named, with what to do about it."""
    made = there.sink.create(there.draft("patient_attachments")).id
    other = type(there.sink)(there.client)

    with pytest.raises(FileDiffers, match=f"{made} in the destination .*{problem}.*by hand"):
        other.finish("patient_attachments", made, CheckFile(file=Pages("scan.txt", (wrong,))))


def test_a_file_that_is_never_processed(there: Destination) -> None:
    """After five minutes the check gives up, and says that it can be made again later."""
    made = there.fake.add("patient_attachments", patient_id=there.patient, processing_completed=False)
    start = there.fake.clock.monotonic()

    with pytest.raises(FileDiffers, match="Run the transfer again later"):
        there.sink.finish("patient_attachments", made, CheckFile(file=Pages("x", (b"x",))))

    assert 300 <= there.fake.clock.monotonic() - start < 320
    assert len(there.requests("GET", f"/patient_attachments/{made}")) < 20


def test_reply_lost_after_the_upload(there: Destination) -> None:
    """A lost reply to the last step is unknown, as the file may have arrived."""
    there.lose("drop_after", "POST", "/patient_attachments")

    with pytest.raises(OutcomeUnknown):
        there.sink.create(there.draft("patient_attachments"))


def test_file_that_was_not_read() -> None:
    """A file that a client did not read leaves no fingerprint behind."""
    fingerprints = Fingerprints()
    draft = m.PatientAttachmentDraft(patient_id="1", content=Pages("x", (b"x",)))  # type: ignore[arg-type]  # as above

    assert "7" == upload(_Careless(), draft, fingerprints).id  # type: ignore[arg-type]  # nothing but uploads is asked of it
    assert 0 == len(fingerprints)


class _Careless:
    """A client that reads no file."""

    @property
    def patient_attachments(self) -> _Careless:
        """Gives itself."""
        return self

    def upload(self, _: m.PatientAttachmentDraft) -> m.UploadedPatientAttachment:
        """Uploads nothing."""
        return m.UploadedPatientAttachment(id="7")


def test_no_file(there: Destination) -> None:
    """A draft without its file is refused before anything is sent."""
    with pytest.raises(ConfigurationError, match="no content"):
        there.sink.create(m.PatientAttachmentDraft(patient_id=there.patient))


def test_fingerprints_in_threads() -> None:
    """Threads can remember and take at once."""
    fingerprints = Fingerprints()

    def work(start: int) -> None:
        for number in range(start, start + 500):
            fingerprints.remember(str(number), fingerprint_of(iter([b"x"])))
            assert fingerprints.of(str(number)) is not None
            fingerprints.forget(str(number))

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 500, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 0 == len(fingerprints)
