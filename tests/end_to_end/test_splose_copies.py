"""A lost answer, where an earlier copy of the same client is in Splose, live and of the same time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Report
from clinikomigrate.testing import FakeCliniko, FakeSplose
from tests.end_to_end.splose import Move, set_up


def lose(move: Move, fault: Any, journal: str = "second") -> Report:
    """Begins anew, as a copy, with a process that dies while it makes the client."""
    anew = attrs.evolve(move, journal=move.journal.with_name(journal))
    transfer = anew.transfer(existing="copy")

    def is_made(request: Any) -> bool:
        return bool(request.method == "POST" and request.path.endswith("/patients"))

    def look(request: Any, *_: Any) -> None:
        if is_made(request):
            move.workspace.faults.add("401", every=1)

    move.workspace.faults.add(fault, when=is_made, every=1)
    move.workspace.on_traffic.append(look)
    report = transfer.run()
    move.workspace.on_traffic.remove(look)
    move.workspace.faults.clear()
    return report


def copied(tmp_path: Path, *, stamps: bool) -> Move:
    """Makes a clinic with one patient."""
    source = FakeCliniko()
    source.add("businesses", business_name="Northside")
    source.add("patients", first_name="Ada", last_name="Sample", date_of_birth="1980-05-01")
    workspace = FakeSplose(clock=source.clock, stamps_updates=stamps)
    set_up(source, workspace)
    return Move(source, workspace, tmp_path / "first")


@pytest.mark.parametrize("stamps", [True, False])
@pytest.mark.parametrize(("fault", "made"), [("drop_after", True), ("drop_before", False)])
def test_an_earlier_copy_is_not_taken_for_the_one_that_was_being_made(
    tmp_path: Path, fault: str, made: bool, stamps: bool
) -> None:
    """Whatever times Splose shows: who was there before the write is known from before it left."""
    move = copied(tmp_path, stamps=stamps)
    with move.source.in_process(), move.workspace.in_process():
        move.transfer().run()
        (earlier,) = [str(row["id"]) for row in move.workspace.rows("patients")]
        lost = lose(move, fault)
        there = [str(row["id"]) for row in move.workspace.rows("patients")]
        anew = attrs.evolve(move, journal=move.journal.with_name("second"))
        report = anew.transfer(existing="copy").run()
        ids = [str(row["id"]) for row in move.workspace.rows("patients")]
        identities = dict(anew.transfer().identities("patients"))

    assert not lost.ok
    assert len(there) == (2 if made else 1)
    assert report.ok
    assert len(ids) == 2
    assert list(identities.values()) == [id for id in ids if id != earlier]


def test_of_two_that_nobody_can_tell_apart_a_person_is_asked(tmp_path: Path) -> None:
    """By both ids: somebody else made a copy after the write had left. What is archived is out of the question."""
    move = copied(tmp_path, stamps=False)
    with move.source.in_process(), move.workspace.in_process():
        anew = attrs.evolve(move, journal=move.journal.with_name("second"))
        lose(move, "drop_after")
        (made,) = move.workspace.rows("patients")
        move.workspace.add("patients", **{name: value for name, value in made.items() if name != "id"})
        report = anew.transfer(existing="copy").run()
        ids = [str(row["id"]) for row in move.workspace.rows("patients")]
        (aside,) = report.set_aside

        assert len(ids) == 2
        assert aside.state == "conflict"
        assert all(id in aside.reason for id in ids)
        assert "Archive there what is not the copy, and run again" in aside.reason

        row = move.workspace.tables.at("patients", int(ids[0]))
        row.update(archived=True, deletedAt=move.workspace.time_text(), updatedAt=move.workspace.time_text())
        last = anew.transfer(existing="copy").run()

        assert last.ok
        assert dict(anew.transfer().identities("patients")).popitem()[1] == ids[1]
