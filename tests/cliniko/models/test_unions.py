"""How the class of a record is told in lists of several."""

from __future__ import annotations

import typing

import pytest

from clinikomigrate.cliniko.models import (
    UNIONS,
    Booking,
    Communication,
    EmailCommunication,
    FullPatientExport,
    GroupAppointment,
    IndividualAppointment,
    MemoCommunication,
    PatientAttachment,
    SmsCommunication,
    UnavailableBlock,
    UploadedPatientAttachment,
    booking_model,
    communication_model,
    patient_attachment_model,
)

LINK = {"links": {"self": "https://api.au1.cliniko.com/v1/appointment_types/1"}}


@pytest.mark.parametrize(
    ("expected", "row"),
    [
        (GroupAppointment, {"max_attendees": 8, "appointment_type": LINK}),
        (GroupAppointment, {"max_attendees": None}),
        (IndividualAppointment, {"appointment_type": LINK, "patient_name": ""}),
        (UnavailableBlock, {"notes": "Lunch"}),
    ],
)
def test_booking_is_told_by_its_keys(expected: type, row: dict[str, object]) -> None:
    """The list of bookings has three kinds of rows and no word for which is which."""
    assert expected is booking_model(row)


@pytest.mark.parametrize(
    ("expected", "row"),
    [
        (MemoCommunication, {"category_code": 12, "type_code": 1}),
        (MemoCommunication, {"category": "Memo", "type": "Email"}),
        (MemoCommunication, {"confidential": False}),
        (SmsCommunication, {"category_code": 1, "type_code": 1}),
        (SmsCommunication, {"category_code": 1, "type": "SMS"}),
        (EmailCommunication, {"category_code": 1, "type_code": 2, "content_subject": None}),
        (EmailCommunication, {"category_code": 3, "type_code": 2}),
        (EmailCommunication, {"category_code": 99, "type_code": None}),
    ],
)
def test_communication_is_told_by_category_and_type(expected: type, row: dict[str, object]) -> None:
    """A memo about a text message is a memo, and what nobody knows is held by the class that has everything."""
    assert expected is communication_model(row)


@pytest.mark.parametrize(
    ("expected", "row"),
    [
        (FullPatientExport, {"category": "full_patient_export"}),
        (FullPatientExport, {"category": "Full Patient Export"}),
        (UploadedPatientAttachment, {"category": "referral"}),
        (UploadedPatientAttachment, {"category": None}),
        (UploadedPatientAttachment, {}),
    ],
)
def test_file_is_the_clinics_unless_it_says_otherwise(expected: type, row: dict[str, object]) -> None:
    """A file is taken for the product's own archive only if its category says so: else it would be left behind."""
    assert expected is patient_attachment_model(row)


@pytest.mark.parametrize("union", [Booking, Communication, PatientAttachment])
def test_choice_is_a_member_of_its_union(union: object) -> None:
    """For each union there is a choice, and it chooses one of its members even from nothing."""
    assert UNIONS[union]({}) in typing.get_args(union)
