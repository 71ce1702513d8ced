"""Patients, contacts and alerts on their way into Splose."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import SploseMapper, reasons
from clinikomigrate.sinks.splose.drafts import AnswersDraft
from clinikomigrate.sinks.splose.sending import as_sent
from clinikomigrate.transfer.follow_ups import Change, Unmute
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch
from tests.sinks.cliniko.samples import WHEN, bare
from tests.sinks.splose.samples import CONCESSION, INCLUDED, losses, mapped, skipped
from tests.sinks.splose.test_custom_fields import GP, written


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"reminders_communication_channels": ()}, "NONE"),
        ({"reminders_communication_channels": (2, 1)}, "SMS_EMAIL"),
        ({"reminders_communication_channels": (1,), "reminder_type": "Email"}, "SMS"),
        ({"reminder_type": "SMS & Email"}, "SMS_EMAIL"),
        ({"reminder_type": "Email"}, "EMAIL"),
        ({"reminder_type": "Pigeon"}, "NONE"),
        ({}, "NONE"),
    ],
)
def test_the_preference_for_messages_is_never_more_than_the_source_says(given: dict[str, Any], expected: str) -> None:
    """Where the source says nothing, nobody is written to."""
    assert mapped(bare(m.Patient, **given)).draft.communication_preference == expected


def test_a_client_who_may_be_written_to_is_asked_about_and_gets_the_setting_at_the_end() -> None:
    """Whether somebody is booked is read when the client is made; the setting to give back is known from the start."""
    patient = bare(m.Patient, reminders_communication_channels=(1,))
    loud = mapped(patient, may_message=frozenset({"confirmations"}))
    still = mapped(patient)

    assert loud.draft.to_come == Fetch("bookings_to_come", (Ref("patients", "7"),))
    assert loud.follow_ups == (Unmute("confirmations", setting="SMS"),)
    assert (still.draft.to_come, still.follow_ups) == (UNSET, ())


def test_who_gets_no_messages_is_not_muted() -> None:
    """There is nothing to hold back, and nothing to give back."""
    result = mapped(bare(m.Patient), may_message=frozenset({"confirmations"}))

    assert (result.draft.to_come, result.follow_ups) == (UNSET, ())


def test_what_has_no_field_stands_under_headings() -> None:
    """Notes, occupation, consent, concession, an older gender and when it was archived stand in the information."""
    patient = bare(
        m.Patient,
        notes="Prefers mornings",
        occupation="Shearer",
        accepted_email_marketing=False,
        concession_type=CONCESSION,
        gender="Female",
        archived_at=WHEN,
    )
    draft = mapped(patient).draft

    assert draft.archived is True
    assert draft.extra_info == (
        "Notes:\nPrefers mornings\n\nOccupation:\nShearer\n\nAgreed to marketing by e-mail:\nNo\n\nGender:\nFemale\n\n"
        "Concession:\nPensioner\n\nArchived in the earlier system:\n14 March 2024, 09:30 (Australia/Melbourne, "
        "UTC+11:00)"
    )


def test_nothing_to_say_is_no_words() -> None:
    """A patient with no more than a name gets no empty headings, and is not archived."""
    draft = mapped(bare(m.Patient, gender="Female", sex="female")).draft

    assert (draft.extra_info, draft.extra_billing_info, draft.archived) == (UNSET, UNSET, UNSET)


def test_what_is_about_invoices_stands_with_billing() -> None:
    """Whom invoices go to, and what is printed on them."""
    patient = bare(
        m.Patient, invoice_default_to="Estate", invoice_email="bills@mail.example", invoice_extra_information="Claim 7"
    )

    assert mapped(patient).draft.extra_billing_info == (
        "Invoices to: Estate\n\nInvoices by e-mail to: bills@mail.example\n\nClaim 7"
    )


def test_a_merged_patient_yields_to_the_other() -> None:
    """Who was merged is not made; what hangs on them goes to the other."""
    other: Ref[m.Patient] = Ref("patients", "8")
    left = skipped(bare(m.Patient, merged_with_patient=other))

    assert (left.instead, left.lost, left.losses) == (other, False, ())


def test_what_only_a_merged_record_says_is_a_loss() -> None:
    """Nobody documents whether the source gave it to the other one."""
    left = skipped(bare(m.Patient, merged_with_patient=Ref("patients", "8"), notes="Shy", medicare="123"))

    assert left.losses == (Loss("medicare", reasons.MERGED_OWN), Loss("notes", reasons.MERGED_OWN))


def test_custom_fields_are_set_afterwards() -> None:
    """What the workspace has fields for follows the client; the rest is a loss, and stands in words."""
    rest = mapped(bare(m.Patient, custom_fields=written("Diet", "Vegan")), fields=[GP])
    result = mapped(bare(m.Patient, custom_fields=written("GP", "Dr Sample")), fields=[GP])

    assert result.follow_ups == (
        Change(draft=AnswersDraft(answers={"5": "Dr Sample"}, names={"5": "GP"}, called={"5": "GP"})),
    )
    assert losses(rest) == {"custom_fields[Health / Diet]": reasons.NO_FIELD}
    assert rest.draft.extra_info == "Health / Diet:\nVegan"


def test_who_referred_a_patient_stands_in_words() -> None:
    """By name, which is read when the client is about to be written."""
    draft = mapped(bare(m.Patient, notes="Shy", referring_doctor=Ref("contacts", "1"))).draft
    sent = as_sent(attrs.evolve(draft, referring_doctor="Dr Jo Lee", medical_alerts=()))

    assert draft.referring_doctor == Fetch("contact_name", (Ref("contacts", "1"),))
    assert sent.extra_info == "Notes:\nShy\n\nReferring doctor:\nDr Jo Lee"


def test_alerts_are_read_unless_they_are_left_out() -> None:
    """A live alert is its client's; an archived one is lost; a transfer without alerts asks for none."""
    with_alerts = mapped(bare(m.Patient)).draft
    without = mapped(bare(m.Patient), included=INCLUDED - {"medical_alerts"}).draft

    assert with_alerts.medical_alerts == Fetch("medical_alerts", (Ref("patients", "7"),))
    assert without.medical_alerts is UNSET
    assert not skipped(bare(m.MedicalAlert)).lost
    assert skipped(bare(m.MedicalAlert, archived_at=WHEN)).lost


def test_what_cannot_be_said_is_a_loss() -> None:
    """A referrer can't be linked; channels without words and a concession without a name are counted."""
    patient = bare(
        m.Patient,
        referring_doctor=Ref("contacts", "1"),
        follow_ups_communication_channels=(1,),
        concession_type=Ref("concession_types", "404"),
        email="ada at mail",
    )

    assert {"referring_doctor", "follow_ups_communication_channels", "concession_type", "email"} == set(
        losses(mapped(patient))
    )


def test_a_contact_without_an_address_goes_as_the_user_says() -> None:
    """It is left behind as a loss, or gets an address of the clinic's, which is counted."""
    contact = bare(m.Contact, email="")
    left = skipped(contact, SploseMapper())

    assert (left.lost, left.reason) == (True, reasons.EMAIL)
    assert mapped(contact).draft.email == "records@acme.example"
    assert "email" in losses(mapped(contact))
    assert "email" not in losses(mapped(bare(m.Contact, email="ada@mail.example"), SploseMapper()))


@pytest.mark.parametrize(
    ("given", "country"),
    [({"country": "New Zealand", "country_code": "NZ"}, "New Zealand"), ({"country_code": "NZ"}, "NZ"), ({}, None)],
)
def test_a_contact_without_a_country_is_not_put_into_australia(given: dict[str, Any], country: str | None) -> None:
    """Which is what Splose does where no country is sent."""
    assert mapped(bare(m.Contact, email="gia@acme.example", **given)).draft.country == country


@pytest.mark.parametrize(
    ("given", "kind", "lost"),
    [
        ({"type_code": 1, "doctor_type": "general_practitioner"}, "Doctor", set()),
        ({"type": "Doctor", "doctor_type": ""}, "Doctor", set()),
        ({"type_code": 2}, "Standard", {"type_code"}),
        ({"type_code": 9}, "Standard", {"type_code"}),
        ({"doctor_type": "wizard"}, "Standard", {"doctor_type"}),
        ({}, "Standard", set()),
    ],
)
def test_a_contact_s_type_is_one_of_the_two_that_splose_has(given: dict[str, Any], kind: str, lost: set[str]) -> None:
    """What Splose doesn't know is counted."""
    result = mapped(bare(m.Contact, **given))

    assert result.draft.type == kind
    assert lost == set(losses(result)) - {"email"}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"first_name": "Ada", "last_name": "Sample", "company_name": "Acme"}, "Ada Sample"),
        ({"last_name": None, "company_name": "Acme"}, "Acme"),
        ({"last_name": None, "preferred_name": "Addie"}, "Addie"),
        ({"last_name": None}, "-"),
    ],
)
def test_a_contact_is_shown_by_its_person_s_name_or_its_company_s(given: dict[str, Any], name: str) -> None:
    """Splose wants a name."""
    assert mapped(bare(m.Contact, **given)).draft.name == name


def test_numbers_of_whoever_lives_abroad_are_of_there_or_of_the_clinic_s_country() -> None:
    """Whichever has such a number; the number of an emergency contact is found alike."""
    given = (m.PhoneNumber(number="0412 345 678", phone_type="Mobile"), m.PhoneNumber(number="020 7946 0958"))
    patient = bare(
        m.Patient, country_code="GB", patient_phone_numbers=given, emergency_contact="Jane Citizen, 0400 000 001"
    )
    draft = mapped(patient).draft

    assert [(each.code, each.phone_number) for each in draft.phone_numbers] == [
        ("+61", "412345678"),
        ("+44", "2079460958"),
    ]
    assert (draft.emergency_contact_name, draft.emergency_contact_number) == ("Jane Citizen", "0400 000 001")
