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
from clinikomigrate.transfer.filters.filter import ask, has_last_word
from clinikomigrate.transfer.kinds import ALL_KINDS, KINDS
from clinikomigrate.transfer.needs import choose_needed
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import ClinikoSource
from tests.end_to_end.choosing import BOOKINGS, Books, Choice, Row
from tests.transfer.reading import steady


@attrs.frozen
class Clinic:
    """A generated clinic and a source that reads it."""

    fake: FakeCliniko
    source: ClinikoSource
    books: Books

    def rows(self, kind: str) -> list[Row]:
        """Returns a kind's rows, hidden ones too."""
        return self.books.rows(kind)

    def chosen(self, filter: Filter, kinds: frozenset[str] = ALL_KINDS) -> dict[str, frozenset[str]]:
        """Returns the ids of what a filter chooses, by kind; of what no destination takes only invoices and stock."""
        scope = Scope()
        ask(filter, self.source, scope)
        choose_needed(self.source, scope, filter, kinds)
        found = {
            kind: frozenset(
                record.id
                for record in self.source.stream(kind, *scope.conditions(kind))
                if scope.takes(record) and filter.keeps(record, scope)
            )
            for kind in KINDS
            if kind != "invoice_items"
        }
        scope.close()
        return found

    def expected(self, choice: Choice) -> dict[str, frozenset[str]]:
        """Returns the ids that the rows say should be chosen."""
        taken = self.books.taken(choice)
        return {kind: ids - self.books.hidden_suppliers for kind, ids in taken.items() if kind != "invoice_items"}

    def quarter(self, number: int) -> datetime:
        """Returns the time before which so many quarters of all appointments are."""
        starts = sorted(row["starts_at"] for row in self.rows("individual_appointments"))
        return datetime.fromisoformat(starts[len(starts) * number // 4])


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    """Returns a clinic of 60 patients."""
    fake = FakeCliniko(rate_limit=None)
    make_clinic(fake, patients=60, seed=7)
    with fake.in_process():
        client = Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock)
        yield Clinic(fake, ClinikoSource(client), Books(fake))


def ids(rows: list[Row]) -> set[str]:
    """Returns the rows' ids."""
    return {row["id"] for row in rows}


def quietest(clinic: Clinic, field: str) -> str:
    """Returns the business or practitioner with the fewest appointments that has any."""
    values: list[str] = [row[field] for row in clinic.rows("individual_appointments")]
    return min(sorted(set(values)), key=values.count)


def test_everything_takes_everything(clinic: Clinic) -> None:
    """Nothing is left out but archived suppliers, which the API never lists."""
    assert clinic.expected(Choice()) == clinic.chosen(Everything())


def test_a_business_brings_its_bookings_and_their_patients(clinic: Clinic) -> None:
    """Bookings of that business go, live, cancelled or archived, with their patients and all that hangs on those."""
    business = quietest(clinic, "business_id")
    chosen = clinic.chosen(ByBusiness(business))

    assert 0 < len(chosen["patients"]) < len(clinic.rows("patients"))
    assert clinic.expected(clinic.books.placed("business_id", business)) == chosen


def test_several_businesses_bring_what_any_of_them_has(clinic: Clinic) -> None:
    """Each name adds to the others; one that is given twice counts once."""
    here, there = (row["id"] for row in clinic.rows("businesses")[:2])

    assert clinic.expected(clinic.books.placed("business_id", here, there)) == clinic.chosen(
        ByBusiness(here, there, here)
    )


def test_a_practitioner_brings_only_their_own_notes(clinic: Clinic) -> None:
    """Notes of other practitioners stay behind; files and alerts of the patients go."""
    practitioner = quietest(clinic, "practitioner_id")
    choice = clinic.books.placed("practitioner_id", practitioner)

    assert clinic.expected(choice) == clinic.chosen(ByPractitioner(practitioner))


def test_a_note_alone_makes_a_patient_somebody_s() -> None:
    """A patient who was never booked with a practitioner goes when the practitioner wrote a note about them."""
    fake = FakeCliniko(subdomain="small-clinic")
    writer, other = (fake.add("practitioners", first_name=name, last_name="Ng") for name in ("Amy", "Bo"))
    hers, theirs, nobody_s = (fake.add("patients", first_name=name, last_name="E") for name in ("Ada", "Bea", "Cy"))
    note = fake.add(
        "treatment_notes", patient_id=hers, practitioner_id=writer, title="A", archived_at="2024-01-01T00:00:00Z"
    )
    fake.add("treatment_notes", patient_id=hers, practitioner_id=other, title="B")
    fake.add("treatment_notes", patient_id=theirs, practitioner_id=other, title="C")
    fake.add("treatment_notes", patient_id=nobody_s, practitioner_id=None, title="D")
    alert = fake.add("medical_alerts", patient_id=hers, name="Latex")
    with fake.in_process():
        source = ClinikoSource(Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock))
        chosen = Clinic(fake, source, Books(fake)).chosen(ByPractitioner("Amy Ng"))

    assert [{hers}, {note}, {alert}] == [
        set(chosen[kind]) for kind in ("patients", "treatment_notes", "medical_alerts")
    ]


def test_the_patients_of_more_classes_than_fit_into_one_request() -> None:
    """A hundred classes and one: one list read per 100 bookings, and the attendees are asked for by 100 classes."""
    fake = FakeCliniko(subdomain="small-clinic")
    business = fake.add("businesses", business_name="Main Street")
    place = {"business_id": business, "practitioner_id": fake.add("practitioners", first_name="Amy", last_name="Ng")}
    kind = fake.add("appointment_types", name="Pilates", max_attendees=9)
    patients = set()
    for hour in range(101):
        start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        times = {"starts_at": start.isoformat().replace("+00:00", "Z"), "appointment_type_id": kind}
        lesson = fake.add("group_appointments", max_attendees=9, **place, **times)
        patients.add(fake.add("patients", first_name="Ada", last_name=f"No. {hour}"))
        fake.add("attendees", booking_id=lesson, patient_id=max(patients, key=int))
    fake.add("patients", first_name="Bea", last_name="Elsewhere")
    with fake.in_process():
        client = Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock)
        scope = Scope()
        ask(ByBusiness(business), ClinikoSource(client), scope)
    asked = [request.path for request in fake.log]

    assert patients == set(scope.ids("patients"))
    assert (2, 2) == (asked.count("/v1/bookings"), asked.count("/v1/attendees"))


def test_names_work_like_ids(clinic: Clinic) -> None:
    """A business can be named, without regard to case, by its own name or the one that patients see."""
    row = clinic.rows("businesses")[0]
    by_id = clinic.chosen(ByBusiness(row["id"]))

    assert by_id == clinic.chosen(ByBusiness(f" {row['display_name'].upper()} "))
    assert by_id == clinic.chosen(ByBusiness(row["business_name"]))


def test_people_are_found_without_their_titles(clinic: Clinic) -> None:
    """A practitioner is known by first and last name; one who left is found too."""
    left = next(row for row in clinic.rows("practitioners") if not row["active"] and row["title"])
    name = f"{left['first_name']} {left['last_name']}"

    assert clinic.chosen(ByPractitioner(left["id"])) == clinic.chosen(ByPractitioner(name))
    assert clinic.chosen(ByPractitioner(left["id"])) == clinic.chosen(ByPractitioner(f"{left['title']} {name}"))


def test_an_archived_business_is_found_by_name(clinic: Clinic) -> None:
    """What happened in rooms that are closed now can be chosen like everything else."""
    closed = next(row for row in clinic.rows("businesses") if row["archived_at"])
    chosen = clinic.chosen(ByBusiness(closed["business_name"]))

    assert clinic.expected(clinic.books.placed("business_id", closed["id"])) == chosen
    assert chosen["individual_appointments"]


def test_an_unknown_name_is_told_the_candidates(clinic: Clinic) -> None:
    """The error lists what there is, the nearest first, with ids, and which of them are archived or inactive."""
    with pytest.raises(ConfigurationError, match="has no business called 'Nowhere'; there are: ") as places:
        clinic.chosen(ByBusiness("Nowhere"))
    with pytest.raises(ConfigurationError, match="has no practitioner called 'Old Timmer'; there are: ") as people:
        clinic.chosen(ByPractitioner("Old Timmer"))
    closed = next(row for row in clinic.rows("businesses") if row["archived_at"])
    left = next(row for row in clinic.rows("practitioners") if row["last_name"] == "Timer")

    assert f"'Closed rooms' ({closed['id']}, archived)" in str(places.value)
    assert f"there are: 'Mr Old Timer' ({left['id']}, inactive), " in str(people.value)
    assert len(clinic.rows("practitioners")) == str(people.value).count("(")


def test_of_very_many_candidates_the_first_are_told() -> None:
    """A clinic with more practitioners than fit into a message says how many more there are."""
    fake = FakeCliniko(subdomain="small-clinic")
    for number in range(22):
        fake.add("practitioners", first_name="Amy", last_name=f"No. {number:02}")
    with fake.in_process():
        source = ClinikoSource(Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock))
        with pytest.raises(ConfigurationError, match=r"'Amy No\. 19' \(\d+\), and 3 more\.$"):
            ask(ByPractitioner("Zoë"), source, Scope())


@pytest.mark.parametrize("archived_at", [None, "2024-01-01T00:00:00Z"])
def test_an_ambiguous_name_is_told_the_ids(archived_at: str | None) -> None:
    """Two businesses of one name have to be told apart by id, also where one of them is archived."""
    fake = FakeCliniko(subdomain="twins")
    first = fake.add("businesses", business_name="Twin")
    second = fake.add("businesses", business_name="Twin", archived_at=archived_at)
    with fake.in_process():
        source = ClinikoSource(Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock))
        with pytest.raises(ConfigurationError, match="Several businesses of the source are called 'twin'") as raised:
            ask(ByBusiness("twin"), source, Scope())
        scope = Scope()
        ask(ByBusiness(first), source, scope)

    state = ", archived" if archived_at else ""
    assert f"'Twin' ({first}), 'Twin' ({second}{state})." in str(raised.value)
    assert scope.limited("patients")


def test_only_what_is_needed_of_the_catalogue_comes_along(clinic: Clinic) -> None:
    """Of contacts and catalogue go those that a chosen record points at, and what those point at."""
    patient = next(row for row in clinic.rows("patients") if row["referring_doctor_id"] and not row["archived_at"])
    chosen = clinic.chosen(ByPatient(patient["id"]))

    assert clinic.expected(clinic.books.of_patients(patient["id"])) == chosen
    assert 0 < len(chosen["contacts"]) < len(clinic.rows("contacts"))
    assert 0 < len(chosen["appointment_types"]) < len(clinic.rows("appointment_types"))


def test_a_pilot_of_one_patient(clinic: Clinic) -> None:
    """ByPatient takes the patient's bookings, classes too, and no block of anybody."""
    attending = next(
        row
        for row in clinic.rows("attendees")
        if row["booking_id"] in ids(clinic.rows("group_appointments")) and row["patient_id"]
    )
    chosen = clinic.chosen(ByPatient(attending["patient_id"]))

    assert clinic.expected(clinic.books.of_patients(attending["patient_id"])) == chosen
    assert attending["booking_id"] in chosen["group_appointments"]
    assert frozenset() == chosen["unavailable_blocks"]


def test_patients_who_are_not_there_are_named(clinic: Clinic) -> None:
    """An id that the source lacks is an error that names it."""
    with pytest.raises(ConfigurationError, match="ids: 424242424242424242"):
        clinic.chosen(ByPatient("424242424242424242"))


def test_since_narrows_bookings_and_what_is_linked_to_them(clinic: Clinic) -> None:
    """Bookings before the time stay behind, and what is linked to them; patients and what else they have go."""
    middle = clinic.quarter(2)
    chosen = clinic.chosen(Since(middle))

    assert clinic.expected(clinic.books.between(middle)) == chosen
    assert ids(clinic.rows("patients")) == chosen["patients"]
    for kind in (*BOOKINGS, "treatment_notes", "patient_forms", "invoices"):
        assert 0 < len(chosen[kind]) < len(clinic.rows(kind)), kind


def test_a_link_to_an_attendee_alone_is_a_link_to_a_booking() -> None:
    """A note, form, message or invoice that names only the attendee belongs to the attendee's booking."""
    fake = FakeCliniko(subdomain="small-clinic")
    place = {
        "business_id": fake.add("businesses", business_name="Main Street"),
        "practitioner_id": fake.add("practitioners", first_name="Amy", last_name="Ng"),
        "appointment_type_id": fake.add("appointment_types", name="Initial"),
    }
    patient = fake.add("patients", first_name="Ada", last_name="Example")
    wanted: dict[str, set[str]] = {}
    for year in ("2020", "2024"):
        starts_at = f"{year}-03-04T00:00:00Z"
        visit = fake.add("individual_appointments", patient_id=patient, starts_at=starts_at, **place)
        attendee = next(row["id"] for row in fake.rows("attendees") if row["booking_id"] == visit)
        link = {"patient_id": patient, "attendee_id": attendee}
        linked = {
            "treatment_notes": fake.add("treatment_notes", title="A", **link),
            "patient_forms": fake.add("patient_forms", name="B", content={"sections": []}, **link),
            "communications": fake.add("communications", type_code=2, category_code=4, content="C", **link),
            "invoices": fake.add("invoices", **link),
        }
        for kind, id in linked.items() if year == "2024" else ():
            wanted[kind] = {id, fake.add(kind, patient_id=patient, **({"type_code": 1} if kind[0] == "c" else {}))}
    with fake.in_process():
        source = ClinikoSource(Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock))
        chosen = Clinic(fake, source, Books(fake)).chosen(Since(date(2024, 1, 1)))

    assert wanted == {kind: chosen[kind] for kind in wanted}


def test_between_has_an_end(clinic: Clinic) -> None:
    """A booking at the end is not taken, one at the start is."""
    first, last = clinic.quarter(1), clinic.quarter(3)
    chosen = clinic.chosen(Between(first, last))
    taken = [
        datetime.fromisoformat(row["starts_at"])
        for row in clinic.rows("individual_appointments")
        if row["id"] in chosen["individual_appointments"]
    ]

    assert clinic.expected(clinic.books.between(first, last)) == chosen
    assert first == min(taken)
    assert max(taken) < last


def test_seen_since_narrows_patients(clinic: Clinic) -> None:
    """Patients with a booking since go with all their bookings, earlier ones too; blocks stay as they are."""
    chosen = clinic.chosen(SeenSince(clinic.quarter(3)))

    assert clinic.expected(clinic.books.seen_since(clinic.quarter(3))) == chosen
    assert ids(clinic.rows("unavailable_blocks")) == chosen["unavailable_blocks"]


def test_active_leaves_archived_patients_behind(clinic: Clinic) -> None:
    """Archived patients stay, and all that hangs on them, but for those who were merged into active ones."""
    assert clinic.expected(clinic.books.active()) == clinic.chosen(Active())


class Uneven(Filter):
    """Takes every other patient of a list, and no notes that are drafts."""

    def __init__(self, patients: list[str]) -> None:
        self.patients = patients

    def scope(self, source: Any, scope: Scope) -> None:
        """Chooses patients by id, and lets the API choose the notes."""
        scope.only("patients", self.patients)

    def keeps(self, record: Any, scope: Scope) -> bool:
        """Keeps all but draft notes."""
        return not (record.kind == "treatment_notes" and record.draft)


def test_a_filter_of_one_s_own_takes_merged_patients_as_one(clinic: Clinic) -> None:
    """Whoever names one patient has named those who were merged into them, too: they will be one."""
    merged = next(row for row in clinic.rows("patients") if row["merged_with_patient_id"])
    chosen = clinic.chosen(Uneven([merged["merged_with_patient_id"]]))

    assert merged["id"] in chosen["patients"]
    assert chosen["patients"] == clinic.chosen(Uneven([merged["id"]]))["patients"]


def test_filters_combine_in_any_order(clinic: Clinic) -> None:
    """Three filters, one of them a user's own, take the same however they are put together: what all of them take."""
    everyone = [row["id"] for row in clinic.rows("patients")]
    business = clinic.rows("businesses")[0]["id"]
    one, two, three = ByBusiness(business), Since(clinic.quarter(1)), Uneven(everyone[::2])
    notes = frozenset(row["id"] for row in clinic.rows("treatment_notes") if not row["draft"])
    mine = Choice(patients=clinic.books.of_patients(*everyone[::2]).patients, notes=notes)
    choice = clinic.books.placed("business_id", business) & clinic.books.between(clinic.quarter(1)) & mine
    wanted = clinic.expected(choice)

    assert wanted["individual_appointments"]
    for filter in (one & two & three, three & (two & one), two & three & one):
        assert wanted == clinic.chosen(filter)
    assert f"ByBusiness('{business}') & {two!r}" == repr(one & two)
    assert [True, True, False, False] == [has_last_word(each) for each in (one & three, two, one, one & Active())]


def test_merged_patients_are_one_for_each_of_two_filters(clinic: Clinic) -> None:
    """Where one filter names the patient who was merged and another the one who remains, both take both."""
    merged = next(row for row in clinic.rows("patients") if row["merged_with_patient_id"])
    chosen = clinic.chosen(ByPatient(merged["id"]) & ByPatient(merged["merged_with_patient_id"]))

    assert {merged["id"], merged["merged_with_patient_id"]} <= chosen["patients"]


def test_merges_are_read_once_for_each_filter() -> None:
    """Archived patients are listed once for a filter, whatever else it reads, and once more for each of a pair."""
    fake = FakeCliniko(subdomain="small-clinic")
    patient = fake.add("patients", first_name="Ada", last_name="Example")
    for filter, times in ((ByPatient(patient), 1), (Active(), 1), (ByPatient(patient) & Active(), 2)):
        fake.log.clear()
        with fake.in_process():
            client = Cliniko(fake.key, app_name="Acme", contact_email="dev@acme.example", clock=fake.clock)
            ask(filter, steady(client), Scope())
        archived = [each for each in fake.log if ("q[]", "archived_at:?") in each.query]

        assert times == len(archived), filter


def test_catalogue_is_left_whole_where_patients_are_not_narrowed(clinic: Clinic) -> None:
    """Since alone leaves contacts and catalogue as they are."""
    chosen = clinic.chosen(Since(date(2020, 1, 1)))

    assert ids(clinic.rows("contacts")) == chosen["contacts"]


def test_bad_settings_are_refused_at_once() -> None:
    """Each filter says what is wrong with what it was given."""
    melbourne = timezone(timedelta(hours=11))

    with pytest.raises(ConfigurationError, match="ByBusiness needs at least one"):
        ByBusiness()
    for wrong in (["Northside"], 123, ""):
        with pytest.raises(ConfigurationError, match="ByBusiness takes names and ids as texts, one after the other"):
            ByBusiness(wrong)  # type: ignore[arg-type] # that is what is refused
    with pytest.raises(ConfigurationError, match="A filter is combined with another filter, not with 'x'"):
        Active() & "x"  # type: ignore[operator] # that is what is refused
    with pytest.raises(ConfigurationError, match=r"ids one by one: write ByPatient\(\*ids\)"):
        ByPatient(["1", "2"])  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="ByPatient needs at least one"):
        ByPatient()
    with pytest.raises(ConfigurationError, match="Value 2 given"):
        ByPatient("12", "Anna")
    with pytest.raises(ConfigurationError, match=r"Since was given .* without a time zone"):
        Since(datetime(2024, 1, 1))  # noqa: DTZ001 - that is what is refused
    with pytest.raises(ConfigurationError, match="Since needs a date or a time, not str"):
        Since("2024-01-01")  # type: ignore[arg-type] # that is what is refused
    with pytest.raises(ConfigurationError, match="must be after"):
        Between(date(2024, 2, 1), date(2024, 1, 1))

    assert "Since(2023-12-31T13:00:00+00:00)" == repr(Since(datetime(2024, 1, 1, tzinfo=melbourne)))
    assert "Between(2024-01-01T00:00:00+00:00, 2024-02-01T00:00:00+00:00)" == (
        repr(Between(date(2024, 1, 1), datetime(2024, 2, 1, tzinfo=UTC)))
    )
    assert "SeenSince(2024-01-01T00:00:00+00:00)" == repr(SeenSince(date(2024, 1, 1)))
    assert ("ByPatient('1', '2')", "Active()", "ByPractitioner('Amy Ng')") == (
        repr(ByPatient("1", "2")),
        repr(Active()),
        repr(ByPractitioner("Amy Ng")),
    )


def test_a_long_choice_of_patients_is_told_from_another_by_its_repr() -> None:
    """A few ids are shown; a digest tells the rest, whatever their order and however often one is named."""
    ids = [str(number) for number in range(1, 101)]
    first = repr(ByPatient(*ids))

    assert first.startswith("ByPatient('1', '2', '3', '4', '5' and 95 more, digest ")
    assert first == repr(ByPatient(*reversed(ids), "7"))
    assert first != repr(ByPatient(*ids[:-1], "101"))
    assert repr(ByPatient("2", "1", "2")) == "ByPatient('1', '2')"
