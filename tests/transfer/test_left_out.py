"""Why records do not go, though nothing is wrong with them."""

from __future__ import annotations

from clinikomigrate import Active, Ref
from clinikomigrate.transfer.aside import set_aside
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.left_out import LeftOut, could_not_go, left_out, reasons_table
from clinikomigrate.transfer.tally import Count
from tests.transfer.memory_journal import MemoryJournal


def test_what_the_filter_left_and_what_is_skipped() -> None:
    """Each kind's records are told by reason, in the order of the kinds: unchosen, without an interface, skipped."""
    journal = MemoryJournal()
    for id, reason in (("1", "merged"), ("2", "merged"), ("3", "excluded")):
        journal.settle(Ref("patients", id), Entry(State.SKIPPED, reason=reason))
    journal.settle(Ref("contacts", "1"), Entry(State.SKIPPED, reason="excluded"))
    journal.settle(Ref("patients", "4"), Entry(State.CREATED, "104"))
    counts = {
        "patients": Count(found=9, selected=4, created=1, skipped=3),
        "contacts": Count(found=1, selected=1, skipped=1),
        "stock_adjustments": Count(found=6, selected=5, skipped=5),
    }
    unchosen = "not chosen by the filter Active(), nor needed by what is"
    stock = "stock levels go with the products; how they came about stays behind"

    assert (
        LeftOut("stock_adjustments", unchosen, 1, chosen=False),
        LeftOut("stock_adjustments", stock, 5),
        LeftOut("contacts", "excluded", 1),
        LeftOut("patients", unchosen, 5, chosen=False),
        LeftOut("patients", "excluded", 1),
        LeftOut("patients", "merged", 2),
    ) == left_out(counts, journal, Active())


def test_why_records_could_not_go() -> None:
    """They are counted by reason; what waits for another counts as waiting, whichever that is."""
    journal = MemoryJournal()
    journal.settle(Ref("patients", "1"), Entry(State.FAILED, reason="refused"))
    journal.settle(Ref("patients", "2"), Entry(State.FAILED, reason="refused"))
    journal.intend(Ref("patients", "3"), None)
    for id in ("1", "2"):
        reason = f"waits for patients {id}, which could not go"
        journal.settle(Ref("medical_alerts", id), Entry(State.BLOCKED, reason=reason))
    unknown = "it is not known whether a write came about; the next run looks for it before it writes again"

    assert {
        LeftOut("patients", "refused", 2),
        LeftOut("patients", unknown, 1),
        LeftOut("medical_alerts", "waits for a record that could not go", 2),
    } == set(could_not_go(set_aside(journal)))


def test_a_table_of_reasons() -> None:
    """It shows kind, reason and number."""
    table = reasons_table("Left out", [LeftOut("patients", "merged", 2)])

    assert ("Left out", ("kind", "reason", "records"), [("patients", "merged", 2)]) == (
        table.title,
        table.head,
        table.rows,
    )
