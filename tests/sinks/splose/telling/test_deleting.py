"""Which files a person has to delete, by their names."""

from __future__ import annotations

from pathlib import Path

import attrs

from clinikomigrate.sinks.splose import SploseSink
from clinikomigrate.sinks.splose.telling.deleting import file_names, further_files
from clinikomigrate.sinks.splose.telling.ledger import Issue, Ledger
from clinikomigrate.sinks.splose.uploads import LAID_OUT
from tests.sinks.splose.telling.scene import ALERT, NOTE, Scene


def test_files_are_called_by_name(scene: Scene) -> None:
    """Whether one was sent, dragged over by hand, or is another record's too."""
    scene.keep(NOTE)
    made = scene.teller().create(scene.draft(NOTE))
    name = scene.files[0]

    assert file_names(scene.archive, [made.id, f"{made.id}#9", "by-hand:a.pdf", "77"]) == {
        made.id: name,
        f"{made.id}#9": name,
        "by-hand:a.pdf": "a.pdf",
    }


def test_what_no_record_is_known_by(scene: Scene) -> None:
    """Documents of all the rest, later versions and further parts; nothing that waits, or did not arrive."""
    scene.keep(NOTE, ALERT)
    made = scene.teller().create(scene.draft(NOTE))
    changed = attrs.evolve(NOTE, title="Review")
    scene.keep(changed)
    scene.teller().update(made.id, scene.draft(changed))
    scene.tell()
    Ledger(scene.archive).keep(Issue(scene.client, "patient-form 8", 1, "42", ("a.pdf", "b.pdf"), {}, ("1", "2")))
    Ledger(scene.archive).keep(Issue(scene.client, "patient-form 9", 1, "42", ("c.pdf",), {}))
    Ledger(scene.archive).keep(Issue(scene.client, "patient-form 10", 1, "42", ("d.pdf", "e.pdf"), {}, ("3", "4")))
    scene.archive.note_upload(scene.client, "e.pdf", LAID_OUT)

    assert [(each.kind, each.source_id, each.name) for each in further_files(scene.archive)] == [
        ("patient_forms", "8", "b.pdf"),
        ("patients", "42", "2024-03-13 patient-record 42.pdf"),
        ("treatment_notes", "7", "2024-03-13 treatment-note 7 version 2.pdf"),
    ]


def test_where_nothing_was_kept_nothing_is_told(scene: Scene, tmp_path: Path) -> None:
    """Nor is a folder made for it."""
    sink = SploseSink(scene.there.client, archive=tmp_path / "none")

    assert (list(sink.besides()), sink.whereabouts("treatment_notes", {"1": "2"})) == ([], {})
    assert not (tmp_path / "none").exists()
