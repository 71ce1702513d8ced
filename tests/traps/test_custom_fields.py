"""Patients' custom fields have tokens that only their own account knows."""

from __future__ import annotations

from typing import Any

from clinikomigrate.testing import FakeCliniko
from tests.traps.clinic import Clinic, Row, losses

SPORT: dict[str, Any] = {
    "Sport": [
        ("Club", "text"),
        ("Level", "radiobuttons", ["Amateur", "Professional"]),
        ("Days", "checkboxes", ["Monday", "Tuesday"]),
        ("Since", "date"),
    ]
}


def tokens(fake: FakeCliniko) -> dict[str, str]:
    """Gives the tokens of an account's sections, fields and options by their names."""
    found: dict[str, str] = {}
    for section in fake.custom_fields_definition()["sections"]:
        found[section["name"]] = section["token"]
        for field in section["fields"]:
            found[field["name"]] = field["token"]
            found.update({option["name"]: option["token"] for option in field.get("options", ())})
    return found


def filled(clinic: Clinic, *fields: Row) -> Row:
    """Makes what a patient has in the section about sport."""
    return {"sections": [{"token": tokens(clinic.source)["Sport"], "fields": list(fields)}]}


def text(clinic: Clinic, value: str = "Rovers") -> Row:
    """Makes a filled-in field of text."""
    return {"token": tokens(clinic.source)["Club"], "type": "text", "value": value}


def test_tokens_are_matched_by_name(clinic: Clinic) -> None:
    """Values go into the fields of the same names, with the tokens of the new account."""
    clinic.source.define_custom_fields(SPORT)
    old = tokens(clinic.source)
    level = {
        "token": old["Level"],
        "type": "radiobuttons",
        "options": [{"token": old["Amateur"], "selected": False}, {"token": old["Professional"], "selected": True}],
    }
    clinic.patient(custom_fields=filled(clinic, text(clinic), level))
    clinic.move()
    new = tokens(clinic.destination)
    (section,) = clinic.only("patients")["custom_fields"]["sections"]
    club, chosen = section["fields"]

    assert not set(old.values()) & set(new.values())
    assert (new["Sport"], new["Club"], "Rovers") == (section["token"], club["token"], club["value"])
    assert [new["Professional"]] == [option["token"] for option in chosen["options"] if option["selected"]]


def test_blank_values_are_left_out(clinic: Clinic) -> None:
    """Blank values, which the API refuses, are left out, and a patient with nothing else gets no custom fields."""
    clinic.source.define_custom_fields(SPORT)
    days = {"token": tokens(clinic.source)["Days"], "type": "checkboxes", "options": []}
    clinic.patient(custom_fields=filled(clinic, text(clinic, ""), days))
    report = clinic.move()

    assert None is clinic.only("patients")["custom_fields"]
    assert not [field for field in losses(report, "patients") if "custom" in field]


def test_field_that_the_new_account_lacks_is_a_loss(clinic: Clinic) -> None:
    """Definitions can't be made through the API: the patient arrives, and the loss names the field, not its value."""
    clinic.source.define_custom_fields(SPORT)
    clinic.patient(custom_fields=filled(clinic, text(clinic)))
    clinic.destination.define_custom_fields({"Sport": [("Boots", "text")]})
    report = clinic.move()

    assert {"custom_fields[Sport / Club]"} == {field for field in losses(report, "patients") if "custom" in field}
    assert "Rovers" not in str(report)


def test_section_that_the_new_account_lacks_is_a_loss(clinic: Clinic) -> None:
    """The same with a whole section."""
    clinic.source.define_custom_fields(SPORT)
    clinic.patient(custom_fields=filled(clinic, text(clinic)))
    clinic.destination.define_custom_fields({})
    report = clinic.move()

    assert "custom_fields[Sport / Club]" in losses(report, "patients")


def test_option_that_the_new_account_lacks_is_a_loss(clinic: Clinic) -> None:
    """A choice that the new account doesn't offer is lost alone; the other choices stay."""
    clinic.source.define_custom_fields(SPORT)
    old = tokens(clinic.source)
    options = [{"token": old[day], "selected": True} for day in ("Monday", "Tuesday")]
    clinic.patient(custom_fields=filled(clinic, {"token": old["Days"], "type": "checkboxes", "options": options}))
    clinic.destination.define_custom_fields({"Sport": [("Days", "checkboxes", ["Monday"])]})
    report = clinic.move()
    (field,) = clinic.only("patients")["custom_fields"]["sections"][0]["fields"]

    assert [tokens(clinic.destination)["Monday"]] == [option["token"] for option in field["options"]]
    assert "custom_fields[Sport / Days]" in losses(report, "patients")


def test_field_of_another_type_takes_nothing(clinic: Clinic) -> None:
    """A field of the same name and another type gets no value of the wrong kind."""
    clinic.source.define_custom_fields(SPORT)
    clinic.patient(custom_fields=filled(clinic, text(clinic)))
    clinic.destination.define_custom_fields({"Sport": [("Club", "date")]})
    report = clinic.move()

    assert None is clinic.only("patients")["custom_fields"]
    assert "custom_fields[Sport / Club]" in losses(report, "patients")


def test_tokens_in_form_templates_are_matched_too(clinic: Clinic) -> None:
    """A form template's question that fills in a custom field fills in the new account's field of that name."""
    clinic.source.define_custom_fields(SPORT)
    asked = {"name": "Your club", "type": "text", "custom_field_token": tokens(clinic.source)["Club"]}
    clinic.add("patient_form_templates", name="Intake", content={"sections": [{"name": "Sport", "questions": [asked]}]})
    clinic.move()
    (question,) = clinic.only("patient_form_templates")["content"]["sections"][0]["questions"]

    assert tokens(clinic.destination)["Club"] == question["custom_field_token"]
