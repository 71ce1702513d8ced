"""Drawings on a page: SVG as lines that stay sharp, and pictures of any common kind. Lengths are in millimetres."""

from __future__ import annotations

import math
import re
from io import BytesIO
from typing import TYPE_CHECKING, Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import attrs

from clinikomigrate.sinks.pictures import SVG, Picture

if TYPE_CHECKING:
    from fpdf import FPDF

_WIDTH: Final = 80.0
_HEIGHT: Final = 40.0
"""How large a drawing is on a page, at most."""

_PIXELS: Final = (600, 300)
"""How many pixels of a picture are shown at most. As nothing larger goes into a file, even noise leaves a page below
what a file may be; what was drawn stays in the archive folder as it came."""
_MOST: Final = 25_000_000
"""How many pixels a picture may have to be read at all: memory is not to grow with what somebody sends."""
_LONGEST: Final = 500_000
"""How long an SVG drawing may be to be shown, in bytes. A signature has some thousand."""
_DOT: Final = 25.4 / 72

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_SHAPES: Final = frozenset({"g", "path", "line", "polyline", "polygon", "circle", "ellipse", "rect"})
_UNSEEN: Final = frozenset({"title", "desc", "metadata", "defs"})
_OF_THE_ROOT: Final = frozenset({"width", "height", "viewBox", "preserveAspectRatio"})
_LENGTH: Final = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(?:px)?\s*")
_NO_NUMBER: Final = re.compile(rb"\b(?:inf|nan)\b")


@attrs.frozen(repr=False)
class Drawing:
    """What can be drawn on a page.

    Attributes:
        content: An SVG drawing of nothing but shapes, or a PNG picture.
        width: How wide it is.
        height: How high it is.
    """

    content: bytes
    width: float
    height: float

    @property
    def weight(self) -> int:
        """About how many bytes it takes in a file beside what stands on the page."""
        return 0 if self.content.startswith(b"<") else len(self.content)

    def show(self, pdf: FPDF, x: float, y: float) -> None:
        """Draws it; nothing of it stands outside its frame.

        Args:
            pdf: The document.
            x: Where it begins from the left.
            y: Where it begins from the top.
        """
        with pdf.rect_clip(x, y, self.width, self.height):
            pdf.image(BytesIO(self.content), x, y, self.width, self.height)


def drawing_of(picture: Picture) -> Drawing | None:
    """Makes a picture ready to be drawn; None where not all of it could be shown.

    It is drawn once to try it: files can be broken in any way that there is. An SVG drawing is taken apart and put
    together anew of shapes alone, so that nothing is loaded that it names, and what it has beside shapes (writing, for
    example) is not left out without a word.

    Args:
        picture: The picture.
    """
    from fpdf import FPDF

    try:
        drawing = _lines(picture.content) if picture.ending == SVG else _pixels(picture.content)
        if drawing is None:
            return None
        tried = FPDF()
        tried.add_page()
        drawing.show(tried, 0, 0)
        written = bytes(tried.pages[1].contents)  # type: ignore[arg-type]  # bytes until the file is made
    except Exception:  # noqa: BLE001 - the libraries raise whatever a broken file makes them stumble over
        return None
    return None if _NO_NUMBER.search(written) else drawing


def _pixels(content: bytes) -> Drawing | None:
    """Shows a picture on white, upright, and no finer than it is printed."""
    from PIL import Image, ImageOps

    with Image.open(BytesIO(content)) as image:
        if image.width * image.height > _MOST:
            return None
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    scale = min(_WIDTH / upright.width, _HEIGHT / upright.height, _DOT)
    size = (upright.width * scale, upright.height * scale)
    shown = Image.new("RGB", upright.size, "white")
    shown.paste(upright, mask=upright.getchannel("A"))
    shown.thumbnail(_PIXELS)
    into = BytesIO()
    shown.save(into, "PNG")
    return Drawing(into.getvalue(), *size)


def _lines(content: bytes) -> Drawing | None:
    shapes = _Shapes()
    if len(content) > _LONGEST or not shapes.read(content) or shapes.box is None:
        return None
    _, _, width, height = shapes.box
    scale = min(_WIDTH / width, _HEIGHT / height)
    return Drawing(shapes.text.encode(), width * scale, height * scale)


class _Shapes:
    """Reads the shapes of an SVG drawing, and writes a drawing of nothing else.

    Attributes:
        box: What part of the plane is seen: left, top, width and height; None where nothing says it.
    """

    def __init__(self) -> None:
        self.box: tuple[float, ...] | None = None
        self._parts: list[str] = []
        self._depth = 0
        self._unseen = 0

    def read(self, content: bytes) -> bool:
        """Reads a drawing.

        Args:
            content: XML.

        Returns:
            Whether it has only what can be shown.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = _refuse
        try:
            parser.Parse(content, True)  # expat takes it by position: this is all there is
        except (expat.ExpatError, LookupError, ValueError, _RefusedError):
            return False
        return True

    @property
    def text(self) -> str:
        """The drawing that was written."""
        return "".join(self._parts)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        self._depth += 1
        if self._unseen or namespace not in ("", _NAMESPACE) or name in _UNSEEN:
            self._unseen += 1
            return
        own = {key: value for key, value in attributes.items() if " " not in key and key != "href"}
        if any("url(" in value for value in own.values()):
            raise _RefusedError
        if self._depth == 1 and name == "svg":
            self.box = _box(own)
            own = {key: value for key, value in own.items() if key not in _OF_THE_ROOT}
            own |= {"viewBox": " ".join(map(str, self.box or ())), "xmlns": _NAMESPACE}
        elif self._depth == 1 or name not in _SHAPES:
            raise _RefusedError
        self._parts += [f"<{name}", *(f" {key}={quoteattr(value)}" for key, value in own.items()), ">"]

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._unseen:
            self._unseen -= 1
        else:
            self._parts.append(f"</{tag.rpartition(' ')[2]}>")


def _box(attributes: dict[str, str]) -> tuple[float, ...] | None:
    """Says what part of the plane a drawing shows."""
    given = attributes.get("viewBox", "").replace(",", " ").split()
    lengths = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
    box = tuple(map(float, given)) or (0.0, 0.0, *(float(length[1]) for length in lengths if length))
    seen = len(box) == 4 and all(map(math.isfinite, box)) and box[2] > 0 and box[3] > 0
    return box if seen else None


def _refuse(*_: object) -> None:
    raise _RefusedError


class _RefusedError(Exception):
    """Something was met that a page can't show, or that can make a small text huge."""
