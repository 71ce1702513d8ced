"""Transfers with filters: what arrives is what an independent reading of the source's rows says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

import clinikomigrate as cm
from clinikomigrate.cliniko.models import TreatmentNote
from clinikomigrate.testing import FakeCliniko, empty_destination, make_clinic
from clinikomigrate.transfer.resolve import NOT_GOING
from clinikomigrate.transfer.widening import OUTSIDE, TOO_LATE
from tests.comparison import differences
from tests.end_to_end.accounts import Pair, created
from tests.end_to_end.choosing import Books, Choice, Excerpt

SEEDS = (3, 11, 29)
SIZES = {3: 24, 11: 30, 29: 36}


@attrs.frozen
class Clinic:
    """A made-up clinic, mounted in this process.

    Attributes:
        account: The account.
        books: Its rows.
    """

    account: FakeCliniko
    books: Books

    def quietest(self, column: str) -> str:
        """Gives the business or practitioner with the fewest appointments that has any."""
        values: list[str] = [row[column] for row in self.books.rows("individual_appointments")]
        return min(sorted(set(values)), key=values.count)

    def busiest(self, column: str) -> str:
        """Gives the business or practitioner with the most appointments."""
        values: list[str] = [row[column] for row in self.books.rows("individual_appointments")]
        return max(sorted(set(values)), key=values.count)

    def quarter(self, number: int) -> datetime:
        """Gives the time before which so many quarters of all appointments are."""
        starts = sorted(row["starts_at"] for row in self.books.rows("individual_appointments"))
        return datetime.fromisoformat(starts[len(starts) * number // 4])

    def sociable(self) -> list[str]:
        """Gives two patients of one class."""
        seats = [row for row in self.books.rows("attendees") if row["booking_id"] in self._classes()]
        return [row["patient_id"] for row in seats[:2]]

    def _classes(self) -> set[str]:
        return {row["id"] for row in self.books.rows("group_appointments")}


@pytest.fixture(scope="module")
def clinics() -> dict[int, Clinic]:
    """Makes a clinic for each seed."""
    found = {}
    for seed in SEEDS:
        account = FakeCliniko(subdomain=f"clinic-{seed}", rate_limit=None)
        make_clinic(account, patients=SIZES[seed], seed=seed)
        found[seed] = Clinic(account, Books(account))
    return found


class Drafts(cm.Filter):
    """A filter of one's own: leaves draft notes behind."""

    def keeps(self, record: Any, scope: cm.Scope) -> bool:
        """Keeps all but draft notes."""
        return not (isinstance(record, TreatmentNote) and record.draft)


def no_drafts(books: Books) -> Choice:
    """Chooses what such a filter leaves."""
    return Choice(notes=frozenset(row["id"] for row in books.rows("treatment_notes") if not row["draft"]))


Made = Callable[[Clinic], tuple[cm.Filter, Choice]]


def business(clinic: Clinic, which: str = "quietest") -> tuple[cm.Filter, Choice]:
    """A business filter."""
    id = getattr(clinic, which)("business_id")
    return cm.ByBusiness(id), clinic.books.placed("business_id", id)


def practitioner(clinic: Clinic, which: str = "quietest") -> tuple[cm.Filter, Choice]:
    """A practitioner filter."""
    id = getattr(clinic, which)("practitioner_id")
    return cm.ByPractitioner(id), clinic.books.placed("practitioner_id", id)


def patients(clinic: Clinic) -> tuple[cm.Filter, Choice]:
    """A pilot."""
    ids = clinic.sociable()
    return cm.ByPatient(*ids), clinic.books.of_patients(*ids)


def since(clinic: Clinic) -> tuple[cm.Filter, Choice]:
    """The last half of the diary."""
    return cm.Since(clinic.quarter(2)), clinic.books.between(clinic.quarter(2))


def between(clinic: Clinic) -> tuple[cm.Filter, Choice]:
    """The middle of the diary."""
    times = clinic.quarter(1), clinic.quarter(3)
    return cm.Between(*times), clinic.books.between(*times)


def seen_since(clinic: Clinic) -> tuple[cm.Filter, Choice]:
    """Recent patients."""
    return cm.SeenSince(clinic.quarter(3)), clinic.books.seen_since(clinic.quarter(3))


def active(clinic: Clinic) -> tuple[cm.Filter, Choice]:
    """Active patients."""
    return cm.Active(), clinic.books.active()


def own(clinic: Clinic) -> tuple[cm.Filter, Choice]:
    """A user's filter."""
    return Drafts(), no_drafts(clinic.books)


def both(*made: Made) -> Made:
    """Combines filters with `&`."""

    def together(clinic: Clinic) -> tuple[cm.Filter, Choice]:
        filter, choice = made[0](clinic)
        for each in made[1:]:
            filter, choice = filter & each(clinic)[0], choice & each(clinic)[1]
        return filter, choice

    return together


CASES: tuple[tuple[str, int, Made], ...] = (
    ("everything", 3, lambda _: (cm.Everything(), Choice())),
    ("a business", 3, business),
    ("a business", 11, lambda clinic: business(clinic, "busiest")),
    ("a practitioner", 3, practitioner),
    ("a practitioner", 29, lambda clinic: practitioner(clinic, "busiest")),
    ("patients", 3, patients),
    ("patients", 29, patients),
    ("since", 3, since),
    ("since", 11, since),
    ("between", 29, between),
    ("seen since", 11, seen_since),
    ("active", 3, active),
    ("a filter of one's own", 11, own),
    ("a business and since", 29, both(business, since)),
    ("since and a business", 3, both(since, business)),
    ("a business and a practitioner", 29, both(business, lambda clinic: practitioner(clinic, "busiest"))),
    ("a practitioner, recent patients, active ones", 11, both(practitioner, seen_since, active)),
    ("patients and between", 29, both(patients, between)),
    ("a business and a filter of one's own", 11, both(business, own)),
)


IN_PART = ("group_appointments", "patient_ids")
"""What a class loses that keeps only some of its attendees."""


def left_empty(report: cm.Report) -> Counter[tuple[str, str]]:
    """Counts the links that a report says were left empty, because what they point at does not go."""
    reasons = (NOT_GOING, OUTSIDE, "its related_patient does not go")
    told = ((loss.kind, loss.field, loss.records) for loss in report.losses if loss.reason in reasons)
    of_exports = ("patient_cases", "patient_attachment_ids")  # archives that the product made stay behind
    return Counter({(kind, field): records for kind, field, records in told if (kind, field) != of_exports})


@pytest.mark.parametrize(
    ("seed", "made"), [case[1:] for case in CASES], ids=[f"{name}-{seed}" for name, seed, _ in CASES]
)
def test_what_a_filter_takes_arrives_and_nothing_else(
    clinics: dict[int, Clinic], tmp_path: Path, seed: int, made: Made
) -> None:
    """Each record that the filter takes arrives once and as it was; links to others are empty and counted."""
    clinic = clinics[seed]
    filter, choice = made(clinic)
    taken = clinic.books.taken(choice)
    excerpt = Excerpt(clinic.books, taken)
    pair = Pair(clinic.account, empty_destination(clinic.account, seed=seed), tmp_path / "a.journal")
    with clinic.account.in_process(), pair.destination.in_process():
        report = pair.transfer(filter=filter).run(last=True)

    assert [] == list(report.set_aside)
    assert clinic.books.listed(taken) == {kind: count.selected for kind, count in report.kinds.items()}
    assert [] == differences(excerpt, pair.destination)
    assert excerpt.emptied + Counter({IN_PART: excerpt.classes_kept_in_part()}) == left_empty(report)
    pair.check_quiet()


@pytest.mark.parametrize("seed", SEEDS[1:])
def test_a_pilot_grows_into_the_whole_clinic(clinics: dict[int, Clinic], tmp_path: Path, seed: int) -> None:
    """Some patients, then a business, then everything, on one journal: all of it arrives, and nothing twice."""
    clinic = clinics[seed]
    filters = (patients(clinic)[0], business(clinic)[0], None)
    grown = Pair(clinic.account, empty_destination(clinic.account, seed=seed), tmp_path / "grown.journal")
    whole = Pair(clinic.account, empty_destination(clinic.account, seed=seed), tmp_path / "whole.journal")
    with clinic.account.in_process(), grown.destination.in_process():
        reports = [grown.transfer(filter=filter).run() for filter in filters]
        again = grown.transfer().run()
    with clinic.account.in_process(), whole.destination.in_process():
        at_once = whole.transfer().run()

    missing = differences(clinic.account, grown.destination)
    too_late = {(loss.kind, loss.field): loss.records for loss in again.losses if loss.reason == TOO_LATE}
    wrong = Counter(re.sub(r"^(\w+) .*: (\w+)_id is None, must be .*", r"\1 \2", line) for line in missing)

    assert [[]] * 3 == [list(report.set_aside) for report in reports]
    assert created(at_once) == sum(created(report) for report in reports)
    assert 0 == created(again)
    assert list(at_once.losses) == [loss for loss in again.losses if loss.reason != TOO_LATE]
    assert {" ".join(what): number for what, number in too_late.items()} == wrong
    assert {"treatment_notes"} == {kind for kind, _ in too_late}  # finalised ones, which can't be changed
    grown.check_quiet()
