"""A clinic of Cliniko's, a workspace of Splose that was set up for it, and a transfer between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from clinikomigrate import Transfer
from clinikomigrate.sinks.splose import SploseMapper, SploseSink
from clinikomigrate.splose import Splose
from clinikomigrate.testing import FakeCliniko, FakeSplose, VirtualClock, make_clinic
from tests.end_to_end.accounts import client


def set_up(source: FakeCliniko, workspace: FakeSplose) -> None:
    """Makes by hand what the API can't: a location, a practitioner and a service for each name in the source."""
    for business in source.rows("businesses"):
        workspace.add("locations", title=business["business_name"])
    users: dict[Any, dict[str, Any]] = {row["id"]: row for row in source.rows("users")}
    for practitioner in source.rows("practitioners"):
        workspace.add(
            "practitioners",
            firstname=practitioner["first_name"],
            lastname=practitioner["last_name"],
            email=users[practitioner["user_id"]]["email"],
            isActive=practitioner["active"],
        )
    for name in dict.fromkeys(kind["name"] for kind in source.rows("appointment_types")):
        workspace.add("services", name=name, **{"for": "appointment"})


def look_after_files(workspace: FakeSplose, folder: Path) -> int:
    """Does what a person does about files in doubt: looks, drags what is missing over, takes it out of the folder.

    Args:
        workspace: The workspace.
        folder: The archive folder.

    Returns:
        How many there were.
    """
    there = {(str(row["patientId"]), row["name"]) for row in workspace.rows("patient_files")}
    waiting = [file for client in (folder / "in-doubt").glob("*") for file in client.glob("*.pdf")]
    for file in waiting:
        if (file.parent.name, file.name) not in there:
            workspace.add("patient_files", patientId=file.parent.name, name=file.name, content=file.read_bytes())
        file.unlink()
    return len(waiting)


@attrs.frozen
class Move:
    """A source, a workspace, where the journal is to lie, and what the sink is told."""

    source: FakeCliniko
    workspace: FakeSplose
    journal: Path
    sink: dict[str, Any] = attrs.field(factory=lambda: {"documents": None})

    @property
    def client(self) -> Splose:
        """A client of the workspace."""
        return Splose(self.workspace.key, clock=self.workspace.clock)

    def transfer(self, mapper: Any = None, **settings: Any) -> Transfer:
        """Makes the transfer."""
        sink = SploseSink(self.client, **self.sink)
        chosen = mapper or SploseMapper(contact_email="records@acme.example")
        return Transfer(client(self.source), sink, mapper=chosen, journal=self.journal, **settings)

    @property
    def folder(self) -> Path:
        """The archive folder."""
        return self.journal.with_name(f"{self.journal.name}.archive")

    def look_after_files(self) -> int:
        """Does what a person does about files in doubt, and says how many there were."""
        return look_after_files(self.workspace, self.folder)

    def check_quiet(self) -> None:
        """Holds that nobody was written to, the source was only read, and all requests were in order."""
        assert self.workspace.outbox == []
        assert [request.method for request in self.source.log if request.method != "GET"] == []
        self.source.assert_clean()
        self.workspace.assert_clean()


@contextmanager
def moving(
    tmp_path: Path,
    *,
    patients: int,
    seed: int = 0,
    documents: str | None = None,
    clock: VirtualClock | None = None,
    **settings: Any,
) -> Iterator[Move]:
    """Makes a clinic and a workspace, both mounted in this process; without documents, which take their time."""
    source = FakeCliniko(clock=clock)
    make_clinic(source, patients=patients, seed=seed)
    workspace = FakeSplose(clock=source.clock, **settings)
    set_up(source, workspace)
    with source.in_process(), workspace.in_process():
        yield Move(source, workspace, tmp_path / "clinic.journal", {"documents": documents})
