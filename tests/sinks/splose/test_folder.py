"""Where the archive folder lies, and what it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate.cliniko.models import Business, MedicalAlert
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.splose import SploseSink
from clinikomigrate.sinks.splose.archive import Archive
from tests.sinks.splose.workspace import There


def kept(path: Path) -> list[Any]:
    """Gives the alerts in an archive."""
    archive = Archive(path)
    found = list(archive.all("medical_alerts"))
    archive.close()
    return found


ALERT = MedicalAlert(id="5", name="Latex")


def test_it_lies_beside_the_journal(there: There, tmp_path: Path) -> None:
    """Called after it, so that two journals in one folder have two; told again, it stays the same one."""
    there.sink.lie_beside(tmp_path / "north.journal")
    there.sink.witness([ALERT])
    there.sink.lie_beside(tmp_path / "north.journal")
    there.sink.lie_beside(tmp_path / "south.journal")
    there.sink.witness([Business(id="1")])
    there.sink.let_go()

    assert kept(tmp_path / "north.journal.archive") == [ALERT]
    assert kept(tmp_path / "south.journal.archive") == []


def test_it_lies_where_the_user_says(there: There, tmp_path: Path) -> None:
    """Wherever the journal is."""
    sink = SploseSink(there.client, archive=tmp_path / "records")
    sink.lie_beside(tmp_path / "north.journal")
    sink.witness([ALERT])
    sink.let_go()

    assert kept(tmp_path / "records") == [ALERT]
    assert [each.name for each in tmp_path.iterdir()] == ["records"]


def test_nobody_says_where_it_is(there: There) -> None:
    """The journal is no file then, and the user is told what to give; there is nothing to close."""
    there.sink.let_go()
    with pytest.raises(ConfigurationError, match=r"give the sink one, SploseSink\(client, archive="):
        there.sink.witness([ALERT])


def test_an_arrangement_that_there_is_not(there: There) -> None:
    """It is refused at once."""
    wrong: Any = "all"
    with pytest.raises(ConfigurationError, match="documents must be 'each', 'collected' or None, not 'all'"):
        SploseSink(there.client, documents=wrong)


def test_fonts_are_read_at_once(there: There, tmp_path: Path) -> None:
    """A file that is no font is told before anything is written."""
    (tmp_path / "font.ttf").write_text("no font")
    with pytest.raises(ConfigurationError, match="is no font that can be read"):
        SploseSink(there.client, fonts=[tmp_path / "font.ttf"])


def test_one_font_is_given_in_a_list_too(there: There) -> None:
    """Its path alone would be taken apart, letter by letter."""
    with pytest.raises(ConfigurationError, match="fonts must be a list of files"):
        SploseSink(there.client, fonts="NotoSansSC-Regular.otf")


def test_who_lacks_the_extra_is_told_what_to_do(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    """To install it, or to make no documents; then it isn't needed for that."""
    monkeypatch.setattr("clinikomigrate.sinks.splose.extra.find_spec", lambda name: None if name == "fpdf" else name)
    with pytest.raises(ConfigurationError, match=r"install 'clinikomigrate\[splose\]'.* documents=None"):
        SploseSink(there.client)

    assert SploseSink(there.client, documents=None).told["documents"] == "none"


def test_a_report_says_when_the_arrangement_changes(there: There) -> None:
    """So the sink says how it is, and where the folder lies."""
    assert there.sink.told == {"documents": "each", "archive": "beside the journal"}
    none = SploseSink(there.client, documents=None, archive="records")
    assert none.told == {"documents": "none", "archive": "records"}
