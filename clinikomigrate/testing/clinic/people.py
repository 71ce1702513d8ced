"""Patients, with all that is odd about real ones."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import attrs

from clinikomigrate.testing.clinic import words
from clinikomigrate.testing.clinic.catalogue import Catalogue
from clinikomigrate.testing.clinic.maker import Maker
from clinikomigrate.testing.clinic.practice import Practice

_STYLES: Final = (*words.NAMES, *("english",) * 6, "diacritics", "long", "long family")
_FATES: Final = ("active",) * 12 + ("archived", "archived", "merged", "merged twice")
_PHONES: Final = ("Mobile", "Home", "Work", "Fax", "Other")
_REMINDERS: Final[tuple[tuple[str | None, list[int]], ...]] = (
    ("SMS", [1]),
    ("Email", [2]),
    ("SMS & Email", [1, 2]),
    ("None", []),
    ("SMS", [1]),
)
_PRONOUNS: Final = (
    None,
    None,
    {
        "nominative": "they",
        "accusative": "them",
        "pronominal_possessive": "their",
        "predicative_possessive": "theirs",
        "reflexive": "themself",
    },
    {
        "nominative": "ze",
        "accusative": "hir",
        "pronominal_possessive": "hir",
        "predicative_possessive": "hirs",
        "reflexive": "hirself",
    },
)


@attrs.frozen
class Person:
    """A patient, as much as their records need.

    Attributes:
        id: The patient's id.
        first_name: As in the record.
        last_name: As in the record.
        date_of_birth: As in the record.
        email: Blank when there is none.
        root: The id of the patient who is left after merging; the own id otherwise.
    """

    id: str
    first_name: str
    last_name: str
    date_of_birth: date | None
    email: str
    root: str


def make_patients(
    maker: Maker, practice: Practice, catalogue: Catalogue, previous: Person | None, room: int
) -> list[Person]:
    """Adds the next patient, and with some the patients who were merged into them.

    Args:
        maker: Where to add them.
        practice: Defines the custom fields.
        catalogue: What patients point at.
        previous: A patient who was there before; now and then the next one has the same name and birth date.
        room: How many patients may be added at most.

    Returns:
        One to three patients; the one who is left after merging first.
    """
    fate = maker.turn("fates", _FATES)
    names = _name(maker)
    born = maker.turn("birth dates", (True,) * 9 + (False,))
    birth = maker.day(-365 * 95, -30) if born else None
    if previous is not None and maker.turn("twins", (False,) * 14 + (True,)):
        names, birth = (previous.first_name, previous.last_name), previous.date_of_birth
    more: dict[str, Any] = {"archived_at": maker.past()} if fate == "archived" else {}
    people = [_add(maker, practice, catalogue, names=names, birth=birth, root=None, more=more)]
    for _ in range(min({"merged": 1, "merged twice": 2}.get(fate, 0), room - 1)):
        merged_at = maker.past(300)
        people.append(
            _add(
                maker,
                practice,
                catalogue,
                names=names if maker.chance(0.5) else _name(maker),
                birth=birth,
                root=people[0].id,
                more={"archived_at": merged_at, "merged_at": merged_at, "merged_with_patient_id": people[-1].id},
            )
        )
    return people


def _name(maker: Maker) -> tuple[str, str]:
    style = maker.turn("name styles", _STYLES)
    if style == "long":
        return (words.LONG_GIVEN * 11)[:255].strip().ljust(255, "é"), "Short"
    if style == "long family":
        return "Al", (words.LONG_FAMILY * 9)[:255]
    given, family = words.NAMES[style]
    return maker.random.choice(given), maker.random.choice(family)


def _add(
    maker: Maker,
    practice: Practice,
    catalogue: Catalogue,
    *,
    names: tuple[str, str],
    birth: date | None,
    root: str | None,
    more: dict[str, Any],
) -> Person:
    number = maker.number("patients")
    email = maker.turn(
        "e-mails",
        (f"patient{number}@mail.example", f"p.{number}+tag@mail.example", f"x{number}@mail.example", "", None),
    )
    reminder, channels = maker.turn("reminders", _REMINDERS)
    row: dict[str, Any] = {
        "first_name": names[0],
        "last_name": names[1],
        "preferred_first_name": maker.turn("preferred names", (None, None, "", "Bunny", "Żaba")),
        "title": maker.turn("titles", (None, "Mr", "Ms", "Dr", "", "Mx")),
        "date_of_birth": None if birth is None else birth.isoformat(),
        "email": email,
        "patient_phone_numbers": [
            {"phone_type": kind, "number": f"+61 4{number:05d} {place:03d}"}
            for place, kind in enumerate(_PHONES[: maker.turn("phones", (0, 1, 1, 2, 3, 4))])
        ],
        "reminder_type": reminder,
        "reminders_communication_channels": channels,
        "follow_ups_communication_channels": maker.turn("follow-ups", ([], [1], [2], [1, 2])),
        "receives_confirmation_emails": maker.turn("confirmations", (True, True, False)),
        "receives_cancellation_emails": maker.turn("cancellations", (True, False, True)),
        "accepted_privacy_policy": maker.turn("privacy", (True, True, False, None)),
        "accepted_email_marketing": maker.turn("e-mail marketing", (True, False, None)),
        "accepted_sms_marketing": maker.turn("sms marketing", (True, False, None)),
        "old_reference_id": maker.turn(
            "references", (None, None, "", f"PM:{number:05d},b", f"FX-{number}", f"Überweis/{number}")
        ),
        "sex": maker.turn("sexes", (None, "Female", "Male", "Other", "")),
        "gender": maker.turn("genders", (None, None, None, "Female", "Not applicable")),
        "gender_identity": maker.turn("gender identities", (None, None, "Woman", "Man", "Non-binary / 第三の性")),
        "pronouns": maker.turn("pronouns", _PRONOUNS),
        "occupation": maker.turn("occupations", words.OCCUPATIONS),
        "emergency_contact": maker.turn("emergencies", (None, "", "Mum: 0400 000 000", 'Ask "Kim" (neighbour)')),
        "time_zone": maker.turn("time zones", words.TIME_ZONES),
        "notes": maker.turn("patient notes", (None, "", *words.REMARKS)),
        "appointment_notes": maker.turn("appointment notes", (None, None, "", "Needs the ramp\nand a chair")),
        "referral_source": maker.turn("referral texts", (None, None, "", "A friend & colleague")),
        "medicare": maker.turn("medicare", (None, None, f"2{number:09d}")),
        "dva_card_number": maker.turn("dva", (None, None, None, "", f"NX{number % 100000:05d}A")),
        "invoice_default_to": maker.turn("invoice to", (None, "", f"Estate of {number}\n2 Quay Road")),
        "invoice_email": maker.turn("invoice e-mails", (None, None, f"accounts{number}@mail.example")),
        "invoice_extra_information": maker.turn("invoice words", (None, None, "", "Claim № 7/2021")),
        "custom_fields": custom_fields(maker, practice, maker.turn("custom fields", _CUSTOM)),
        "created_at": maker.past(2000),
        **more,
    }
    if row["medicare"]:
        row["medicare_reference_number"] = str(number % 9 + 1)
    if maker.turn("addresses", (True, True, True, False)):
        place = maker.turn("cities", words.CITIES)
        row |= {
            "address_1": f"{number} {maker.turn('streets', words.STREETS)}",
            "address_2": maker.turn("address 2", (None, "", "c/o Reception")),
            "address_3": maker.turn("address 3", (None, None, "Building Ω")),
            "city": place[0],
            "state": place[1],
            "post_code": place[2],
            "country_code": place[3],
        }
    if maker.turn("concessions", (False, False, True)):
        row["concession_type_id"] = maker.random.choice(catalogue.concession_types)
    if maker.turn("doctors", (False, True, False)):
        row["referring_doctor_id"] = maker.turn("doctor choice", catalogue.doctors)
    patient = maker.add("patients", **row)
    return Person(patient, names[0], names[1], birth, email or "", root or patient)


_CUSTOM: Final = ("none", "none", "text", "full", "other", "archived", "nothing filled in")


def custom_fields(maker: Maker, practice: Practice, variant: str) -> dict[str, Any] | None:
    """Fills in a patient's custom fields.

    Args:
        maker: The clinic's maker.
        practice: Defines the fields.
        variant: `"none"`, `"text"` (one field), `"full"` (all that are in use), `"other"` (free words in place of an
            option), `"archived"` (fields and options no longer in use too) or `"nothing filled in"`.

    Returns:
        Sections as the API returns them, or None.
    """
    if variant == "none":
        return None
    sections = []
    for section in practice.definition["sections"]:
        if section["archived"] and variant != "archived":
            continue
        fields: list[dict[str, Any]] = []
        for number, field in enumerate(section["fields"]):
            if (field["archived"] and variant != "archived") or (variant == "text" and fields):
                continue
            fields.append(_field(maker, field, number, variant))
        sections.append({key: section[key] for key in ("name", "token", "archived")} | {"fields": fields})
        if variant == "text":
            break
    return {"sections": sections}


def _field(maker: Maker, field: dict[str, Any], number: int, variant: str) -> dict[str, Any]:
    filled: dict[str, Any] = {key: field[key] for key in ("name", "token", "archived", "type")}
    blank = variant == "nothing filled in"
    match field["type"]:
        case "text":
            filled["value"] = "" if blank else maker.turn("custom texts", ("Dr. Ōkubo", "n/a", "430-11-Ж", "<7> & up"))
        case "paragraph":
            filled["value"] = None if blank else maker.turn("custom paragraphs", words.REMARKS)
        case "date":
            filled["value"] = None if blank else maker.day(-3000, -10).isoformat()
        case _:
            usable = [
                place
                for place, option in enumerate(field["options"])
                if variant == "archived" or not option["archived"]
            ]
            chosen: set[int] = set()
            if not blank and variant != "other":
                chosen = set(usable[-2:] if field["type"] == "checkboxes" else usable[-1:])
            filled["options"] = [
                {**option, "selected": place in chosen} for place, option in enumerate(field["options"])
            ]
            free = variant == "other" and field["other"]["enabled"]
            filled["other"] = {**field["other"], "selected": free, "value": f"Own words {number} 自由" if free else ""}
    return filled
