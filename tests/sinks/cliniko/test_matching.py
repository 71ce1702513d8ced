"""Matching what is taken as it stands in the destination."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.cliniko.mapper import EXCLUDE, AssignTo, ClinikoMapper
from clinikomigrate.transfer.findings import Finding, Level
from clinikomigrate.transfer.kinds import ALL_KINDS
from tests.sinks.cliniko.samples import survey

Records = dict[str, list[Any]]
"""An account's records by kind."""


def practitioner(id: str, first: str, last: str, user: str | None = None, *, active: bool = True) -> m.Practitioner:
    """Makes a practitioner."""
    ref: Ref[m.User] | None = None if user is None else Ref("users", user)
    return m.Practitioner(id=id, first_name=first, last_name=last, active=active, user=ref, label=f"Dr {first} {last}")


def business(id: str, name: str, shown: str | None = None) -> m.Business:
    """Makes a business."""
    return m.Business(id=id, business_name=name, display_name=shown or name, label=shown or name)


def user(id: str, email: str | None) -> m.User:
    """Makes a user."""
    return m.User(id=id, email=email, first_name=f"U{id}", last_name="Ser")


def matched(
    source: Records,
    destination: Records,
    mapper: ClinikoMapper | None = None,
    *,
    in_use: bool = True,
    included: frozenset[str] = ALL_KINDS,
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Matches, and gives the pairs of ids and the findings."""
    kinds = {"businesses", "practitioners", "users", "referral_source_types", *source}
    read = survey(
        records={kind: tuple(source.get(kind, ())) for kind in kinds},
        existing={kind: tuple((each.id, each) for each in destination.get(kind, ())) for kind in kinds},
        in_use=lambda ref, excluded=(): in_use and ref.kind != "users",
        included=included,
    )
    matches, findings = (mapper or ClinikoMapper()).prepare(read)
    return {ref.id: id for ref, id in matches.items()}, findings


def codes(findings: tuple[Finding, ...]) -> list[str]:
    """Gives the findings' codes; only what the mapper has settings for blocks."""
    for finding in findings:
        blocks = finding.kind in ("businesses", "practitioners", "appointment_types")
        assert finding.level is (Level.BLOCKER if blocks or finding.code.startswith("mapping") else Level.WARNING)

    return [finding.code for finding in findings]


def test_everything_is_matched_by_name() -> None:
    """Businesses, practitioners and types of source, whatever case and blanks."""
    source: Records = {
        "businesses": [business("1", "Northside ")],
        "practitioners": [practitioner("2", "Amy", "Ng")],
        "referral_source_types": [m.ReferralSourceType(id="3", name="Google")],
    }
    destination: Records = {
        "businesses": [business("91", "NORTHSIDE"), business("95", "Southside")],
        "practitioners": [practitioner("92", "amy", "ng")],
        "referral_source_types": [m.ReferralSourceType(id="93", name="google")],
    }

    assert matched(source, destination) == ({"1": "91", "2": "92", "3": "93"}, ())


def test_a_practitioner_is_matched_by_the_users_e_mail_address_first() -> None:
    """Names change with marriages; an address tells people of the same name apart."""
    source: Records = {
        "practitioners": [practitioner("1", "Amy", "Ng", "11")],
        "users": [user("11", "Amy@Clinic.example")],
    }
    destination: Records = {
        "practitioners": [practitioner("91", "Amy", "Okafor", "81"), practitioner("92", "Ben", "Ng", "82")],
        "users": [user("81", "amy@clinic.example"), user("82", "other@clinic.example")],
    }

    pairs, findings = matched(source, destination)

    assert pairs["1"] == "91"
    assert findings == ()


@pytest.mark.parametrize(
    ("first", "last", "others", "could_be"),
    [
        ("Chidi", "Obi", [], "could be 91)"),
        ("Chidi", "Obi", [practitioner("92", "Amy", "Ng")], "could be 91 or 92)"),
        ("Amy", "Okafor", [practitioner("92", "Amy", "Ng")], "could be 91 or 92)"),
    ],
)
def test_an_address_that_passed_to_somebody_else_is_no_match(
    first: str, last: str, others: list[m.Practitioner], could_be: str
) -> None:
    """A mailbox of the clinic's gives nobody another person's diary: it is asked who is meant."""
    source: Records = {
        "practitioners": [practitioner("1", "Amy", "Ng", "11")],
        "users": [m.User(id="11", email="info@clinic.example", first_name="Amy", last_name="Ng")],
    }
    destination: Records = {
        "practitioners": [practitioner("91", first, last, "81"), *others],
        "users": [m.User(id="81", email="info@clinic.example", first_name="Amy", last_name="Ng")],
    }
    pairs, findings = matched(source, destination)

    assert pairs == {"11": "81"}
    assert codes(findings) == ["practitioner-ambiguous"]
    assert could_be in findings[0].message
    assert "the same name and e-mail address in both accounts" in findings[0].remedy


def test_users_are_matched_by_e_mail_address_too() -> None:
    """Or by name where there is none."""
    source: Records = {"users": [user("11", "a@clinic.example"), user("12", None)]}
    destination: Records = {
        "users": [m.User(id="81", email="a@clinic.example"), m.User(id="82", first_name="U12", last_name="Ser")]
    }

    assert matched(source, destination)[0] == {"11": "81", "12": "82"}


def test_an_address_that_several_people_share_tells_nobody_apart() -> None:
    """Then the name decides among them."""
    users = [user("11", "desk@clinic.example"), user("12", "desk@clinic.example")]
    source: Records = {
        "practitioners": [practitioner("1", "Amy", "Ng", "11"), practitioner("2", "Ben", "Wu", "12")],
        "users": users,
    }
    destination: Records = {
        "practitioners": [practitioner("91", "Ben", "Wu", "81"), practitioner("92", "Amy", "Ng", "82")],
        "users": [user("81", "desk@clinic.example"), user("82", "desk@clinic.example")],
    }
    pairs, findings = matched(source, destination)

    assert {key: pairs[key] for key in "12"} == {"1": "92", "2": "91"}
    assert findings == ()


def test_practitioners_who_left_are_matched_with_those_who_left_first() -> None:
    """The same name twice, one working and one gone: each finds its own; alone, the other is taken."""
    source: Records = {"practitioners": [practitioner("1", "Amy", "Ng"), practitioner("2", "Amy", "Ng", active=False)]}
    both = [practitioner("91", "Amy", "Ng", active=False), practitioner("92", "Amy", "Ng")]

    assert matched(source, {"practitioners": both}) == ({"1": "92", "2": "91"}, ())
    alone = {"practitioners": [practitioner("2", "Amy", "Ng", active=False)]}
    assert matched(alone, {"practitioners": both[1:]}) == ({"2": "92"}, ())


@pytest.mark.parametrize(
    ("kind", "record", "there", "code"),
    [
        ("businesses", business("1", "Northside"), business("91", "Southside"), "business-unmatched"),
        (
            "practitioners",
            practitioner("1", "Amy", "Ng"),
            practitioner("91", "Amy", "Nguyen"),
            "practitioner-unmatched",
        ),
        (
            "referral_source_types",
            m.ReferralSourceType(id="1", name="Google"),
            m.ReferralSourceType(id="91", name="Goggle"),
            "link-unmatched",
        ),
        ("taxes", m.Tax(id="1", name="GST"), m.Tax(id="91", name="VAT GST"), "link-unmatched"),
    ],
)
def test_what_is_in_use_and_has_no_counterpart_blocks(kind: str, record: Any, there: Any, code: str) -> None:
    """It is named, with the nearest names and what to do."""
    pairs, findings = matched({kind: [record]}, {kind: [there]}, included=ALL_KINDS - {kind})

    assert pairs == {}
    assert codes(findings) == [code]
    assert (findings[0].kind, findings[0].ids) == (kind, ("1",))
    assert "or is it '" in findings[0].message
    assert "EXCLUDE" in findings[0].remedy or kind not in ("businesses", "practitioners")


def test_what_is_not_in_use_needs_no_counterpart() -> None:
    """A room that nobody books any more stands in nobody's way."""
    assert matched({"businesses": [business("1", "Shed")]}, {}, in_use=False) == ({}, ())


def test_several_that_could_be_it_block() -> None:
    """Nothing is guessed: the ids are given."""
    pairs, findings = matched(
        {"businesses": [business("1", "Northside")]},
        {"businesses": [business("91", "Northside"), business("92", "Rooms", "northside")]},
    )

    assert (pairs, codes(findings)) == ({}, ["business-ambiguous"])
    assert "91 or 92" in findings[0].message


def test_two_that_would_become_one_block() -> None:
    """Two practitioners of one name may be two people."""
    pairs, findings = matched(
        {"practitioners": [practitioner("1", "Amy", "Ng"), practitioner("2", "Amy", "Ng")]},
        {"practitioners": [practitioner("91", "Amy", "Ng")]},
    )

    assert (pairs, codes(findings)) == ({}, ["practitioner-ambiguous"])
    assert ("1", "2") == findings[0].ids
    assert "'Dr Amy Ng' (1; could be 91), 'Dr Amy Ng' (2; could be 91)" in findings[0].message


def test_two_kinds_of_one_name_may_become_one_where_nobody_is_hurt() -> None:
    """An archived type of source beside an active one of the same name is the same type."""
    types = [m.ReferralSourceType(id=id, name="Google") for id in "12"]

    assert matched({"referral_source_types": types}, {"referral_source_types": types[1:]})[0] == {"1": "2", "2": "2"}


def test_settings_come_before_names() -> None:
    """By name or id on either side; what is excluded has no counterpart and blocks nothing."""
    source: Records = {
        "businesses": [business("1", "Old rooms"), business("2", "Closed rooms"), business("3", "Northside")],
        "practitioners": [practitioner("4", "Old", "Timer"), practitioner("5", "Amy", "Ng")],
    }
    destination: Records = {
        "businesses": [business("91", "Northside"), business("92", "Closed rooms")],
        "practitioners": [practitioner("95", "Amy", "Ng")],
    }
    mapper = ClinikoMapper(businesses={"old rooms": "Northside", "2": EXCLUDE}, practitioners={"Dr Old Timer": "95"})

    assert matched(source, destination, mapper) == ({"1": "91", "3": "91", "4": "95", "5": "95"}, ())


@pytest.mark.parametrize(
    ("former", "expected"),
    [
        (None, {"1": "91", "2": "92"}),
        (AssignTo("Former Practitioner"), {"1": "91", "2": "93", "3": "93"}),
        (AssignTo("91"), {"1": "91", "2": "91", "3": "91"}),
        (EXCLUDE, {"1": "91"}),
    ],
)
def test_former_practitioners_follow_the_users_policy(former: Any, expected: dict[str, str]) -> None:
    """One to one by name, all to one, or nobody; those who still work are not touched."""
    source: Records = {
        "practitioners": [
            practitioner("1", "Amy", "Ng"),
            practitioner("2", "Old", "Timer", active=False),
            practitioner("3", "Long", "Gone", active=False),
        ]
    }
    destination: Records = {
        "practitioners": [
            practitioner("91", "Amy", "Ng"),
            practitioner("92", "Old", "Timer", active=False),
            practitioner("93", "Former", "Practitioner"),
        ]
    }
    pairs, findings = matched(source, destination, ClinikoMapper(former_practitioners=former))

    assert pairs == expected
    assert codes(findings) == (["practitioner-unmatched"] if former is None else [])


def test_a_setting_for_one_former_practitioner_comes_before_the_policy_for_all() -> None:
    """Whoever is named is meant."""
    mapper = ClinikoMapper(practitioners={"Old Timer": "Amy Ng"}, former_practitioners=EXCLUDE)
    source: Records = {"practitioners": [practitioner("2", "Old", "Timer", active=False)]}

    assert matched(source, {"practitioners": [practitioner("91", "Amy", "Ng")]}, mapper) == ({"2": "91"}, ())


@pytest.mark.parametrize(
    ("mapper", "hint"),
    [
        (ClinikoMapper(businesses={"Norhtside": "Rooms"}), "'Northside'"),
        (ClinikoMapper(businesses={"Northside": "Roms"}), "'Rooms'"),
        (ClinikoMapper(businesses={"Northside": "Twin"}), "92, 93"),
        (ClinikoMapper(businesses={"zzz": "Rooms"}), "'Northside'"),
    ],
)
def test_names_in_the_settings_that_nobody_has_block(mapper: ClinikoMapper, hint: str) -> None:
    """A slip of the pen is found before anything is written, with what was probably meant."""
    rooms = [business("91", "Rooms"), business("92", "Twin"), business("93", "Twin")]
    _, findings = matched({"businesses": [business("1", "Northside")]}, {"businesses": rooms}, mapper, in_use=False)

    assert codes(findings) == ["mapping-unknown-name"]
    assert hint in findings[0].remedy


def test_an_unknown_policy_name_is_found_once() -> None:
    """However many practitioners it was meant for."""
    source: Records = {"practitioners": [practitioner(id, "Old", f"Timer {id}", active=False) for id in "123"]}
    _, findings = matched(source, {}, ClinikoMapper(former_practitioners=AssignTo("Nobody")))

    assert codes(findings) == ["mapping-unknown-name"]


def test_a_setting_that_names_two_of_the_source_blocks() -> None:
    """Which one is meant has to be said by id."""
    twins = [business("1", "Twin"), business("2", "Twin")]
    _, findings = matched({"businesses": twins}, {}, ClinikoMapper(businesses={"Twin": EXCLUDE}), in_use=False)

    assert codes(findings) == ["mapping-unknown-name"]
    assert "1, 2" in findings[0].remedy


def test_kinds_left_out_are_matched_by_name_and_by_settings() -> None:
    """Appointment types that don't go stand for those of the same name."""
    source: Records = {
        "appointment_types": [m.AppointmentType(id="1", name="Initial"), m.AppointmentType(id="2", name="Old")]
    }
    destination: Records = {
        "appointment_types": [m.AppointmentType(id="91", name="initial"), m.AppointmentType(id="92", name="New")]
    }
    mapper = ClinikoMapper(appointment_types={"Old": "New"})

    assert matched(source, destination, mapper, included=ALL_KINDS - {"appointment_types"}) == (
        {"1": "91", "2": "92"},
        (),
    )


def test_kinds_that_go_are_matched_by_settings_only() -> None:
    """The others are made, or taken where the destination has the very same."""
    source: Records = {
        "appointment_types": [m.AppointmentType(id="1", name="Initial"), m.AppointmentType(id="2", name="Old")]
    }
    destination: Records = {
        "appointment_types": [m.AppointmentType(id="91", name="initial"), m.AppointmentType(id="92", name="New")]
    }

    assert matched(source, destination, ClinikoMapper(appointment_types={"Old": "New"})) == ({"2": "92"}, ())


def test_many_without_a_counterpart_are_one_finding() -> None:
    """Of a clinic with thirty former practitioners there is one blocker, with all their ids and a remedy for all."""
    gone = [practitioner(str(number), "Old", f"Timer {number}", active=False) for number in range(1, 31)]
    _, findings = matched({"practitioners": gone}, {})

    assert ["practitioner-unmatched"] == codes(findings)
    assert tuple(each.id for each in gone) == findings[0].ids
    assert findings[0].message.startswith("30 practitioners of the source are in use and have no counterpart")
    assert findings[0].message.endswith("and 10 more.")
    assert "former_practitioners" in findings[0].remedy


def test_contacts_are_counted_and_not_named() -> None:
    """Contacts are people, some of them patients' relatives: neither theirs nor similar names are told."""
    source: Records = {"contacts": [m.Contact(id="1", first_name="Gia", last_name="Doctor")]}
    destination: Records = {"contacts": [m.Contact(id="91", first_name="Gio", last_name="Doctor")]}
    _, findings = matched(source, destination, included=ALL_KINDS - {"contacts"})

    assert ["link-unmatched"] == codes(findings)
    assert "1 contact of the source is in use and has no counterpart in the destination: 1." == findings[0].message
    assert "without the link" in findings[0].remedy


def test_what_only_something_left_out_needs_is_not_in_use() -> None:
    """A mapper's EXCLUDE is told to whoever says what is in use: the excluded one's bookings don't go."""
    asked: list[tuple[Ref[Any], frozenset[Ref[Any]]]] = []

    def in_use(ref: Ref[Any], excluded: Collection[Ref[Any]] = ()) -> bool:
        asked.append((ref, frozenset(excluded)))
        return False

    records = {"businesses": (business("1", "Shed"),), "practitioners": (practitioner("2", "Old", "Timer"),)}
    mapper = ClinikoMapper(practitioners={"Old Timer": EXCLUDE})
    mapper.prepare(survey(records=records, existing={}, in_use=in_use))

    assert [(Ref("businesses", "1"), frozenset({Ref("practitioners", "2")}))] == asked


@pytest.mark.parametrize("name", [None, "", " ", 12])
def test_nobody_is_assigned_to_no_name(name: Any) -> None:
    """It is said where it is written, and not when the run looks for somebody of that name."""
    with pytest.raises(ConfigurationError, match=r"^AssignTo needs a practitioner's name or id as a text, not"):
        AssignTo(name)


def test_what_is_missing_may_lie_in_the_archive() -> None:
    """Archived ones are not looked at, so that nobody is told to make a second one without a word of that."""
    _, findings = matched({"businesses": [business("1", "Northside")]}, {})

    assert codes(findings) == ["business-unmatched"]
    assert "Create what is missing there by hand, or take it out of the archive" in findings[0].remedy
