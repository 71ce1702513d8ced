"""Reading what may have been chosen, in as few requests as can be."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate import Ref, where
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.candidates import candidates
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import ClinikoSource
from tests.end_to_end.accounts import client
from tests.transfer.unhurried import Unhurried


class Account:
    """A simulated account, and what is asked of it.

    Attributes:
        fake: The account.
        patients: The ids of its patients.
    """

    def __init__(self, patients: int, alerts: int = 0) -> None:
        self.fake = FakeCliniko()
        self.patients = [
            self.fake.add("patients", first_name="Ada", last_name=f"No. {number}") for number in range(patients)
        ]
        for patient in self.patients:
            for _ in range(alerts):
                self.fake.add("medical_alerts", patient_id=patient, name="Latex")

    def read(self, scope: Scope, kind: str, *conditions: Any, source: Any = ClinikoSource) -> list[Any]:
        """Reads candidates, and forgets what was asked before."""
        self.fake.log.clear()
        with self.fake.in_process():
            return list(candidates(source(client(self.fake)), scope, kind, *conditions))

    @property
    def asked(self) -> list[str]:
        """For each request what it asked for: the field that it names ids of, "count" or "list"."""
        found = []
        for request in self.fake.log:
            filters = [value for name, value in request.query if name == "q[]"]
            ids = [each.partition(":")[0] for each in filters if ":=" in each]
            found.append(ids[0] if ids else "count" if ("per_page", "1") in request.query else "list")
        return found


def choice(kind: str, ids: list[str]) -> Scope:
    """Returns a scope in which records of a kind are chosen."""
    scope = Scope()
    scope.only(kind, ids)
    return scope


def test_where_nothing_was_chosen_the_list_is_read() -> None:
    """It takes no request more than the list."""
    account = Account(2)

    assert account.patients == [record.id for record in account.read(Scope(), "patients")]
    assert ["list"] == account.asked


def test_where_nothing_of_a_kind_was_chosen_nothing_is_asked() -> None:
    """Neither of the kind itself nor of what hangs on it."""
    account = Account(2, alerts=1)

    assert [] == account.read(choice("patients", []), "medical_alerts")
    assert [] == account.read(choice("patients", []), "patients")
    assert [] == account.asked


def test_a_few_are_asked_for_without_a_count() -> None:
    """Up to 100 ids are one request, which no list can beat."""
    account = Account(120, alerts=1)
    some = account.patients[:100]
    found = account.read(choice("patients", some), "medical_alerts")

    assert set(some) == {record.patient.id for record in found}
    assert ["patient_id"] == account.asked


def test_more_are_asked_for_where_that_takes_fewer_requests() -> None:
    """120 of 240 patients are two requests for 22 pages of alerts; 238 are three, and save no page."""
    account = Account(240, alerts=9)
    few = account.read(choice("patients", account.patients[:120]), "medical_alerts")
    by_patient = account.asked
    many = account.read(choice("patients", account.patients[:238]), "medical_alerts")

    assert 120 * 9 == len(few)
    assert ["count", "count", *["patient_id"] * 11] == by_patient
    assert 240 * 9 == len(many)
    assert ["count", "count", *["list"] * 22] == account.asked


def test_a_short_list_is_read_at_once() -> None:
    """Where the whole list takes no more requests than the ids, nothing else is asked for to know."""
    account = Account(120, alerts=1)
    account.read(choice("patients", account.patients[:110]), "medical_alerts")

    assert ["count", "list", "list"] == account.asked


def test_what_was_chosen_itself_is_asked_for_by_id() -> None:
    """120 of 350 patients are two requests for four pages."""
    account = Account(350)
    some = account.patients[100:220]

    assert some == sorted((record.id for record in account.read(choice("patients", some), "patients")), key=int)
    assert ["count", "id", "id"] == account.asked


def test_the_fewest_ids_are_asked_for() -> None:
    """Where both patients and bookings were chosen, the smaller choice is named; the scope says what else counts."""
    account = Account(3)
    place = {
        "business_id": account.fake.add("businesses", business_name="Main Street"),
        "practitioner_id": account.fake.add("practitioners", first_name="Amy", last_name="Ng"),
        "appointment_type_id": account.fake.add("appointment_types", name="Initial"),
        "starts_at": "2024-03-04T00:00:00Z",
    }
    visits = [account.fake.add("individual_appointments", patient_id=each, **place) for each in account.patients]
    scope = choice("patients", account.patients)
    scope.only("bookings", visits[:1])

    assert 1 == len(account.read(scope, "attendees"))
    assert ["booking_id"] == account.asked
    assert visits[:1] == [record.id for record in account.read(scope, "individual_appointments")]
    assert ["id"] == account.asked


def test_conditions_hold_for_ids_too() -> None:
    """What the filter and the caller ask for besides is applied by the API."""
    account = Account(3)
    archived = account.fake.add("patients", first_name="Bea", last_name="Example", archived_at="2024-01-01T00:00:00Z")
    scope = choice("patients", [account.patients[0], archived])
    scope.where("patients", where("first_name") == "Bea")

    assert [archived] == [record.id for record in account.read(scope, "patients")]
    assert [] == account.read(scope, "patients", where("archived_at").is_null())


def test_a_source_without_a_limit_is_read_as_a_whole() -> None:
    """Where requests cost nothing, many batches would only make it slower; a single one is still made."""
    account = Account(240, alerts=9)
    account.read(choice("patients", account.patients[:120]), "medical_alerts", source=Unhurried)
    whole = account.asked
    account.read(choice("patients", account.patients[:1]), "medical_alerts", source=Unhurried)

    assert {"list"} == set(whole)
    assert ["patient_id"] == account.asked


@pytest.mark.parametrize("kind", ["treatment_notes", "patient_forms", "communications", "recalls", "patient_cases"])
def test_what_hangs_on_a_patient_is_asked_for_by_patient(kind: str) -> None:
    """Each list that the API filters by patient."""
    account = Account(1)
    account.read(choice("patients", account.patients), kind)

    assert ["patient_id"] == account.asked


def test_what_can_t_be_asked_for_by_patient_is_listed() -> None:
    """The API has no such filter on referral sources."""
    account = Account(1)
    account.read(choice("patients", account.patients), "referral_sources")

    assert ["list"] == account.asked


def test_refs_are_ids_too() -> None:
    """A filter may choose by ref."""
    account = Account(1)
    scope = Scope()
    scope.only("patients", [Ref("patients", account.patients[0])])

    assert account.patients == [record.id for record in account.read(scope, "patients")]
