"""Drawn signatures on the pages of documents."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.documents import Document, Documents
from tests.sinks.splose.documents.pdf import body_of, text_of
from tests.sinks.splose.documents.samples import WHEN, nobody, record
from tests.sinks.test_pictures import data

DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100">'
    '<path d="M10 80 C 40 10, 65 10, 95 80 S 150 150, 250 80" stroke="red" stroke-width="3" fill="none"/></svg>'
)


def photographed(size: tuple[int, int] = (300, 100)) -> str:
    """Makes a picture that no compression makes smaller."""
    into = BytesIO()
    Image.frombytes("RGB", size, Random(5).randbytes(size[0] * size[1] * 3)).save(into, "PNG")
    return data(into.getvalue(), "image/png")


def form(*ids: str, id: str = "8") -> m.PatientForm:
    """Makes a form with signatures."""
    questions = tuple(m.Question(name=f"Sign {each}", type="signature", signature_id=each) for each in ids)
    return m.PatientForm(
        id=id, name="Consent", created_at=WHEN, content=m.Content(sections=(m.Section(questions=questions),))
    )


def written(folder: Path, images: dict[str, str], *forms: m.PatientForm, **settings: Any) -> Document:
    """Writes a document."""
    signatures = {id: m.Signature(id=id, image=image) for id, image in images.items()}
    documents = Documents(nobody, signatures=signatures.get, **settings)
    (document,) = documents.write(record(forms=forms), folder)
    return document


def pictures(document: Document) -> int:
    """Counts the pictures in a document."""
    return sum(len(page.images) for path in document.paths for page in PdfReader(path).pages)


def inked(path: Path) -> list[float]:
    """Says where on the first page there is red ink, in millimetres: left, top, right, bottom; nothing for nowhere."""
    image = pypdfium2.PdfDocument(path)[0].render(scale=4 * 25.4 / 72).to_pil().convert("HSV")
    box = image.getchannel("S").point(lambda value: 255 if value > 128 else 0).getbbox()
    return [] if box is None else [value / 4 for value in box]


@pytest.mark.parametrize("arrangement", ["each", "collected"])
def test_a_drawing_stands_in_the_form_s_document(tmp_path: Path, arrangement: str) -> None:
    """Below the words, beside its question; as lines, so that it is as sharp as it was drawn."""
    document = written(tmp_path, {"77": DRAWN}, form("77"), arrangement=arrangement)
    (path,) = document.paths
    left, top, right, bottom = inked(path)

    assert "Sign 77 Signed. The drawn signature is number 77 in Cliniko." in text_of(path).replace("\n", " ")
    assert 72 < left < right < 72 + 80
    assert right - left == pytest.approx(240 / 300 * 80, abs=2)
    assert 30 < top < bottom < 110
    assert pictures(document) == 0


def test_a_picture_stands_there_as_it_is(tmp_path: Path) -> None:
    """Pixel by pixel, as long as it isn't finer than what is printed."""
    image = photographed()
    document = written(tmp_path, {"77": image}, form("77"))
    (found,) = PdfReader(document.paths[0]).pages[0].images
    original = Image.open(BytesIO(base64.b64decode(image.partition(",")[2])))

    assert found.image is not None
    assert found.image.convert("RGB").tobytes() == original.tobytes()


def test_signatures_go_on_on_the_next_page(tmp_path: Path) -> None:
    """Each whole, and with its words."""
    ids = [str(number) for number in range(70, 80)]
    document = written(tmp_path, {id: photographed((300, int(id))) for id in ids}, form(*ids))
    (path,) = document.paths
    pages = PdfReader(path).pages

    assert len(pages) > 1
    assert [len(page.images) for page in pages] == [page.extract_text().count("Signed.") for page in pages]
    assert pictures(document) == len(ids)


def test_heavy_pictures_go_into_several_files(tmp_path: Path) -> None:
    """None of them is too large, and none of the pictures is lost or stands there twice."""
    ids = [str(number) for number in range(70, 82)]
    images = {id: photographed((600, 220 + int(id))) for id in ids}
    document = written(tmp_path, images, form(*ids), largest=3_500_000)

    assert len(document.paths) > 2
    assert all(path.stat().st_size <= 3_500_000 for path in document.paths)
    assert pictures(document) == len(ids)
    assert [body_of(*document.paths).count(f"Sign {id}") for id in ids] == [1] * len(ids)


def test_a_page_of_the_heaviest_pictures_is_no_larger_than_a_file_may_be(tmp_path: Path) -> None:
    """Whatever was drawn, its form arrives."""
    ids = [str(number) for number in range(70, 76)]
    images = {id: photographed((1_200, 520 + int(id))) for id in ids}
    document = written(tmp_path, images, form(*ids))

    assert all(path.stat().st_size <= 5_000_000 for path in document.paths)
    assert pictures(document) == len(ids)


def test_what_can_t_be_shown_leaves_its_words(tmp_path: Path) -> None:
    """And stops nothing: the others are there."""
    document = written(tmp_path, {"70": DRAWN, "71": data(b"\x89PNG\r\n\x1a\n", "image/png")}, form("70", "71", "72"))
    text = " ".join(text_of(*document.paths).split())

    assert "number 70 in Cliniko. Sign 71" in text
    assert "number 71 in Cliniko. The drawing can't be shown here: it lies in the transfer's archive folder." in text
    assert "number 72 in Cliniko, and could not be had from there." in text
    assert inked(document.paths[0])


def test_the_same_signature_makes_the_same_bytes(tmp_path: Path) -> None:
    """Whatever makes a document again makes the same one."""
    contents = []
    for name in "ab":
        folder = tmp_path / name
        folder.mkdir()
        document = written(folder, {"70": DRAWN, "71": photographed()}, form("70", "71"))
        contents.append(document.paths[0].read_bytes())

    assert contents[0] == contents[1]
