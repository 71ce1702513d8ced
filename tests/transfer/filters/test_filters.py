"""The filters, each over a generated clinic, against what the account's rows say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.testing import FakeCliniko, make_clinic
from clinikomigrate.transfer.filters import (
    Active,
    Between,
    ByBusiness,
    ByPatient,
    ByPractitioner,
    Everything,
    Filter,
    SeenSince,
    Since,
)
from clinikomigrate.transfer.kinds import ALL_KINDS, KINDS
from clinikomigrate.transfer.needs import choose_needed
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import ClinikoSource

Row = dict[str, Any]
BOOKINGS = ("individual_appointments", "group_appointments", "unavailable_blocks")


@attrs.frozen
class Clinic:
    """A generated clinic and a source that reads it."""

    fake: FakeCliniko
    source: ClinikoSource

    def rows(self, kind: str) -> list[Row]:
        """Returns a kind's rows, hidden ones too."""
        rows: list[Row] = self.fake.rows(kind)
        return rows

    def chosen(self, filter: Filter, kinds: frozenset[str] = ALL_KINDS) -> dict[str, set[str]]:
        """Returns the ids of what a filter chooses, by kind."""
        scope = Scope()
        filter.scope(self.source, scope)
        choose_needed(self.source, scope, filter, kinds)
        found = {
            kind: {
                record.id
                for record in self.source.stream(kind, *scope.conditions(kind))
                if scope.takes(record) and filter.keeps(record, scope)
            }
            for kind in KINDS
        }
        scope.close()
        return found

    def with_merged(self, patients: set[str]) -> set[str]:
        """Returns patients with those that they were merged into, and those that were merged into them."""
        pairs = [(row["id"], row["merged_with_patient_id"]) for row in self.rows("patients")]
        found, before = set(patients), 0
        while len(found) > before:
            before = len(found)
            for pair in pairs:
                if pair[1] and found & set(pair):
                    found |= set(pair)
        return found

    def patients_booked(self, keep: Any) -> set[str]:
        """Returns the patients of the bookings that `keep` keeps, and whom they were merged with."""
        booked = {row["id"] for kind in BOOKINGS for row in self.rows(kind) if keep(row)}
        attending = {row["patient_id"] for row in self.rows("attendees") if row["booking_id"] in booked}
        single = {row["patient_id"] for row in self.rows("individual_appointments") if row["id"] in booked}
        return self.with_merged(attending | single)


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    """Returns a clinic of 60 patients."""
    fake = FakeCliniko(rate_limit=None)
    make_clinic(fake, patients=60, seed=7)
    with fake.in_process():
        client = Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock)
        yield Clinic(fake, ClinikoSource(client))


def ids(rows: list[Row]) -> set[str]:
    """Returns the rows' ids."""
    return {row["id"] for row in rows}


def busiest(clinic: Clinic, field: str) -> str:
    """Returns the business or practitioner with the fewest appointments that has any."""
    values: list[str] = [row[field] for row in clinic.rows("individual_appointments")]
    return min(set(values), key=values.count)


def test_everything_takes_everything(clinic: Clinic) -> None:
    """Nothing is left out but archived suppliers, which the API never lists."""
    chosen = clinic.chosen(Everything())

    hidden = {row["id"] for row in clinic.rows("product_suppliers") if row["archived_at"]}

    assert {kind: ids(clinic.rows(kind)) - hidden for kind in KINDS} == chosen


def test_a_business_brings_its_bookings_and_their_patients(clinic: Clinic) -> None:
    """Bookings of that business go, live, cancelled or archived, with their patients and all that hangs on those."""
    business = busiest(clinic, "business_id")
    chosen = clinic.chosen(ByBusiness(business))
    patients = clinic.patients_booked(lambda row: row["business_id"] == business)

    assert 0 < len(patients) < len(clinic.rows("patients"))
    assert patients == chosen["patients"]
    for kind in BOOKINGS:
        expected = {
            row["id"]
            for row in clinic.rows(kind)
            if row["business_id"] == business and row.get("patient_id", min(patients)) in patients
        }
        assert expected == chosen[kind], kind

    for kind in ("treatment_notes", "medical_alerts", "patient_attachments", "patient_forms", "communications"):
        assert {row["id"] for row in clinic.rows(kind) if row["patient_id"] in patients} == chosen[kind], kind


def test_a_practitioner_brings_only_their_own_notes(clinic: Clinic) -> None:
    """Notes of other practitioners stay behind; files and alerts of the patients go."""
    practitioner = busiest(clinic, "practitioner_id")
    chosen = clinic.chosen(ByPractitioner(practitioner))
    patients = clinic.patients_booked(lambda row: row["practitioner_id"] == practitioner)
    notes = clinic.rows("treatment_notes")

    assert patients == chosen["patients"]
    assert {
        note["id"] for note in notes if note["practitioner_id"] == practitioner and note["patient_id"] in patients
    } == chosen["treatment_notes"]
    assert {row["id"] for row in clinic.rows("medical_alerts") if row["patient_id"] in patients} == (
        chosen["medical_alerts"]
    )


def test_names_work_like_ids(clinic: Clinic) -> None:
    """A business can be named, without regard to case."""
    row = clinic.rows("businesses")[0]
    name = row["display_name"] or row["business_name"]

    assert clinic.chosen(ByBusiness(row["id"])) == clinic.chosen(ByBusiness(f" {name.upper()} "))


def test_an_unknown_name_is_told_the_candidates(clinic: Clinic) -> None:
    """The error lists what there is."""
    name = clinic.rows("businesses")[0]["display_name"] or clinic.rows("businesses")[0]["business_name"]
    with pytest.raises(ConfigurationError, match="has no businesses called") as raised:
        clinic.chosen(ByBusiness("Nowhere"))

    assert name in str(raised.value)


def test_an_ambiguous_name_is_told_the_ids() -> None:
    """Two businesses of one name have to be told apart by id."""
    fake = FakeCliniko(subdomain="twins")
    twins = [fake.add("businesses", business_name="Twin") for _ in range(2)]
    with fake.in_process():
        source = ClinikoSource(Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock))
        with pytest.raises(ConfigurationError, match=f"{twins[0]}, {twins[1]}"):
            ByBusiness("twin").scope(source, Scope())


def test_only_what_is_needed_of_the_catalogue_comes_along(clinic: Clinic) -> None:
    """Of contacts and catalogue go those that a chosen record points at, and what those point at."""
    patient = next(row for row in clinic.rows("patients") if row["referring_doctor_id"] and not row["archived_at"])
    chosen = clinic.chosen(ByPatient(patient["id"]))
    types = {row["id"]: row for row in clinic.rows("appointment_types")}
    booked = {
        row["appointment_type_id"]
        for kind in ("individual_appointments", "group_appointments")
        for row in clinic.rows(kind)
        if row["id"] in chosen[kind]
    }

    assert patient["referring_doctor_id"] in chosen["contacts"]
    assert len(chosen["contacts"]) < len(clinic.rows("contacts"))
    assert booked == chosen["appointment_types"]
    assert len(booked) < len(types)
    hanging = {
        row["id"] for row in clinic.rows("appointment_type_billable_items") if row["appointment_type_id"] in booked
    }

    assert hanging == chosen["appointment_type_billable_items"]


def test_a_pilot_of_one_patient(clinic: Clinic) -> None:
    """ByPatient takes the patient's bookings, classes too, and no block of anybody."""
    attending = next(
        row
        for row in clinic.rows("attendees")
        if row["booking_id"] in ids(clinic.rows("group_appointments")) and row["patient_id"]
    )
    patient = attending["patient_id"]
    chosen = clinic.chosen(ByPatient(patient))

    assert clinic.with_merged({patient}) == chosen["patients"]
    assert attending["booking_id"] in chosen["group_appointments"]
    assert set() == chosen["unavailable_blocks"]
    assert {row["id"] for row in clinic.rows("attendees") if row["patient_id"] in chosen["patients"]} == chosen[
        "attendees"
    ]


def test_patients_who_are_not_there_are_named(clinic: Clinic) -> None:
    """An id that the source lacks is an error that names it."""
    with pytest.raises(ConfigurationError, match="ids: 424242424242424242"):
        clinic.chosen(ByPatient("424242424242424242"))


def test_since_narrows_bookings_and_what_is_linked_to_them(clinic: Clinic) -> None:
    """Bookings before the time stay behind, and notes and forms linked to them; patients and other notes go."""
    starts = sorted(row["starts_at"] for row in clinic.rows("individual_appointments"))
    middle = datetime.fromisoformat(str(starts[len(starts) // 2]))
    chosen = clinic.chosen(Since(middle))
    bookings = {
        row["id"]
        for kind in BOOKINGS
        for row in clinic.rows(kind)
        if datetime.fromisoformat(str(row["starts_at"])) >= middle
    }

    assert ids(clinic.rows("patients")) == chosen["patients"]
    assert bookings == chosen["individual_appointments"] | chosen["group_appointments"] | chosen["unavailable_blocks"]
    assert {
        row["id"] for row in clinic.rows("treatment_notes") if not row["booking_id"] or row["booking_id"] in bookings
    } == chosen["treatment_notes"]
    assert 0 < len(chosen["treatment_notes"]) < len(clinic.rows("treatment_notes"))
    assert {row["id"] for row in clinic.rows("attendees") if row["booking_id"] in bookings} == chosen["attendees"]


def test_between_has_an_end(clinic: Clinic) -> None:
    """A booking at the end is not taken, one at the start is."""
    starts = sorted(row["starts_at"] for row in clinic.rows("individual_appointments"))
    first, last = (datetime.fromisoformat(str(starts[index])) for index in (10, -10))
    chosen = clinic.chosen(Between(first, last))
    taken = [
        datetime.fromisoformat(str(row["starts_at"]))
        for row in clinic.rows("individual_appointments")
        if row["id"] in chosen["individual_appointments"]
    ]

    assert first == min(taken)
    assert max(taken) < last


def test_seen_since_narrows_patients(clinic: Clinic) -> None:
    """Patients with a booking since go with all their bookings, earlier ones too; blocks stay as they are."""
    starts = sorted(row["starts_at"] for row in clinic.rows("individual_appointments"))
    late = datetime.fromisoformat(str(starts[-15]))
    chosen = clinic.chosen(SeenSince(late))
    patients = clinic.patients_booked(lambda row: datetime.fromisoformat(str(row["starts_at"])) >= late)

    assert patients == chosen["patients"]
    assert {row["id"] for row in clinic.rows("individual_appointments") if row["patient_id"] in patients} == (
        chosen["individual_appointments"]
    )
    assert ids(clinic.rows("unavailable_blocks")) == chosen["unavailable_blocks"]


def test_active_leaves_archived_patients_behind(clinic: Clinic) -> None:
    """Archived patients stay, and all that hangs on them, but for those who were merged into active ones."""
    chosen = clinic.chosen(Active())
    active = clinic.with_merged({row["id"] for row in clinic.rows("patients") if not row["archived_at"]})

    assert active == chosen["patients"]
    assert {row["id"] for row in clinic.rows("medical_alerts") if row["patient_id"] in active} == (
        chosen["medical_alerts"]
    )


def test_both_takes_what_both_take(clinic: Clinic) -> None:
    """`&` takes exactly the records that either filter would take alone."""
    business = busiest(clinic, "business_id")
    starts = sorted(row["starts_at"] for row in clinic.rows("individual_appointments"))
    first, second = ByBusiness(business), Since(datetime.fromisoformat(str(starts[len(starts) // 2]))) & Active()
    alone, other, both = clinic.chosen(first), clinic.chosen(second), clinic.chosen(first & second)

    for kind in ("patients", "individual_appointments", "attendees", "treatment_notes", "unavailable_blocks"):
        assert alone[kind] & other[kind] == both[kind], kind

    assert f"ByBusiness('{business}') & {second!r}" == repr(first & second)


def test_catalogue_is_left_whole_where_patients_are_not_narrowed(clinic: Clinic) -> None:
    """Since alone leaves contacts and catalogue as they are."""
    chosen = clinic.chosen(Since(date(2020, 1, 1)))

    assert ids(clinic.rows("contacts")) == chosen["contacts"]


def test_bad_settings_are_refused_at_once() -> None:
    """Each filter says what is wrong with what it was given."""
    melbourne = timezone(timedelta(hours=11))

    with pytest.raises(ConfigurationError, match="ByBusiness needs at least one"):
        ByBusiness()
    with pytest.raises(ConfigurationError, match="ByPatient needs at least one"):
        ByPatient()
    with pytest.raises(ConfigurationError, match=r"The 2\. value"):
        ByPatient("12", "Anna")
    with pytest.raises(ConfigurationError, match="no time zone"):
        Since(datetime(2024, 1, 1))  # noqa: DTZ001 - that is what is refused
    with pytest.raises(ConfigurationError, match="not str"):
        Since("2024-01-01")  # type: ignore[arg-type] # that is what is refused
    with pytest.raises(ConfigurationError, match="must be after"):
        Between(date(2024, 2, 1), date(2024, 1, 1))

    assert "Since(2023-12-31T13:00:00+00:00)" == repr(Since(datetime(2024, 1, 1, tzinfo=melbourne)))
    assert "Between(2024-01-01T00:00:00+00:00, 2024-02-01T00:00:00+00:00)" == (
        repr(Between(date(2024, 1, 1), datetime(2024, 2, 1, tzinfo=UTC)))
    )
    assert "SeenSince(2024-01-01T00:00:00+00:00)" == repr(SeenSince(date(2024, 1, 1)))
    assert ("ByPatient(2 ids)", "Active()", "ByPractitioner('Amy Ng')") == (
        repr(ByPatient("1", "2")),
        repr(Active()),
        repr(ByPractitioner("Amy Ng")),
    )
