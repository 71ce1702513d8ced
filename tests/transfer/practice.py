"""A source with a handful of patients, and destinations that misbehave on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clinikomigrate import Event, FollowUp, Report, Transfer
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.aside import SetAside
from tests.end_to_end.accounts import client
from tests.transfer.dict_sink import DictMapper, DictSink

Hook = Callable[[Any], None]
"""Takes a draft (`Any`: of whatever kind), and raises what is to go wrong."""

KINDS = frozenset({"patients", "medical_alerts"})


class ScriptedSink(DictSink):
    """A dictionary that does what a test says before and after it keeps a draft.

    Attributes:
        before: Called with each draft before it is kept.
        after: Called with each draft after it was kept.
        finishing: Called with each follow-up before it is noted.
        attempts: All drafts that were sent.
    """

    def __init__(self, *, before: Hook | None = None, after: Hook | None = None, finishing: Hook | None = None) -> None:
        super().__init__()
        self.before, self.after, self.finishing = before, after, finishing
        self.attempts: list[Any] = []

    def create(self, draft: Any) -> str:
        """Keeps a draft, as the script says."""
        self.attempts.append(draft)
        if self.before is not None:
            self.before(draft)
        id = super().create(draft)
        if self.after is not None:
            self.after(draft)
        return id

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> None:
        """Notes what was finished, as the script says."""
        if self.finishing is not None:
            self.finishing(follow_up)
        super().finish(kind, id, follow_up)


class Practice:
    """A source with a few records, and the transfers out of it.

    Attributes:
        source: The account.
        journal: Where the journal is to lie.
    """

    def __init__(self, folder: Path) -> None:
        self.source = FakeCliniko()
        self.source.key  # noqa: B018 - makes the owner
        self.journal = folder / "practice.journal"

    def patient(self, first_name: str = "Ada", **values: Any) -> str:
        """Puts a patient into the source."""
        return self.source.add("patients", first_name=first_name, last_name="Example", **values)

    def alert(self, patient: str, name: str = "Latex", **values: Any) -> str:
        """Puts a medical alert into the source."""
        return self.source.add("medical_alerts", patient_id=patient, name=name, **values)

    def transfer(self, sink: DictSink, **settings: Any) -> Transfer:
        """Makes a transfer of patients and alerts into a sink."""
        given: dict[str, Any] = {"mapper": DictMapper(), "journal": self.journal, "include": KINDS} | settings
        return Transfer(client(self.source), sink, **given)

    def run(
        self, sink: DictSink, *, on_event: Callable[[Event], None] | None = None, only_failed: bool = False, **more: Any
    ) -> Report:
        """Runs such a transfer."""
        with self.source.in_process():
            return self.transfer(sink, **more).run(on_event=on_event, only_failed=only_failed)

    @contextmanager
    def failing(self, kind: FaultKind, path: str, *, where: str = "", every: int = 1) -> Iterator[None]:
        """Lets reads of a path go wrong for a while, those only that have a filter beginning like `where`."""

        def strikes(request: LoggedRequest) -> bool:
            filters = [value for name, value in request.query if name == "q[]"]
            asked = not where or any(each.startswith(where) for each in filters)
            return asked and (request.method, request.path) == ("GET", f"/v1{path}")

        self.source.faults.add(kind, when=strikes, every=every)
        yield
        self.source.faults.clear()


def aside(report: Report) -> dict[tuple[str, str], SetAside]:
    """Returns what was set aside, by kind and source id."""
    return {(row.kind, row.source_id): row for row in report.set_aside}


def names(sink: DictSink) -> list[str]:
    """Returns the first names of the patients who arrived, in order."""
    return sorted(patient.first_name for patient in sink.records["patients"].values())
