"""Running again later: custom fields that the source blanks are blanked there too, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.test_emptied import change, differences, written
from tests.traps.clinic import Clinic, Row, losses
from tests.traps.test_custom_fields import SPORT, filled, text, tokens


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic that has custom fields."""
    clinic = Clinic(tmp_path)
    clinic.source.define_custom_fields(SPORT)
    return clinic


def since(clinic: Clinic, value: str) -> Row:
    """Makes a filled-in field of a date."""
    return {"token": tokens(clinic.source)["Since"], "type": "date", "value": value}


def days(clinic: Clinic, words: str = "", **chosen: bool) -> Row:
    """Makes a filled-in field of choices."""
    options = [{"token": tokens(clinic.source)[name], "selected": value} for name, value in chosen.items()]
    other = {"enabled": True, "selected": bool(words), "value": words}
    return {"token": tokens(clinic.source)["Days"], "type": "checkboxes", "options": options, "other": other}


def there(clinic: Clinic) -> list[Row]:
    """Gives the fields that the destination's patient has."""
    (section,) = clinic.only("patients")["custom_fields"]["sections"]
    return list(section["fields"])


def rename(clinic: Clinic, old: str) -> None:
    """Gives a section, a field or a choice another name in the destination; it keeps its token, and what it holds."""
    for section in clinic.destination.custom_fields_definition()["sections"]:
        options = [option for field in section["fields"] for option in field.get("options", ())]
        for part in (section, *section["fields"], *options):
            part["name"] = "Renamed" if part["name"] == old else part["name"]


def test_fields_that_are_all_blank_by_now_are_emptied(clinic: Clinic) -> None:
    """A blank field keeps its name in the source; that says nothing."""
    ada = clinic.patient(custom_fields=filled(clinic, text(clinic), days(clinic, Monday=True)))
    clinic.move()
    change(clinic, "patients", ada, custom_fields=filled(clinic, text(clinic, ""), days(clinic, Monday=False)))
    before = differences(clinic)
    clinic.move()

    assert ["custom_fields"] == list(before)
    assert [{"custom_fields": None}] == written(clinic)
    assert {} == differences(clinic)


@pytest.mark.parametrize("name", ["Sport", "Club", "Monday"])
def test_what_was_renamed_in_the_destination_keeps_its_value(clinic: Clinic, name: str) -> None:
    """The source says what it said: nothing of it is taken away, and that no field of the name is there is told."""
    ada = clinic.patient(custom_fields=filled(clinic, text(clinic), days(clinic, Monday=True)))
    clinic.move()
    before = clinic.only("patients")["custom_fields"]
    rename(clinic, name)
    change(clinic, "patients", ada, occupation="Baker")
    report = clinic.move()

    assert [{"occupation": "Baker"}] == written(clinic)
    assert before == clinic.only("patients")["custom_fields"]
    assert any(field.startswith("custom_fields[Sport / ") for field in losses(report, "patients"))


def test_other_fields_change_beside_those_that_were_renamed(clinic: Clinic) -> None:
    """All fields are sent as a whole; what was renamed goes with them as it is there."""
    same = (text(clinic), days(clinic, "Holidays", Monday=True))
    ada = clinic.patient(custom_fields=filled(clinic, *same, since(clinic, "2020-01-01")))
    clinic.move()
    club, dates, first = there(clinic)
    rename(clinic, "Club")
    rename(clinic, "Days")
    change(clinic, "patients", ada, custom_fields=filled(clinic, *same, since(clinic, "2021-01-01")))
    clinic.move()

    assert "2020-01-01" == first["value"]
    assert [{**first, "value": "2021-01-01"}, club, dates] == there(clinic)

    change(clinic, "patients", ada, custom_fields=filled(clinic, *same))
    clinic.move()

    assert [club, dates] == there(clinic)
    assert {} == differences(clinic)
