"""Whether the destination has the custom fields that patients have something in."""

from __future__ import annotations

from clinikomigrate.sinks.cliniko.advice import fields
from tests.findings.scene import Scene
from tests.sinks.cliniko.samples import survey

CODE = "custom-fields-missing"


def define(scene: Scene) -> None:
    """Defines fields in both accounts that are not quite the same, and adds a patient."""
    scene.clinic.patient()
    scene.old.define_custom_fields(
        {
            "Health": [("Last scan", "date"), ("GP", "text"), ("Conditions", "checkboxes", ["Asthma", "Gout"])],
            "Sport": [("Club", "text"), ("Level", "text")],
        }
    )
    scene.new.define_custom_fields(
        {"HEALTH": [("last scan", "text"), ("GP", "paragraph"), ("Conditions", "checkboxes", ["asthma"])]}
    )


def test_all_that_is_missing_stands_in_one_warning(scene: Scene) -> None:
    """Sections, fields of another type, choices; what can hold the values under the same name is not told."""
    define(scene)
    finding = scene.finding(CODE)

    assert finding is not None
    names = "Health / Last scan (another type there), Health / Conditions / Gout, Sport"
    assert finding.message.endswith(f"values: {names}.")
    assert "patients" == finding.kind


def test_what_is_archived_is_named_where_patients_have_something_in_it(scene: Scene) -> None:
    """The clinic doesn't use the field any more, and what is in it is lost all the same."""
    [section] = scene.old.define_custom_fields({"Sport": [("Club", "text"), ("Level", "text")]})["sections"]
    section["archived"] = True
    club = {"token": section["fields"][0]["token"], "value": "Tigers"}
    patient = scene.clinic.patient(custom_fields={"sections": [{"token": section["token"], "fields": [club]}]})
    scene.clinic.patient(first_name="Bea")
    scene.new.define_custom_fields({})
    finding = scene.finding("records-mended")

    assert finding is not None
    assert "1 patient can't go just as it is (custom_fields[Sport / Club]): " in finding.message
    assert "let it have one before the run" in finding.message
    assert "Tigers" not in str(finding)
    assert (patient,) == finding.ids
    assert None is scene.finding(CODE)


def test_without_patients_fields_do_not_matter(scene: Scene) -> None:
    """Where no patient goes, nobody has anything in them."""
    define(scene)
    scene.without("patients")

    assert None is scene.finding(CODE)


def test_accounts_that_define_nothing() -> None:
    """An account without settings, or without a definition, lacks nothing that the other doesn't have."""
    assert [] == list(fields.missing(survey(account=None, goes=lambda *_: True)))
