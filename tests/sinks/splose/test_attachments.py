"""Patients' files go into Splose, or lie in the archive folder for a person to add: each once, and whole."""

from __future__ import annotations

import csv
import hashlib
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import Patient, UploadedPatientAttachment
from clinikomigrate.errors import (
    ArchiveError,
    ConnectionFailed,
    FileUnreadable,
    NotFound,
    RateLimited,
    Unsupported,
    UploadInDoubt,
)
from clinikomigrate.sinks.splose import SploseSink, reasons
from clinikomigrate.sinks.splose.archive.archive import RECORDS
from clinikomigrate.sinks.splose.archive.by_hand import HEAD, LIST
from clinikomigrate.sinks.splose.archive.files import AT_WORK, FILES, Filed, Files
from clinikomigrate.sinks.splose.attachments import REFUSED
from clinikomigrate.sinks.splose.documents.attachments import NOT_A_PDF, TOO_LARGE
from clinikomigrate.sinks.splose.documents.filing import LARGEST
from clinikomigrate.sinks.splose.drafts import FileDraft
from clinikomigrate.testing.clinic.files import picture
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.survey import Survey
from tests.sinks.splose.workspace import There, workspace

PDF = b"%PDF-1.7\na referral\n%%EOF\n"
WORD = b"PK\x03\x04 a letter"


@attrs.frozen
class Desk:
    """A workspace with a client, and a sink with an archive folder."""

    there: There
    sink: SploseSink
    folder: Path
    ada: str

    def draft(self, *contents: Any, size: int | None = None, name: str = "letter.docx", **more: Any) -> FileDraft:
        """Makes the draft of a file that gives one content after the other, each time it is read; the last for ever."""
        given: dict[str, Any] = {
            "patient_id": self.ada,
            "file": File(name, size if size is not None else len(contents[-1]), list(contents)),
            "name": "2024-03-14 letter 123.pdf",
            "attachment": "123",
            "patient": "45",
        }
        return FileDraft(**(given | more))

    def laid(self, draft: FileDraft) -> str:
        """Carries a file that isn't for Splose, and gives the reason."""
        with pytest.raises(Unsupported) as caught:
            self.sink.create(draft)
        return str(caught.value)

    def sent(self) -> list[tuple[str, bytes]]:
        """Gives the files that the workspace has."""
        return [(str(row["name"]), bytes(row["content"])) for row in self.there.fake.tables.all("patient_files")]

    def listed(self) -> list[list[str]]:
        """Gives what the list says."""
        with (self.folder / LIST).open(newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        assert tuple(head) == HEAD
        return rows

    def lying(self) -> dict[str, bytes]:
        """Gives the files that are to be added by hand."""
        place = self.folder / FILES
        return {str(each.relative_to(place)): each.read_bytes() for each in place.rglob("*") if each.is_file()}

    def again(self) -> None:
        """Ends the run; the next one begins."""
        self.sink.let_go()


class File:
    """A file that counts how often it is read, and can break."""

    content_type = None

    def __init__(self, name: str, size: int, contents: list[Any]) -> None:
        self.name = name
        self.size = size
        self.contents = contents
        self.read = 0

    def open(self) -> Iterator[bytes]:
        """Gives the next content, in pieces; an error is raised when half of it was given."""
        content = self.contents[min(self.read, len(self.contents) - 1)]
        self.read += 1
        if isinstance(content, Exception):
            yield PDF[:10]
            raise content
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]


BROKEN = ConnectionFailed("the file was cut off", method="GET", path="/patient_attachments/{id}/content", sent=True)
LOST = ConnectionFailed("no route", method="GET", path="/patient_attachments/{id}/content", sent=False)


@pytest.fixture
def desk(there: There, tmp_path: Path) -> Iterator[Desk]:
    """A workspace with Ada in it."""
    folder = tmp_path / "clinic.archive"
    sink = SploseSink(there.client, archive=folder)
    record = UploadedPatientAttachment(id="123", filename="=letter.docx", description="From Dr Sample")
    sink.witness([record, Patient(id="45", first_name="Ada", last_name="Sample")])
    yield Desk(there, sink, folder, there.ada())
    sink.let_go()


def test_a_pdf_goes_as_it_is(desk: Desk) -> None:
    """Nothing is left behind of it, but what it was; sent again it is not."""
    made = desk.sink.create(desk.draft(PDF))
    desk.again()
    again = desk.sink.create(desk.draft(PDF))

    assert desk.sent() == [("2024-03-14 letter 123.pdf", PDF)]
    assert made.id == again.id == str(desk.there.fake.rows("patient_files")[0]["id"])
    assert desk.sink.find(desk.draft(PDF), None) == (made.id,)
    assert desk.sink.find_changed(desk.draft(PDF), None) == ()
    assert desk.listed() == []
    assert desk.lying() == {}
    assert list((desk.folder / AT_WORK).iterdir()) == []
    known = Files(desk.sink._folder.archive).of("123")
    assert known is not None
    assert (known.sha256, known.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert "letter" not in repr(known)


def test_an_image_goes_as_a_pdf(desk: Desk) -> None:
    """Whatever the source calls it."""
    desk.sink.create(desk.draft(picture(bytes(range(200)))))
    ((_, content),) = desk.sent()

    assert content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (WORD, NOT_A_PDF),
        (b"", "it is empty"),
        (b"\x89PNG\r\n\x1a\n and no more", "it is an image that can't be wrapped into a PDF"),
        (PDF + b" " * LARGEST, TOO_LARGE),
        (b"GIF89a" + b" " * LARGEST, TOO_LARGE),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_splose_does_not_take_lies_in_the_folder(desk: Desk, content: bytes, why: str) -> None:
    """As it is in the source, private, and in the list; it is a loss that says where it lies."""
    reason = desk.laid(desk.draft(content))
    (place,) = (desk.folder / FILES).rglob("*.*")

    assert reason == reasons.IN_THE_FOLDER.format(why)
    assert desk.sent() == []
    assert desk.lying() == {"45/123 letter.docx": content}
    assert desk.listed() == [
        ["files/45/123 letter.docx", why, "Ada Sample", desk.ada, "45", "'=letter.docx", "From Dr Sample"]
    ]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert {stat.S_IMODE(each.stat().st_mode) for each in place.parents[:3]} == {0o700}
    assert stat.S_IMODE((desk.folder / LIST).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("../../../etc/passwd", "45/123 etc-passwd"),
        ("/etc/cron.d/x.sh", "45/123 etc-cron-d-x.sh"),
        ("..\\..\\x.exe", "45/123 x.exe"),
        ("CON", "45/123 CON"),
        ("a\x00b\n.d\u202eoc", "45/123 a-b-d-oc"),
        ("診断書.DCM", "45/123 診断書.dcm"),
        ("🙂", "45/123"),
        ("x" * 300 + ".docx", f"45/123 {'x' * 150}.docx"),
        (".htaccess", "45/123 htaccess"),
    ],
)
def test_no_name_of_the_source_chooses_where_a_file_lies(desk: Desk, name: str, place: str) -> None:
    """Ids come first, and nothing but letters, digits and hyphens after them."""
    desk.laid(desk.draft(WORD, name=name))

    assert list(desk.lying()) == [place]


def test_what_lies_there_is_neither_read_nor_listed_twice(desk: Desk) -> None:
    """A later run says the same, and so does a plan, which writes nothing."""
    first = desk.laid(desk.draft(WORD))
    desk.again()
    later = desk.draft(WORD)

    assert desk.sink.foresee_clash(later, ()) == desk.laid(later) == first
    assert later.file.read == 0
    assert len(desk.listed()) == 1
    assert desk.sink.find(later, None) == ()


def test_what_was_taken_out_counts_as_added(desk: Desk) -> None:
    """It isn't laid there again, and the next run takes it off the list."""
    desk.laid(desk.draft(WORD))
    shutil.rmtree(desk.folder / FILES / "45")
    desk.again()
    later = desk.draft(WORD)

    assert desk.sink.foresee_clash(later, ()) == desk.laid(later) == reasons.TAKEN_OUT
    assert desk.listed() == []
    assert desk.lying() == {}


def test_what_is_not_whole_any_more_is_laid_there_again(desk: Desk) -> None:
    """And stands in the list once."""
    desk.laid(desk.draft(WORD))
    (desk.folder / FILES / "45" / "123 letter.docx").write_bytes(WORD[:5])
    desk.again()

    assert desk.sink.foresee_clash(desk.draft(WORD), ()) is None
    desk.laid(desk.draft(WORD))
    assert desk.lying() == {"45/123 letter.docx": WORD}
    assert len(desk.listed()) == 1


def test_a_patient_who_was_merged_since_is_another_client(desk: Desk) -> None:
    """The list names who remains; the file isn't read again."""
    desk.laid(desk.draft(WORD))
    bea = desk.there.ada(firstname="Bea")
    winner = Patient(id="46", first_name="Bea", last_name="Sample")
    desk.sink.witness([winner, Patient(id="45", merged_with_patient=Ref("patients", "46"))])
    later = desk.draft(WORD, patient_id=bea)

    assert desk.sink.foresee_clash(later, ()) is None
    desk.laid(later)
    assert [row[2:5] for row in desk.listed()] == [["Bea Sample", bea, "45"]]
    assert later.file.read == 0


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Desk]:
    """A workspace that takes no files for archived clients, with Ada in its archive."""
    with workspace(refuses_archived_parents=True) as there:
        sink = SploseSink(there.client, archive=tmp_path / "strict.archive")
        sink.witness([UploadedPatientAttachment(id="123", filename="scan.pdf"), Patient(id="45", first_name="Ada")])
        yield Desk(there, sink, tmp_path / "strict.archive", there.ada(archived=True))
        sink.let_go()


def revive(desk: Desk) -> None:
    """Takes Ada out of the archive, as a person does, and begins the next run."""
    desk.there.fake.tables.at("patients", int(desk.ada)).update(archived=False, deletedAt=None)
    next_run(desk)


def next_run(desk: Desk) -> None:
    """Ends the run and begins the next one."""
    desk.again()
    list(desk.sink.prepare(Survey(None), {}))


def uploads(desk: Desk) -> int:
    """Counts how often a file was sent."""
    return sum(line.endswith("/file") for line in desk.there.writes())


REFUSED_ONE = reasons.IN_THE_FOLDER.format(reasons.ARCHIVED_CLIENT)


def test_a_file_of_a_client_who_is_archived_lies_in_the_folder(strict: Desk) -> None:
    """It isn't tried again as long as the client is archived."""
    draft = strict.draft(PDF, name="scan.pdf")
    for _ in range(2):
        assert strict.laid(draft) == REFUSED_ONE
        next_run(strict)

    assert strict.sink.foresee_clash(draft, ()) == REFUSED_ONE
    assert [row[:2] for row in strict.listed()] == [["files/45/123 scan.pdf", reasons.ARCHIVED_CLIENT]]
    assert uploads(strict) == 1


def test_a_file_goes_once_its_client_is_live(strict: Desk) -> None:
    """Once, and it is in the folder and on the list no more."""
    draft = strict.draft(PDF, name="scan.pdf")
    strict.laid(draft)
    revive(strict)
    left = strict.sink.foresee_clash(draft, ())
    made = strict.sink.create(draft)
    next_run(strict)
    again = strict.sink.create(draft)

    assert left is None
    assert strict.sent() == [("2024-03-14 letter 123.pdf", PDF)]
    assert made.id == again.id
    assert (strict.listed(), strict.lying()) == ([], {})


def test_a_file_that_a_person_added_meanwhile_is_not_sent(strict: Desk) -> None:
    """Whoever takes it out of the folder has added it, also after a second try that came to nothing."""
    draft = strict.draft(PDF, name="scan.pdf")
    strict.laid(draft)
    revive(strict)
    strict.there.fake.faults.add("refuse", when=lambda each: each.path.endswith("/file"), every=1)
    with pytest.raises(ConnectionFailed):
        strict.sink.create(draft)
    strict.there.fake.faults.clear()
    listed = strict.listed()
    shutil.rmtree(strict.folder / FILES / "45")
    next_run(strict)

    assert len(listed) == 1
    assert strict.laid(draft) == reasons.TAKEN_OUT
    assert strict.sent() == []


def test_a_second_try_whose_answer_was_lost(strict: Desk) -> None:
    """The file lies in one place only, where a person is to look."""
    draft = strict.draft(PDF, name="scan.pdf")
    strict.laid(draft)
    revive(strict)
    strict.there.fake.faults.add("drop_after", when=lambda each: each.path.endswith("/file"), every=1, times=1)
    with pytest.raises(UploadInDoubt):
        strict.sink.create(draft)

    assert (strict.listed(), strict.lying()) == ([], {})
    assert len(list((strict.folder / "in-doubt").glob("*/*.pdf"))) == 1


def test_a_client_is_called_in_the_list_as_in_splose(desk: Desk) -> None:
    """Where Splose's answer said it; where nobody knows, there is no name."""
    desk.sink._folder.note_client(desk.ada, "Ada S.")
    desk.laid(desk.draft(WORD))
    desk.laid(desk.draft(WORD, attachment="124", patient="99", patient_id="7"))

    assert [row[2] for row in desk.listed()] == ["Ada S.", ""]


def test_a_run_that_died_in_between(desk: Desk) -> None:
    """What it left half done is gone, and what it laid out without a line gets one."""
    archive = desk.sink._folder.archive
    place = desk.folder / FILES / "45"
    place.mkdir(parents=True)
    (place / "123 letter.docx").write_bytes(WORD)
    Files(archive).note(Filed("123", desk.ada, "45", "45/123 letter.docx", NOT_A_PDF, len(WORD), "-"))
    (desk.folder / AT_WORK / "9").mkdir(parents=True)
    desk.again()
    desk.sink.witness([])

    assert [row[0] for row in desk.listed()] == ["files/45/123 letter.docx"]
    assert not (desk.folder / AT_WORK).exists()


@pytest.mark.parametrize("contents", [(BROKEN, BROKEN, PDF), (PDF[:20], PDF), (OSError(5, "Input/output error"), PDF)])
def test_a_file_that_breaks_off_is_read_again(desk: Desk, contents: tuple[Any, ...]) -> None:
    """A few times."""
    desk.sink.create(desk.draft(*contents))

    assert desk.sent() == [("2024-03-14 letter 123.pdf", PDF)]


@pytest.mark.parametrize(
    ("contents", "error", "said"),
    [
        ((BROKEN,), FileUnreadable, "broke off, each of 3 times"),
        ((PDF + b"more",), FileUnreadable, "has 30 bytes, and the source says that it has 26"),
        ((OSError(5, "Input/output error"),), FileUnreadable, r"could not be read \(Input/output error\)"),
        ((LOST,), ConnectionFailed, "no route"),
        ((NotFound(status=404, method="GET", path="/patient_attachments/{id}/content"),), NotFound, "content"),
    ],
)
def test_a_file_that_can_not_be_read(desk: Desk, contents: tuple[Any, ...], error: type[Exception], said: str) -> None:
    """Nothing is sent, nothing lies anywhere, and a later run finds nothing done."""
    with pytest.raises(error, match=said):
        desk.sink.create(desk.draft(*contents, size=len(PDF)))

    assert desk.sent() == []
    assert desk.lying() == {}
    assert desk.sink.find(desk.draft(PDF), None) == ()


def failing(desk: Desk, kind: FaultKind) -> None:
    """Lets uploads fail."""
    uploading: Callable[[LoggedRequest], bool] = lambda request: request.path.endswith("/file")  # noqa: E731 - a short one
    desk.there.fake.faults.add(kind, when=uploading, every=1, times=99)


def test_a_lost_answer(desk: Desk) -> None:
    """A person looks; neither the error nor the id says what the source calls the file."""
    failing(desk, "drop_after")
    for _ in range(2):
        with pytest.raises(UploadInDoubt, match=r"the file whose name ends in 123\.pdf is among the files of client"):
            desk.sink.create(desk.draft(PDF))
    assert desk.sink.find(desk.draft(PDF), None) == ()
    (waiting,) = (desk.folder / "in-doubt" / desk.ada).iterdir()
    waiting.unlink()
    renamed = desk.draft(PDF, name="2024-03-14 other 123.pdf")

    assert desk.sink.create(renamed).id == "by-hand:123"
    assert desk.sink.find(renamed, None) == ("by-hand:123",)
    assert len(desk.sent()) == 1


def test_what_was_not_sent_goes_under_its_first_name_later(desk: Desk) -> None:
    """So that it can't go twice, whatever it is called by then."""
    failing(desk, "429")
    with pytest.raises(RateLimited):
        desk.sink.create(desk.draft(PDF))
    desk.there.fake.faults.clear()
    desk.sink.create(desk.draft(PDF, name="2024-03-14 other 123.pdf"))

    assert desk.sent() == [("2024-03-14 letter 123.pdf", PDF)]


def test_what_splose_refuses_lies_in_the_folder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a PDF that it takes for none."""
    monkeypatch.setattr("clinikomigrate.testing.splose.special.LARGEST_FILE", 3)

    assert desk.laid(desk.draft(PDF)) == reasons.IN_THE_FOLDER.format(REFUSED)
    next_run(desk)
    assert desk.laid(desk.draft(PDF)) == reasons.IN_THE_FOLDER.format(REFUSED)
    assert uploads(desk) == 1
    assert desk.lying() == {"45/123 letter.docx": PDF}
    assert [row[1] for row in desk.listed()] == [REFUSED]


def test_a_disk_that_is_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and ends the run; nothing is sent."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ArchiveError, match="No space left on device"):
        desk.sink.create(desk.draft(PDF))
    monkeypatch.setattr("clinikomigrate.sinks.splose.archive.folder.explain", full)
    desk.again()
    with pytest.raises(ArchiveError, match="No space left on device"):
        desk.sink.witness([])

    assert desk.sent() == []


def test_a_copy_that_is_not_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies there is looked at, and noted only when it is as long as what came."""
    monkeypatch.setattr(Files, "lies", lambda *_: False)
    with pytest.raises(FileUnreadable, match="another length"):
        desk.sink.create(desk.draft(WORD))

    assert Files(desk.sink._folder.archive).of("123") is None


def test_a_folder_of_another_transfer(there: There, tmp_path: Path) -> None:
    """Nothing is written into it."""
    first, second = (SploseSink(there.client, archive=tmp_path / "archive") for _ in range(2))
    for sink, source in ((first, "1"), (second, "9")):
        sink._folder.between(source, "2")
    first.witness([])
    first.let_go()
    with pytest.raises(ArchiveError, match=r"between other accounts\. Give this one a folder of its own"):
        second.witness([Patient(id="45")])
    second.let_go()
    first.witness([])
    first.let_go()


def test_what_it_costs_and_what_is_foreseen(desk: Desk) -> None:
    """One request to send; none to lay in the folder, and none to change: a file can't be renamed."""
    draft = desk.draft(PDF, name="scan.pdf")

    assert (desk.sink.cost(draft), desk.sink.cost(draft, change=True)) == (1, 0)
    assert desk.sink.foresee_refusal(draft) is None
    assert desk.sink.foresee_refusal(desk.draft(WORD)) == reasons.IN_THE_FOLDER.format(NOT_A_PDF)
    assert [loss.reason for loss in desk.sink.update("1", draft).losses] == [reasons.FILE_RENAMED]
    assert desk.sink.look_up_key(draft) == ("patient_attachments", "123")
    with pytest.raises(NotImplementedError):
        desk.sink.read("patient_attachments", ["1"])


def test_without_a_folder_nothing_is_known(there: There, tmp_path: Path) -> None:
    """A plan makes none."""
    sink = SploseSink(there.client, archive=tmp_path / "archive")
    draft = FileDraft(patient_id="1", attachment="123")

    assert sink.foresee_clash(draft, ()) is None
    assert not (tmp_path / "archive" / RECORDS).exists()


def begun_anew(desk: Desk) -> str:
    """Deletes the client by hand, as Splose does it, and lets another transfer make her again; gives the new id."""
    desk.again()
    now = desk.there.fake.time_text()
    desk.there.fake.tables.at("patients", int(desk.ada)).update(archived=True, deletedAt=now, updatedAt=now)
    return desk.there.ada()


@pytest.mark.parametrize("trouble", [None, "drop_after", "429"])
def test_a_transfer_that_begins_anew_sends_files_to_its_own_clients(desk: Desk, trouble: FaultKind | None) -> None:
    """What the folder knows of an earlier transfer's clients is of no use to the new ones, sent or in doubt."""
    if trouble is not None:
        failing(desk, trouble)
        with pytest.raises((UploadInDoubt, RateLimited)):
            desk.sink.create(desk.draft(PDF))
        desk.there.fake.faults.clear()
    else:
        desk.sink.create(desk.draft(PDF))
    ada = begun_anew(desk)
    draft = desk.draft(PDF, patient_id=ada)

    assert desk.sink.find(draft, None) == ()

    made = desk.sink.create(draft)
    (row,) = (row for row in desk.there.fake.rows("patient_files") if str(row["patientId"]) == ada)

    assert str(row["id"]) == made.id
    assert desk.sink.find(draft, None) == (made.id,)


def test_a_transfer_that_begins_anew_lays_out_what_a_person_added_to_earlier_clients(desk: Desk) -> None:
    """The list names the new client, of what still lies there too."""
    other: dict[str, Any] = {"attachment": "124", "name": "other.docx"}
    desk.laid(desk.draft(WORD))
    desk.laid(desk.draft(WORD, **other))
    (desk.folder / FILES / "45" / "123 letter.docx").unlink()
    ada = begun_anew(desk)
    later = desk.draft(WORD, patient_id=ada, **other)

    assert desk.laid(desk.draft(WORD, patient_id=ada)) == reasons.IN_THE_FOLDER.format(NOT_A_PDF)
    assert desk.laid(later) == reasons.IN_THE_FOLDER.format(NOT_A_PDF)
    assert later.file.read == 0
    assert desk.lying() == {"45/123 letter.docx": WORD, "45/124 other.docx": WORD}
    assert [row[3] for row in desk.listed()] == [ada, ada]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_that_went_to_a_patient_who_was_merged_since(desk: Desk, is_there: bool) -> None:
    """It counts as long as that client is there; what is doubled does less harm than what is gone."""
    desk.sink.create(desk.draft(PDF))
    desk.sink.witness([Patient(id="46"), Patient(id="45", merged_with_patient=Ref("patients", "46"))])
    bea = desk.there.ada(firstname="Bea") if is_there else begun_anew(desk)
    desk.sink.create(desk.draft(PDF, patient_id=bea))

    assert [str(row["patientId"]) for row in desk.there.fake.rows("patient_files")] == [
        desk.ada,
        *([] if is_there else [bea]),
    ]
