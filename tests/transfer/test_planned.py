"""What a plan leaves in the journal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clinikomigrate import Everything, Filter, Ref
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.left_out import LeftOut
from clinikomigrate.transfer.planned import Planned, Settings, Totals, kept
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.tally import Count
from tests.transfer.dict_sink import DictMapper
from tests.transfer.memory_journal import MemoryJournal

SETTINGS = Settings.of(Everything(), DictMapper(), "stop", {"recalls", "patients"}, {})
LOSSES = (LossCount("patients", "gender", "no home", 2), LossCount("patients", "email", "refused", 1))
LEFT_OUT = (LeftOut("patients", "merged", 1), LeftOut("patients", "not chosen", 3, chosen=False))


def journal() -> MemoryJournal:
    """Returns a journal with records in several states."""
    journal = MemoryJournal()
    for id, state in enumerate(
        (State.CREATED, State.CREATED, State.ADOPTED, State.SKIPPED, State.FAILED, State.INTENT)
    ):
        journal.settle(Ref("patients", str(id)), Entry(state))
    journal.settle(Ref("medical_alerts", "1"), Entry(State.BLOCKED))
    return journal


def test_what_was_planned_is_read_as_it_was_kept() -> None:
    """A note holds all that a report compares with."""
    held = journal()
    totals = Totals.of(held, {"patients": Count(found=9, selected=6)}, LOSSES, LEFT_OUT, whole=True)
    planned = Planned(("1", "2"), SETTINGS, totals)
    planned.keep(held)

    assert planned == kept(held, ("1", "2"))


def test_what_the_sink_was_told_is_kept() -> None:
    """For whom keys were given, by name, is read as it was."""
    held = journal()
    told = Settings.of(Everything(), DictMapper(), "stop", (), {"authors": "Amy Ng"})
    Planned(("1", "2"), told, Totals({}, (), ())).keep(held)
    read = kept(held, ("1", "2"))

    assert read is not None
    assert {"authors": "Amy Ng"} == read.settings.sink


def test_a_plan_for_other_accounts_is_none() -> None:
    """So is a journal without a note, and a note of a form that isn't known."""
    held = journal()
    nothing = kept(held, ("1", "2"))
    Planned(("1", "2"), SETTINGS, Totals({}, (), ())).keep(held)
    foreign = kept(held, ("1", "3"))
    held.note("plan", json.dumps(json.loads(held.noted("plan") or "") | {"form": 0}))

    assert [None, None, None] == [nothing, foreign, kept(held, ("1", "2"))]


def test_totals_are_what_the_journal_holds() -> None:
    """Records count by where they stand after all runs; what was looked at counts only where all was."""
    counts = {"patients": Count(found=9, selected=6, created=1), "invoices": Count(found=4, selected=4, skipped=4)}
    whole, part = (Totals.of(journal(), counts, LOSSES, (), whole=whole) for whole in (True, False))
    states = {"created": 2, "adopted": 1, "skipped": 1, "failed": 2, "blocked": 0, "removed": 0, "losses": 3}

    assert states | {"found": 9, "selected": 6} == whole.kinds["patients"]
    assert states == part.kinds["patients"]
    assert (4, 4) == (whole.count("invoices", "skipped"), whole.count("invoices", "found"))
    assert 1 == whole.count("medical_alerts", "blocked")
    assert 0 == whole.count("recalls", "created")


def test_settings_are_told_in_the_order_of_the_kinds() -> None:
    """Kinds stand in the order in which they go, so that equal settings are equal."""
    assert ("patients", "recalls") == SETTINGS.include
    assert "Everything()" == SETTINGS.filter


def test_settings_of_one_s_own_are_the_same_in_the_next_process() -> None:
    """An object without a repr of its own is told without its place in memory."""

    class OurFilter(Filter):
        """A filter that doesn't say what it is."""

    first, second = (Settings.of(OurFilter(), DictMapper(), "stop", (), {}) for _ in range(2))

    assert first == second
    assert first.filter.endswith("OurFilter object>")


def test_a_note_holds_counts_only(tmp_path: Path) -> None:
    """No id of any record stands in it."""
    held = MemoryJournal()
    held.settle(Ref("patients", "1234567890123456789"), Entry(State.CREATED, "9876543210987654321"))
    Planned(("1", "2"), SETTINGS, Totals.of(held, {}, LOSSES, LEFT_OUT, whole=False)).keep(held)
    note: Any = held.noted("plan")

    assert "1234567890123456789" not in note
    assert "9876543210987654321" not in note
