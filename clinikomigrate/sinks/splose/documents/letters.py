"""Counts, in records, the characters that no font has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.sinks.splose.documents.blocks import Block, Paragraph, lines
from clinikomigrate.sinks.splose.documents.characters import Characters
from clinikomigrate.sinks.splose.documents.fonts import Fonts
from clinikomigrate.sinks.splose.documents.records import Records

TOLD: Final = ("medical_alerts", "patient_cases", "treatment_notes", "patient_forms", "communications")
"""The kinds whose records stand in documents by themselves."""

NONE: Final[Mapping[int, int]] = Counter()
"""No character."""


class Letters:
    """Knows what the fonts of the documents have. Safe in threads.

    Args:
        fonts: The fonts.
        named: The further fonts' files, by which two of these are told apart.
    """

    def __init__(self, fonts: Fonts, named: Iterable[str] = ()) -> None:
        self._fonts = fonts
        self._named = tuple(named)
        self._records = Records(_nobody, None)

    def __repr__(self) -> str:
        return f"<Letters of DejaVu Sans{''.join(f', {name}' for name in self._named)}>"

    def missing(self, record: Any) -> Mapping[int, int]:
        """Says how often each character stands in a record's document that no font has, by its number.

        The names of what the record points at are not looked at.

        Args:
            record: A note, form, communication, case or alert of the source (`Any`: of any of their models).
        """
        return self._in(self._blocks(record))

    def in_text(self, text: str) -> Mapping[int, int]:
        """Says how often each character stands in a text that no font has, by its number.

        Args:
            text: A name, or what somebody noted, in any number of lines.
        """
        return self._in(lines(text))

    def _in(self, blocks: Iterable[Block]) -> Mapping[int, int]:
        characters = Characters(self._fonts.has)
        for block in blocks:
            for paragraph in (
                (block,) if isinstance(block, Paragraph) else (part for cell in block.cells for part in cell)
            ):
                text = paragraph.text
                if not (text.isascii() and text.isprintable()):
                    characters.shown(text)
        return characters.missing

    def _blocks(self, record: Any) -> Iterator[Block]:
        tell = self._records
        told: Mapping[str, Any] = {
            "communications": tell.communication,
            "medical_alerts": tell.alert,
            "patient_cases": tell.case,
            "patient_forms": tell.form,
            "treatment_notes": tell.note,
        }
        yield from told[record.kind](record)


def _nobody(_: Ref[Any]) -> None:
    """Gives no name."""
