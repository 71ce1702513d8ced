"""Who has open invoices in the source."""

from __future__ import annotations

import csv
import json
import stat
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import ByPatient, ConfigurationError, Debtors, Ref, Report
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.debtors import Debtor, OpenInvoice
from clinikomigrate.transfer.debtors import debtors as read_debtors
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.source import ClinikoSource
from tests.end_to_end.accounts import Pair, pair_of
from tests.transfer.memory_journal import MemoryJournal
from tests.traps.clinic import Clinic

Row = dict[str, Any]


@pytest.fixture
def debtors() -> Debtors:
    """Returns two debtors, of whom one could not go."""
    return Debtors(
        (
            Debtor("11", "101", 2, Decimal("1234.50"), date(2024, 3, 1)),
            Debtor("12", None, 1, Decimal("20.00"), None, 1, Decimal("5.50")),
        ),
        requests=3,
    )


# How it looks.


def test_amounts_add_up(debtors: Debtors) -> None:
    """Open invoices make the total; open credits are told apart and not taken off."""
    assert (Decimal("1254.50"), Decimal("5.50")) == (debtors.total, debtors.credit)
    assert (Decimal(0), Decimal(0)) == (Debtors(()).total, Debtors(()).credit)


def test_the_verdict_is_one_sentence(debtors: Debtors) -> None:
    """It says how many patients owe how much, and what credits there are."""
    verdict = "2 patients with 3 open invoices of 1,254.50 in all; 1 open credit of 5.50."

    assert verdict == debtors.verdict
    assert f"<Debtors: {verdict}>" == repr(debtors)


def test_it_is_a_sequence_of_debtors(debtors: Debtors) -> None:
    """It has a length, can be walked, and gives debtors by place."""
    first, second = debtors

    assert 2 == len(debtors)
    assert [first, second] == [debtors[0], debtors[-1]]
    assert "12" == second.source_id


def test_it_is_ok_when_nothing_is_left_open(debtors: Debtors) -> None:
    """A debtor who could not go, or an invoice without a total, is something to look at."""
    gone = attrs.evolve(debtors, rows=debtors.rows[:1])

    assert not debtors.ok
    assert gone.ok
    assert not attrs.evolve(gone, without_total=1).ok
    assert Debtors(()).ok


def test_what_can_not_be_known_is_said(debtors: Debtors) -> None:
    """That payments can't be read is always said; Xero, missing totals and missing patients where they are."""
    full = attrs.evolve(debtors, xero=True, without_total=2)
    text, page = str(full), full._repr_html_()

    for said in (
        "what was paid of them already can't be read",
        "these debtors stand in Xero already",
        "2 open invoices without a total",
        "1 patient among these could not go",
    ):
        assert said in text
        assert said.replace("'", "&#x27;") in page
    assert 1 == len(Debtors(()).remarks)
    assert "Xero" not in str(debtors)
    assert text.endswith(full.verdict)


def test_text_shows_ids_and_amounts(debtors: Debtors) -> None:
    """One line for each patient, and of very many the first."""
    many = Debtors(tuple(Debtor(str(number), "1", 1, Decimal(1)) for number in range(30)))

    assert "11         101                    2  1234.50  2024-03-01        0    0.00" in str(debtors)
    assert "and 10 more: to_csv() writes all of them" in str(many)


def test_plain_data(debtors: Debtors) -> None:
    """Amounts are text, days are ISO's, and all of it can be stored as JSON."""
    data = debtors.to_dict()
    first: Row = {
        "source_id": "11",
        "destination_id": "101",
        "invoices": 2,
        "amount": "1234.50",
        "oldest": "2024-03-01",
        "credits": 0,
        "credit": "0.00",
    }

    assert first == data["debtors"][0]
    assert None is data["debtors"][1]["oldest"]
    assert ({}, 3, "1254.50", "5.50") == (data["kinds"], data["requests"], data["total"], data["credit"])
    assert data == json.loads(json.dumps(data))


def test_a_file_of_debtors(debtors: Debtors, tmp_path: Path) -> None:
    """to_csv() writes all rows into a file that only its owner can read."""
    path = tmp_path / "debtors.csv"
    debtors.to_csv(str(path))

    assert [
        ["source_id", "destination_id", "invoices", "amount", "oldest", "credits", "credit"],
        ["11", "101", "2", "1234.50", "2024-03-01", "0", "0.00"],
        ["12", "", "1", "20.00", "", "1", "5.50"],
    ] == list(csv.reader(path.read_text("utf-8").splitlines()))
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_file_of_lines(debtors: Debtors, tmp_path: Path) -> None:
    """lines_to_csv() writes each invoice and credit as a line to be typed, into a file that only its owner can read."""
    day = date(2024, 3, 1)
    lines = (
        OpenInvoice("11", "101", "Invoice 7 of 2024-03-01", 1, Decimal("1234.50"), day, date(2024, 3, 15), "71"),
        OpenInvoice("12", None, "Credit 8", 1, None, None, None, "72"),
    )
    path = tmp_path / "lines.csv"
    full = attrs.evolve(debtors, lines=lines, terms=14)
    full.lines_to_csv(str(path))

    assert [
        [
            "source_id",
            "destination_id",
            "description",
            "quantity",
            "unit_price",
            "issued",
            "due",
            "invoice_id",
        ],
        ["11", "101", "Invoice 7 of 2024-03-01", "1", "1234.50", "2024-03-01", "2024-03-15", "71"],
        ["12", "", "Credit 8", "1", "", "", "", "72"],
    ] == list(csv.reader(path.read_text("utf-8").splitlines()))
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert "14 days after its day is assumed" in str(full)


# Debtors of a clinic.


@contextmanager
def moved(clinic: Clinic, **settings: Any) -> Iterator[Report]:
    """Moves a clinic, and keeps both accounts answering."""
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        yield pair.transfer(**settings).run()


def invoice(clinic: Clinic, patient: str, total: str | None, **values: Any) -> str:
    """Puts an open invoice into the source."""
    return clinic.add("invoices", **{"patient_id": patient, "status": 10, "total_amount": total, **values})


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


@pytest.mark.parametrize("seed", range(10))
def test_debtors_are_those_with_open_invoices(tmp_path: Path, seed: int) -> None:
    """Of a made-up clinic they are, with sums and days, what its rows of invoices add up to."""
    with pair_of(tmp_path, patients=60, seed=seed) as pair:
        transfer = pair.transfer(include={"patients"})
        report = transfer.run()
        found = report.debtors()
        arrived = dict(transfer.identities("patients"))

    assert expected(pair.source, arrived) == {row.source_id: attrs.astuple(row)[1:] for row in found}
    assert found
    assert found.ok


def expected(source: FakeCliniko, arrived: dict[str, str]) -> dict[str, tuple[object, ...]]:
    """Adds up the open invoices of an account by who remains of merged patients, from its rows."""
    winners = {str(row["id"]): row["merged_with_patient_id"] for row in source.rows("patients")}
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in source.rows("invoices"):
        patient = str(row["patient_id"])
        while winners[patient] is not None:
            patient = str(winners[patient])
        if row["archived_at"] is None and row["status"] in (10, 40):
            rows[patient].append(row)
    return {patient: (arrived[patient], *sums(mine)) for patient, mine in rows.items()}


def sums(rows: list[Row]) -> tuple[object, ...]:
    """Gives the number of open invoices, their sum, and the day of the first; the number of credits and their sum."""
    owed, credited = ([row for row in rows if row["status"] == status] for status in (10, 40))
    days = [date.fromisoformat(row["issue_date"]) for row in owed]
    amount = sum((Decimal(row["total_amount"]) for row in owed), Decimal(0))
    credit = sum((abs(Decimal(row["total_amount"])) for row in credited), Decimal(0))
    return len(owed), amount, min(days, default=None), len(credited), credit


def test_each_open_invoice_is_a_line_with_its_due_day(clinic: Clinic) -> None:
    """In the order of the patients and of their days; a credit has a minus and is due on no day."""
    ada, bo = clinic.patient(), clinic.patient(first_name="Bo")
    last = invoice(clinic, ada, "5.00", issue_date="2024-03-01", number=8)
    first = invoice(clinic, ada, "6.00", issue_date="2024-02-27", number=7)
    credit = invoice(clinic, ada, "1.00", status=40, issue_date="2024-03-02", number=9)
    unknown = invoice(clinic, bo, None, net_amount=None, issue_date=None, number=None)
    with moved(clinic) as report:
        found = report.debtors(terms=14)
        there = {row.source_id: row.destination_id for row in found}

    assert [
        (ada, first, "Invoice 7 of 2024-02-27, from the earlier system", Decimal("6.00"), date(2024, 3, 12)),
        (ada, last, "Invoice 8 of 2024-03-01, from the earlier system", Decimal("5.00"), date(2024, 3, 15)),
        (ada, credit, "Credit 9 of 2024-03-02, from the earlier system", Decimal("-1.00"), None),
        (bo, unknown, "Invoice, from the earlier system", None, None),
    ] == [(line.source_id, line.invoice_id, line.description, line.unit_price, line.due) for line in found.lines]
    assert [there[line.source_id] for line in found.lines] == [line.destination_id for line in found.lines]
    assert {1} == {line.quantity for line in found.lines}


def test_without_terms_an_invoice_is_due_at_once(clinic: Clinic) -> None:
    """The result says that this is assumed."""
    invoice(clinic, clinic.patient(), "5.00", issue_date="2024-03-01")
    with moved(clinic) as report:
        found = report.debtors()

    assert date(2024, 3, 1) == found.lines[0].due
    assert "0 days after its day is assumed" in str(found)


@pytest.mark.parametrize("terms", [-1, 4000, 1.5, "14", True, None])
def test_terms_are_days(clinic: Clinic, terms: Any) -> None:
    """Anything else is refused before anything is read."""
    with moved(clinic) as report, pytest.raises(ConfigurationError, match="number of days"):
        report.debtors(terms=terms)


@pytest.mark.parametrize("seed", range(3))
def test_lines_add_up_to_the_debtors(tmp_path: Path, seed: int) -> None:
    """There is one way in which invoices are counted."""
    with pair_of(tmp_path, patients=60, seed=seed) as pair:
        found = pair.transfer(include={"patients"}).run().debtors()

    assert found.total - found.credit == sum((line.unit_price or Decimal(0) for line in found.lines), Decimal(0))
    assert sum(row.invoices + row.credits for row in found) == len(found.lines)


def test_who_owes_most_comes_first(clinic: Clinic) -> None:
    """Debtors stand in the order of what they owe, credits taken off; equals in the order of their ids."""
    patients = [clinic.patient(first_name=name) for name in ("Ada", "Bo", "Cy", "Di")]
    for patient, total in zip(patients, ("5.00", "70.00", "70.00", "80.00"), strict=True):
        invoice(clinic, patient, total)
    invoice(clinic, patients[3], "79.00", status=40)
    with moved(clinic) as report:
        found = report.debtors()

    assert [patients[place] for place in (1, 2, 0, 3)] == [row.source_id for row in found]


def test_merged_patients_owe_as_one(clinic: Clinic) -> None:
    """What was invoiced to a patient who was merged into another counts for the one who remains."""
    winner = clinic.patient()
    merged = {"archived_at": "2024-01-01T00:00:00Z", "merged_at": "2024-01-01T00:00:00Z"}
    second = clinic.patient(first_name="Adah", merged_with_patient_id=winner, **merged)
    third = clinic.patient(first_name="Adah", merged_with_patient_id=second, **merged)
    for patient, total, day in ((winner, "1.00", "2024-03-01"), (second, "2.00", "2024-02-01"), (third, "4.00", None)):
        invoice(clinic, patient, total, issue_date=day)
    with moved(clinic) as report:
        (row,) = report.debtors()

    assert (winner, 3, Decimal("7.00"), date(2024, 2, 1)) == (row.source_id, row.invoices, row.amount, row.oldest)


def test_only_patients_who_go_are_debtors(clinic: Clinic) -> None:
    """Whom the filter did not choose is not listed, whatever they owe."""
    ada, bo = clinic.patient(), clinic.patient(first_name="Bo")
    for patient in (ada, bo):
        invoice(clinic, patient, "10.00")
    with moved(clinic, filter=ByPatient(ada)) as report:
        found = report.debtors()

    assert [ada] == [row.source_id for row in found]


def test_a_patient_who_could_not_go_is_still_a_debtor(clinic: Clinic) -> None:
    """They are listed without an id in the destination, and the result is not ok."""
    patient = clinic.patient()
    invoice(clinic, patient, "10.00")
    clinic.destination.faults.add(
        "403", when=lambda request: (request.method, request.path) == ("POST", "/v1/patients"), every=1
    )
    with moved(clinic) as report:
        found = report.debtors()

    assert [(patient, None)] == [(row.source_id, row.destination_id) for row in found]
    assert not found.ok


def test_paid_closed_and_archived_invoices_are_no_debts(clinic: Clinic) -> None:
    """Nobody owes by an invoice that was paid, closed, or archived."""
    patient = clinic.patient()
    invoice(clinic, patient, "1.00", status=20)
    invoice(clinic, patient, "2.00", status=30)
    invoice(clinic, patient, "4.00", archived_at="2024-01-01T00:00:00Z")
    invoice(clinic, patient, "8.00", deleted_at="2024-01-01T00:00:00Z")
    with moved(clinic) as report:
        found = report.debtors()

    assert [] == list(found)
    assert "0 patients with 0 open invoices of 0.00 in all" in found.verdict


@pytest.mark.parametrize("total", ["12.50", "-12.50"])
def test_credits_stand_apart(clinic: Clinic, total: str) -> None:
    """An open credit is no debt; it is told as what it comes to, whichever sign the API gives it."""
    patient = clinic.patient()
    invoice(clinic, patient, total, status=40)
    with moved(clinic) as report:
        (row,) = found = report.debtors()

    assert (0, Decimal(0), 1, Decimal("12.50")) == (row.invoices, row.amount, row.credits, row.credit)
    assert row.oldest is None
    assert (Decimal(0), Decimal("12.50")) == (found.total, found.credit)
    assert found.verdict.startswith("0 patients with 0 open invoices")


def test_an_invoice_without_a_total_is_counted_by_its_parts_or_told(clinic: Clinic) -> None:
    """Net and tax make a total; where there is nothing at all, the invoice is counted and said to be unknown."""
    patient = clinic.patient()
    invoice(clinic, patient, None, net_amount="10.00", tax_amount="1.00")
    invoice(clinic, patient, None, net_amount="5.00", tax_amount=None)
    invoice(clinic, patient, None, net_amount=None)
    with moved(clinic) as report:
        (row,) = found = report.debtors()

    assert (3, Decimal("16.00")) == (row.invoices, row.amount)
    assert 1 == found.without_total
    assert not found.ok


@pytest.mark.parametrize(
    ("integrations", "said"),
    [
        ({"xero": {"enabled": True, "integrated_for_invoices": True}}, True),
        ({"xero": {"enabled": True}}, True),
        ({"xero": {"enabled": True, "integrated_for_invoices": False}}, False),
        ({"xero": {"enabled": False}}, False),
        ({}, False),
        (None, False),
    ],
)
def test_debtors_who_stand_in_xero_are_said_to(clinic: Clinic, integrations: Row | None, said: bool) -> None:
    """Where the source hands invoices to Xero, entering them again would double them there."""
    clinic.source.settings["integrations"] = integrations
    invoice(clinic, clinic.patient(), "10.00")
    with moved(clinic) as report:
        found = report.debtors()

    assert said == found.xero
    assert said == any("Xero" in remark for remark in found.remarks)


def test_invoices_are_read_when_they_are_asked_for(clinic: Clinic) -> None:
    """It takes the settings, and one list read for each hundred open invoices and open credits; nothing is written."""
    patient = clinic.patient()
    for number in range(101):
        invoice(clinic, patient, f"{number}.00")
    with moved(clinic) as report:
        before = len(clinic.source.log)
        found = report.debtors()
        asked = [(each.method, each.path) for each in clinic.source.log[before:]]

    assert [("GET", "/v1/settings")] + [("GET", "/v1/invoices")] * 3 == asked
    assert 4 == found.requests
    assert (101, Decimal(5050)) == (found[0].invoices, found[0].amount)


def test_the_journal_is_free_again(clinic: Clinic) -> None:
    """After debtors were read, and after reading them failed, the transfer can go on."""
    invoice(clinic, clinic.patient(), "10.00")
    with moved(clinic) as report:
        clinic.source.faults.add("403", when=lambda request: request.path == "/v1/invoices", every=1)
        with pytest.raises(Exception, match="403"):
            report.debtors()
        clinic.source.faults.clear()
        found = report.debtors()

    assert 1 == len(found)


def test_patients_who_were_merged_in_a_circle_are_nobody(clinic: Clinic) -> None:
    """Accounts that say such a thing don't keep anybody waiting."""
    journal = MemoryJournal()
    patients = [clinic.patient(first_name=name) for name in ("Ada", "Bo")]
    for one, other in (patients, reversed(patients)):
        journal.settle(Ref("patients", one), Entry(State.SKIPPED, instead=Ref("patients", other)))
        invoice(clinic, one, "10.00")
    with clinic.source.in_process():
        found = read_debtors(ClinikoSource(clinic.reader()), journal)

    assert [] == list(found)


def test_invoices_without_a_patient_are_nobody_s(clinic: Clinic) -> None:
    """They are not listed: there is nobody to enter an opening balance for."""
    clinic.patient()
    clinic.add("invoices", status=10, total_amount="10.00")
    with moved(clinic) as report:
        found = report.debtors()

    assert [] == list(found)
