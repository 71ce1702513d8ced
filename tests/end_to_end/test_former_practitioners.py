"""What becomes of practitioners who left, and of what the mapper's settings leave out: who stands where in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

import clinikomigrate as cm
from clinikomigrate.sinks.cliniko.mapping.catalogue import EXCLUDED, SOMEBODY_ELSES, SOMEBODY_ELSES_HOURS
from clinikomigrate.testing import FakeCliniko, empty_destination, make_clinic
from clinikomigrate.transfer.resolve import NOT_GOING
from tests.comparison import differences
from tests.end_to_end.accounts import Pair
from tests.end_to_end.choosing import BOOKINGS, Books, Row
from tests.traps.clinic import Clinic

PLACED = (*BOOKINGS, "availability_blocks", "practitioner_reference_numbers")
"""The kinds that say by whom and where."""
LEFT_OUT = "{} is left out, or has no match in the destination"


@pytest.fixture(scope="module")
def source() -> FakeCliniko:
    """Makes a clinic in which two practitioners have left, one of them after whom hours and numbers are still kept."""
    account = FakeCliniko(rate_limit=None)
    make_clinic(account, patients=20, seed=5)
    books = Books(account)
    left = next(row for row in books.rows("practitioners") if not row["active"])
    place = {"business_id": books.rows("businesses")[0]["id"], "practitioner_id": left["id"]}
    account.add("availability_blocks", starts_at="2024-03-15T01:00:00Z", ends_at="2024-03-15T02:00:00Z", **place)
    account.add("daily_availabilities", day_of_week=1, availabilities=[], **place)
    return account


@attrs.frozen
class Moved:
    """A clinic that was moved.

    Attributes:
        books: What the source held.
        destination: Where it went.
        report: What the run said.
        identities: The destination's ids by the source's, by kind.
    """

    books: Books
    destination: FakeCliniko
    report: cm.Report
    identities: dict[str, dict[str, str]]

    def former(self) -> dict[str, str]:
        """Gives the names of the source's practitioners who left, by id."""
        return {row["id"]: named(row) for row in self.books.rows("practitioners") if not row["active"]}

    def arrived(self, kind: str) -> list[tuple[Row, Row]]:
        """Gives the source's and the destination's row of each record that arrived."""
        there = {row["id"]: row for row in self.destination.rows(kind)}
        here = {row["id"]: row for row in self.books.rows(kind)}
        return [(here[id], there[copy]) for id, copy in self.identities[kind].items()]

    def practitioner(self, id: str) -> str:
        """Gives the name of a practitioner of the destination."""
        return next(named(row) for row in self.destination.rows("practitioners") if row["id"] == id)

    def stands_where(self, kind: str, former: str) -> Counter[str]:
        """Counts who stands in the destination for a former practitioner."""
        return Counter(
            self.practitioner(copy["practitioner_id"])
            for row, copy in self.arrived(kind)
            if row["practitioner_id"] == former
        )

    def links_left_empty(self, *, booking: set[str]) -> Counter[tuple[str, str]]:
        """Works out which links of notes and forms lead to bookings that stay behind."""
        seats = {row["id"] for row in self.books.rows("attendees") if row["booking_id"] in booking}
        found: Counter[tuple[str, str]] = Counter()
        for kind in ("treatment_notes", "patient_forms"):
            for row in self.books.rows(kind):
                found[kind, "booking"] += row.get("booking_id") in booking
                found[kind, "attendee"] += row.get("attendee_id") in seats
        return +found


def named(row: Row) -> str:
    """Gives a practitioner's name."""
    return f"{row['first_name']} {row['last_name']}"


def move(source: FakeCliniko, folder: Path, mapper: cm.ClinikoMapper, *, spare: str | None = None) -> Moved:
    """Moves the clinic into an account of its own, with one more practitioner in it if one is named."""
    destination = empty_destination(source)
    if spare is not None:
        first, last = spare.split()
        destination.add("practitioners", first_name=first, last_name=last, active=True)
    pair = Pair(source, destination, folder / "a.journal")
    with source.in_process(), destination.in_process():
        transfer = pair.transfer(mapper=mapper)
        report = transfer.run()
        kinds = [*PLACED, "patients", "attendees", "treatment_notes", "patient_forms", "appointment_types"]
        identities = {kind: dict(transfer.identities(kind)) for kind in kinds}
    pair.check_quiet()
    assert [] == list(report.set_aside)
    return Moved(Books(source), destination, report, identities)


def lost(report: cm.Report, reason: str) -> Counter[tuple[str, str]]:
    """Counts what is lost for a reason."""
    return Counter({(loss.kind, loss.field): loss.records for loss in report.losses if loss.reason == reason})


def empty_links(report: cm.Report) -> Counter[tuple[str, str]]:
    """Counts the links of notes and forms that a report says were left empty."""
    told = lost(report, NOT_GOING)
    return Counter({what: number for what, number in told.items() if what[0] in ("treatment_notes", "patient_forms")})


def skipped(report: cm.Report, reason: str) -> Counter[str]:
    """Counts what does not go for a reason, by kind."""
    return Counter({each.kind: each.records for each in report.left_out if each.reason == reason})


def everything_about_patients(moved: Moved) -> Iterator[tuple[str, int, int]]:
    """Gives for what hangs on patients and on no booking how many there are, and how many arrived."""
    merged = {row["id"] for row in moved.books.rows("patients") if row["merged_with_patient_id"]}
    yield "patients", len(moved.books.rows("patients")) - len(merged), len(moved.destination.rows("patients"))
    for kind in ("treatment_notes", "patient_forms", "medical_alerts"):
        yield kind, len(moved.books.rows(kind)), len(moved.destination.rows(kind))


def test_one_to_one_with_those_who_left_the_destination(source: FakeCliniko, tmp_path: Path) -> None:
    """By default each former practitioner is matched with the one of that name who left the destination, too."""
    moved = move(source, tmp_path, cm.ClinikoMapper())

    for former, name in moved.former().items():
        for kind in PLACED:
            number = sum(row["practitioner_id"] == former for row in moved.books.rows(kind))
            assert Counter({name: number} if number else {}) == moved.stands_where(kind, former), (kind, name)
    inactive = {row["id"] for row in moved.destination.rows("practitioners") if not row["active"]}

    assert inactive & {copy["practitioner_id"] for _, copy in moved.arrived("individual_appointments")}
    assert [] == differences(source, moved.destination)


@pytest.mark.parametrize("somebody", ["Former Practitioner", "Amy Ng"])
def test_all_of_them_to_one(source: FakeCliniko, tmp_path: Path, somebody: str) -> None:
    """One practitioner stands for all who left, made for this or one who works there; numbers and hours stay behind."""
    mapper = cm.ClinikoMapper(former_practitioners=cm.AssignTo(somebody))
    moved = move(source, tmp_path, mapper, spare=None if somebody == "Amy Ng" else somebody)
    personal = {"availability_blocks", "practitioner_reference_numbers"}

    for former in moved.former():
        for kind in PLACED:
            number = sum(row["practitioner_id"] == former for row in moved.books.rows(kind))
            expected = Counter({somebody: number} if number and kind not in personal else {})
            assert expected == moved.stands_where(kind, former), kind
    number = {kind: of(moved.former(), moved.books.rows(kind)) for kind in (*personal, "daily_availabilities")}

    assert all(number.values())
    assert number["practitioner_reference_numbers"] == lost(moved.report, SOMEBODY_ELSES).total()
    assert {(kind, "record"): number[kind] for kind in ("availability_blocks", "daily_availabilities")} == lost(
        moved.report, SOMEBODY_ELSES_HOURS
    )
    assert Counter() == empty_links(moved.report)
    assert all(here == there for _, here, there in everything_about_patients(moved))


def of(practitioners: dict[str, str], rows: list[Row]) -> int:
    """Counts the rows of practitioners."""
    return sum(row["practitioner_id"] in practitioners for row in rows)


def test_one_of_them_to_somebody_and_the_rest_left_out(source: FakeCliniko, tmp_path: Path) -> None:
    """A setting for one person comes before the policy for all: what the others did stays behind and is counted."""
    moved = move(
        source,
        tmp_path,
        cm.ClinikoMapper(practitioners={"Old Timer": "Amy Ng"}, former_practitioners=cm.EXCLUDE),
    )
    [kept] = [id for id, name in moved.former().items() if name == "Old Timer"]
    [gone] = [id for id in moved.former() if id != kept]
    visits = [row for row in moved.books.rows("individual_appointments") if row["practitioner_id"] == kept]

    assert Counter({"Amy Ng": len(visits)}) == moved.stands_where("individual_appointments", kept)
    assert not any(moved.stands_where(kind, gone) for kind in PLACED)


def test_those_who_left_are_left_out(source: FakeCliniko, tmp_path: Path) -> None:
    """Their bookings, blocks, hours and numbers stay behind; notes and forms go, with empty links that are counted."""
    moved = move(source, tmp_path, cm.ClinikoMapper(former_practitioners=cm.EXCLUDE))
    former = moved.former()
    behind = {row["id"] for kind in BOOKINGS for row in moved.books.rows(kind) if row["practitioner_id"] in former}
    seats = sum(row["booking_id"] in behind for row in moved.books.rows("attendees"))
    left = {kind: of(former, moved.books.rows(kind)) for kind in PLACED}

    assert not any(moved.stands_where(kind, id) for kind in PLACED for id in former)
    assert +Counter(left) == skipped(moved.report, LEFT_OUT.format("its practitioner"))
    assert +Counter({(kind, "record"): number for kind, number in left.items()}) == (
        lost(moved.report, LEFT_OUT.format("its practitioner"))
    )
    assert {"daily_availabilities": of(former, moved.books.rows("daily_availabilities"))} == (
        skipped(moved.report, EXCLUDED)
    )
    assert not any(name in line for name in former.values() for line in moved.report.by_hand)
    assert Counter({("attendees", "record"): seats}) == lost(moved.report, "its booking does not go")
    assert moved.links_left_empty(booking=behind) == empty_links(moved.report)
    assert all(here == there for _, here, there in everything_about_patients(moved))


def test_a_practitioner_who_works_there_can_be_left_out(source: FakeCliniko, tmp_path: Path) -> None:
    """The same for one by name: also as somebody who offers a type of appointment."""
    books = Books(source)
    person = next(row for row in books.rows("practitioners") if row["active"])
    moved = move(source, tmp_path, cm.ClinikoMapper(practitioners={named(person): cm.EXCLUDE}))
    behind = {row["id"] for kind in BOOKINGS for row in books.rows(kind) if row["practitioner_id"] == person["id"]}
    types: list[Row] = moved.destination.rows("appointment_types")
    copy = next(row["id"] for row in moved.destination.rows("practitioners") if named(row) == named(person))
    offered = sum(person["id"] in (row["practitioner_ids"] or ()) for row in books.rows("appointment_types"))

    assert not any(moved.stands_where(kind, person["id"]) for kind in PLACED)
    assert not any(named(person) in line for line in moved.report.by_hand)
    assert moved.links_left_empty(booking=behind) == empty_links(moved.report)
    assert not any(copy in (row["practitioner_ids"] or ()) for row in types)
    assert offered == lost(moved.report, NOT_GOING)["appointment_types", "practitioner_ids"]
    assert all(here == there for _, here, there in everything_about_patients(moved))


def test_a_business_can_be_left_out(source: FakeCliniko, tmp_path: Path) -> None:
    """What was booked there stays behind; its patients go with all else, and forms without the link to it."""
    books = Books(source)
    place = books.rows("businesses")[1]
    moved = move(source, tmp_path, cm.ClinikoMapper(businesses={place["business_name"]: cm.EXCLUDE}))
    behind = {row["id"] for kind in BOOKINGS for row in books.rows(kind) if row["business_id"] == place["id"]}
    left = {kind: sum(row["business_id"] == place["id"] for row in books.rows(kind)) for kind in PLACED}
    rosters = sum(row["business_id"] == place["id"] for row in books.rows("daily_availabilities"))
    forms = sum(row["business_id"] == place["id"] for row in books.rows("patient_forms"))
    no_match = lost(moved.report, "what it points at is left out, or has no match in the destination")

    assert +Counter(left) == skipped(moved.report, LEFT_OUT.format("its business"))
    assert Counter({"daily_availabilities": rosters}) == skipped(moved.report, EXCLUDED)
    assert forms == no_match["patient_forms", "business"]
    assert moved.links_left_empty(booking=behind) == empty_links(moved.report)
    assert all(here == there for _, here, there in everything_about_patients(moved))


def test_what_is_left_out_stays_behind_in_the_verdict(tmp_path: Path) -> None:
    """Bookings and blocks of an excluded place are named with their attendees, before the run and after it."""
    clinic = Clinic(tmp_path)
    south = clinic.add("businesses", business_name="South")
    clinic.visit(clinic.patient(), business_id=south)
    clinic.add(
        "unavailable_blocks",
        business_id=south,
        practitioner_id=clinic.practitioner,
        starts_at="2024-03-14T00:00:00Z",
        ends_at="2024-03-14T01:00:00Z",
    )
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer(
            mapper=cm.ClinikoMapper(businesses={"South": cm.EXCLUDE})
        )
        plan, report = transfer.plan(), transfer.run()

    behind = "3 records stay behind (1 attendee, 1 individual appointment, 1 unavailable block)"
    assert behind in plan.verdict
    assert behind in report.verdict
    assert set(plan.losses) == set(report.losses)


def test_an_appointment_type_can_be_left_out(source: FakeCliniko, tmp_path: Path) -> None:
    """It is not made, nor what is charged with it; its bookings, which can't be without a type, are counted as lost."""
    books = Books(source)
    used = Counter(row["appointment_type_id"] for row in books.rows("individual_appointments"))
    kind = next(row for row in books.rows("appointment_types") if row["id"] == used.most_common(1)[0][0])
    moved = move(source, tmp_path, cm.ClinikoMapper(appointment_types={kind["id"]: cm.EXCLUDE}))
    lines = ("appointment_type_billable_items", "appointment_type_products")
    number = {
        each: sum(row["appointment_type_id"] == kind["id"] for row in books.rows(each))
        for each in ("individual_appointments", "group_appointments", *lines)
    }
    behind = {
        row["id"] for each in BOOKINGS for row in books.rows(each) if row.get("appointment_type_id") == kind["id"]
    }

    assert kind["id"] not in moved.identities["appointment_types"]
    assert Counter({"appointment_types": 1}) == skipped(moved.report, EXCLUDED)
    assert +Counter({(each, "record"): count for each, count in number.items()}) == lost(
        moved.report, "its appointment_type does not go"
    )
    assert moved.links_left_empty(booking=behind) == empty_links(moved.report)
    assert all(here == there for _, here, there in everything_about_patients(moved))


def test_an_appointment_type_can_stand_for_another(source: FakeCliniko, tmp_path: Path) -> None:
    """The destination's own type takes the bookings, and is left as it is."""
    books = Books(source)
    used = Counter(row["appointment_type_id"] for row in books.rows("individual_appointments"))
    kind = next(row for row in books.rows("appointment_types") if row["id"] == used.most_common(1)[0][0])
    destination = empty_destination(source)
    own = destination.add("appointment_types", name="Their own", duration_in_minutes=5)
    pair = Pair(source, destination, tmp_path / "a.journal")
    with source.in_process(), destination.in_process():
        report = pair.transfer(mapper=cm.ClinikoMapper(appointment_types={kind["id"]: "Their own"})).run()
    pair.check_quiet()
    taken = [row for row in destination.rows("individual_appointments") if row["appointment_type_id"] == own]
    stands = [row for row in destination.rows("appointment_types") if row["id"] == own]

    assert report.ok
    assert used[kind["id"]] == len(taken)
    assert [5] == [row["duration_in_minutes"] for row in stands]
    assert not any(row["appointment_type_id"] == own for row in destination.rows("appointment_type_billable_items"))


@pytest.mark.parametrize(
    "settings",
    [
        {"former_practitioners": cm.AssignTo("Nobody Here")},
        {"practitioners": {"Old Timer": "Nobody Here"}},
        {"businesses": {"Nowhere": cm.EXCLUDE}},
        {"appointment_types": {"No such type": cm.EXCLUDE}},
    ],
)
def test_a_name_that_nobody_has_blocks_before_the_first_write(
    source: FakeCliniko, tmp_path: Path, settings: dict[str, Any]
) -> None:
    """On either side, for each setting; the finding names it, and nothing was written."""
    destination = empty_destination(source)
    pair = Pair(source, destination, tmp_path / "a.journal")
    with source.in_process(), destination.in_process(), pytest.raises(cm.Blocked) as blocked:
        pair.transfer(mapper=cm.ClinikoMapper(**settings)).run()

    blockers = [finding.code for finding in blocked.value.findings if finding.level is cm.Level.BLOCKER]

    assert ["mapping-unknown-name"] == blockers
    assert [] == [request for request in destination.log if request.method != "GET"]


@pytest.mark.parametrize("somebody", ["Olivia Owner", "Former Practitioner"])
def test_nobody_comes_to_offer_what_somebody_else_offered(tmp_path: Path, somebody: str) -> None:
    """Who gets a former practitioner's work, even a single one's, gets neither their appointment types nor number."""
    clinic = Clinic(tmp_path)
    old = clinic.add("practitioners", first_name="Old", last_name="Timer", active=False)
    _, massage = (
        clinic.add("appointment_types", name=name, business_ids=[clinic.business], practitioner_ids=by)
        for name, by in (("Review", [clinic.practitioner, old]), ("Massage", [old]))
    )
    clinic.add("practitioner_reference_numbers", business_id=clinic.business, practitioner_id=old, reference_number="1")
    clinic.visit(clinic.patient(), practitioner_id=old, appointment_type_id=massage)
    clinic.destination.add("practitioners", first_name="Former", last_name="Practitioner")
    report = clinic.move(mapper=cm.ClinikoMapper(former_practitioners=cm.AssignTo(somebody)))
    names = {row["id"]: named(row) for row in clinic.arrived("practitioners")}
    offered = {
        row["name"]: [names[id] for id in row["practitioner_ids"] or ()] for row in clinic.arrived("appointment_types")
    }

    assert {"Initial": ["Olivia Owner"], "Review": ["Olivia Owner"], "Massage": []} == offered
    assert 2 == lost(report, NOT_GOING)["appointment_types", "practitioner_ids"]
    assert [] == clinic.arrived("practitioner_reference_numbers")
    assert somebody == names[clinic.only("individual_appointments")["practitioner_id"]]
