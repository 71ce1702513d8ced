"""Which records go."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import Attendee, GroupAppointment, InvoiceItem, MedicalAlert, Patient
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.filters import Everything, Filter
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.scope import Scope


def test_everything_goes_by_default() -> None:
    """A filter that says nothing limits nothing."""
    scope = Scope()
    Everything().scope(None, scope)  # type: ignore[arg-type] # it reads nothing

    assert scope.has("patients", "1")
    assert scope.conditions("patients") == ()
    assert not scope.limited("patients")
    assert Filter().keeps(object(), scope)
    assert not any(map(scope.narrows, KINDS))


def test_ids_add_up() -> None:
    """What several calls choose is chosen, and nothing else of that kind."""
    scope = Scope()
    scope.only("patients", (str(number) for number in range(2500)))
    scope.only("patients", [Ref("patients", "9999"), "3"])

    assert scope.limited("patients")
    assert scope.count("patients") == 2501
    assert {"9999", *map(str, range(2500))} == set(scope.ids("patients"))
    assert scope.has("patients", "9999")
    assert not scope.has("patients", "2501")
    assert scope.has("contacts", "2501")


def test_a_kind_is_narrowed_once_its_ids_are_all_there() -> None:
    """While ids are still coming, what is read to know them is not narrowed by those that came already."""
    scope = Scope()
    seen = []

    def ids() -> typing.Iterator[str]:
        for id in ("1", "2"):
            seen.append(scope.has("patients", "9"))
            yield id

    scope.only("patients", ids())

    assert [True, True] == seen
    assert not scope.has("patients", "9")


def test_conditions_add_up() -> None:
    """The API applies all conditions that were asked for."""
    scope = Scope()
    scope.where("patients", where("last_name") == "Ng")
    scope.where("patients", where("id") > "5")

    assert len(scope.conditions("patients")) == 2
    assert scope.narrows("patients")


@pytest.mark.parametrize(
    ("chosen", "narrowed", "whole"),
    [
        ("patients", {"patients", "medical_alerts", "attendees", "invoices"}, {"contacts", "group_appointments"}),
        ("bookings", {"group_appointments", "unavailable_blocks", "attendees"}, {"treatment_notes", "patients"}),
        ("invoices", {"invoices", "invoice_items"}, {"products"}),
    ],
)
def test_a_choice_narrows_what_hangs_on_it(chosen: str, narrowed: set[str], whole: set[str]) -> None:
    """Fewer patients are fewer alerts; fewer bookings fewer attendees."""
    scope = Scope()
    scope.only(chosen, ())

    assert [True] * len(narrowed) == [scope.narrows(kind) for kind in narrowed]
    assert [False] * len(whole) == [scope.narrows(kind) for kind in whole]


def test_a_record_goes_with_what_it_hangs_on() -> None:
    """An attendee with patient and booking; a class with itself; what hangs on nobody is nobody's."""
    scope = Scope()
    scope.only("patients", ["1"])
    scope.only("bookings", ["7"])
    here, there = Ref[Any]("patients", "1"), Ref[Any]("patients", "2")

    def seat(patient: Ref[Any] | None, booking: str) -> Attendee:
        return Attendee(id="5", patient=patient, booking=Ref("bookings", booking))

    assert [True, False, False, False] == [
        scope.takes(each) for each in (seat(here, "7"), seat(there, "7"), seat(here, "8"), seat(None, "7"))
    ]
    assert [True, False] == [scope.takes(GroupAppointment(id=id)) for id in ("7", "8")]
    assert [False, True] == [scope.takes(MedicalAlert(id="3", patient=each)) for each in (None, here)]
    assert Scope().takes(MedicalAlert(id="3"))
    assert scope.takes(InvoiceItem(id="4"))
    assert not scope.takes(Patient(id="2"))


def test_what_belongs_together_is_chosen_together() -> None:
    """From pair to pair, in either direction and in circles; what no pair leads to is not chosen."""
    scope = Scope()
    scope.only("patients", ["1", "20"])
    scope.tie("patients", [("1", "2"), ("3", "2"), ("3", "1"), ("10", "11"), ("21", "20")])

    assert {"1", "2", "3", "20", "21"} == set(scope.ids("patients"))
    assert scope.is_tied("patients")
    scope.only("patients", ["10"])

    assert not scope.is_tied("patients")


def test_a_scope_is_narrowed_to_what_another_has_too() -> None:
    """Conditions add up, and of ids those are left that both have, however many they are."""
    scope, other = Scope(), Scope()
    scope.only("patients", (str(number) for number in range(5000)))
    other.only("patients", (str(number) for number in range(2500, 9000)))
    other.only("contacts", ["1"])
    other.where("attendees", where("id") > "5")
    scope.narrow(other)

    assert {str(number) for number in range(2500, 5000)} == set(scope.ids("patients"))
    assert ["1"] == list(scope.ids("contacts"))
    assert 1 == len(scope.conditions("attendees"))


@pytest.mark.parametrize(("one", "other", "both"), [(True, True, True), (True, False, False), (False, True, False)])
def test_what_two_take_belongs_together_if_each_one_s_does(one: bool, other: bool, both: bool) -> None:
    """Only where both chose patients together with those merged into them, what they share is chosen so."""
    scopes = [Scope(), Scope()]
    for scope, tied in zip(scopes, (one, other), strict=True):
        scope.only("patients", ["1"])
        if tied:
            scope.tie("patients", ())
    together = Scope()
    for scope in scopes:
        together.narrow(scope)

    assert both == together.is_tied("patients")


def test_an_unknown_kind_is_refused() -> None:
    """A filter that names a kind that isn't there is told so."""
    scope = Scope()
    with pytest.raises(ConfigurationError, match=r"'patient', and there is none\. Did you mean 'patients' or"):
        scope.only("patient", ["1"])
    with pytest.raises(ConfigurationError, match=r"'xyz', and there is none\. See"):
        scope.where("xyz", where("id") > "5")
    scope.close()


def test_reprs_help() -> None:
    """Reprs say what they are."""
    scope = Scope()
    scope.only("patients", ["1"])

    assert repr(Everything()) == "Everything()"
    assert repr(scope) == "<Scope: 0 kinds with conditions, 1 by id>"
