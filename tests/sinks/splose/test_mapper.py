"""The mapper's settings, what it matches, and what it says of what is missing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.matching import EXCLUDE, AssignTo
from clinikomigrate.sinks.splose import SploseMapper
from clinikomigrate.sinks.splose.mapping.family import Workspace
from clinikomigrate.sinks.splose.practice import Standing
from clinikomigrate.transfer.findings import Finding, Findings
from clinikomigrate.transfer.sink import Account
from clinikomigrate.transfer.survey import Survey

TYPE = m.AppointmentType(id="1", name="Initial", duration_in_minutes=45, color="#ff8800", max_attendees=6)
PLACE = m.Business(id="10", business_name="Northside", address_1="1 Banksia Street", city="Lorne")
AMY = m.Practitioner(id="20", first_name="Amy", last_name="Ng", active=True)


def survey(**existing: str) -> Survey:
    """Makes what was read of a clinic with a place, a person and a type that are all in use."""
    item = m.BillableItem(id="4", price=Decimal("80.5"))
    line = m.AppointmentTypeBillableItem(
        id="5",
        appointment_type=Ref("appointment_types", "1"),
        billable_item=Ref("billable_items", "4"),
        quantity=Decimal(2),
    )
    return Survey(
        settings=None,
        records={
            "businesses": (PLACE,),
            "practitioners": (AMY,),
            "appointment_types": (TYPE,),
            "billable_items": (item,),
            "appointment_type_billable_items": (line,),
            "concession_types": (m.ConcessionType(id="9", name="Pensioner"),),
        },
        existing={kind: (("9" + kind[:1], Standing("9" + kind[:1], name)),) for kind, name in existing.items()},
        in_use=lambda ref, excluded=(): True,
        included=frozenset(),
    )


def found(mapper: SploseMapper, given: Survey) -> tuple[dict[Ref[Any], str], dict[str, Finding]]:
    """Gives what is matched, and what is found by its code."""
    matches, findings = mapper.prepare(given)
    return dict(matches), {finding.code: finding for finding in findings}


def test_names_are_matched_whatever_splose_calls_the_kinds() -> None:
    """A business is a location there, an appointment type a service."""
    matches, findings = found(
        SploseMapper(), survey(businesses="NORTHSIDE", practitioners="Amy Ng", appointment_types="Initial")
    )

    assert matches == {
        Ref("businesses", "10"): "9b",
        Ref("practitioners", "20"): "9p",
        Ref("appointment_types", "1"): "9a",
    }
    assert findings == {}


def test_what_is_missing_blocks_with_what_it_takes_to_make_it() -> None:
    """Names, durations, prices, colours and places; and how to say otherwise, in the mapper's own words."""
    _, findings = found(SploseMapper(), survey())

    assert set(findings) == {"business-unmatched", "practitioner-unmatched", "appointment-type-unmatched"}
    service = findings["appointment-type-unmatched"]
    assert "'Initial' (1; minutes 45, price 161.00, colour #ff8800, seats 6)" in service.message
    assert "address 1 Banksia Street, city Lorne" in findings["business-unmatched"].message
    assert "SploseMapper(services={'1': '...'})" in service.remedy
    assert "SploseMapper(locations={'10': '...'})" in findings["business-unmatched"].remedy


def test_what_is_missing_can_be_written_as_csv(tmp_path: Path) -> None:
    """A file for each kind with what it takes to make it; none of what only a name is known of."""
    _, findings = SploseMapper().prepare(survey())
    Findings(tuple(findings)).to_csv(tmp_path / "lists")

    assert sorted(each.name for each in (tmp_path / "lists").iterdir()) == [
        "appointment-type-unmatched.csv",
        "business-unmatched.csv",
    ]
    written = (tmp_path / "lists" / "appointment-type-unmatched.csv").read_text(encoding="utf-8-sig")
    assert written.splitlines() == ["id,name,minutes,price,colour,seats", "1,Initial,45,161.00,#ff8800,6"]


def test_who_is_to_be_invited_is_told_with_the_address(tmp_path: Path) -> None:
    """Splose invites practitioners by e-mail: the address is that of the practitioner's user in the source."""
    amy = attrs.evolve(AMY, title="Dr", user=Ref("users", "30"))
    users = (m.User(id="29", email="else@acme.example"), m.User(id="30", email="amy@acme.example"))
    _, findings = SploseMapper().prepare(attrs.evolve(survey(), records={"practitioners": (amy,), "users": users}))
    Findings(tuple(findings)).to_csv(tmp_path / "lists")

    written = (tmp_path / "lists" / "practitioner-unmatched.csv").read_text(encoding="utf-8-sig")
    assert written.splitlines() == ["id,name,e-mail,title", "20,Amy Ng,amy@acme.example,Dr"]


def test_nothing_is_said_of_a_service_that_is_not_known() -> None:
    """A type with no more than a name, and none that is charged: only its name."""
    bare = attrs.evolve(survey(), records={"appointment_types": (m.AppointmentType(id="1", name="Initial"),)})
    _, findings = found(SploseMapper(), bare)

    assert "'Initial' (1)." in findings["appointment-type-unmatched"].message


def test_settings_win() -> None:
    """By name or id; what is left out has no match, and is not missed."""
    mapper = SploseMapper(
        locations={"Northside": "South"}, practitioners={"20": EXCLUDE}, services={"initial": "Standard"}
    )
    matches, findings = found(mapper, survey(businesses="South", appointment_types="Standard"))

    assert matches == {Ref("businesses", "10"): "9b", Ref("appointment_types", "1"): "9a"}
    assert findings == {}


def test_a_setting_that_names_nothing_is_called_by_its_own_name() -> None:
    """The user typed locations, not businesses."""
    _, findings = found(SploseMapper(locations={"Southside": "Northside"}), survey(businesses="Northside"))

    assert "'locations'" in findings["mapping-unknown-name"].message


def test_a_mapper_shows_its_settings() -> None:
    """And nothing that it wasn't given."""
    assert repr(SploseMapper()) == "<SploseMapper>"
    assert repr(SploseMapper(services={"A": "B"}, former_practitioners=AssignTo("Amy Ng"))) == (
        "<SploseMapper services={'A': 'B'}, former_practitioners=AssignTo('Amy Ng')>"
    )
    assert repr(SploseMapper(contact_email="a@b.example")) == "<SploseMapper contact_email='a@b.example'>"


@pytest.mark.parametrize(
    "given",
    [
        {"services": ["Initial"]},
        {"locations": {"Northside": 5}},
        {"former_practitioners": "Amy Ng"},
        {"contact_email": "nobody"},
        {"contact_email": None},
    ],
)
def test_a_setting_of_the_wrong_kind_is_refused_at_once(given: dict[str, Any]) -> None:
    """Not in the middle of a run."""
    with pytest.raises(ConfigurationError, match=next(iter(given))):
        SploseMapper(**given)


def test_support_activities_are_no_services_to_book() -> None:
    """It is said of a type that is missing, and of a name in the settings; not where nothing is wrong."""
    there = Account("2", "Splose", Workspace(activities=("INITIAL", "Reports")))
    given = attrs.evolve(survey(businesses="Northside", practitioners="Amy Ng"), account=there)
    fine = attrs.evolve(
        survey(businesses="Northside", practitioners="Amy Ng", appointment_types="Initial"), account=there
    )
    said = [
        found(mapper, each)[1].get("splose-support-activity")
        for mapper, each in (
            (SploseMapper(), given),
            (SploseMapper(services={"Initial": "reports"}), fine),
            (SploseMapper(services={"Initial": EXCLUDE}), given),
            (SploseMapper(), fine),
        )
    ]

    assert ["INITIAL" in said[0].message, "Reports" in said[0].message] == [True, False]  # type: ignore[union-attr]
    assert "'Reports'" in said[1].message  # type: ignore[union-attr]
    assert said[2:] == [None, None]
