"""What of a list must be read again."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import attrs
import pytest

from clinikomigrate import ClinikoMapper
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models
from clinikomigrate.cliniko.models import User
from clinikomigrate.cliniko.resources.fields import FIELDS
from clinikomigrate.transfer.basis import basis_of
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Context
from clinikomigrate.transfer.planned import Settings
from clinikomigrate.transfer.rereading import READ_SINCE, Reading
from clinikomigrate.transfer.survey import Survey

SETTINGS = Settings("Everything()", "<ClinikoMapper>", "stop", ())
READER = User(id="1", role="administrator")
BUSINESS = models.Business(id="7", business_name="Main Street")


def basis(**changes: Any) -> Any:
    """Returns a basis; with another setting, reader, survey or match."""
    given: dict[str, Any] = {
        "settings": models.Settings(),
        "records": {"businesses": (BUSINESS,)},
        "existing": {"businesses": (("9", BUSINESS),), "appointment_types": ()},
        "included": frozenset({"appointment_types"}),
    }
    asked: dict[str, Any] = {"told": SETTINGS, "mapper": ClinikoMapper(), "reader": READER, "matches": {}} | changes
    values: dict[str, Any] = {name: asked.get(name, value) for name, value in given.items()}
    survey = Survey(**values)
    return basis_of(asked["told"], asked["mapper"], Context(survey, asked["matches"]), asked["reader"])


def test_each_of_these_kinds_can_be_read_so() -> None:
    """Its list takes `updated_at` as a condition, and it is a kind that a run reads."""
    for kind in READ_SINCE:
        assert "updated_at" in FIELDS[kind]
        assert KINDS[kind].left_behind is None
        assert not KINDS[kind].adoptable


@pytest.mark.parametrize(
    "changes",
    [
        {"told": attrs.evolve(SETTINGS, filter="Active()")},
        {"told": attrs.evolve(SETTINGS, sink={"authors": "Amy Ng"})},
        {"reader": attrs.evolve(READER, role="practitioner")},
        {"reader": attrs.evolve(READER, id="2")},
        {"matches": {Ref("businesses", "7"): "9"}},
        {"records": {"businesses": (attrs.evolve(BUSINESS, business_name="New Street"),)}},
        {"existing": {"businesses": (("9", attrs.evolve(BUSINESS, business_name="New Street")),)}},
        {"settings": models.Settings(account=models.AccountSettings(id="1"))},
    ],
)
def test_what_changes_the_basis(changes: dict[str, Any]) -> None:
    """Whatever a mapper may look at, and who reads."""
    assert basis() != basis(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"existing": {"businesses": (("9", BUSINESS),), "appointment_types": (("5", models.AppointmentType(id="5")),)}},
        {"existing": {"businesses": (("9", attrs.evolve(BUSINESS, appointment_type_ids=("5",))),)}},
    ],
)
def test_what_the_transfer_makes_itself_changes_nothing(changes: dict[str, Any]) -> None:
    """The destination's appointment types, and that its businesses have them, are the transfer's own work."""
    with_types = {"existing": {"businesses": (("9", BUSINESS),)}} | changes

    assert basis(existing={"businesses": (("9", BUSINESS),)}) == basis(**with_types)


def test_nobody_can_tell_of_a_mapper_of_one_s_own() -> None:
    """Its code may have changed."""

    class OurMapper(ClinikoMapper):
        """Is somebody's own."""

    assert basis(mapper=OurMapper()) is None


def test_nobody_can_tell_of_a_package_that_was_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a version nobody knows whether it is the same."""

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)

    assert basis() is None


def test_records_of_the_destination_that_are_no_classes() -> None:
    """Whatever a sink gives counts as it is."""
    assert basis(existing={"places": (("1", "Main"),)}) != basis(existing={"places": (("1", "Side"),)})


def test_a_record_is_read_once() -> None:
    """Where only some is read, and where the rest is read after all; a whole list is walked without keeping ids."""
    some = attrs.evolve(Reading("recalls", 9), since=datetime(2025, 1, 1, tzinfo=UTC))
    taken = [some.takes("1"), some.takes("1"), some.whole().takes("1"), some.whole().takes("2")]

    assert [True, False, False, True] == taken
    assert {"1"} == some.taken
    assert [True, True] == [Reading("recalls", 9).takes("1") for _ in range(2)]
