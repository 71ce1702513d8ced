"""What the fields of a workspace's records are called: for people, and where the source's records have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from clinikomigrate.transfer.phrases import listed

_WORDS: Final[Mapping[str, str]] = {
    "title": "the title",
    "middle_name": "the middle name",
    "preferred_name": "the preferred name",
    "pronouns": "the pronouns",
    "address_l1": "the address",
    "address_l2": "the address",
    "address_l3": "the address",
    "extra_info": "the further information",
    "extra_billing_info": "the information about billing",
    "invoice_recipient_id": "who gets the invoices",
    "health_fund": "the health fund",
    "country": "the country",
    "custom_fields": "custom fields",
    "timezone": "the time zone",
    "archived": "whether the client is archived",
    "came": "the attendance",
    "note": "the note",
    "created_at": "when it was booked",
    "updated_at": "when it was changed",
    "deleted_at": "when it was archived",
}
"""For each field that Splose's API can't change later: what it is called in a sentence."""

_CHANGED: Final[Mapping[str, str]] = {
    "birthdate": "birth date",
    "firstname": "first name",
    "lastname": "last name",
    "medicare_num": "Medicare number",
    "irn": "Medicare reference number",
}
"""For fields that Splose's API can change, where the field's own name is no plain word."""

_ADDRESS: Final[Mapping[str, str]] = {
    "address_l1": "address_1",
    "address_l2": "address_2",
    "address_l3": "address_3",
    "postal_code": "post_code",
}
_BOOKED: Final[Mapping[str, str]] = {
    "patient_id": "patient",
    "note": "notes",
    "deleted_at": "archived_at",
    "status": "cancelled_at",
    "start": "starts_at",
    "end": "ends_at",
    "service_id": "appointment_type",
    "location_id": "business",
    "practitioner_id": "practitioner",
}
_SOURCE_S: Final[Mapping[str, Mapping[str, str]]] = {
    "attendees": {**_BOOKED, "came": "arrived"},
    "contacts": {**_ADDRESS, "suburb": "city", "name": "last_name"},
    "individual_appointments": {**_BOOKED, "came": "patient_arrived"},
    "patients": {
        **_ADDRESS,
        "alert": "medical alerts",
        "archived": "archived_at",
        "birthdate": "date_of_birth",
        "emergency_contact_name": "emergency_contact",
        "emergency_contact_number": "emergency_contact",
        "emergency_contact_relationship": "emergency_contact",
        "extra_billing_info": "information about billing",
        "extra_info": "further information",
        "firstname": "first_name",
        "irn": "medicare_reference_number",
        "lastname": "last_name",
        "medicare_num": "medicare",
        "phone_numbers": "patient_phone_numbers",
        "preferred_name": "preferred_first_name",
        "privacy_policy": "accepted_privacy_policy",
        "timezone": "time_zone",
        "veterans_file_number": "dva_card_number",
    },
}
"""By the source's kind, for each field that has another name there: that name, or words where several come together."""


def in_words(names: Iterable[str]) -> str:
    """Names fields in a sentence.

    Args:
        names: Attributes of drafts that can't be changed later.
    """
    return listed(sorted({_WORDS[name] for name in names}))


def changed_in_words(changes: Mapping[str, object]) -> str:
    """Names fields of a client that can be changed, and the value of the one whose value is no record's text.

    Args:
        changes: Values by attributes of the client's draft.
    """
    named = {
        f"the communication preference to {value}" if name == "communication_preference" else f"the {_spelt(name)}"
        for name, value in changes.items()
    }
    return listed(sorted(named))


def _spelt(name: str) -> str:
    return _CHANGED.get(name, name.replace("_", " "))


def of_source(kind: str, names: Iterable[str]) -> tuple[str, ...]:
    """Names fields as the source does, each once.

    Args:
        kind: The source's kind of record.
        names: Attributes of the draft of such a record.
    """
    known = _SOURCE_S.get(kind, {})
    return tuple(dict.fromkeys(known.get(name, name) for name in names))
