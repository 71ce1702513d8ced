"""Knows what this very process made, so that nobody need look whether somebody changed it since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clinikomigrate.transfer.digests import Digests
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, FollowUp
from clinikomigrate.transfer.sink import Sink


class Fresh:
    """What was made a while ago at most: patients who were made muted, and what is to be cancelled or archived.

    What an earlier process made is not among it: somebody may have switched a setting on since, or work with the
    record. Nor does what is owed to a patient tell that the patient is muted: a mapper may have had it otherwise. It
    lies in a temporary file, not in memory.

    Args:
        sink: Says of a record what is off in it.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._index = Digests()

    def __repr__(self) -> str:
        return f"<Fresh: {self._index!r}>"

    def close(self) -> None:
        """Gives the temporary file back."""
        self._index.close()

    def made(self, kind: str, id: str, record: Any, follow_ups: Sequence[FollowUp] = ()) -> None:
        """Takes note of a record that was just made.

        Args:
            kind: The record kind's name.
            id: The record's id in the destination.
            record: The record as the destination answered it (`Any`: of the sink's own type); None where it didn't.
            follow_ups: What it needs afterwards.
        """
        if any(isinstance(each, Archiving | Cancel) for each in follow_ups):
            self._index.add(("made", kind, id), id)
        if kind == "patients" and record is not None:
            for way in self._sink.silent(record):
                self._index.add(("muted", way, id), id)

    def is_to_close(self, kind: str, id: str) -> bool:
        """Says whether a record was made by this process, and is to be cancelled or archived by it.

        Args:
            kind: The record kind's name.
            id: The record's id in the destination.
        """
        return bool(self._index.ids(("made", kind, id)))

    def is_muted(self, id: str, way: str) -> bool:
        """Says whether a patient was made muted by this process.

        Args:
            id: The patient's id in the destination.
            way: What the destination would write about.
        """
        return bool(self._index.ids(("muted", way, id)))
