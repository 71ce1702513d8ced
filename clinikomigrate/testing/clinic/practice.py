# ruff: noqa: RUF001 - real texts hold signs that look like others; that is what this is for
"""The practice itself: its rooms, its people, the fields it defined."""

from __future__ import annotations

from typing import Any, Final

import attrs

from clinikomigrate.testing.clinic.maker import Maker

BUSINESSES: Final[tuple[dict[str, Any], ...]] = (
    {
        "business_name": "Northside",
        "display_name": "Northside Physio & Co.",
        "address_1": "1 Banksia Street",
        "address_2": "Level 2",
        "city": "Wandiligong",
        "state": "VIC",
        "post_code": "3744",
        "country_code": "AU",
        "time_zone": "Melbourne",
        "time_zone_identifier": "Australia/Melbourne",
        "appointment_reminders_enabled": True,
        "show_in_online_bookings": True,
        "contact_information": "Ring the bell twice.",
        "email_reply_to": "northside@clinic.example",
        "website_address": "https://clinic.example/north",
        "business_registration_name": "ABN",
        "business_registration_value": "00 000 000 000",
    },
    {
        "business_name": "Southside – Spa & «Bewegung»",
        "display_name": "Southside",
        "city": "Humpty Doo",
        "country_code": "AU",
        "time_zone": "Darwin",
        "time_zone_identifier": "Australia/Darwin",
        "appointment_reminders_enabled": False,
        "show_in_online_bookings": False,
    },
    {
        "business_name": "Closed rooms",
        "display_name": "Closed rooms",
        "country_code": "AU",
        "time_zone": "Melbourne",
        "time_zone_identifier": "Australia/Melbourne",
        "archived": True,
    },
)

PEOPLE: Final[tuple[tuple[str, str, str, str, bool, bool], ...]] = (
    ("Amy", "Ng", "Dr", "administrator", True, True),
    ("Björn", "Þórsson", "Mr", "practitioner", True, True),
    ("Chidi", "O'Neill-Okafor", "", "practitioner", True, True),
    ("Dana", "בן־דוד", "Ms", "practitioner", True, True),
    ("Old", "Timer", "Mr", "practitioner", False, True),
    ("Renée", "Làng", "Dr", "practitioner", False, True),
    ("Flo", "Desk", "", "receptionist", True, False),
    ("Max", "Power", "", "power receptionist", True, False),
    ("Penny", "Ledger", "Mrs", "bookkeeper", True, False),
    ("Skye", "Roster", "", "scheduler", True, False),
    ("Wendy", "Owner", "", "administrator", True, False),
)
"""First name, last name, title, role, active, practitioner."""

FIELDS: Final[tuple[tuple[str, bool, tuple[tuple[str, str, bool, tuple[tuple[str, bool], ...], bool], ...]], ...]] = (
    (
        "Health",
        False,
        (
            ("GP's name", "text", False, (), False),
            ("History", "paragraph", False, (), False),
            ("Last scan", "date", False, (), False),
            (
                "Conditions",
                "checkboxes",
                False,
                (("Asthma", False), ("Diabetes / 糖尿病", False), ("Gout", True)),
                True,
            ),
            ("Handedness", "radiobuttons", False, (("Left", False), ("Right", False), ("Both", True)), False),
            ("Old score", "text", True, (), False),
        ),
    ),
    (
        "Funding & plan",
        False,
        (
            ("Plan number", "text", False, (), False),
            ("Plan type", "radiobuttons", False, (("Self-managed", False), ("Agency-managed", False)), True),
            ("History", "text", False, (), False),
        ),
    ),
    (
        "Retired section",
        True,
        (("Locker", "text", False, (), False), ("Towel", "checkboxes", False, (("Yes", False),), False)),
    ),
)
"""Custom fields: section, archived, fields of (name, type, archived, options of (name, archived), own words)."""

REFERRAL_SOURCE_TYPES: Final[tuple[tuple[str, str | None, tuple[str, ...]], ...]] = (
    ("Google", None, ()),
    ("Advertising", None, ("Radio", "Bus shelter – Straße", "Flyer")),
    ("Patient", "Patient", ()),
    ("Contact", "Contact", ()),
    ("Other", None, ()),
)
"""Name, what refers (nobody, a patient, a contact), sub-categories."""


def custom_fields_definition(maker: Maker) -> dict[str, Any]:
    """Makes the definition of the patients' custom fields, with tokens of its own.

    Args:
        maker: Where tokens come from.

    Returns:
        The value of `patient_custom_fields_definition` in an account's settings.
    """
    sections = []
    for section_name, section_archived, fields in FIELDS:
        section: dict[str, Any] = {
            "name": section_name,
            "token": maker.token(),
            "archived": section_archived,
            "fields": [],
        }
        for name, kind, field_archived, options, other in fields:
            field: dict[str, Any] = {"name": name, "token": maker.token(), "archived": field_archived, "type": kind}
            if options:
                field["options"] = [
                    {"name": option, "token": maker.token(), "archived": retired} for option, retired in options
                ]
                field["other"] = {"enabled": other, "archived": False}
            section["fields"].append(field)
        sections.append(section)
    return {"sections": sections}


@attrs.frozen
class Practice:
    """Who works where.

    Attributes:
        businesses: Ids of the open businesses.
        closed_business: Id of the archived one.
        practitioners: Ids of active practitioners, the administrator's first.
        former_practitioners: Ids of inactive practitioners.
        users: Ids of all users.
        definition: The custom fields' definition.
        referral_source_types: Id, what refers, sub-categories.
    """

    businesses: tuple[str, ...]
    closed_business: str
    practitioners: tuple[str, ...]
    former_practitioners: tuple[str, ...]
    users: tuple[str, ...]
    definition: dict[str, Any]
    referral_source_types: tuple[tuple[str, str | None, tuple[str, ...]], ...]


def make_businesses(maker: Maker) -> list[str]:
    """Adds the businesses.

    Args:
        maker: Where to add them.

    Returns:
        Their ids; the last is the archived one's.
    """
    ids = []
    for row in BUSINESSES:
        values = {key: value for key, value in row.items() if key != "archived"}
        if row.get("archived"):
            values["archived_at"] = maker.past(200)
        ids.append(maker.add("businesses", **values))
    return ids


def make_people(maker: Maker, businesses: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Adds users and practitioners.

    Args:
        maker: Where to add them.
        businesses: Where they work.

    Returns:
        Ids of active practitioners, of inactive ones, of all users.
    """
    active: list[str] = []
    former: list[str] = []
    users = []
    for number, (first, last, title, role, is_active, is_practitioner) in enumerate(PEOPLE, 1):
        user = maker.add(
            "users",
            first_name=first,
            last_name=last,
            title=title,
            role=role,
            active=is_active,
            email=f"staff{number}@clinic.example",
            time_zone="Melbourne",
            time_zone_identifier="Australia/Melbourne",
            phone_numbers=[{"phone_type": "Mobile", "number": f"0400 000 {number:03d}"}] if number % 2 else [],
        )
        users.append(user)
        if is_practitioner:
            practitioner = maker.add(
                "practitioners",
                user_id=user,
                first_name=first,
                last_name=last,
                title=title,
                display_name=f"{title} {first} {last}".strip(),
                designation="Physiotherapist" if number % 2 else "",
                description=f"{first} looks after <b>backs</b>." if number % 2 else None,
                active=is_active,
                show_in_online_bookings=is_active,
                business_ids=businesses[: 1 + number % 3],
            )
            (active if is_active else former).append(practitioner)
    return active, former, users


def make_practice(maker: Maker) -> Practice:
    """Adds the practice: businesses, people, numbers, rosters, definitions.

    Args:
        maker: Where to add it.

    Returns:
        The practice.
    """
    businesses = make_businesses(maker)
    active, former, users = make_people(maker, businesses)
    for number, practitioner in enumerate(active + former):
        for business in businesses[:2] if number % 2 else businesses[:1]:
            maker.add(
                "practitioner_reference_numbers",
                business_id=business,
                practitioner_id=practitioner,
                name=("Provider number", "Medicare", None)[number % 3],
                reference_number=f"{number:04d}{businesses.index(business)}7X",
            )
    for practitioner in active:
        for day in range(1, 6):
            maker.add(
                "daily_availabilities",
                business_id=businesses[day % 2],
                practitioner_id=practitioner,
                day_of_week=day,
                availabilities=[{"starts_at": "09:00", "ends_at": "12:30"}, {"starts_at": "13:15", "ends_at": "17:00"}],
                time_zone="Melbourne",
                time_zone_identifier="Australia/Melbourne",
            )
    definition = custom_fields_definition(maker)
    set_custom_fields_definition(maker, definition)
    types = make_referral_source_types(maker)
    return Practice(
        businesses=tuple(businesses[:2]),
        closed_business=businesses[2],
        practitioners=tuple(active),
        former_practitioners=tuple(former),
        users=tuple(users),
        definition=definition,
        referral_source_types=tuple(types),
    )


def make_referral_source_types(maker: Maker) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """Adds the referral source types.

    Args:
        maker: Where to add them.

    Returns:
        Id, what refers, and sub-categories of each.
    """
    return [
        (
            maker.add("referral_source_types", name=name, referrer_type=referrer, subcategories=list(subcategories)),
            referrer,
            subcategories,
        )
        for name, referrer, subcategories in REFERRAL_SOURCE_TYPES
    ]


def set_custom_fields_definition(maker: Maker, definition: dict[str, Any]) -> None:
    """Puts the definition of custom fields into the account's settings.

    Args:
        maker: Whose account.
        definition: Sections with their fields.
    """
    maker.fake.settings["patient_custom_fields_definition"] = definition
