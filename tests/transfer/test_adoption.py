"""Taking what stands in the destination instead of making it again."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import UNSET, Context, Mapped, Ref, Sink
from clinikomigrate.cliniko.models import ConcessionPriceDraft, Contact, ContactDraft, Tax, TaxDraft
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
    """A destination that holds something; equal names and rates are the same.

    Attributes:
        asked: What was read again: the ids of each request.
    """

    def __init__(self, *held: tuple[str, Any] | Exception) -> None:
        super().__init__()
        self._held = held
        self.asked: list[list[str]] = []

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Gives what it holds, until it fails."""
        for each in self._held:
            if isinstance(each, Exception):
                raise each
            yield each

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
        """Gives what it holds, by id."""
        assert not hidden
        self.asked.append(list(ids))
        yield from (each for each in self._held if not isinstance(each, Exception) and each[0] in ids)

    def same(self, draft: Any, record: Any) -> bool:
        """Compares all that the draft says."""
        given = {name: value for name, value in attrs.asdict(draft).items() if value is not UNSET}
        return all(getattr(record, name) == value for name, value in given.items())


class Lenient(Holding):
    """Takes whatever is found under the same name or links."""

    def same(self, draft: Any, record: Any) -> bool:
        """Says yes."""
        return True


OPEN: list[Shelf] = []
"""All that have temporary files."""


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Gives the temporary files back after each test."""
    yield
    while OPEN:
        OPEN.pop().close()


def shelf_of(sink: Sink, kind: str = "taxes", journal: MemoryJournal | None = None) -> Shelf:
    """Makes a shelf of what a destination holds."""
    patience = Patience(VirtualClock(), threading.Event(), lambda seconds, reason: None)
    OPEN.append(Shelf(KINDS[kind], sink, journal or MemoryJournal(), patience))
    return OPEN[-1]


def shelf(*held: tuple[str, Any] | Exception, journal: MemoryJournal | None = None) -> Shelf:
    """Makes a shelf of taxes."""
    return shelf_of(Holding(*held), journal=journal)


def tax(id: str, name: str | None = "GST", rate: str | None = None) -> tuple[str, Tax]:
    """Makes a tax that the destination holds."""
    return id, Tax(id=id, name=name, rate=None if rate is None else Decimal(rate))


GST = TaxDraft(name="GST")


def test_no_record_is_given_twice() -> None:
    """Two equal records serve two drafts; the third draft gets none."""
    taxes = shelf(tax("1"), tax("2"))

    assert ["1", None] == [*taxes.take([GST]), *shelf().take([GST])]
    assert ["2", None] == taxes.take([GST, GST])
    assert "<Shelf of taxes: <Digests of 0 keys>>" == repr(taxes)


def test_a_batch_is_taken_at_once() -> None:
    """Each draft of a batch gets a record of its own, wherever that stands; who has none gets None."""
    taxes = shelf(tax("1", "VAT", "20.0"), tax("2", "VAT", "19.0"), tax("3"))
    drafts = [
        TaxDraft(name="VAT", rate=Decimal("19.0")),
        GST,
        TaxDraft(name="Other"),
        TaxDraft(name="VAT", rate=Decimal("20.0")),
        TaxDraft(name="VAT", rate=Decimal("21.0")),
    ]

    assert ["2", "3", None, "1", None] == taxes.take(drafts)


def test_only_what_may_be_it_is_read_again() -> None:
    """What has another name is not asked for, and the rest 100 a request at most; what was found asks for no more."""
    sink = Holding(*(tax(str(number), "VAT" if number % 3 else "GST") for number in range(660)))
    taxes = shelf_of(sink)
    taken = taxes.take([GST])

    assert ["0"] == taken
    assert [100] == [len(ids) for ids in sink.asked]
    assert [None] == taxes.take([TaxDraft(name="GST", rate=Decimal("1.0"))])
    assert [100, 100, 19] == [len(ids) for ids in sink.asked[1:]]
    assert [None] == taxes.take([TaxDraft(name="Other")])
    assert 4 == len(sink.asked)


def test_what_is_gone_meanwhile_is_not_given() -> None:
    """A record that was archived between the sweep and the second look is left."""

    class Forgetful(Holding):
        """Shows nothing any more."""

        def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
            """Gives nothing."""
            return iter(())

    assert [None] == shelf_of(Forgetful(tax("1"))).take([GST])


def test_a_sink_that_cannot_read_again_adopts_nothing() -> None:
    """A sink without `read` is one that makes everything."""

    class Plain(DictSink):
        """Holds a tax, and says that it is the same."""

        def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
            """Gives it."""
            yield tax("1")

        def same(self, draft: Any, record: Any) -> bool:
            """Says yes."""
            return True

    assert [None] == shelf_of(Plain()).take([GST])


def test_nothing_is_swept_for_nobody() -> None:
    """The list is read when the first draft asks, once."""
    sink = Holding(tax("1"), Forbidden(status=403, method="GET", path="/taxes"))

    assert [] == shelf_of(sink).take([])


def test_what_stands_for_another_record_is_not_given() -> None:
    """What the journal holds already is spoken for."""
    journal = MemoryJournal()
    journal.settle(Ref("taxes", "9"), Entry(State.ADOPTED, "1"))

    assert [None] == shelf(tax("1"), journal=journal).take([GST])


@pytest.mark.parametrize(("here", "there"), [("Cafe\u0301", "Caf\u00e9"), (" GST", "GST"), ("", None)])
def test_names_are_compared_as_people_read_them(here: str, there: str | None) -> None:
    """Another way of storing the same letters, or blanks around a name, make no other name."""
    taxes = shelf_of(Lenient(tax("1", there)))

    assert ["1", None] == taxes.take([TaxDraft(name=here), TaxDraft(name="VAT")])


def test_records_that_are_found_by_links_are_found_by_the_ids_of_these() -> None:
    """An entity's ref and a draft's id are the same link."""

    @attrs.frozen
    class Price:
        """What some destination calls a concession price."""

        billable_item: Ref[Any]
        concession_type: Ref[Any]

    there = Price(Ref("billable_items", "5"), Ref("concession_types", "6"))
    prices = shelf_of(Lenient(("1", there)), "concession_prices")
    drafts = [ConcessionPriceDraft(billable_item_id="5", concession_type_id=id) for id in ("7", "6")]

    assert [None, "1"] == prices.take(drafts)


@pytest.mark.parametrize(
    "error", [NotFound(status=404, method="GET", path="/taxes"), Unsupported("There are no taxes here.")]
)
def test_a_destination_that_has_no_such_list_has_nothing_to_adopt(error: Exception) -> None:
    """A list that isn't there, also one that breaks off because of that, gives an empty shelf."""
    assert [None] == shelf(tax("1"), error).take([GST])


def test_a_list_that_may_not_be_read_is_no_empty_list() -> None:
    """Where the list is refused, nothing is made on the guess that it were empty."""
    with pytest.raises(Forbidden):
        shelf(Forbidden(status=403, method="GET", path="/taxes")).take([GST])


class Crowded(DictSink):
    """A destination with any number of contacts, none of which it keeps anywhere.

    Args:
        contacts: How many.
    """

    def __init__(self, contacts: int) -> None:
        super().__init__()
        self._contacts = contacts

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Makes them up one by one."""
        return ((str(number), self._contact(number)) for number in range(self._contacts))

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
        """Makes some of them up again."""
        return ((id, self._contact(int(id))) for id in ids)

    def _contact(self, number: int) -> Contact:
        return Contact(id=str(number), first_name=f"First {number}", last_name="Contact", notes="Long " * 50)

    def same(self, draft: Any, record: Any) -> bool:
        """Compares names."""
        return bool((draft.first_name, draft.last_name) == (record.first_name, record.last_name))


def most_memory(contacts: int) -> int:
    """Returns how much memory a shelf needs at most to take 100 contacts of a number of them, in bytes."""
    drafts = [ContactDraft(first_name=f"First {number}", last_name="Contact") for number in range(100)]
    there = shelf_of(Crowded(contacts), "contacts")
    tracemalloc.start()
    try:
        taken = there.take(drafts)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [str(number) for number in range(100)] == taken
    return most


def test_memory_does_not_grow_with_the_account() -> None:
    """Ten times as many contacts in the destination need no more memory."""
    most_memory(100)  # what is made once is made
    few, many = most_memory(2_000), most_memory(20_000)

    assert many < 1.2 * few


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

        def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
            """Gives what it holds, by id."""
            return (tax(id) for id in ids)

    assert ["1", "2", None] == shelf_of(Shaky()).take([GST] * 3)


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

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
        """Shows some of it again."""
        return ((id, self.records[kind][id]) for id in ids)

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
