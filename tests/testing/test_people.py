"""Patients and those around them."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.answers import BLANK
from tests.testing.conftest import Clinic
from tests.testing.desk import LIFTED, Desk, self_of

PRONOUNS = {
    "accusative": "them",
    "nominative": "they",
    "predicative_possessive": "theirs",
    "pronominal_possessive": "their",
    "reflexive": "themself",
}


def test_patient_is_answered_whole(clinic: Clinic) -> None:
    """A new patient is answered with 201, a string id, links for relations and no key for relations to nothing."""
    concession = clinic.fake.add("concession_types", name="Pension")
    patient = clinic.desk.post(
        "/patients", {"first_name": "Bo", "last_name": "Li", "concession_type_id": concession, "country_code": "NZ"}
    )

    assert isinstance(patient["id"], str)
    assert concession == self_of(patient["concession_type"])
    assert "New Zealand" == patient["country"]
    assert not {"referring_doctor", "merged_with_patient", "concession_type_id"} & set(patient)
    assert "" == patient["address_1"]
    assert patient["email"] is None


def test_created_answer_names_its_location() -> None:
    """The answer to a creation has a Location header."""
    answer = Desk(FakeCliniko()).ask("POST", "/taxes", {"name": "GST", "rate": "10"})

    assert answer.json is not None
    assert answer.json["links"]["self"] == answer.headers["Location"]


def test_ids_may_be_numbers_in_requests() -> None:
    """A request may give an id as a number."""
    desk = Desk(FakeCliniko())
    patient = desk.fake.add("patients", first_name="Ann", last_name="Lee")

    assert patient == self_of(desk.post("/medical_alerts", {"name": "Latex", "patient_id": int(patient)})["patient"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"last_name": "Li"}, "first_name"),
        ({"first_name": "", "last_name": "Li"}, "first_name"),
        ({"first_name": None, "last_name": "Li"}, "first_name"),
        ({"first_name": "Bo", "last_name": "L" * 256}, "last_name"),
        ({"first_name": 5, "last_name": "Li"}, "first_name"),
        ({"first_name": "Bo", "last_name": "Li", "id": "5"}, "id"),
        ({"first_name": "Bo", "last_name": "Li", "created_at": "2024-01-01T00:00:00Z"}, "created_at"),
        ({"first_name": "Bo", "last_name": "Li", "email": "bo"}, "email"),
        ({"first_name": "Bo", "last_name": "Li", "dva_card_number": "12"}, "dva_card_number"),
        ({"first_name": "Bo", "last_name": "Li", "date_of_birth": "1.2.1990"}, "date_of_birth"),
        ({"first_name": "Bo", "last_name": "Li", "date_of_birth": "1990-02-30"}, "date_of_birth"),
        ({"first_name": "Bo", "last_name": "Li", "reminder_type": "Letter"}, "reminder_type"),
        ({"first_name": "Bo", "last_name": "Li", "accepted_email_marketing": "yes"}, "accepted_email_marketing"),
        ({"first_name": "Bo", "last_name": "Li", "concession_type_id": None}, "concession_type"),
        ({"first_name": "Bo", "last_name": "Li", "concession_type_id": "999"}, "concession_type"),
        ({"first_name": "Bo", "last_name": "Li", "concession_type_id": "abc"}, "concession_type"),
        ({"first_name": "Bo", "last_name": "Li", "time_zone": "Melbourne"}, "time_zone"),
        ({"first_name": "Bo", "last_name": "Li", "pronouns": {"nominative": "they"}}, "pronouns"),
        ({"first_name": "Bo", "last_name": "Li", "pronouns": "they"}, "pronouns"),
        ({"first_name": "Bo", "last_name": "Li", "pronouns": {**PRONOUNS, "other": "x"}}, "pronouns"),
        ({"first_name": "Bo", "last_name": "Li", "patient_phone_numbers": "0400"}, "patient_phone_numbers"),
        (
            {"first_name": "Bo", "last_name": "Li", "patient_phone_numbers": [{"number": "0400"}]},
            "patient_phone_numbers",
        ),
        (
            {"first_name": "Bo", "last_name": "Li", "reminders_communication_channels": [3]},
            "reminders_communication_channels",
        ),
    ],
)
def test_wrong_patient_is_refused(clinic: Clinic, body: dict[str, Any], field: str) -> None:
    """What the API doesn't take is refused with a 422 that names the field."""
    assert field in clinic.desk.refused("/patients", body)
    assert 1 == len(clinic.fake.rows("patients"))


def test_missing_name_is_blank_in_the_apis_words(clinic: Clinic) -> None:
    """A missing field is said to be blank with a typographic apostrophe."""
    assert {"last_name": BLANK} == clinic.desk.refused("/patients", {"first_name": "Bo"})
    assert "can\u2019t be blank" == BLANK


def test_phone_numbers_are_replaced_and_normalised(clinic: Clinic) -> None:
    """Telephone numbers are replaced as a whole and read with their normalised form."""
    path = f"/patients/{clinic.patient}"
    clinic.desk.patch(path, {"patient_phone_numbers": [{"number": "0400 111 222", "phone_type": "Mobile"}]})
    patient = clinic.desk.patch(path, {"patient_phone_numbers": [{"number": "+49 30 1", "phone_type": "Home"}]})

    assert [{"number": "+49 30 1", "phone_type": "Home", "normalized_number": "49301"}] == patient[
        "patient_phone_numbers"
    ]
    clinic.desk.patch(path, {"patient_phone_numbers": [{"number": "0400 111 222", "phone_type": "Mobile"}]})
    assert "61400111222" == clinic.desk.get(path)["patient_phone_numbers"][0]["normalized_number"]


def test_sms_marketing_is_only_unsubscribed(clinic: Clinic) -> None:
    """Consent to marketing by SMS can't be written, only taken back, and a new patient has it."""
    body = {"first_name": "Bo", "last_name": "Li"}

    assert clinic.desk.post("/patients", body)["accepted_sms_marketing"] is True
    assert clinic.desk.post("/patients", {**body, "unsubscribe_sms_marketing": True})["accepted_sms_marketing"] is False
    assert "accepted_sms_marketing" in clinic.desk.refused("/patients", {**body, "accepted_sms_marketing": False})


@pytest.mark.parametrize(
    ("given", "kind", "channels"),
    [
        ({}, "SMS & Email", [1, 2]),
        ({"reminder_type": "None"}, "None", []),
        ({"reminder_type": "Email"}, "Email", [2]),
        ({"reminders_communication_channels": [1]}, "SMS", [1]),
        ({"reminders_communication_channels": [1, 1]}, "None", [1, 1]),
    ],
)
def test_reminders_are_said_twice_alike(clinic: Clinic, given: dict[str, Any], kind: str, channels: list[int]) -> None:
    """The reminder type and the channels say the same; without either, the account's default counts."""
    patient = clinic.desk.post("/patients", {"first_name": "Bo", "last_name": "Li", **given})

    assert (kind, channels) == (patient["reminder_type"], patient["reminders_communication_channels"])


@pytest.mark.parametrize("channels", [None, [3], [True], [1, "2"], [[1], 2], "SMS"])
def test_wrong_channels_are_refused(clinic: Clinic, channels: object) -> None:
    """Channels are a list of 1 for SMS and 2 for e-mail."""
    body = {"reminders_communication_channels": channels}

    assert ["reminders_communication_channels"] == list(
        clinic.desk.refused(f"/patients/{clinic.patient}", body, "PATCH")
    )


def test_fields_may_be_lacking_or_overlooked(clinic: Clinic) -> None:
    """A field that an account lacks isn't answered and is refused; one that it overlooks is answered and not set."""
    path = f"/patients/{clinic.patient}"
    clinic.fake.lacks.add("patients.pronouns")
    clinic.fake.overlooks.update({"patients.occupation", "contacts.occupation"})
    patient = clinic.desk.patch(path, {"title": "Dr", "occupation": "Potter"})

    assert ("Dr", "") == (patient["title"], patient["occupation"])
    assert "pronouns" not in patient
    assert {"pronouns": "is not permitted"} == clinic.desk.refused(path, {"pronouns": PRONOUNS}, "PATCH")


def test_pronouns_and_null_are_kept(clinic: Clinic) -> None:
    """Pronouns are kept as they are given, and null takes them back."""
    path = f"/patients/{clinic.patient}"

    assert PRONOUNS == clinic.desk.patch(path, {"pronouns": PRONOUNS})["pronouns"]
    assert clinic.desk.patch(path, {"pronouns": None})["pronouns"] is None


def _custom_fields(clinic: Clinic) -> tuple[str, dict[str, Any]]:
    definition = clinic.fake.define_custom_fields(
        {
            "Sport": [
                ("Club", "text"),
                ("Since", "date"),
                ("Level", "radiobuttons", ["Amateur", "Professional"]),
                ("Days", "checkboxes", ["Monday", "Tuesday"]),
            ]
        }
    )
    section = definition["sections"][0]
    return section["token"], {field["name"]: field for field in section["fields"]}


def _option(field: dict[str, Any], number: int, selected: object = True) -> dict[str, Any]:
    return {"token": field["options"][number]["token"], "selected": selected}


def test_custom_fields_are_named_when_read(clinic: Clinic) -> None:
    """Custom fields are written by token and read with names and types."""
    token, fields = _custom_fields(clinic)
    written = [
        {"token": fields["Club"]["token"], "value": "Rovers"},
        {"token": fields["Since"]["token"], "type": "date", "value": "2020-01-02"},
        {"token": fields["Level"]["token"], "options": [_option(fields["Level"], 1)]},
        {"token": fields["Days"]["token"], "other": {"selected": True, "value": "Sunday"}},
        {"token": fields["Days"]["token"], "options": [], "other": {"selected": False}},
    ]
    body = {"custom_fields": {"sections": [{"token": token, "fields": written}]}}
    section = clinic.desk.patch(f"/patients/{clinic.patient}", body)["custom_fields"]["sections"][0]

    assert "Sport" == section["name"]
    assert ["Club", "Since", "Level", "Days", "Days"] == [field["name"] for field in section["fields"]]
    assert "Professional" == section["fields"][2]["options"][0]["name"]


@pytest.mark.parametrize(
    "case",
    [
        "no object", "other section", "other field", "wrong type", "blank", "no value", "options on text", "bad date",
        "value on options", "other option", "two of radiobuttons", "selected is text", "extra key",
        "other without text", "other switched off", "token is a list", "option's token is no text", "name is a number",
        "archived is text", "option's name is a list", "enabled is text",
    ],
)  # fmt: skip
def test_wrong_custom_fields_are_refused(clinic: Clinic, case: str) -> None:
    """Tokens of another account, blank values and answers of the wrong type are refused."""
    token, fields = _custom_fields(clinic)
    club, since, level = fields["Club"], fields["Since"], fields["Level"]
    clinic.fake.custom_fields_definition()["sections"][0]["fields"][3]["other"]["enabled"] = False
    field: dict[str, Any] = {
        "other field": {"token": token, "value": "x"},
        "wrong type": {"token": club["token"], "type": "date", "value": "2020-01-02"},
        "blank": {"token": club["token"], "value": ""},
        "no value": {"token": club["token"]},
        "options on text": {"token": club["token"], "value": "x", "options": []},
        "bad date": {"token": since["token"], "value": "yesterday"},
        "value on options": {"token": level["token"], "value": "Amateur"},
        "other option": {"token": level["token"], "options": [{"token": token, "selected": True}]},
        "two of radiobuttons": {"token": level["token"], "options": [_option(level, 0), _option(level, 1)]},
        "selected is text": {"token": level["token"], "options": [_option(level, 0, "yes")]},
        "extra key": {"token": club["token"], "value": "x", "colour": "red"},
        "other without text": {"token": level["token"], "other": {"selected": True}},
        "other switched off": {"token": fields["Days"]["token"], "other": {"selected": True, "value": "x"}},
        "token is a list": {"token": [club["token"]], "value": "x"},
        "option's token is no text": {"token": level["token"], "options": [{"token": {}, "selected": True}]},
        "name is a number": {"token": club["token"], "value": "x", "name": 1},
        "archived is text": {"token": club["token"], "value": "x", "archived": "no"},
        "option's name is a list": {"token": level["token"], "options": [{**_option(level, 0), "name": []}]},
        "enabled is text": {"token": level["token"], "other": {"enabled": "yes", "selected": True, "value": "x"}},
    }.get(case, {"token": club["token"], "value": "x"})
    section = {"token": club["token"] if case == "other section" else token, "fields": [field]}
    value: object = "text" if case == "no object" else {"sections": [section]}

    assert ["custom_fields"] == list(
        clinic.desk.refused(f"/patients/{clinic.patient}", {"custom_fields": value}, "PATCH")
    )


def test_custom_fields_that_are_no_longer_defined_still_read(clinic: Clinic) -> None:
    """A value for a field that the account took away is read without its name."""
    token, fields = _custom_fields(clinic)
    written = {"sections": [{"token": token, "fields": [{"token": fields["Club"]["token"], "value": "Rovers"}]}]}
    clinic.desk.patch(f"/patients/{clinic.patient}", {"custom_fields": written})
    clinic.fake.define_custom_fields({})
    section = clinic.desk.get(f"/patients/{clinic.patient}")["custom_fields"]["sections"][0]

    assert (None, True) == (section["name"], section["archived"])


def test_latest_booking_is_linked(clinic: Clinic) -> None:
    """A patient links to the latest booking that is neither cancelled nor archived."""
    clinic.desk.post("/individual_appointments", clinic.appointment())
    late = clinic.desk.post("/individual_appointments", clinic.appointment(starts_at="2024-06-06T01:00:00Z"))

    assert late["id"] == self_of(clinic.desk.get(f"/patients/{clinic.patient}")["latest_booking"])


def test_merged_patient_is_archived(clinic: Clinic) -> None:
    """A merged patient is archived and points at the one it was merged into."""
    loser = clinic.fake.add("patients", first_name="Anne", last_name="Lee", merged_with_patient_id=clinic.patient)
    read = clinic.desk.get(f"/patients/{loser}", *LIFTED)

    assert clinic.patient == self_of(read["merged_with_patient"])
    assert read["merged_at"]
    assert [clinic.patient] == clinic.desk.ids("/patients")


def test_contact_needs_one_of_its_names(clinic: Clinic) -> None:
    """A contact needs a first or a last name even if it has a company."""
    assert {"first_name": "or last name is required"} == clinic.desk.refused("/contacts", {"company_name": "Acme"})
    contact = clinic.desk.post(
        "/contacts", {"last_name": "Ng", "phone_numbers": [{"number": "1", "phone_type": "Fax"}]}
    )

    assert ("", "Standard", "") == (contact["email"], contact["type"], contact["doctor_type"])
    assert clinic.desk.patch(f"/contacts/{contact['id']}", {"type_code": None})["type"] is None


def test_relationship_is_seen_from_both_sides(clinic: Clinic) -> None:
    """A relationship has a row for each side, the other one with the inverse relation and an id of its own."""
    child = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    body = {"patient_id": clinic.patient, "related_patient_id": child, "relation": 20}
    made = clinic.desk.post("/relationships", body)
    other = clinic.desk.listed("/relationships", ("q[]", f"patient_id:={child}"))[0]

    assert ("Child", "Parent") == (made["relation_description"], other["relation_description"])
    assert clinic.patient == self_of(other["related_patient"])

    clinic.desk.patch(f"/relationships/{other['id']}", {"relation": 40})
    assert 40 == clinic.desk.get(f"/relationships/{made['id']}")["relation"]
    clinic.desk.post(f"/relationships/{made['id']}/archive", status=204)
    assert [] == clinic.desk.ids("/relationships")


def test_wrong_relationships_are_refused(clinic: Clinic) -> None:
    """A patient isn't related to itself, and a pair is related once."""
    body = {"patient_id": clinic.patient, "related_patient_id": clinic.patient, "relation": 20}
    assert ["related_patient"] == list(clinic.desk.refused("/relationships", body))
    child = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    clinic.desk.post("/relationships", {**body, "related_patient_id": child})

    assert ["related_patient"] == list(clinic.desk.refused("/relationships", {**body, "related_patient_id": child}))
    assert "relation" in clinic.desk.refused("/relationships", {**body, "related_patient_id": child, "relation": 25})


def test_seeded_relationship_has_both_sides(clinic: Clinic) -> None:
    """A relationship that is seeded gets its other side, archived if it is."""
    child = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    body = {"patient_id": clinic.patient, "related_patient_id": child, "relation": 10}
    one = clinic.fake.add("relationships", **body, archived_at="2024-01-01T00:00:00Z")

    assert [10, 20] == [row["relation"] for row in clinic.desk.listed("/relationships", *LIFTED)]
    assert [one] == [row["mirror_id"] for row in clinic.fake.rows("relationships") if row["id"] != one]


def test_relationships_may_have_one_side_only(clinic: Clinic) -> None:
    """An account can be told to keep one row for a pair, however it comes about and whatever becomes of it."""
    clinic.fake.mirrors_relationships = False
    child = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    body = {"patient_id": clinic.patient, "related_patient_id": child, "relation": 20}
    made = clinic.desk.post("/relationships", body)
    clinic.desk.patch(f"/relationships/{made['id']}", {"relation": 40})
    assert [] == clinic.desk.ids("/relationships", ("q[]", f"patient_id:={child}"))
    seeded = clinic.fake.add("relationships", patient_id=child, related_patient_id=clinic.patient, relation=40)
    clinic.desk.post(f"/relationships/{made['id']}/archive", status=204)

    assert [seeded] == clinic.desk.ids("/relationships")
    assert 2 == len(clinic.fake.rows("relationships"))


def test_archiving_a_relationship_without_other_side(clinic: Clinic) -> None:
    """A relationship that was seeded without its other side is archived alone."""
    child = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    one = clinic.fake.add(
        "relationships", patient_id=clinic.patient, related_patient_id=child, relation=30, mirror=False
    )
    clinic.desk.post(f"/relationships/{one}/archive", status=204)

    assert 1 == len(clinic.fake.rows("relationships"))


def test_referral_source_is_a_part_of_the_patient(clinic: Clinic) -> None:
    """A referral source is 404 until a PATCH says it, and shows who referred."""
    path = f"/patients/{clinic.patient}/referral_source"
    kind = clinic.fake.add("referral_source_types", name="Doctor", referrer_type="Contact", subcategories=["GP"])
    doctor = clinic.fake.add("contacts", first_name="Dee", type_code=1)

    assert [404, 404] == [clinic.desk.ask("GET", one).status_code for one in (path, "/patients/999/referral_source")]
    body = {"referral_source_type_id": kind, "referrer_id": doctor, "subcategory": "GP", "notes": "letter"}
    made = clinic.desk.patch(path, body)
    assert ("Contact", doctor) == (made["referrer_type"], self_of(made["referrer"]))
    assert made == clinic.desk.get(path)
    changed = clinic.desk.patch(path, {"notes": None})
    assert (made["id"], None) == (changed["id"], changed["notes"])
    assert [made["id"]] == clinic.desk.ids("/referral_sources", ("q[]", f"referral_source_type_id:={kind}"))
    assert clinic.desk.get(f"/referral_source_types/{kind}")["referrers"]["links"]["self"].endswith("/contacts")


@pytest.mark.parametrize(
    "case", ["no type", "unknown type", "subcategory", "referrer", "no referrers", "unknown", "text"]
)
def test_wrong_referral_sources_are_refused(clinic: Clinic, case: str) -> None:
    """A referral source's type and subcategory must be there, and its referrer be of the type's kind."""
    kind = clinic.fake.add("referral_source_types", name="Doctor", referrer_type="Contact", subcategories=["GP"])
    plain = clinic.fake.add("referral_source_types", name="Web")
    cases: dict[str, dict[str, object]] = {
        "no type": {"notes": "x"},
        "unknown type": {"referral_source_type_id": "999"},
        "subcategory": {"referral_source_type_id": plain, "subcategory": "GP"},
        "referrer": {"referral_source_type_id": kind, "referrer_id": clinic.patient},
        "no referrers": {"referral_source_type_id": plain, "referrer_id": clinic.patient},
        "unknown": {"referral_source_type_id": kind, "patient_id": clinic.patient},
        "text": {"referral_source_type_id": kind, "notes": 5},
    }

    assert clinic.desk.refused(f"/patients/{clinic.patient}/referral_source", cases[case], "PATCH")
    assert [] == clinic.fake.rows("referral_sources")


def test_archived_referrer_is_refused(clinic: Clinic) -> None:
    """An archived contact can't refer, unless the account takes archived records."""
    kind = clinic.fake.add("referral_source_types", name="Doctor", referrer_type="Contact")
    doctor = clinic.fake.add("contacts", first_name="Dee", archived_at="2024-01-01T00:00:00Z")
    path, body = f"/patients/{clinic.patient}/referral_source", {"referral_source_type_id": kind, "referrer_id": doctor}

    assert ["referrer"] == list(clinic.desk.refused(path, body, "PATCH"))
    clinic.fake.refuses_archived_parents = False
    assert doctor == self_of(clinic.desk.patch(path, body)["referrer"])


def test_medical_alert_needs_name_and_patient(clinic: Clinic) -> None:
    """A medical alert without its name or patient is refused by the names of both."""
    assert {"name": BLANK, "patient": BLANK} == clinic.desk.refused("/medical_alerts", {})
    alert = clinic.desk.post("/medical_alerts", {"name": "Penicillin", "patient_id": clinic.patient})

    assert [alert["id"]] == clinic.desk.ids(f"/patients/{clinic.patient}/medical_alerts")
    assert ["name"] == list(clinic.desk.refused(f"/medical_alerts/{alert['id']}", {"name": ""}, "PATCH"))


def test_children_of_archived_patients_are_still_listed(clinic: Clinic) -> None:
    """An alert of an archived patient is listed though its patient is hidden."""
    alert = clinic.fake.add("medical_alerts", name="Penicillin", patient_id=clinic.patient)
    clinic.desk.post(f"/patients/{clinic.patient}/archive", status=204)

    assert [alert] == clinic.desk.ids("/medical_alerts")
    assert 404 == clinic.desk.ask("GET", f"/patients/{clinic.patient}").status_code
    assert 404 == clinic.desk.ask("GET", f"/patients/{clinic.patient}/medical_alerts").status_code


def test_nothing_is_written_under_an_archived_patient(clinic: Clinic) -> None:
    """A new or changed record of an archived patient is refused, unless the account takes archived records."""
    alert = clinic.fake.add("medical_alerts", name="Penicillin", patient_id=clinic.patient)
    clinic.desk.post(f"/patients/{clinic.patient}/archive", status=204)
    body = {"name": "Latex", "patient_id": clinic.patient}

    assert {"patient": BLANK} == clinic.desk.refused("/medical_alerts", body)
    assert {"patient": BLANK} == clinic.desk.refused(f"/medical_alerts/{alert}", {"name": "Nuts"}, "PATCH")
    clinic.fake.refuses_archived_parents = False
    clinic.desk.post("/medical_alerts", body)


def test_case_links_attendees_and_files(clinic: Clinic) -> None:
    """A case's attendees are linked to it and unlinked when it no longer names them."""
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    attendee = clinic.desk.ids(f"/individual_appointments/{appointment['id']}/attendees")[0]
    file = clinic.fake.add("patient_attachments", patient_id=clinic.patient, filename="a.txt", content=b"a")
    body = {"name": "Knee", "patient_id": clinic.patient, "attendee_ids": [attendee], "patient_attachment_ids": [file]}
    case = clinic.desk.post("/patient_cases", body)
    path = f"/patient_cases/{case['id']}"

    assert [attendee] == case["attendee_ids"] == clinic.fake.rows("patient_cases")[0]["attendee_ids"]
    assert [attendee] == clinic.desk.ids(f"{path}/attendees")
    assert [appointment["id"]] == clinic.desk.ids(f"{path}/bookings")
    assert [file] == clinic.desk.ids(f"{path}/patient_attachments")
    assert case["id"] == self_of(clinic.desk.get(f"/individual_appointments/{appointment['id']}")["patient_case"])
    assert [attendee] == clinic.desk.patch(path, {"notes": "x"})["attendee_ids"]
    assert [] == clinic.desk.patch(path, {"attendee_ids": None})["attendee_ids"]
    assert "patient_case" not in clinic.desk.get(f"/individual_appointments/{appointment['id']}")


def test_case_links_the_attendee_of_a_class(clinic: Clinic) -> None:
    """An attendee of a class can belong to a case too."""
    group = clinic.fake.add("group_appointments", **clinic.group())
    attendee = clinic.fake.add("attendees", booking_id=group, patient_id=clinic.patient)
    case = clinic.fake.add("patient_cases", name="Knee", patient_id=clinic.patient, attendee_ids=[attendee])
    clinic.desk.patch(f"/patient_cases/{case}", {"attendee_ids": [attendee]})

    assert [attendee] == clinic.desk.get(f"/patient_cases/{case}")["attendee_ids"]


def test_wrong_cases_are_refused(clinic: Clinic) -> None:
    """A case's contact must be a doctor, and its attendees and files its own patient's."""
    other = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    contact = clinic.fake.add("contacts", first_name="Dee", type_code=0)
    appointment = clinic.desk.post("/individual_appointments", clinic.appointment())
    attendee = clinic.desk.ids(f"/individual_appointments/{appointment['id']}/attendees")[0]
    body = {"name": "Knee", "patient_id": other}

    assert {"contact": "must be a doctor"} == clinic.desk.refused("/patient_cases", {**body, "contact_id": contact})
    assert ["attendee_ids"] == list(clinic.desk.refused("/patient_cases", {**body, "attendee_ids": [attendee]}))
    assert ["attendee_ids"] == list(clinic.desk.refused("/patient_cases", {**body, "attendee_ids": ["999"]}))
    assert ["attendee_ids"] == list(clinic.desk.refused("/patient_cases", {**body, "attendee_ids": "999"}))
    assert "max_sessions" in clinic.desk.refused("/patient_cases", {**body, "max_sessions": 201})
    assert "max_invoiceable_amount" in clinic.desk.refused("/patient_cases", {**body, "max_invoiceable_amount": "0"})
    assert "max_invoiceable_amount" in clinic.desk.refused("/patient_cases", {**body, "max_invoiceable_amount": 5})


def test_active_cases_are_open_and_not_expired(clinic: Clinic) -> None:
    """A case that is closed or expired isn't active; closing stamps the time, opening takes it away."""
    doctor = clinic.fake.add("contacts", first_name="Dee", type_code=1)
    body = {"name": "Knee", "patient_id": clinic.patient, "contact_id": doctor, "max_invoiceable_amount": "100"}
    case = clinic.desk.post("/patient_cases", {**body, "closed": True})
    clinic.desk.post("/patient_cases", {**body, "expiry_date": "2024-01-01"})
    path = f"/patient_cases/{case['id']}"

    assert case["closed_at"]
    assert [] == clinic.desk.ids("/patient_cases/active")
    clinic.fake.clock.sleep_until(60)
    assert case["closed_at"] == clinic.desk.patch(path, {"closed": True})["closed_at"]
    assert clinic.desk.patch(path, {"closed": False})["closed_at"] is None
    assert [case["id"]] == clinic.desk.ids("/patient_cases/active")


def test_recall_keeps_a_date(clinic: Clinic) -> None:
    """A recall takes a date or a moment and reads as a date."""
    kind = clinic.desk.post("/recall_types", {"name": "Yearly"})["id"]
    body = {"patient_id": clinic.patient, "recall_type_id": kind}
    recall = clinic.desk.post("/recalls", {**body, "recall_at": "2026-02-03T10:00:00Z"})

    assert "2026-02-03" == recall["recall_at"]
    assert "2026-03-03" == clinic.desk.patch(f"/recalls/{recall['id']}", {"recall_at": "2026-03-03"})["recall_at"]
    assert ["recall_at"] == list(clinic.desk.refused("/recalls", {**body, "recall_at": "soon"}))
    assert ["recall_at"] == list(clinic.desk.refused("/recalls", body))
