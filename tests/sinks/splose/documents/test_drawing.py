"""What can be drawn on a page, and how large."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

from clinikomigrate.sinks.pictures import Picture
from clinikomigrate.sinks.splose.documents.drawing import Drawing, drawing_of

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
ENTITIES = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
FINE = 4
"""How many pixels of a page's image a millimetre has."""
STROKE = '<path d="M10 50 L290 50" stroke="black" stroke-width="4" fill="none"/>'


def svg(inside: str = STROKE, attributes: str = 'width="300" height="100"') -> Picture:
    """Makes an SVG drawing."""
    return Picture(f"<svg {NAMESPACE} {attributes}>{inside}</svg>".encode(), ".svg")


def raster(size: tuple[int, int] = (300, 100), colour: Any = (0, 0, 0, 255), form: str = "PNG") -> Picture:
    """Makes a picture of one colour."""
    into = BytesIO()
    mode = "RGBA" if form == "PNG" else "RGB"
    Image.new(mode, size, colour if form == "PNG" else colour[:3]).save(into, form)
    return Picture(into.getvalue(), ".png")


def drawn(drawing: Drawing) -> Any:
    """Draws on an empty page, 20 mm from its corner, and gives the page as a grey image."""
    pdf = FPDF()
    pdf.add_page()
    drawing.show(pdf, 20, 20)
    return pypdfium2.PdfDocument(bytes(pdf.output()))[0].render(scale=FINE * 25.4 / 72).to_pil().convert("L")


def dark(page: Any) -> list[float] | None:
    """Says where on a page anything stands, in millimetres: left, top, right, bottom."""
    box = page.point(lambda value: 255 if value < 200 else 0).getbbox()
    return None if box is None else [value / FINE for value in box]


def made(picture: Picture) -> Drawing:
    """Makes a picture ready that can be shown."""
    drawing = drawing_of(picture)
    assert drawing is not None
    return drawing


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('width="300" height="100"', (80, 26.7)),
        ("width='300px' height=' 300.0 px '", (40, 40)),
        ('viewBox="0 0 10 5"', (80, 40)),
        ('viewBox="-5,-5, 10,5" width="100%" height="1em"', (80, 40)),
        ('viewBox="0 0 10 5" width="900" height="2"', (80, 40)),
    ],
)
def test_a_drawing_fills_its_frame(attributes: str, expected: tuple[float, float]) -> None:
    """As far as its own form allows: 80 by 40 millimetres at most."""
    drawing = made(svg(attributes=attributes))

    assert (drawing.width, drawing.height) == pytest.approx(expected, abs=0.1)
    assert drawing.weight == 0


def test_a_drawing_stands_where_it_belongs() -> None:
    """Its line goes from 10 to 290 of 300 pixels, in the middle."""
    box = dark(drawn(made(svg())))

    assert box is not None
    assert box == pytest.approx((20 + 80 / 30, 32.8, 20 + 80 * 29 / 30, 33.9), abs=1.5)


def test_nothing_stands_outside_the_frame() -> None:
    """A line that leaves the drawing is cut, as every program does that shows one."""
    box = dark(drawn(made(svg('<path d="M-500 50 L900 50 L900 5000" stroke="black" stroke-width="4" fill="none"/>'))))

    assert box is not None
    assert box[0] >= 19
    assert box[2] <= 101
    assert box[3] <= 48


@pytest.mark.parametrize(
    "inside",
    [
        '<g transform="translate(5 5)" stroke="black"><line x1="1" y1="1" x2="90" y2="90"/></g>',
        '<polyline points="1,1 50,90 99,1" style="fill:none;stroke:rgb(0,0,120)"/>',
        '<polygon points="1,1 50,90 99,1"/><circle cx="9" cy="9" r="4"/><ellipse cx="9" cy="9" rx="4" ry="2"/>',
        '<rect x="1" y="1" width="50" height="50"/>',
        f"<title>&lt;Signature&gt; &amp; more</title><desc>by a program</desc><defs/><metadata><x/></metadata>{STROKE}",
        f'<other:view xmlns:other="urn:x" other:zoom="2"><other:deep/></other:view>{STROKE}',
        '<path xml:space="preserve" id="&quot;&amp;" d="M1 1 L90 90" stroke="black"/>',
    ],
)
def test_shapes_are_drawn(inside: str) -> None:
    """Of all kinds; what programs write about a drawing is left out, for nobody ever sees it."""
    assert dark(drawn(made(svg(inside)))) is not None


def test_drawings_that_programs_make() -> None:
    """With a declaration, a document type, names in front of names, or without the namespace."""
    standard = '"-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"'
    kinds = [
        f'<?xml version="1.0"?><!DOCTYPE svg PUBLIC {standard}><svg {NAMESPACE} width="9" height="9">{STROKE}</svg>',
        '<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><s:path d="M1 1 L8 8" stroke="red"/></s:svg>',
        f'<svg width="300" height="100">{STROKE}</svg>',
    ]

    assert [each for each in kinds if drawing_of(Picture(each.encode(), ".svg")) is None] == []


@pytest.mark.parametrize(
    "picture",
    [
        svg("<text x='1' y='9'>Amy Ng</text>"),
        svg('<image href="https://clinic.example/a.png" width="9" height="9"/>'),
        svg('<image xmlns:l="http://www.w3.org/1999/xlink" l:href="/etc/passwd" width="9" height="9"/>'),
        svg(f"<style>path {{ stroke: red }}</style>{STROKE}"),
        svg(f'<g id="a">{STROKE}</g><use href="#a"/>'),
        svg('<path d="M0 0 L9 9" fill="url(#gradient)"/>'),
        svg(f"<svg>{STROKE}</svg>"),
        svg(attributes=""),
        svg(attributes='width="9"'),
        svg(attributes='viewBox="0 0 0 9"'),
        svg(attributes='viewBox="0 0 1e999 9"'),
        svg(attributes='viewBox="0 0 nine 9"'),
        svg(attributes='viewBox="0 0 9" width="9" height="9"'),
        svg('<path d="M0 0 L1e999 9" stroke="black"/>'),
        svg('<path d="no path" stroke="no colour"/>'),
        svg(f"<!-- {'x' * 500_000} -->"),
        Picture(b"<svg", ".svg"),
        Picture(f"<g {NAMESPACE}/>".encode(), ".svg"),
        Picture(f'<?xml version="1.0" encoding="klingon"?><svg {NAMESPACE} viewBox="0 0 9 9"/>'.encode(), ".svg"),
        Picture(f"{ENTITIES}<svg {NAMESPACE} viewBox='0 0 9 9'><title>&b;</title></svg>".encode(), ".svg"),
        Picture(b"\x89PNG\r\n\x1a\n and so on", ".png"),
        Picture(raster((40, 40)).content[:-30], ".png"),
        raster((6_000, 5_000), form="GIF"),
    ],
)
def test_what_can_t_be_shown_whole_is_not_shown(picture: Picture) -> None:
    """Writing, what would be loaded from elsewhere, what has no size, what is broken, and what is far too large."""
    assert drawing_of(picture) is None


@pytest.mark.parametrize(
    ("size", "expected"),
    [((300, 100), (80, 26.7)), ((50, 50), (17.6, 17.6)), ((4_000, 1_000), (80, 20)), ((100, 2_000), (2, 40))],
)
def test_a_picture_is_as_large_as_it_is_fine(size: tuple[int, int], expected: tuple[float, float]) -> None:
    """A point for a pixel, and no larger than a drawing; no more of it goes into the file than is printed."""
    drawing = made(raster(size))
    with Image.open(BytesIO(drawing.content)) as shown:
        assert shown.width <= 600
        assert shown.height <= 300
    assert (drawing.width, drawing.height) == pytest.approx(expected, abs=0.1)
    assert drawing.weight == len(drawing.content)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_pictures_of_all_kinds_are_drawn(form: str) -> None:
    """Where they belong."""
    assert dark(drawn(made(raster(form=form)))) == pytest.approx((20, 20, 100, 46.7), abs=1)


def test_what_is_clear_in_a_picture_is_white() -> None:
    """And not black."""
    assert dark(drawn(made(raster(colour=(0, 0, 0, 0))))) is None


def test_a_photograph_stands_upright() -> None:
    """As the camera was held."""
    into = BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (300, 100)).save(into, "JPEG", exif=turned)
    drawing = made(Picture(into.getvalue(), ".jpg"))

    assert drawing.height == pytest.approx(3 * drawing.width)


def test_a_drawing_shows_nothing_of_itself() -> None:
    """It is a patient's."""
    assert "path" not in repr(made(svg()))
