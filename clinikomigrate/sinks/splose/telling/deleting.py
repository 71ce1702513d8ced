"""The files that a person has to delete, because Splose takes none back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.telling.ledger import Ledger
from clinikomigrate.sinks.splose.telling.outbox import SUBJECTS
from clinikomigrate.sinks.splose.uploads import BY_HAND, LAID_OUT
from clinikomigrate.transfer.deleting import ToDelete

_KINDS: Final = {subject: kind for kind, subject in SUBJECTS.items()}


def file_names(archive: Archive, ids: Sequence[str]) -> Mapping[str, str]:
    """Says what files are called among their clients' files.

    Args:
        archive: Remembers what was sent.
        ids: What stands for them in the journal.
    """
    marks = ", ".join("?" for _ in ids)
    query = f"SELECT file, name FROM upload WHERE file IN ({marks})"  # noqa: S608 - marks only
    known = dict(archive.rows(query, *(id.partition("#")[0] for id in ids)))
    by_hand = {id: id.removeprefix(BY_HAND) for id in ids if id.startswith(BY_HAND)}
    return by_hand | {id: known[file] for id in ids if (file := id.partition("#")[0]) in known}


def further_files(archive: Archive) -> Iterator[ToDelete]:
    """Gives the files of documents, without those by which a note or a form is known.

    Args:
        archive: Remembers what was sent.
    """
    for issue in Ledger(archive).issues():
        subject, _, record = issue.subject.partition(" ")
        kind = _KINDS[subject]
        known = 1 if issue.number == 1 and kind != "patients" else 0
        for file, name in list(zip(issue.files or (), issue.names, strict=False))[known:]:
            if archive.upload(issue.client, name) != (LAID_OUT, ""):
                yield ToDelete(0, kind, "file", record, file, name, issue.client)
