"""Taking what stands in the destination instead of making it again."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import UNSET, Context, Mapped, Ref
from clinikomigrate.cliniko.models import ConcessionPriceDraft, Tax, TaxDraft
from clinikomigrate.errors import ConnectionFailed, Forbidden, NotFound, Unsupported
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.transfer.adoption import Shelf
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.patience import Patience
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.practice import Practice, ScriptedSink
from tests.traps.clinic import Clinic


class Holding(DictSink):
    """A destination that holds something; equal names and rates are the same."""

    def __init__(self, *held: tuple[str, Any] | Exception) -> None:
        super().__init__()
        self._held = held

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Gives what it holds, until it fails."""
        for each in self._held:
            if isinstance(each, Exception):
                raise each
            yield each

    def same(self, draft: Any, record: Any) -> bool:
        """Compares all that the draft says."""
        given = {name: value for name, value in attrs.asdict(draft).items() if value is not UNSET}
        return all(getattr(record, name) == value for name, value in given.items())


class Lenient(Holding):
    """Takes whatever is found under the same name or links."""

    def same(self, draft: Any, record: Any) -> bool:
        """Says yes."""
        return True


def shelf_of(sink: DictSink, kind: str = "taxes", journal: MemoryJournal | None = None) -> Shelf:
    """Makes a shelf of what a destination holds."""
    patience = Patience(VirtualClock(), threading.Event(), lambda seconds, reason: None)
    return Shelf(KINDS[kind], sink, journal or MemoryJournal(), patience)


def shelf(*held: tuple[str, Any] | Exception, journal: MemoryJournal | None = None) -> Shelf:
    """Makes a shelf of taxes."""
    return shelf_of(Holding(*held), journal=journal)


def tax(id: str, name: str | None = "GST") -> tuple[str, Tax]:
    """Makes a tax that the destination holds."""
    return id, Tax(id=id, name=name)


def test_no_record_is_given_twice() -> None:
    """Two equal records serve two drafts; the third draft gets none."""
    taxes = shelf(tax("1"), tax("2"))

    assert ["1", "2", None] == [taxes.take(TaxDraft(name="GST")) for _ in range(3)]


def test_what_stands_for_another_record_is_not_given() -> None:
    """What the journal holds already is spoken for."""
    journal = MemoryJournal()
    journal.settle(Ref("taxes", "9"), Entry(State.ADOPTED, "1"))

    assert shelf(tax("1"), journal=journal).take(TaxDraft(name="GST")) is None


@pytest.mark.parametrize(("here", "there"), [("Cafe\u0301", "Caf\u00e9"), (" GST", "GST"), ("", None)])
def test_names_are_compared_as_people_read_them(here: str, there: str | None) -> None:
    """Another way of storing the same letters, or blanks around a name, make no other name."""
    taxes = shelf_of(Lenient(tax("1", there)))

    assert "1" == taxes.take(TaxDraft(name=here))
    assert taxes.take(TaxDraft(name="VAT")) is None


def test_records_that_are_found_by_links_are_found_by_the_ids_of_these() -> None:
    """An entity's ref and a draft's id are the same link."""

    @attrs.frozen
    class Price:
        """What some destination calls a concession price."""

        billable_item: Ref[Any]
        concession_type: Ref[Any]

    there = Price(Ref("billable_items", "5"), Ref("concession_types", "6"))
    prices = shelf_of(Lenient(("1", there)), "concession_prices")

    assert prices.take(ConcessionPriceDraft(billable_item_id="5", concession_type_id="7")) is None
    assert "1" == prices.take(ConcessionPriceDraft(billable_item_id="5", concession_type_id="6"))


@pytest.mark.parametrize(
    "error", [NotFound(status=404, method="GET", path="/taxes"), Unsupported("There are no taxes here.")]
)
def test_a_destination_that_has_no_such_list_has_nothing_to_adopt(error: Exception) -> None:
    """A list that isn't there, also one that breaks off because of that, gives an empty shelf."""
    assert shelf(tax("1"), error).take(TaxDraft(name="GST")) is None


def test_a_list_that_may_not_be_read_is_no_empty_list() -> None:
    """Where the list is refused, nothing is made on the guess that it were empty."""
    with pytest.raises(Forbidden):
        shelf(Forbidden(status=403, method="GET", path="/taxes")).take(TaxDraft(name="GST"))


def test_a_catalogue_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    """Of what the destination holds by name, equal content is adopted and other content is made anew beside it."""
    clinic = Clinic(tmp_path)
    gst = clinic.add("taxes", name="GST", rate="10.0")
    vat = clinic.add("taxes", name="VAT", rate="20.0")
    item = clinic.add("billable_items", name="Consultation", item_type="Service", price="80.0", tax_id=gst)
    there = clinic.destination
    same = there.add("taxes", name="GST", rate="10.0")
    other = there.add("taxes", name="VAT", rate="19.0")
    report = clinic.move()

    assert (1, 1) == (report.kinds["taxes"].adopted, report.kinds["taxes"].created)
    assert ["10.0", "19.0", "20.0"] == sorted(str(row["rate"]) for row in clinic.arrived("taxes"))
    assert same == clinic.only("billable_items")["tax_id"]
    assert "80.0" == str(clinic.only("billable_items")["price"])
    assert {other, vat, gst, item}.isdisjoint({same})


def test_a_second_run_adopts_nothing_more(tmp_path: Path) -> None:
    """What the first run adopted is not adopted or made again by the second."""
    clinic = Clinic(tmp_path)
    clinic.add("taxes", name="GST", rate="10.0")
    clinic.destination.add("taxes", name="GST", rate="10.0")
    clinic.move()
    report = clinic.move()

    assert (0, 0, 1) == (
        report.kinds["taxes"].adopted,
        report.kinds["taxes"].created,
        report.kinds["taxes"].already,
    )
    assert 1 == len(clinic.arrived("taxes"))


def test_a_connection_that_is_lost_while_sweeping_is_waited_for() -> None:
    """The sweep begins anew when the connection is back, and gives each record once."""
    lost = ConnectionFailed("no route", method="GET", path="/taxes", sent=False)

    class Shaky(Holding):
        """Loses the connection once."""

        sweeps = 0

        def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
            """Breaks off in the middle of the first list."""
            self.sweeps += 1
            yield tax("1")
            if self.sweeps == 1:
                raise lost
            yield tax("2")

    taxes = shelf_of(Shaky())

    assert ["1", "2", None] == [taxes.take(TaxDraft(name="GST")) for _ in range(3)]


class Taxing(ScriptedSink):
    """A dictionary that holds taxes, and shows them; look-ups are answered after the list."""

    kinds = ("patients", "taxes")  # type: ignore[assignment] # other kinds than the class has

    def __init__(self) -> None:
        super().__init__()
        self.swept = threading.Event()

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Shows all that there is."""
        yield from list(self.records.get(kind, {}).items())
        if kind == "taxes":
            self.swept.set()

    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Finds equal drafts, as late as it can be."""
        self.swept.wait(1)
        return super().find(draft, since)

    def same(self, draft: Any, record: Any) -> bool:
        """Compares drafts."""
        return bool(draft == record)


class TaxMapper(DictMapper):
    """Carries taxes too."""

    def tax(self, tax: Tax, context: Context) -> Mapped[TaxDraft]:
        """Maps a tax."""
        return Mapped(TaxDraft(name=tax.name or "-"))


def test_a_record_of_unknown_fate_and_its_double_do_not_share_one(tmp_path: Path) -> None:
    """Of two equal records one was sent when the program died: the other must not be adopted as that same one."""
    practice = Practice(tmp_path)
    for _ in range(2):
        practice.source.add("taxes", name="GST", rate="10.0")

    def dies(draft: Any) -> None:
        raise ZeroDivisionError

    sink = Taxing()
    sink.after = dies
    settings: dict[str, Any] = {"mapper": TaxMapper(), "include": {"patients", "taxes"}}
    with pytest.raises(ZeroDivisionError):
        practice.run(sink, **settings)
    sink.after = None
    sink.swept.clear()
    report = practice.run(sink, **settings)
    there = dict(practice.transfer(sink, **settings).identities("taxes"))

    assert report.ok
    assert 2 == len(set(there.values())) == len(sink.records["taxes"])
