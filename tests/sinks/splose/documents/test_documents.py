"""A patient's record as PDF documents."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError, TransferError
from clinikomigrate.sinks.answers import says
from clinikomigrate.sinks.splose.documents import Documents, Visit
from clinikomigrate.sinks.splose.documents.markup import paragraphs
from tests.sinks.splose.documents.clinic import named, records, texts
from tests.sinks.splose.documents.pdf import FONTS, body_of, holds, shown, squeezed, text_of
from tests.sinks.splose.documents.samples import LATER, PATIENT, WHEN, nobody, paragraph_note, record

MELBOURNE = ZoneInfo("Australia/Melbourne")


@cache
def _documents() -> Documents:
    return Documents(nobody)


def test_all_that_a_clinic_wrote_can_be_found_in_its_documents(tmp_path: Path) -> None:
    """Each answer, option, title, alert, message and remark of a generated clinic, in whatever script."""
    patients, names = records(10, seed=3)
    collected = Documents(partial(named, names), zone=MELBOURNE, arrangement="collected")
    made = 0
    for number, patient in enumerate(patients):
        folder = tmp_path / str(number)
        folder.mkdir()
        documents = list(collected.write(patient, folder))
        if not documents:
            continue
        (document,) = documents
        made += 1
        found = squeezed(body_of(*document.paths))

        assert [text for text in texts(patient) if says(text) and not holds(found, text)] == []
        assert [character for character in set(found) if not FONTS.has(character)] == []
        assert all(path.stat().st_size <= 5_000_000 for path in document.paths)
        assert {ref.id for ref in document.holds} >= {each.id for each in (*patient.notes, *patient.forms)}
    assert made > 6


def test_each_note_and_form_has_a_document_and_the_rest_has_one(tmp_path: Path) -> None:
    """Names sort by date; each document says what it holds."""
    form = m.PatientForm(id="9", name="Intake", created_at=LATER)
    alert = m.MedicalAlert(id="8", name="Latex", created_at=WHEN)
    notes = [paragraph_note("b", id="2", created_at=LATER), paragraph_note("a", id="1"), paragraph_note("c", id="3")]

    made = list(_documents().write(record(*notes, forms=[form], alerts=[alert]), tmp_path))

    assert [
        "2024-03-13 treatment-note 1.pdf",
        "2024-03-13 treatment-note 3.pdf",
        "2024-07-01 treatment-note 2.pdf",
        "2024-07-01 patient-form 9.pdf",
        "2024-03-13 patient-record 42.pdf",
    ] == [document.paths[0].name for document in made]
    assert (Ref("treatment_notes", "1"),) == made[0].holds
    assert (Ref("medical_alerts", "8"),) == made[-1].holds


def test_a_patient_of_whom_nothing_is_written_has_no_document(tmp_path: Path) -> None:
    """No empty files, in either arrangement."""
    assert list(_documents().write(record(), tmp_path)) == []
    assert list(Documents(nobody, arrangement="collected").write(record(), tmp_path)) == []


def test_each_page_says_whose_it_is_and_which_of_how_many(tmp_path: Path) -> None:
    """A page that was printed alone can be put back."""
    (document,) = _documents().write(record(paragraph_note("<p>long</p>" * 150)), tmp_path)
    pages = PdfReader(document.paths[0]).pages

    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert "Zoë Hollowell\nBorn 1 April 1990 · Cliniko patient 42 · reference OLD 7" in text
        assert f"Treatment note 1, copied from Cliniko Page {number} of {len(pages)}" in text


def test_what_is_not_known_of_a_patient_is_said(tmp_path: Path) -> None:
    """No name, no birth date, no date of the note."""
    bare = record(paragraph_note("x", created_at=None, finalized_at=None), patient=m.Patient(id="7"))

    (document,) = _documents().write(bare, tmp_path)

    assert document.paths[0].name == "0000-00-00 treatment-note 1.pdf"
    assert "(no name)\nBirth date unknown · Cliniko patient 7\n" in text_of(document.paths[0])


def test_the_same_record_makes_the_same_bytes_with_its_own_properties(tmp_path: Path) -> None:
    """Digests stay; title, language and date are the record's."""
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    one, other = (
        next(Documents(nobody, zone=MELBOURNE).write(record(paragraph_note("שלום <b>x</b>")), folder)).paths[0]
        for folder in folders
    )

    assert one.read_bytes() == other.read_bytes()
    assert one.name == "2024-03-14 treatment-note 1.pdf"
    reader = PdfReader(one)
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.creation_date) == ("Treatment note: Zoë Hollowell", WHEN)
    assert reader.metadata.subject == "Patient's record"
    assert str(reader.root_object["/Lang"]) == "en"


def test_the_outline_leads_to_each_note(tmp_path: Path) -> None:
    """A record of a hundred notes can be found one's way in."""
    collected = Documents(nobody, arrangement="collected")
    (document,) = collected.write(record(paragraph_note("a"), paragraph_note("b", id="2", title="Review")), tmp_path)

    outline: Any = PdfReader(document.paths[0]).outline
    chapter, notes = outline

    assert chapter["/Title"] == "Treatment notes"
    assert [note["/Title"] for note in notes] == ["13 March 2024: Initial consult", "13 March 2024: Review"]


def test_files_are_nobody_elses_and_never_overwritten(tmp_path: Path) -> None:
    """They hold a patient's record."""
    (document,) = _documents().write(record(paragraph_note("a")), tmp_path)

    assert document.paths[0].stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        list(_documents().write(record(paragraph_note("a")), tmp_path))


def test_what_is_too_large_for_one_file_goes_on_in_others(tmp_path: Path) -> None:
    """Nothing is lost or doubled where one part ends, and each part says which of how many it is."""
    words = [f"word{number}" for number in range(4_500)]
    note = paragraph_note(*(f"<p>{' '.join(words[start : start + 500])}</p>" for start in range(0, 4_500, 500)))

    (document,) = Documents(nobody, largest=38_000).write(record(note), tmp_path)

    count = len(document.paths)
    assert count > 2
    assert sorted(tmp_path.iterdir()) == list(document.paths)
    assert document.paths[1].name == f"2024-03-13 treatment-note 1 part 2 of {count}.pdf"
    assert all(path.stat().st_size <= 38_000 for path in document.paths)
    text = text_of(*document.paths)
    assert [word for word in text.split() if word.startswith("word")] == words
    assert f"Treatment note 1, copied from Cliniko, part 2 of {count} Page 1 of" in text


def test_parts_get_smaller_until_they_fit_or_a_page_is_too_large(tmp_path: Path) -> None:
    """Fonts can take more room than was thought; a page that can't fit is an error and no loss."""
    note = paragraph_note(*(chr(0x100 + number) * 300 for number in range(60)))

    (document,) = Documents(nobody, largest=32_000).write(record(note), tmp_path)

    assert all(path.stat().st_size <= 32_000 for path in document.paths)
    with pytest.raises(TransferError, match="One page"):
        list(Documents(nobody, largest=5_000).write(record(paragraph_note("a", id="2")), tmp_path))


def test_characters_that_no_font_has_are_counted_and_written_as_numbers(tmp_path: Path) -> None:
    """Nothing becomes a silent box."""
    note = paragraph_note("<p>🦵 and 日本, 🦵</p>")

    (document,) = _documents().write(record(note, patient=m.Patient(id="1", last_name="李")), tmp_path)

    assert {0x1F9B5: 2, 0x65E5: 1, 0x672C: 1, 0x674E: 1} == document.missing
    text = text_of(document.paths[0])
    assert "[U+1F9B5] and [U+65E5][U+672C], [U+1F9B5]" in text
    assert "[U+674E]" in text


def test_arabic_and_hebrew_words_can_be_found_and_are_seen(tmp_path: Path) -> None:
    """Words are whole and in logical order, with their vowel signs; something stands on the page."""
    note = paragraph_note("<p>مريض جديد حدّاد</p><p>שִׁירָה כהן</p><p>Sam سام x</p>")

    (document,) = _documents().write(record(note), tmp_path)

    text = normalize("NFD", squeezed(text_of(document.paths[0])))
    words = [normalize("NFD", word) for word in ("مريض", "جديد", "حدّاد", "שִׁירָה", "כהן", "سام")]
    assert [word for word in words if word not in text] == []
    image = pypdfium2.PdfDocument(document.paths[0])[0].render(scale=1).to_pil().convert("L")
    dark = sum(1 for value in image.tobytes() if value < 128)
    assert 500 < dark < 40_000


HOSTILE = [
    "x" * 100_000,
    " " * 5_000 + "end",
    "<b>" * 20_000 + "deep",
    "<blockquote>" * 200 + "deep",
    "<ul><li>" * 100 + "deep",
    "<table>" + "<tr><td>a</td><td>b</td></tr>" * 2_000 + "</table>",
    "\x00\x01\x07\x1b\x7f\x85 \ud800 \udfff \ufdd0 \uffff \ue000",
    "\u202e\u202d\u2066\u2067\u200f\u200b\u200d\u061cabc\u202c\u2069",
    "e" + "\u0301" * 2_000,
    "א" * 3_000 + " (" * 500,
    "<p><b>never <i>closed <a href='x'>link",
    "</p></b>< b > <3 a<b &lt &amp; &#0; &#xD800;",
    "{nb} **bold** __under__ --x-- [link](https://x.example)",
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_nothing_that_is_written_stops_a_document(number: int, tmp_path: Path) -> None:
    """Huge words, broken HTML, control characters, marks without letters: all of it is somewhere on a page."""
    text = HOSTILE[number]

    (document,) = _documents().write(record(paragraph_note(text)), tmp_path)

    found = squeezed(text_of(*document.paths))
    if number == 0:
        assert found.count("x") == 100_000
    elif number in {11, 12}:
        assert squeezed(shown("".join(part.text for part in paragraphs(text)))) in found
    elif number in {1, 2, 3, 4}:
        assert found.count("end" if number == 1 else "deep") == 1
    elif number == 6:
        assert "[U+0000][U+0001][U+0007][U+001B][U+007F]" in found
        assert "[U+D800][U+DFFF][U+FDD0][U+FFFF][U+E000]" in found


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200), seed=st.integers(0, 10**9))
def test_any_text_can_be_written(text: str, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Of any characters at all."""
    folder = tmp_path_factory.mktemp(f"any{seed}")
    patient = m.Patient(id="1", first_name=text[:20], last_name=text[20:])

    (document,) = _documents().write(record(paragraph_note(text, title=text), patient=patient), folder)

    assert len(PdfReader(document.paths[0]).pages) >= 1


def test_a_collected_record_tells_chapter_by_chapter(tmp_path: Path) -> None:
    """Alerts first, then cases, appointments, notes, forms and communications."""
    visit = Visit(m.IndividualAppointment(id="5", starts_at=datetime(2024, 1, 2, tzinfo=UTC)))
    everything = record(
        paragraph_note("n"),
        alerts=[m.MedicalAlert(id="1", name="Latex")],
        cases=[m.PatientCase(id="2", name="Knee")],
        visits=[Visit(m.IndividualAppointment(id="6")), visit],
        forms=[m.PatientForm(id="3", name="Intake")],
        communications=[m.SmsCommunication(id="4", content="hello", type="SMS")],
    )

    (document,) = Documents(nobody, arrangement="collected").write(everything, tmp_path)

    text = text_of(document.paths[0])
    heads = ["Medical alerts", "Cases", "Appointments", "Treatment notes", "Patient forms", "Communications"]
    places = [text.index(f"{head}\n") for head in heads]
    assert places == sorted(places)
    assert text.index("(no date)") < text.index("2 January 2024")


def test_an_arrangement_that_there_is_not_is_refused() -> None:
    """Before anything is made."""
    arrangement: Any = "all"

    with pytest.raises(ConfigurationError, match='"each" or "collected"'):
        Documents(nobody, arrangement=arrangement)


def test_a_record_shows_nothing_of_itself() -> None:
    """Its repr has no patient's data."""
    assert "Hollowell" not in repr(record(paragraph_note("secret"))) + repr(PATIENT)
    assert "secret" not in repr(record(paragraph_note("secret")))


def test_a_later_document_says_which_it_is(tmp_path: Path) -> None:
    """In its name, in its first line and on each page; it stands beside the earlier ones."""
    alert = m.MedicalAlert(id="8", name="Latex", created_at=WHEN)
    note, rest = _documents().write(record(paragraph_note("a", id="1"), alerts=[alert]), tmp_path, earlier=2)

    assert note.paths[0].name == "2024-03-13 treatment-note 1 version 3.pdf"
    assert rest.paths[0].name == "2024-03-13 patient-record 42 addition 2.pdf"
    assert body_of(*note.paths).startswith("Version 3. It was changed in Cliniko after")
    assert body_of(*rest.paths).startswith("Addition 2. It holds only what is new")
    assert "Patient record 42, addition 2, copied from Cliniko" in text_of(*rest.paths)
