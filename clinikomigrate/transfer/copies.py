"""Patients whom another transfer from the same source has made, of which this one's journal knows nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Forbidden, NotFound
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.phrases import counted
from clinikomigrate.transfer.sink import Sink

_KIND: Final = "patients"
_UNKNOWN: Final = "by a transfer that this journal doesn't know"


class Copies:
    """Tells who in the destination was made of the source's patients by a transfer that the journal doesn't know.

    Without their journal nobody knows what became of the rest, and all would be made again. Whoever is in the archive
    is out of the way: an undone transfer leaves them there, and so does a person who wants to begin anew.

    Args:
        source: The source account's id.
        sink: Says who is whose copy.
        journal: Knows what this transfer made; None where it made nothing.
        patience: Waits out a lost connection.
    """

    def __init__(self, source: str, sink: Sink, journal: Journal | None, patience: Patience) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._patience = patience
        self._unknown: dict[str, None] = {}

    def __repr__(self) -> str:
        return f"<Copies: {len(self._unknown)} of another transfer>"

    def take(self, id: str, record: Any) -> None:
        """Looks at one patient of the destination.

        Args:
            id: The patient's id.
            record: As the sink gives it (`Any`: of the sink's own type).
        """
        patient = self._sink.copied(self._source, record)
        if patient is not None and not self._is_known(id, patient):
            self._unknown[patient] = None

    def _is_known(self, id: str, patient: str) -> bool:
        """Says whether the journal holds the copy, or knows what became of the source's patient, or will look it up."""
        if self._journal is None:
            return False
        if self._journal.source_of(_KIND, id) is not None:
            return True
        entry = self._journal.entry(Ref(_KIND, patient))
        return entry is not None and (entry.state.arrived or entry.state.doubtful)

    def findings(self) -> Iterator[Finding]:
        """Says what was found; what the archive holds, where this transfer has not begun."""
        if self._unknown:
            yield CODES.finding(
                "copied-before",
                f"The destination holds {counted(len(self._unknown), _KIND)} who were copied from this source "
                f"{_UNKNOWN}: they, and all that they have, would be made again.",
                "Use the journal of that transfer: a run with it goes on, and undo() takes back what it made. If it is "
                "lost, archive these patients in the destination (the finding's `ids` are the source's), with what "
                "belongs to them; or take away what marks them as copies (in Cliniko the old reference ids that begin "
                "with 'cm-'), and give Transfer existing='adopt'.",
                kind=_KIND,
                ids=self._unknown,
            )
        archived = 0 if self._has_begun() else self._archived()
        if archived:
            yield CODES.finding(
                "copied-before-archived",
                f"The destination's archive holds {counted(archived, _KIND)} who were copied from this source "
                f"{_UNKNOWN}. They stay there, and are made anew.",
                "Nothing to do if that transfer was undone, or if they were archived to begin anew; look whether what "
                "belonged to them is archived too. Otherwise use the journal of that transfer.",
                kind=_KIND,
            )

    def _has_begun(self) -> bool:
        return self._journal is not None and self._journal.accounts() is not None

    def _archived(self) -> int:
        try:
            return self._patience.through(lambda: self._sink.archived_copies(self._source))
        except (Forbidden, NotFound):  # who may not look learns that from another finding
            return 0
