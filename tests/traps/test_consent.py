"""Consent never becomes more than it was, and nobody is written to because records are copied."""

from __future__ import annotations

import pytest

from tests.traps.clinic import Clinic


@pytest.mark.parametrize("accepted", [True, False, None])
def test_sms_marketing_is_written_as_its_opposite(clinic: Clinic, accepted: bool | None) -> None:
    """Consent to text messages can only be taken back in writing: all but a yes is sent as a no."""
    clinic.patient(accepted_sms_marketing=accepted)
    clinic.move()

    assert (accepted is True) is clinic.only("patients")["accepted_sms_marketing"]


@pytest.mark.parametrize("accepted", [True, False, None])
def test_e_mail_marketing_is_kept(clinic: Clinic, accepted: bool | None) -> None:
    """Consent to e-mail marketing arrives as it was; nothing said is not a yes."""
    clinic.patient(accepted_email_marketing=accepted)
    clinic.move()

    assert accepted is clinic.only("patients")["accepted_email_marketing"]


@pytest.mark.parametrize("accepted", [True, False, None])
def test_privacy_policy_is_kept(clinic: Clinic, accepted: bool | None) -> None:
    """Whether a patient accepted the privacy policy arrives as it was, null being a state of its own."""
    clinic.patient(accepted_privacy_policy=accepted)
    clinic.move()

    assert accepted is clinic.only("patients")["accepted_privacy_policy"]


@pytest.mark.parametrize("wanted", ["None", "SMS", "Email", "SMS & Email"])
def test_reminders_are_kept(clinic: Clinic, wanted: str) -> None:
    """How a patient is reminded arrives as it was, not as the new account's default."""
    clinic.patient(reminder_type=wanted)
    clinic.move()

    assert wanted == clinic.only("patients")["reminder_type"]


@pytest.mark.parametrize("wanted", [True, False, None])
@pytest.mark.parametrize("switch", ["receives_confirmation_emails", "receives_cancellation_emails"])
def test_switches_are_what_they_were_in_the_end(clinic: Clinic, switch: str, wanted: bool | None) -> None:
    """Whether a patient gets e-mails is what it was in the end, whatever it was during the transfer."""
    patient = clinic.patient(**{switch: wanted})
    clinic.visit(patient, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=40)
    clinic.move()

    assert wanted is clinic.only("patients")[switch]


def test_archived_patients_get_their_switches_back_before_they_are_archived(clinic: Clinic) -> None:
    """An archived patient's switches are restored too: afterwards nothing could be."""
    patient = clinic.patient(archived_at="2024-06-01T00:00:00Z", receives_cancellation_emails=True)
    clinic.visit(patient, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=40)
    clinic.move()
    copy = clinic.only("patients")

    assert None is not copy["archived_at"]
    assert True is copy["receives_cancellation_emails"]


def test_follow_up_channels_are_kept(clinic: Clinic) -> None:
    """The channels for follow-ups arrive as they were, none included."""
    clinic.patient(first_name="Ada", follow_ups_communication_channels=[2])
    clinic.patient(first_name="Bea", follow_ups_communication_channels=[])
    clinic.move()
    found = {row["first_name"]: row["follow_ups_communication_channels"] or [] for row in clinic.arrived("patients")}

    assert {"Ada": [2], "Bea": []} == found
