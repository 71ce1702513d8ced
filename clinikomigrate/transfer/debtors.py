"""Who has open invoices in the source, for opening balances that are entered by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.census import OPEN, OPEN_CREDIT, is_in_xero, of_status
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.phrases import some
from clinikomigrate.transfer.source import Source
from clinikomigrate.transfer.summary import Summary, Table, as_html, as_text, write_csv

_SHOWN: Final = 20
_NOTHING: Final = Decimal("0.00")
"""What a sum begins with, so that it has two decimals, or as many as an amount has."""
_UNREAD: Final = (
    "Amounts are the invoices' totals: what was paid of them already can't be read through the API, nor can account "
    "credit. Look at each patient's account in the source before you enter a balance."
)
_DUE: Final = (
    "The API does not tell when an invoice is due: {} after its day is assumed; give the clinic's own terms to "
    "debtors() (terms=14). The lines' prices are with tax: enter them without any."
)
_XERO: Final = (
    "Xero is connected to the source account and gets its invoices, so these debtors stand in Xero already: don't let "
    "opening balances put them there a second time."
)


class OwedSummary(Summary):
    """Debtors as plain data.

    Attributes:
        debtors: For each patient what `Debtor` says; amounts as text.
        total: What all open invoices come to.
        credit: What all open credits come to.
    """

    debtors: list[dict[str, object]]
    total: str
    credit: str


@attrs.frozen
class Debtor:
    """A patient with open invoices.

    Attributes:
        source_id: The patient's id in the source; of merged patients, of the one who remains.
        destination_id: The patient's id in the destination; None where the patient could not go.
        invoices: How many of the patient's invoices are open.
        amount: What these come to, in the source account's currency.
        oldest: When the oldest of them was issued; None where there is none, or where it doesn't say.
        credits: How many credits of the patient are open.
        credit: What these come to; it is to be taken off.
    """

    source_id: str
    destination_id: str | None
    invoices: int = 0
    amount: Decimal = _NOTHING
    oldest: date | None = None
    credits: int = 0
    credit: Decimal = _NOTHING


@attrs.frozen
class OpenInvoice:
    """An open invoice or credit, as a line of an invoice that is entered by hand in the destination.

    Attributes:
        source_id: The patient's id in the source; of merged patients, of the one who remains.
        destination_id: The patient's id in the destination; None where the patient could not go.
        description: What the line can say: the invoice's number and day.
        quantity: 1.
        unit_price: What it comes to, with tax; of a credit with a minus; None where the source doesn't say.
        issued: When it was issued; None where the source doesn't say.
        due: When it is to be paid: its day, and as many days more as the clinic gives; None for a credit.
        invoice_id: The invoice's id in the source.
    """

    source_id: str
    destination_id: str | None
    description: str
    quantity: int
    unit_price: Decimal | None
    issued: date | None
    due: date | None
    invoice_id: str


@attrs.frozen(repr=False)
class Debtors(Sequence[Debtor]):
    """The patients of a transfer who have open invoices or open credits in the source. Ids and amounts, no names.

    Attributes:
        rows: The patients, those first who owe most.
        without_total: How many open invoices could not be counted, because they say no total.
        xero: Whether the source hands its invoices to Xero, where debtors then stand already.
        requests: How many requests it took.
        lines: The open invoices and credits, in the order of the patients and their days.
        terms: How many days after its issue an invoice is taken to be due.
    """

    rows: tuple[Debtor, ...]
    without_total: int = 0
    xero: bool = False
    requests: int = 0
    lines: tuple[OpenInvoice, ...] = ()
    terms: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index):  # type: ignore[no-untyped-def] # Sequence types it: an index or a slice
        return self.rows[index]

    def __iter__(self) -> Iterator[Debtor]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return f"<Debtors: {self.verdict}>"

    @property
    def total(self) -> Decimal:
        """What all open invoices come to, in the source account's currency; open credits are not taken off."""
        return sum((row.amount for row in self.rows), _NOTHING)

    @property
    def credit(self) -> Decimal:
        """What all open credits come to."""
        return sum((row.credit for row in self.rows), _NOTHING)

    @property
    def ok(self) -> bool:
        """Whether every open invoice says its total, and every debtor is in the destination."""
        return not self.without_total and all(row.destination_id is not None for row in self.rows)

    @property
    def verdict(self) -> str:
        """One sentence."""
        owing = [row for row in self.rows if row.invoices]
        return (
            f"{some(len(owing), 'patient')} with {some(sum(row.invoices for row in owing), 'open invoice')} of "
            f"{self.total:,} in all; {some(sum(row.credits for row in self.rows), 'open credit')} of {self.credit:,}."
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know before anything is entered."""
        missing = sum(1 for row in self.rows if row.destination_id is None)
        said = {
            _UNREAD: True,
            _XERO: self.xero,
            _DUE.format(some(self.terms, "day")): self.lines,
            f"{some(self.without_total, 'open invoice')} without a total: not in the amounts.": self.without_total,
            f"{some(missing, 'patient')} among these could not go: without a destination_id.": missing,
        }
        return tuple(remark for remark, holds in said.items() if holds)

    def to_dict(self) -> OwedSummary:
        """Returns the debtors as plain data."""
        rows: list[dict[str, object]] = [
            {
                **attrs.asdict(row),
                "amount": str(row.amount),
                "oldest": row.oldest and row.oldest.isoformat(),
                "credit": str(row.credit),
            }
            for row in self.rows
        ]
        return {
            "kinds": {},
            "requests": self.requests,
            "seconds": 0.0,
            "debtors": rows,
            "total": str(self.total),
            "credit": str(self.credit),
            "verdict": self.verdict,
        }

    def to_csv(self, path: str | Path) -> None:
        """Writes the debtors as a CSV file that only its owner can read.

        Args:
            path: The file; what it held is replaced.
        """
        table = self._table()
        write_csv(Path(path), table.head, table.rows)

    def lines_to_csv(self, path: str | Path) -> None:
        """Writes the open invoices and credits one by one, as lines to be typed into invoices (Splose: "Custom" lines).

        Args:
            path: The file, which only its owner can read; what it held is replaced.
        """
        head = tuple(attribute.name for attribute in attrs.fields(OpenInvoice))
        write_csv(
            Path(path), head, (["" if cell is None else cell for cell in attrs.astuple(line)] for line in self.lines)
        )

    def _table(self) -> Table:
        head = tuple(attribute.name for attribute in attrs.fields(Debtor))
        rows = [["" if cell is None else cell for cell in attrs.astuple(row)] for row in self.rows]
        return Table("", head, rows, shown=_SHOWN)

    def __str__(self) -> str:
        return as_text([self._table()], *self.remarks, self.verdict)

    def _repr_html_(self) -> str:
        remarks = Table("", ("what",), [(remark,) for remark in self.remarks])
        return as_html([self._table(), remarks], self.verdict)


def debtors(source: Source, journal: Journal, terms: int = 0) -> Debtors:
    """Adds up the open invoices of the patients of a transfer.

    It reads the source's open invoices and open credits, at one list read per 100, and keeps one sum for each debtor
    and one line for each of these invoices.

    Args:
        source: Is read.
        journal: Knows which patients went; it is open.
        terms: How many days after its issue an invoice is to be paid.
    """
    before = source.requests_sent
    xero = is_in_xero(source.settings())
    patients = _Patients(journal)
    rows: dict[str, Debtor] = {}
    lines: list[OpenInvoice] = []
    without_total = 0
    for status in (OPEN, OPEN_CREDIT):
        for invoice in source.stream("invoices", *of_status(status)):
            patient = None if invoice.patient is None else patients.of(invoice.patient)
            if patient is None:
                continue
            amount = _total(invoice)
            without_total += amount is None
            row = rows.get(patient[0], Debtor(*patient))
            rows[patient[0]] = _added(row, invoice, status, amount or _NOTHING)
            lines.append(_line(patient, invoice, status, amount, timedelta(days=terms)))
    found = sorted(rows.values(), key=lambda row: (row.credit - row.amount, int(row.source_id)))
    order = {row.source_id: number for number, row in enumerate(found)}
    lines.sort(key=lambda line: (order[line.source_id], line.issued or date.max, int(line.invoice_id)))
    return Debtors(tuple(found), without_total, xero, source.requests_sent - before, tuple(lines), terms)


def _line(
    patient: tuple[str, str | None], invoice: Any, status: int, amount: Decimal | None, terms: timedelta
) -> OpenInvoice:
    credit = status == OPEN_CREDIT
    day = invoice.issue_date
    price = None if amount is None else -abs(amount) if credit else amount
    named = "Credit" if credit else "Invoice"
    number = "" if invoice.number is None else f" {invoice.number}"
    of = "" if day is None else f" of {day.isoformat()}"
    due = None if day is None or credit else day + terms
    return OpenInvoice(*patient, f"{named}{number}{of}, from the earlier system", 1, price, day, due, invoice.id)


def _added(row: Debtor, invoice: Any, status: int, amount: Decimal) -> Debtor:
    if status == OPEN_CREDIT:  # whether the API gives a credit's total with a minus is not known
        return attrs.evolve(row, credits=row.credits + 1, credit=row.credit + abs(amount))
    issued = [day for day in (row.oldest, invoice.issue_date) if day is not None]
    return attrs.evolve(row, invoices=row.invoices + 1, amount=row.amount + amount, oldest=min(issued, default=None))


def _total(invoice: Any) -> Decimal | None:
    if invoice.total_amount is not None or invoice.net_amount is None:
        total: Decimal | None = invoice.total_amount
        return total
    net: Decimal = invoice.net_amount
    return net + (invoice.tax_amount or _NOTHING)


class _Patients:
    """Says which patients are a transfer's, and who remains of those that were merged."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: dict[Ref[Any], tuple[str, str | None] | None] = {}

    def of(self, patient: Ref[Any]) -> tuple[str, str | None] | None:
        """Returns a patient's ids in source and destination, after merges; None for one that does not go."""
        if patient not in self._known:
            self._known[patient] = self._looked_up(patient)
        return self._known[patient]

    def _looked_up(self, patient: Ref[Any]) -> tuple[str, str | None] | None:
        seen: set[Ref[Any]] = set()
        while patient not in seen:
            seen.add(patient)
            entry = self._journal.entry(patient)
            if entry is None:
                return None
            if entry.instead is None:
                goes = entry.state is not State.SKIPPED
                return (patient.id, entry.destination_id) if goes else None
            patient = entry.instead
        return None
