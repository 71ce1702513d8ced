"""What a clinic's owner is told before the first write into Splose."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.splose.advice import advice, of_archive
from clinikomigrate.sinks.splose.archive.archive import RECORDS
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.cancellation_reasons import Reasons
from clinikomigrate.sinks.splose.codes import CODES
from clinikomigrate.sinks.splose.mapping.family import Workspace
from clinikomigrate.splose.models import CustomField
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.sink import Account
from clinikomigrate.transfer.survey import Survey
from tests.sinks.splose.test_custom_fields import BOTH, GP, written

GOES = {
    "splose-custom-fields": {"patients"},
    "splose-files": {"patient_attachments"},
    "splose-cancellation-reasons": {"individual_appointments"},
    "splose-left-behind": {"treatment_notes"},
    "splose-no-undo": {"patients"},
    "splose-outcomes": {"attendees"},
    "splose-unknown-reason": {"individual_appointments"},
}
"""For each code: the kinds that go where it is found."""


def codes(goes: Collection[str], *, field: str, reasons: Reasons | None = None) -> set[str]:
    """Gives what is found where records of some kinds go, of a source that defines a field."""
    survey = Survey(
        settings=m.Settings(patient_custom_fields_definition=written(field)),
        account=Account("2", "Splose", Workspace((GP,), outcomes=reasons)),
        goes=lambda kind, *conditions: kind in goes,
    )
    found = list(advice(survey))
    assert all(CODES.by_name[each.code].level is each.level for each in found)
    return {each.code for each in found}


@pytest.mark.parametrize("code", sorted(GOES))
def test_it_is_found_when_it_should_be_and_not_otherwise(code: str) -> None:
    """Only what matters for what goes is said."""
    marking = Reasons(unknown=("Moon",))

    assert code in codes(GOES[code], field="Diet", reasons=marking)
    assert code not in codes((), field="Diet", reasons=marking)


def test_fields_of_one_name_that_come_together_are_named() -> None:
    """Where the workspace has one field for two of the source's."""
    there = CustomField(id="1", name="History", type="Short text")
    survey = Survey(
        settings=m.Settings(patient_custom_fields_definition=BOTH),
        account=Account("2", "Splose", Workspace((there,))),
        goes=lambda kind, *conditions: kind == "patients",
    )
    (found,) = [each for each in advice(survey) if each.code == "splose-custom-fields"]

    assert "under one name in several sections" in found.message
    assert "Health: History, Funding: History" in found.message


def test_a_field_that_is_there_is_not_missed() -> None:
    """Nor is anything where preflight has read no workspace."""
    assert codes({"patients"}, field="GP") == {"splose-no-undo"}
    assert {each.code for each in advice(Survey(settings=None, goes=lambda kind, *conditions: kind == "patients"))} == {
        "splose-no-undo"
    }


DOCUMENTED = ("treatment_notes", "patient_forms", "communications", "patient_cases")


def left(documents: Any) -> tuple[str, str]:
    """Gives what is said of all kinds that don't go, where documents are arranged in some way."""
    survey = Survey(
        settings=None,
        account=Account("2", "Splose", Workspace((), documents=documents)),
        goes=lambda kind, *conditions: kind in {*DOCUMENTED, "recalls"},
        included=frozenset(KINDS),
    )
    found = next(each for each in advice(survey) if each.code == "splose-left-behind")
    return found.message, found.remedy


def test_what_stands_in_documents_is_not_left_behind() -> None:
    """Whatever else Splose has no records of is, and so is all of it where no documents are made."""
    told, without = left("each")[0], left(None)[0]

    for kind in DOCUMENTED:
        assert kind.replace("_", " ") not in told
        assert kind.replace("_", " ") in without
    assert "_" not in told + without
    assert "recalls" in told
    assert "importer" in left(None)[1]
    assert "importer" not in left("collected")[1]


def test_each_code_of_splose_s_own_has_a_case() -> None:
    """Whoever adds a code says when it is found."""
    assert {code for code in CODES.by_name if code.startswith("splose-")} == {
        *GOES,
        "splose-archive",
        "splose-characters",
        "splose-no-location",
        "splose-support-activity",
        "splose-updates-clear",
    }


def of_folder(folder: Folder) -> list[str]:
    """Gives what is found of an archive folder."""
    settings = m.Settings(account=m.AccountSettings(id="1"))
    return [each.message for each in of_archive(folder, Survey(settings, account=Account("2", "Splose")))]


def of_archive_at(path: Path) -> list[Finding]:
    """Gives what is found of an archive folder at a path."""
    settings = m.Settings(account=m.AccountSettings(id="1"))
    return list(of_archive(Folder(path), Survey(settings, account=Account("2", "Splose"))))


def test_an_archive_folder_of_another_transfer_blocks(tmp_path: Path) -> None:
    """One that is nobody's, or this transfer's own, is no finding; none is made in looking."""
    assert of_folder(Folder(None)) == of_folder(Folder(tmp_path / "new")) == []
    assert not (tmp_path / "new").exists()

    for name, source in (("ours", "1"), ("theirs", "9")):
        folder = Folder(tmp_path / name)
        folder.between(source, "2")
        folder.ready()
        folder.close()

    assert of_folder(Folder(tmp_path / "ours")) == []
    assert [
        "theirs belongs to a transfer between other accounts" in each for each in of_folder(Folder(tmp_path / "theirs"))
    ] == [True]
    assert list(of_archive(Folder(tmp_path / "theirs"), Survey(None))) == []

    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / RECORDS).write_bytes(b"no database at all, though long enough to be one" * 40)

    assert ["not a database" in each for each in of_folder(Folder(tmp_path / "broken"))] == [True]


def test_an_archive_folder_that_can_t_be_used_blocks(tmp_path: Path) -> None:
    """What is wrong with it and what to do is said before anything is written; nothing is made in looking."""
    (tmp_path / "file").write_text("somebody's letter")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    def found(path: Path) -> str:
        (finding,) = of_archive_at(path)
        return f"{finding.level.value}: {finding.message} {finding.remedy}"

    assert found(tmp_path / "file") == (
        f"blocker: {tmp_path / 'file'} is to be the archive folder, and is a file. Move it away, or give another "
        "folder: SploseSink(..., archive=...)."
    )
    assert "link is to be the archive folder, and is a file" in found(tmp_path / "link")
    assert f"can't be made: there is no folder {tmp_path / 'years'}. Make that" in found(tmp_path / "years" / "records")
    assert "there is no folder" in found(tmp_path / "file" / "records")
    assert "/proc/records can't be written to: " in found(Path("/proc/records"))
    assert "/proc can't be written to: " in found(Path("/proc"))
    assert "can't be written to: File name too long. See to it" in found(tmp_path / ("n" * 300))
    assert "can't be written to: " in found(tmp_path / "nothing\0")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "link"]


def test_what_is_no_path_is_no_archive_folder() -> None:
    """It is refused when the sink is made."""
    wrong: Any = True
    with pytest.raises(ConfigurationError, match="archive must be the path of a folder, or None, not bool"):
        Folder(wrong)
