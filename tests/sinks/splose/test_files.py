"""What becomes of the record of a patient's file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import foreseen, reasons
from clinikomigrate.sinks.splose.documents.attachments import EMPTY, NOT_A_PDF, TOO_LARGE
from clinikomigrate.sinks.splose.documents.filing import LARGEST
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.source import SourceFile
from tests.sinks.splose.samples import losses, mapped, skipped

EVENING = datetime(2024, 3, 13, 22, 30, tzinfo=UTC)


def attachment(**more: Any) -> m.UploadedPatientAttachment:
    """Makes a file's record."""
    given: dict[str, Any] = {
        "id": "123",
        "patient": Ref("patients", "45"),
        "created_at": EVENING,
        "filename": "scan0001.pdf",
    }
    return m.UploadedPatientAttachment(**(given | more))


def test_a_file_goes_with_its_name_and_to_its_patient() -> None:
    """The file itself is fetched when it is about to be sent."""
    draft = mapped(attachment()).draft

    assert (draft.patient_id, draft.attachment, draft.patient) == (Ref("patients", "45"), "123", "45")
    assert draft.file == Fetch("file", (Ref("patient_attachments", "123"),))


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, "2024-03-14 scan0001 123.pdf"),
        ({"description": "MRI: left knee (old)"}, "2024-03-14 scan0001 MRI-left-knee-old 123.pdf"),
        ({"archived_at": EVENING}, "2024-03-14 archived scan0001 123.pdf"),
        ({"filename": None, "created_at": None}, "0000-00-00 attachment 123.pdf"),
        ({"filename": "../../etc/passwd"}, "2024-03-14 etc-passwd 123.pdf"),
        ({"filename": "C:\\CON\\aux.pdf\n\x00"}, "2024-03-14 C-CON-aux-pdf 123.pdf"),
        ({"filename": "a\u202egpj.pdf"}, "2024-03-14 a-gpj 123.pdf"),
        ({"filename": "診断書.pdf", "description": "Überweisung «B»"}, "2024-03-14 診断書 Überweisung-B 123.pdf"),
    ],
)
def test_names_sort_by_day_and_say_what_a_file_is(more: dict[str, Any], name: str) -> None:
    """The day in the clinic's own zone, the file's name and its description as far as names have them, the id."""
    assert mapped(attachment(**more)).draft.name == name


def test_names_have_room_on_every_file_system() -> None:
    """However long the source's are; what doesn't fit is a loss, and a letter is never cut in two."""
    result = mapped(attachment(filename="ü" * 251 + ".pdf", description="診" * 255, archived_at=EVENING, id="9" * 19))

    assert len(result.draft.name.encode()) <= 250
    assert "\ufffd" not in result.draft.name
    assert losses(result) == dict.fromkeys(("filename", "description"), reasons.FILE_NAME)


def test_what_has_no_letter_is_a_loss() -> None:
    """A description that no name can have a part of is one; a blank one is none."""
    assert losses(mapped(attachment(description="🙂"))) == {"description": reasons.FILE_NAME}
    assert losses(mapped(attachment(description=" ", filename=""))) == {}


def test_what_splose_takes_with_no_file_is_lost() -> None:
    """Who put it there, and whether it is pinned."""
    found = losses(mapped(attachment(user=Ref("users", "1"), pinned_at=EVENING, category="x")))

    assert found == dict.fromkeys(("user", "pinned_at", "category"), reasons.NOT_WITH_FILES)


def test_an_archive_that_the_product_made_stays() -> None:
    """It is no part of the record."""
    assert skipped(m.FullPatientExport(id="1", patient=Ref("patients", "45"))).reason == reasons.EXPORT
    assert skipped(attachment(patient=None)).lost


def file(name: str | None, kind: str | None, size: int | None) -> SourceFile:
    """Makes a file of the source that nobody reads."""
    return SourceFile(name, kind, size, lambda: pytest.fail("it was read"))


@pytest.mark.parametrize(
    ("name", "kind", "size", "why"),
    [
        ("scan.pdf", "application/pdf", LARGEST, None),
        ("scan.pdf", "application/pdf; charset=binary", None, None),
        ("scan", "image/PNG", 5, None),
        ("scan.pdf", "application/pdf", LARGEST + 1, TOO_LARGE),
        ("scan.pdf", "application/pdf", 0, EMPTY),
        ("scan.pdf", "application/msword", 5, NOT_A_PDF),
        ("scan.PDF", None, 5, None),
        ("a/b.jpeg", "invalid/invalid", 5, None),
        ("scan.docx", "application/octet-stream", 5, NOT_A_PDF),
        (None, None, None, NOT_A_PDF),
    ],
)
def test_where_a_file_will_go_is_foreseen(
    name: str | None, kind: str | None, size: int | None, why: str | None
) -> None:
    """By its type and its size; by its name where nobody knows its type."""
    assert foreseen.why_not(file(name, kind, size)) == why


class Own:
    """A file of a mapper's own."""

    name, content_type, size = "own.pdf", None, 7


def test_a_file_of_a_mapper_s_own_is_looked_at_too() -> None:
    """It says how long it is."""
    assert foreseen.why_not(Own()) is None
    assert foreseen.size_of(Own()) == 7
