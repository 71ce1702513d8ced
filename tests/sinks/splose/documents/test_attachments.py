"""Patients' files as PDF."""

from __future__ import annotations

import importlib.util
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.splose.documents import Documents
from clinikomigrate.sinks.splose.documents import attachments as a
from clinikomigrate.sinks.splose.documents.attachments import wrap
from tests.sinks.splose.documents.samples import nobody


def _image(mode: str = "RGB", size: tuple[int, int] = (30, 20)) -> Image.Image:
    image = Image.new(mode, size)
    image.putpixel((3, 4), 200 if mode in "LP" else (200, 10, 20, 30)[: len(image.getbands())])
    return image


def _file(path: Path, image: Image.Image, kind: str, **settings: object) -> Path:
    buffer = BytesIO()
    image.save(buffer, kind, **settings)
    path.write_bytes(buffer.getvalue())
    return path


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "BMP", "WEBP", "JPEG2000"])
def test_images_are_wrapped_whatever_they_are_called(kind: str, tmp_path: Path) -> None:
    """Each becomes a page; the same image makes the same bytes; only its owner can read the file."""
    settings = {"lossless": True} if kind == "WEBP" else {}
    file = _file(tmp_path / "report.docx", _image(), kind, **settings)

    made = wrap(file, tmp_path / "1.pdf")
    again = wrap(file, tmp_path / "2.pdf")

    assert made.is_image
    assert made.path is not None
    assert again.path is not None
    assert len(PdfReader(made.path).pages) == 1
    assert made.path.read_bytes() == again.path.read_bytes()
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_an_image_is_kept_bit_by_bit(tmp_path: Path) -> None:
    """A JPEG's own data are in the PDF; a PNG's pixels come out as they went in."""
    jpeg = _file(tmp_path / "a.jpg", _image(), "JPEG")
    png = _file(tmp_path / "b.png", _image(), "PNG")

    wrapped = wrap(jpeg, tmp_path / "a.pdf").path
    other = wrap(png, tmp_path / "b.pdf").path

    assert wrapped is not None
    assert other is not None
    assert jpeg.read_bytes() in wrapped.read_bytes()
    (image,) = PdfReader(other).pages[0].images
    assert image.image is not None
    assert image.image.convert("RGB").tobytes() == _image().tobytes()


@pytest.mark.parametrize(("orientation", "turned"), [(1, 0), (6, 90), (3, 180), (0, 0)])
def test_a_photograph_stands_upright(orientation: int, turned: int, tmp_path: Path) -> None:
    """As the camera said; what it said wrongly counts as nothing."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = _file(tmp_path / "a.jpg", _image(), "JPEG", exif=exif)

    path = wrap(file, tmp_path / "a.pdf").path

    assert path is not None
    assert turned == PdfReader(path).pages[0].rotation


@pytest.mark.parametrize(
    ("kind", "orientation"),
    [("JPEG", 2), ("JPEG", 5), ("PNG", 4), ("WEBP", 7), ("TIFF", 2), ("TIFF", 3), ("TIFF", 6)],
)
def test_what_a_pdf_would_show_mirrored_or_turned_is_not_wrapped(kind: str, orientation: int, tmp_path: Path) -> None:
    """A left knee would be a right one; a TIFF is turned when it is read, and would be turned once more."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = _file(tmp_path / "a", _image(), kind, exif=exif)

    assert wrap(file, tmp_path / "a.pdf") == a.Wrapped(None, a.UNREADABLE)


def test_an_animated_png_is_not_wrapped(tmp_path: Path) -> None:
    """Only its first frame would be there."""
    file = _file(tmp_path / "a.png", _image(), "PNG", save_all=True, append_images=[Image.new("RGB", (30, 20), "red")])

    assert wrap(file, tmp_path / "a.pdf") == a.Wrapped(None, a.UNREADABLE)


def test_each_page_of_a_scan_becomes_a_page(tmp_path: Path) -> None:
    """A TIFF can have several."""
    file = _file(tmp_path / "a.tif", _image("L"), "TIFF", save_all=True, append_images=[_image("L"), _image("L")])

    path = wrap(file, tmp_path / "a.pdf").path

    assert path is not None
    assert len(PdfReader(path).pages) == 3


def test_a_pdf_stays_as_it_is(tmp_path: Path) -> None:
    """Also one with something before its header, or with an image's name."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"\r\n%PDF-1.4\n%%EOF")

    assert wrap(file, tmp_path / "a.pdf") == a.Wrapped(file)
    assert wrap(file, tmp_path / "a.pdf", largest=10) == a.Wrapped(None, a.TOO_LARGE)


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.4\ncut off", b"\xef\xbb\xbf%PDF-1.4\n%%EOF", b"junk\n%PDF-1.4\n" + b"x" * 5000 + b"\nstartxref\n9\n"],
)
def test_what_is_a_pdf_by_its_beginning_or_its_end_is_one(content: bytes, tmp_path: Path) -> None:
    """Whether it is whole is for Splose to say."""
    file = tmp_path / "a.txt"
    file.write_bytes(content)

    assert wrap(file, tmp_path / "a.pdf") == a.Wrapped(file)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", a.EMPTY),
        (b"mail about %PDF-1.4 files", a.NOT_A_PDF),
        (b"They begin so:\n%PDF-1.4\nand so on", a.NOT_A_PDF),
        (b"<p>\n%PDF- is how %%EOF", a.NOT_A_PDF),
        (b"MZ\x90", a.NOT_A_PDF),
        (b"plain text", a.NOT_A_PDF),
        (b"RIFF\x00\x00\x00\x00WAVE", a.NOT_A_PDF),
        (b"\x89PNG\r\n\x1a\nbroken", a.UNREADABLE),
        (b"\xff\xd8\xffbroken", a.UNREADABLE),
        (b"II*\x00", a.UNREADABLE),
    ],
)
def test_what_can_not_become_a_pdf_says_why(content: bytes, reason: str, tmp_path: Path) -> None:
    """Whatever it is called; nothing is left behind."""
    file = tmp_path / "scan.pdf"
    file.write_bytes(content)

    assert a.Wrapped(None, reason) == wrap(file, tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


def test_an_image_that_is_too_large_as_a_pdf_says_so(tmp_path: Path) -> None:
    """And isn't made smaller."""
    file = _file(tmp_path / "a.png", _image(), "PNG")

    assert wrap(file, tmp_path / "a.pdf", largest=100) == a.Wrapped(None, a.TOO_LARGE)


def test_who_lacks_the_libraries_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Before anything is made."""
    monkeypatch.setattr("clinikomigrate.sinks.splose.extra.find_spec", lambda _: None)

    with pytest.raises(ConfigurationError, match=r"pip install 'clinikomigrate\[splose\]'"):
        Documents(nobody)
    with pytest.raises(ConfigurationError, match="fpdf2"):
        wrap(tmp_path / "a", tmp_path / "b")
    assert importlib.util.find_spec("fpdf")
