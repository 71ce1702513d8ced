"""Who of the destination was there before a patient was written, so that a look-up takes nobody else for the copy."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.existing import ExistingPatients
from clinikomigrate.transfer.journal import Journal


class ThereBefore:
    """Remembers in the journal, beside the intent, who looked like a patient before the write left.

    A destination need not say when a record was made: an earlier copy of the same patient has the same time.

    Args:
        journal: Remembers.
        existing: Has swept the destination before the run began; None where nobody has.
    """

    def __init__(self, journal: Journal, existing: ExistingPatients | None) -> None:
        self._journal = journal
        self._existing = existing

    def note(self, ref: Ref[Any]) -> None:
        """Notes, before a write, who is there and looks alike.

        Args:
            ref: The source's record. Whoever may have been made of it by an earlier write is not noted.
        """
        ids = self._existing.alike(ref.id) if self._existing is not None and ref.kind == "patients" else ()
        if ids:
            self._journal.note(_name(ref), json.dumps(ids))

    def of(self, ref: Ref[Any]) -> Collection[str]:
        """Gives the destination's ids that were noted.

        Args:
            ref: The source's record.
        """
        found: list[str] = json.loads(self._journal.noted(_name(ref)) or "[]") if ref.kind == "patients" else []
        return found


def _name(ref: Ref[Any]) -> str:
    return f"there before {ref.kind} {ref.id}"
