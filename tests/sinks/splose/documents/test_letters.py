"""Which characters of a record no font has."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.documents.fonts import Fonts
from clinikomigrate.sinks.splose.documents.letters import Letters
from tests.sinks.splose.documents.samples import paragraph_note

KNEE = 0x819D


@pytest.mark.parametrize(
    "record",
    [
        paragraph_note("<p>A &#x819D;</p>"),
        m.PatientForm(id="1", name="膝"),
        m.MedicalAlert(id="1", name="膝"),
        m.PatientCase(id="1", notes="膝"),
        m.MemoCommunication(id="1", content="膝"),
    ],
    ids=lambda record: str(record.kind),
)
def test_a_character_that_no_font_has(record: Any) -> None:
    """In a paragraph or in a table, written as it is or as HTML has it."""
    assert dict(Letters(Fonts()).missing(record)) == {KNEE: 1}


def test_two_are_told_apart_by_their_fonts() -> None:
    """The basis on which a later run stands changes with them, and with nothing else."""
    assert repr(Letters(Fonts())) == "<Letters of DejaVu Sans>"
    assert repr(Letters(Fonts(), ["NotoSansSC.otf"])) == "<Letters of DejaVu Sans, NotoSansSC.otf>"
