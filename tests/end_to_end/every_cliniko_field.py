"""A clinic in which each field of each record stands apart, so that what became of a change of it can be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import attrs

from clinikomigrate import Report
from clinikomigrate.cliniko import models as m
from clinikomigrate.testing import FakeCliniko, empty_destination
from clinikomigrate.testing.kinds import KINDS
from clinikomigrate.transfer.kinds import KINDS as TRANSFERRED
from clinikomigrate.transfer.mismatches import Why
from tests.end_to_end.accounts import Pair
from tests.testing.desk import Desk
from tests.traps.clinic import Clinic

Row = dict[str, Any]

CLOSED_AT: Final = "2024-02-01T00:00:00Z"
LATER: Final = "2030-01-01T00:00:00Z"
VISITS: Final = "attendees of visits"
FINALISED: Final = "finalised notes"


@attrs.frozen
class Field:
    """One field of a record: what it says, what it says later in the source, and what somebody makes it say there.

    Attributes:
        first: What it says when the record is copied.
        second: What the source makes of it.
        third: What somebody enters in the destination.
        pool: The kind whose first, second and third record the three values stand for; a list's are lists of them.
        there: The draft's attribute by which somebody in the destination enters it; blank where nobody can.
        empty: What the field is when it is emptied.
        given: What the record has besides, because the field needs it.
    """

    first: Any
    second: Any
    third: Any = None
    pool: str = ""
    there: str | None = None
    empty: Any = None
    given: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def can_be_edited(self) -> bool:
        """Whether somebody in the destination can change it."""
        return self.there != ""


@attrs.frozen
class Kind:
    """How the campaign walks a kind of record.

    Attributes:
        fields: Its fields.
        given: What each of its records has besides the field that is looked at.
        partners: The fields that change while another one is looked at: the first that is not that one.
        stored: The kind that it is, where it goes by a name of its own here.
    """

    fields: Mapping[str, Field]
    given: Mapping[str, Any] = attrs.field(factory=dict)
    partners: tuple[str, ...] = ()
    stored: str = ""


def of_pool(pool: str, there: str | None = None) -> Field:
    """Makes a field that points at the first, second and third record of a kind."""
    return Field(0, 1, 2, pool, there)


def _texts(*names: str) -> dict[str, Field]:
    return {name: Field(f"{name} first", f"{name} second", f"{name} third") for name in names}


def _pronouns(word: str) -> Row:
    forms = ("accusative", "nominative", "predicative_possessive", "pronominal_possessive", "reflexive")
    return {form: f"{word}{number}" for number, form in enumerate(forms)}


def _content(answer: str, kind: str = "text") -> Row:
    return {"sections": [{"name": "About", "questions": [{"name": "What", "type": kind, "answer": answer}]}]}


def _questions(name: str) -> Row:
    return {"sections": [{"name": "About", "questions": [{"name": name, "type": "text"}]}]}


_PHONES: Final = Field(
    [{"phone_type": "Mobile", "number": "0400 111 222"}],
    [{"phone_type": "Home", "number": "0400 333 444"}],
    [{"phone_type": "Work", "number": "0400 555 666"}],
    empty=[],
)
_ARCHIVED: Final = {"archived_at": Field(None, CLOSED_AT, there="")}
_WHY: Final = {"cancelled_at": CLOSED_AT, "cancellation_reason": 50, "cancellation_note": "ill"}
_CANCELLED: Final = {
    "cancelled_at": Field(None, CLOSED_AT, there=""),
    "cancellation_note": Field("ill", "away", there="", given=_WHY),
    "cancellation_reason": Field(50, 60, there="", given=_WHY),
}
_TIMES: Final = {
    "starts_at": Field("T00:00:00Z", "T00:10:00Z", "T00:20:00Z"),
    "ends_at": Field("T01:00:00Z", "T01:10:00Z", "T01:20:00Z"),
}
_PLACE: Final = {"business_id": of_pool("businesses"), "practitioner_id": of_pool("practitioners")}
_ADDRESS: Final = _texts("address_1", "address_2", "address_3", "city", "post_code", "state")
_DISCOUNTS: Final = {
    "discount_percentage": Field("5.0", "10.0", "15.0"),
    "discounted_amount": Field("6.0", "11.0", "16.0"),
    "quantity": Field("2.0", "3.0", "4.0", empty="1.0"),
}

PATIENT: Final = Kind(
    {
        **_ADDRESS,
        **_texts(
            "first_name",
            "last_name",
            "title",
            "preferred_first_name",
            "emergency_contact",
            "medicare",
            "notes",
            "occupation",
        ),
        **_texts("medicare_reference_number", "appointment_notes", "referral_source", "old_reference_id"),
        **_texts("invoice_default_to", "invoice_extra_information", "gender_identity", "sex", "country"),
        "country_code": Field("NZ", "FJ", "CL"),
        "time_zone": Field("Australia/Perth", "Australia/Darwin", "Australia/Hobart"),
        "email": Field("ada@mail.example", "eva@mail.example", "ida@mail.example"),
        "invoice_email": Field("one@mail.example", "two@mail.example", "three@mail.example"),
        "date_of_birth": Field("1990-01-01", "1991-01-01", "1992-01-01"),
        "dva_card_number": Field("QX123456", "QX654321", "QX111111"),
        "pronouns": Field(_pronouns("them"), _pronouns("her"), _pronouns("him")),
        "patient_phone_numbers": _PHONES,
        "accepted_privacy_policy": Field(first=True, second=False, third=None),
        "accepted_email_marketing": Field(first=True, second=False, third=None),
        "accepted_sms_marketing": Field(
            first=True, second=False, third=True, there="unsubscribe_sms_marketing", empty=False
        ),
        "receives_cancellation_emails": Field(first=False, second=True, third=True, empty=False),
        "receives_confirmation_emails": Field(first=False, second=True, third=True, empty=False),
        "reminders_communication_channels": Field([1], [2], [1, 2], empty=[]),
        "follow_ups_communication_channels": Field([1], [2], [1, 2], empty=[]),
        "custom_fields": Field(0, 1, 2, "custom_fields"),
        "concession_type_id": of_pool("concession_types"),
        "referring_doctor_id": of_pool("contacts"),
        **_ARCHIVED,
    },
    {"first_name": "Ada", "reminders_communication_channels": []},
    ("notes", "occupation"),
)
CONTACT: Final = Kind(
    {
        **_ADDRESS,
        **_texts(
            "first_name",
            "last_name",
            "company_name",
            "notes",
            "occupation",
            "preferred_name",
            "provider_number",
            "title",
        ),
        "email": Field("gia@mail.example", "hal@mail.example", "ida@mail.example"),
        "country_code": Field("NZ", "FJ", "CL"),
        "doctor_type": Field("general_practitioner", "specialist", "specialist"),
        "type_code": Field(1, 0, 2, empty=0),
        "phone_numbers": _PHONES,
        **_ARCHIVED,
    },
    {"type_code": 1},
    ("notes", "occupation"),
)
_OF_PATIENT: Final = {"patient_id": of_pool("patients")}
CASE: Final = Kind(
    {
        **_texts("name", "notes"),
        "expiry_date": Field("2024-01-01", "2024-02-01", "2024-03-01"),
        "issue_date": Field("2023-01-01", "2023-02-01", "2023-03-01"),
        "include_cancelled_attendees": Field(first=True, second=False, third=False),
        "include_dna_attendees": Field(first=True, second=False, third=False),
        "referral": Field(first=True, second=False, third=False),
        "referral_type": Field("dva", "medicare", "medicare"),
        "max_invoiceable_amount": Field("100.0", "200.0", "300.0"),
        "max_sessions": Field(5, 6, 7),
        "closed": Field(first=False, second=True, third=True, empty=False),
        "contact_id": of_pool("contacts"),
        "patient_attachment_ids": Field([0], [1], [2], "patient_attachments", empty=[]),
        **_ARCHIVED,
    },
    {"name": "Knee"},
    ("notes", "max_sessions"),
)
CASE_OF: Final = of_pool("patient_cases")
TYPE: Final = Kind(
    {
        **_texts("name", "category", "description"),
        "color": Field("#111111", "#222222", "#333333", empty="#9FC5E8"),
        "duration_in_minutes": Field(20, 40, 50, empty=30),
        "max_attendees": Field(2, 3, 4, empty=1),
        "deposit_price": Field("5.0", "6.0", "7.0"),
        "add_deposit_to_account_credit": Field(first=True, second=False, third=False),
        "online_bookings_lead_time_hours": Field(1, 2, 4),
        "online_payments_mode": Field("optional", "required", "deposit_required"),
        "show_in_online_bookings": Field(first=True, second=False, third=False, empty=False),
        "telehealth_enabled": Field(first=True, second=False, third=False, empty=False),
        "treatment_note_template_id": of_pool("treatment_note_templates"),
        "business_ids": Field([0], [1], [2], "businesses", empty=[]),
        "practitioner_ids": Field([0], [1], [2], "practitioners", empty=[]),
        **_ARCHIVED,
    },
    {"name": "Type"},
    ("description", "category"),
)
KINDS_OF_RECORDS: Final[Mapping[str, Kind]] = {
    "taxes": Kind(
        {**_texts("name"), "rate": Field("10.0", "11.0", "12.0", empty="0.0")}, {"rate": "1.0"}, ("rate", "name")
    ),
    "concession_types": Kind(_texts("name")),
    "product_suppliers": Kind(_texts("name")),
    "products": Kind(
        {
            **_texts("name", "item_code", "serial_number", "notes"),
            "cost_price": Field("5.0", "6.0", "7.0"),
            "price": Field("8.0", "9.0", "10.0", empty="0.0"),
            "product_supplier_id": of_pool("product_suppliers"),
            "tax_id": of_pool("taxes"),
            **_ARCHIVED,
        },
        {"price": "8.0"},
        ("notes", "item_code"),
    ),
    "billable_items": Kind(
        {
            **_texts("name", "item_code"),
            "item_type": Field("Service", "Product", "Other", empty="Service"),
            "price": Field("8.0", "9.0", "10.0", empty="0.0"),
            "tax_id": of_pool("taxes"),
            **_ARCHIVED,
        },
        {},
        ("item_code", "price"),
    ),
    "concession_prices": Kind({"price": Field("3.0", "4.0", "5.0")}),
    "treatment_note_templates": Kind(
        {
            **_texts("name"),
            "content": Field(_questions("One"), _questions("Two"), _questions("Three"), empty={"sections": []}),
            "print_settings": Field({"title": "One"}, {"title": "Two"}, {"title": "Three"}),
            **_ARCHIVED,
        },
        {"content": _questions("One")},
        ("print_settings", "name"),
    ),
    "patient_form_templates": Kind(
        {
            **_texts("name"),
            "content": Field(_questions("One"), _questions("Two"), _questions("Three"), empty={"sections": []}),
            "restricted_to_practitioner": Field(first=True, second=False, third=False, empty=False),
            "email_to_patient_on_completion": Field(first=True, second=False, third=False, empty=False),
            **_ARCHIVED,
        },
        {"content": _questions("One")},
        ("restricted_to_practitioner", "name"),
    ),
    "unavailable_block_types": Kind(
        {
            **_texts("name"),
            "color": Field("#111111", "#222222", "#333333", empty="#CCCCCC"),
            "duration_in_minutes": Field(20, 40, 50, empty=60),
            **_ARCHIVED,
        },
        {},
        ("duration_in_minutes", "color"),
    ),
    "recall_types": Kind({**_texts("name"), **_ARCHIVED}),
    "appointment_types": TYPE,
    "appointment_type_billable_items": Kind(
        {**_DISCOUNTS, "billable_item_id": of_pool("billable_items")}, {}, ("quantity", "discount_percentage")
    ),
    "appointment_type_products": Kind(
        {**_DISCOUNTS, "product_id": of_pool("products")}, {}, ("quantity", "discount_percentage")
    ),
    "practitioner_reference_numbers": Kind(
        {**_PLACE, **_texts("name", "reference_number")}, {}, ("name", "reference_number")
    ),
    "availability_blocks": Kind({name: attrs.evolve(field, there="") for name, field in {**_PLACE, **_TIMES}.items()}),
    "contacts": CONTACT,
    "patients": PATIENT,
    "relationships": Kind(
        {"relation": Field(30, 40, 60, empty=70), "related_patient_id": of_pool("patients"), **_ARCHIVED},
        {},
        ("relation",),
    ),
    "referral_sources": Kind(
        {
            **_texts("notes"),
            "subcategory": Field("Radio", "Press", "Mail"),
            "referrer_id": of_pool("contacts"),
            "referral_source_type_id": Field(0, 1, 1, "referral_source_types"),
        },
        {},
        ("notes", "subcategory"),
    ),
    "medical_alerts": Kind({**_texts("name"), **_OF_PATIENT, **_ARCHIVED}),
    "patient_cases": CASE,
    "individual_appointments": Kind(
        {
            **_texts("notes"),
            **_TIMES,
            **_PLACE,
            "appointment_type_id": of_pool("appointment_types"),
            "patient_case_id": CASE_OF,
            **_CANCELLED,
            **_ARCHIVED,
        },
        {},
        ("notes", "ends_at"),
    ),
    "group_appointments": Kind(
        {
            **_texts("notes"),
            **_TIMES,
            **_PLACE,
            "appointment_type_id": of_pool("appointment_types"),
            "max_attendees": Field(5, 6, 7, empty=5),
            **_ARCHIVED,
        },
        {},
        ("notes", "ends_at"),
    ),
    "unavailable_blocks": Kind(
        {
            **_texts("notes"),
            **_TIMES,
            **_PLACE,
            "unavailable_block_type_id": of_pool("unavailable_block_types"),
            **_ARCHIVED,
        },
        {},
        ("notes", "ends_at"),
    ),
    VISITS: Kind(
        {**_texts("notes"), "arrived": Field(first=True, second=False, third=None), "patient_case_id": CASE_OF},
        {},
        ("notes", "arrived"),
        "attendees",
    ),
    "attendees": Kind(
        {
            **_texts("notes"),
            "arrived": Field(first=True, second=False, third=None),
            "patient_case_id": CASE_OF,
            **_CANCELLED,
            **_ARCHIVED,
        },
        {},
        ("notes", "arrived"),
    ),
    "patient_attachments": Kind({**_texts("description"), **_ARCHIVED}),
    "treatment_notes": Kind(
        {
            **_texts("title"),
            "content": Field(_content("One"), _content("Two"), _content("Three")),
            "draft": Field(first=True, second=False, third=False, empty=True),
            **_OF_PATIENT,
            "attendee_id": of_pool("attendees"),
            "treatment_note_template_id": of_pool("treatment_note_templates"),
            **_ARCHIVED,
        },
        {"title": "Visit", "draft": True},
        ("content", "title"),
    ),
    FINALISED: Kind(
        {
            "title": Field("title first", "title second", there=""),
            "content": Field(_content("One"), _content("Two"), _content("Three"), there=""),
            "attendee_id": attrs.evolve(of_pool("attendees"), there=""),
            "treatment_note_template_id": attrs.evolve(of_pool("treatment_note_templates"), there=""),
            **_ARCHIVED,
        },
        {"title": "Visit", "draft": False},
        ("content",),
        "treatment_notes",
    ),
    "patient_forms": Kind(
        {
            **_texts("name"),
            "content": Field(_content("One"), _content("Two"), _content("Three"), empty={"sections": []}),
            "restricted_to_practitioner": Field(first=True, second=False, third=False, empty=False),
            "completed_at": Field(None, CLOSED_AT, True, there="completed"),
            **_OF_PATIENT,
            "attendee_id": of_pool("attendees"),
            "business_id": of_pool("businesses"),
            **_ARCHIVED,
        },
        {"name": "Form", "content": _content("One")},
        ("restricted_to_practitioner", "name"),
    ),
    "communications": Kind(
        {
            **_texts("content", "from", "to"),
            **_OF_PATIENT,
            "confidential": Field(first=True, second=False, third=False, empty=False),
            "direction_code": Field(1, 2, 2, empty=1),
            "type_code": Field(1, 2, 3, empty=4),
            **_ARCHIVED,
        },
        {"content": "Rang", "from": "us", "to": "her", "direction_code": 1, "type_code": 3, "confidential": False},
        ("content", "from"),
    ),
    "recalls": Kind(
        {
            **_texts("notes"),
            "recall_at": Field("2024-01-01", "2024-02-01", "2024-03-01", empty="2024-04-01"),
            "recall_type_id": of_pool("recall_types"),
            **_OF_PATIENT,
            **_ARCHIVED,
        },
        {"recall_at": "2024-01-01"},
        ("notes", "recall_at"),
    ),
}
"""Every kind that goes, with every field that a draft of it can set."""


@attrs.frozen
class Way:
    """What becomes of a record's field after the record was copied, and of another one beside it.

    Attributes:
        begins: What the field says when the record is copied: `"first"` or `"empty"`.
        source: What the source makes of it; None where it leaves it alone.
        there: What somebody makes of it in the destination; None where nobody touches it.
        beside: What the source makes of its partner.
        there_beside: What somebody makes of its partner in the destination.
        closed: Whether the record is archived from the first.
    """

    begins: str = "first"
    source: str | None = None
    there: str | None = None
    beside: str | None = None
    there_beside: str | None = None
    closed: bool = False


SOURCE_ONLY: Final[Mapping[str, Way]] = {
    "changed": Way(source="second"),
    "emptied": Way(source="empty"),
    "filled": Way(begins="empty", source="second"),
    "changed in the archive": Way(source="second", closed=True),
    "taken back": Way(begins="second", source="first"),
}
BOTH: Final[Mapping[str, Way]] = {
    "both": Way(source="second", there="third"),
    "emptied and edited": Way(source="empty", there="third"),
    "changed, and an edit beside": Way(source="second", there_beside="third"),
    "emptied, and an edit beside": Way(source="empty", there_beside="third"),
    "changed beside an edit": Way(there="third", beside="second"),
    "emptied beside an edit": Way(there="third", beside="empty"),
    "changed beside what was added": Way(begins="empty", there="third", beside="second"),
    "emptied beside what was added": Way(begins="empty", there="third", beside="empty"),
}
THERE_ONLY: Final[Mapping[str, Way]] = {
    "edited there": Way(there="third"),
    "added there": Way(begins="empty", there="third"),
}


@attrs.frozen
class Case:
    """A record of which one field changes.

    Attributes:
        kind: What it goes by here.
        name: The field.
        way: What becomes of it.
        id: The record's id in the source.
        ids: Of all records that say it.
    """

    kind: str
    name: str
    way: str
    id: str
    ids: frozenset[str]

    @property
    def stored(self) -> str:
        """The kind of record that it is."""
        return KINDS_OF_RECORDS[self.kind].stored or self.kind

    @property
    def key(self) -> tuple[str, str]:
        """By what its rows are found."""
        return self.stored, self.id

    @property
    def field(self) -> Field:
        """The field."""
        return KINDS_OF_RECORDS[self.kind].fields[self.name]

    @property
    def partner(self) -> str:
        """The field beside it that changes."""
        return next(name for name in KINDS_OF_RECORDS[self.kind].partners if name != self.name)


_NOT_SENT: Final[Mapping[str, frozenset[str]]] = {
    "appointment_type_billable_items": frozenset({"appointment_type_id"}),  # for good
    "appointment_type_products": frozenset({"appointment_type_id"}),
    "appointment_types": frozenset(
        {
            "appointment_confirmation_template_ids",  # lost: no API shows them
            "appointment_follow_up_template_ids",
            "appointment_reminder_template_ids",
            "billable_item_id",  # an older way to say what records of their own say
            "product_id",
        }
    ),
    "attendees": frozenset({"booking_id", "patient_id"}),  # for good
    "availability_blocks": frozenset({"repeat_rule"}),  # would make a series
    "communications": frozenset({"category_code", "from_"}),  # always a memo's; `from` in JSON
    "concession_prices": frozenset({"billable_item_id", "concession_type_id"}),  # another price
    "group_appointments": frozenset({"repeat_rule"}),
    "individual_appointments": frozenset({"patient_id", "repeat_rule"}),  # a booking is its patient's
    "patient_attachments": frozenset({"content", "filename", "patient_id", "upload_url"}),  # for good
    "patient_cases": frozenset({"attendee_ids", "patient_id"}),  # the attendees say it
    "patient_forms": frozenset({"completed", "email_to_patient_on_completion", "patient_form_template_id"}),  # never
    "patients": frozenset({"reminder_type", "unsubscribe_sms_marketing"}),  # another field says it
    "products": frozenset({"price_includes_tax", "product_supplier_name", "stock_level"}),  # as above; at first only
    "referral_sources": frozenset({"patient_id"}),
    "relationships": frozenset({"patient_id"}),
    "taxes": frozenset({"amount"}),
    "treatment_notes": frozenset({"booking_id"}),  # the attendee says it
    "unavailable_blocks": frozenset({"repeat_rule"}),
}
"""What a draft can set and the campaign does not change, each with the reason."""


def missing() -> dict[str, set[str]]:
    """Names, by kind, the attributes of drafts that the campaign neither walks nor leaves out for a reason."""
    looked_at: dict[str, set[str]] = defaultdict(set)
    for name, about in KINDS_OF_RECORDS.items():
        looked_at[about.stored or name] |= about.fields.keys()
    drafts = [
        each
        for each in vars(m).values()
        if isinstance(each, type) and issubclass(each, m.Draft) and each is not m.Draft
    ]
    going = {name for name, kind in TRANSFERRED.items() if kind.left_behind is None and name != "daily_availabilities"}
    found = {
        draft.kind: {field.name for field in attrs.fields(draft)}
        - looked_at[draft.kind]
        - _NOT_SENT.get(draft.kind, frozenset())
        for draft in drafts
        if draft.kind in going
    }
    assert going == found.keys()
    return {kind: names for kind, names in found.items() if names}


def cases(ways: Mapping[str, Way]) -> list[tuple[str, str, str]]:
    """Gives what can become of each field, in some ways: triples of kind, field and way."""
    return [
        (kind, name, way)
        for kind, about in KINDS_OF_RECORDS.items()
        for name, field in about.fields.items()
        for way, what in ways.items()
        if _is_possible(kind, name, what)
    ]


_NEVER_EMPTY: Final = frozenset({"patient_id", "starts_at", "ends_at", "practitioner_id", "appointment_type_id"})
_NEEDED: Final = frozenset(
    {
        *((kind, "business_id") for kind in KINDS_OF_RECORDS if kind != "patient_forms"),
        ("appointment_type_billable_items", "billable_item_id"),
        ("appointment_type_products", "product_id"),
        ("referral_sources", "referral_source_type_id"),
        ("relationships", "related_patient_id"),
        ("recalls", "recall_type_id"),
    }
)
"""What no record in the source is without."""


def _partner(about: Kind, name: str) -> str | None:
    return next((each for each in about.partners if each != name), None)


def _is_possible(kind: str, name: str, way: Way) -> bool:
    about = KINDS_OF_RECORDS[kind]
    partner = _partner(about, name)
    emptied = {*([name] if "empty" in (way.begins, way.source) else []), *([partner] if way.beside == "empty" else [])}
    needed = any(each in _NEVER_EMPTY or (kind, each) in _NEEDED for each in emptied)
    needs_partner = bool(way.beside or way.there_beside)
    return not needed and (partner is not None or not needs_partner) and _is_to_be_done(about, name, way)


def _is_to_be_done(about: Kind, name: str, way: Way) -> bool:
    """Says whether a field can go this way, and whether anything happens to it then."""
    field, partner = about.fields[name], about.fields.get(_partner(about, name) or "")
    if way.begins == "second":
        return name in ("archived_at", "cancelled_at")
    if way.closed:
        return "archived_at" in about.fields and (*about.partners, *about.fields)[0] == name
    if way.there_beside and not field.given and partner is not None:
        return partner.can_be_edited and _differ(field, way.begins, way.source)
    if way.there_beside or (way.there and not field.can_be_edited):
        return False
    return all(_differ(field, *two) for two in combinations((way.begins, way.source, way.there), 2))


def _differ(field: Field, one: str | None, other: str | None) -> bool:
    return one is None or other is None or bool(getattr(field, one) != getattr(field, other))


class Full:
    """A clinic with a record for each field and way.

    Attributes:
        clinic: What it is made in.
        cases: Its cases, by kind, field and way.
    """

    def __init__(self, folder: Path, ways: Mapping[str, Way]) -> None:
        self.clinic = clinic = Clinic(folder, rate_limit=None)
        self._ways = ways
        self._number = 0
        clinic.source.define_custom_fields({"Sport": [("Club", "text")]})
        self._pools = self._pooled()
        self._shared = clinic.patient(last_name="Shared")
        self._pools |= self._of_patient(self._shared)
        self.cases: dict[tuple[str, str, str], Case] = {}
        for kind, name, way in cases(ways):
            self.cases[kind, name, way] = self._case(kind, name, way)

    # What records point at.

    def _pooled(self) -> dict[str, list[Any]]:
        add, three = self.clinic.add, ("One", "Two", "Three")
        names = ("concession_types", "product_suppliers", "products", "billable_items", "recall_types")
        pools = {kind: [add(kind, name=f"Pool {name}") for name in three] for kind in names}
        pools["taxes"] = [add("taxes", name=f"Pool {name}", rate="1.0") for name in three]
        pools["unavailable_block_types"] = [add("unavailable_block_types", name=f"Pool {name}") for name in three]
        pools["treatment_note_templates"] = [
            add("treatment_note_templates", name=f"Pool {name}", content=_questions("One")) for name in three
        ]
        pools["contacts"] = [self.clinic.doctor(last_name=f"Pool {name}") for name in three]
        pools["patients"] = [self.clinic.patient(last_name=f"Pool {name}") for name in three]
        pools["businesses"] = [
            self.clinic.business,
            *(add("businesses", business_name=f"{name} Street") for name in ("Side", "Back")),
        ]
        users = [add("users", first_name=name, last_name="Ng", email=f"{name}@mail.example") for name in ("Amy", "Bo")]
        pools["practitioners"] = [
            self.clinic.practitioner,
            *(
                add("practitioners", first_name=name, last_name="Ng", user_id=user)
                for name, user in zip(("Amy", "Bo"), users, strict=True)
            ),
        ]
        pools["appointment_types"] = [
            self.clinic.type,
            *(add("appointment_types", name=f"Pool {name}") for name in three[1:]),
        ]
        pools["referral_source_types"] = [
            add("referral_source_types", name=name, referrer_type="Contact", subcategories=["Radio", "Press", "Mail"])
            for name in ("Word of mouth", "Advert")
        ]
        pools["custom_fields"] = ["Rovers", "United", "City"]
        return pools

    def _of_patient(self, patient: str) -> dict[str, list[Any]]:
        three = ("One", "Two", "Three")
        visits = [self.clinic.visit(patient, **self._times({})) for _ in three]
        return {
            "patient_cases": [self.clinic.add("patient_cases", patient_id=patient, name=name) for name in three],
            "patient_attachments": [self.clinic.file(patient, filename=f"{name}.pdf") for name in three],
            "attendees": [self.clinic.attendee_of(visit) for visit in visits],
        }

    # Records.

    def _case(self, kind: str, name: str, way: str) -> Case:
        about, what = KINDS_OF_RECORDS[kind], self._ways[way]
        self._number += 1
        values = {**about.given, **about.fields[name].given}
        if what.closed:
            values["archived_at"] = CLOSED_AT
        if what.beside or what.there_beside:
            partner = next(each for each in about.partners if each != name)
            values[partner] = self.value(kind, partner, "first")
        values[name] = self.value(kind, name, what.begins)
        if "name" in about.fields:
            values["name"] = f"{values.get('name', 'Record')} {self._number}"
        id, *more = self._made(kind, values)
        return Case(kind, name, way, id, frozenset({id, *more}))

    def value(self, kind: str, name: str, which: str) -> Any:
        """Gives what a field of the source is to say: `"first"`, `"second"` or `"empty"`."""
        field = KINDS_OF_RECORDS[kind].fields[name]
        value = getattr(field, which)
        if not field.pool or which == "empty":
            return value
        pool = self._pools[field.pool]
        if field.pool == "custom_fields":
            return filled(self.clinic.source, pool[value])
        return [pool[each] for each in value] if isinstance(value, list) else pool[value]

    def pooled(self, kind: str, name: str) -> Any:
        """Gives the source's ids of what somebody in the destination makes a field point at."""
        field = KINDS_OF_RECORDS[kind].fields[name]
        pool = self._pools[field.pool]
        return [pool[each] for each in field.third] if isinstance(field.third, list) else pool[field.third]

    def _times(self, given: Mapping[str, Any]) -> Row:
        """Gives a time of its own to a booking, and to each value of its times."""
        self._number += 1
        day = f"20{25 + self._number // 336}-{1 + self._number // 28 % 12:02}-{1 + self._number % 28:02}"
        times = {"starts_at": "T00:00:00Z", "ends_at": "T01:00:00Z"}
        return {name: f"{day}{given.get(name) or time}" for name, time in times.items()}

    def _made(self, kind: str, values: Row) -> tuple[str, ...]:
        make = getattr(self, f"_make_{kind.replace(' ', '_')}", None)
        if make is not None:
            return make(values)  # type: ignore[no-any-return] # one method for each kind
        return (self.clinic.add(KINDS_OF_RECORDS[kind].stored or kind, **{**self._needed(kind), **values}),)

    def _needed(self, kind: str) -> Row:
        """Gives what a record can't be without."""
        shared = {"patient_id": self._shared}
        place = {"business_id": self.clinic.business, "practitioner_id": self.clinic.practitioner}
        alike = self._number
        needed: dict[str, Callable[[], Row]] = {
            "concession_prices": lambda: {
                "billable_item_id": self.clinic.add("billable_items", name=f"Of price {alike}"),
                "concession_type_id": self._pools["concession_types"][0],
            },
            "appointment_type_billable_items": lambda: {
                "appointment_type_id": self.clinic.add("appointment_types", name=f"Of item {alike}"),
                "billable_item_id": self._pools["billable_items"][0],
            },
            "appointment_type_products": lambda: {
                "appointment_type_id": self.clinic.add("appointment_types", name=f"Of product {alike}"),
                "product_id": self._pools["products"][0],
            },
            "practitioner_reference_numbers": lambda: place,
            "contacts": lambda: {"last_name": f"Contact {alike}"},
            "patients": lambda: {"last_name": f"Patient {alike}"},
            "relationships": lambda: {
                "patient_id": self.clinic.patient(last_name=f"Relative {alike}"),
                "related_patient_id": self._pools["patients"][0],
                "relation": 70,
            },
            "referral_sources": lambda: {
                "patient_id": self.clinic.patient(last_name=f"Referred {alike}"),
                "referral_source_type_id": self._pools["referral_source_types"][0],
            },
            "recalls": lambda: {**shared, "recall_type_id": self._pools["recall_types"][0]},
            "treatment_notes": lambda: {**shared, "practitioner_id": self.clinic.practitioner},
        }
        needed[FINALISED] = needed["treatment_notes"]
        if kind in needed:
            return needed[kind]()
        return shared if "patient_id" in KINDS[kind].by_name else {}

    def _booking(self, values: Row) -> Row:
        place = {"business_id": self.clinic.business, "practitioner_id": self.clinic.practitioner}
        return {**place, **values, **self._times(values)}

    def _make_availability_blocks(self, values: Row) -> tuple[str, ...]:
        return (self.clinic.add("availability_blocks", **self._booking(values)),)

    def _make_unavailable_blocks(self, values: Row) -> tuple[str, ...]:
        return (self.clinic.add("unavailable_blocks", **self._booking(values)),)

    def _make_group_appointments(self, values: Row) -> tuple[str, ...]:
        return (self.clinic.lesson(**self._booking(values)),)

    def _make_individual_appointments(self, values: Row) -> tuple[str, ...]:
        visit = self.clinic.visit(self._shared, **self._booking(values))
        return visit, self.clinic.attendee_of(visit)

    def _make_attendees_of_visits(self, values: Row) -> tuple[str, ...]:
        case = {"patient_case_id": values.pop("patient_case_id", None)}
        visit = self.clinic.visit(self._shared, **self._times({}), **case)
        seat = self.clinic.attendee_of(visit)
        store = self.clinic.source.store
        store.change("attendees", store.at("attendees", seat), **values)
        return seat, visit

    def _make_attendees(self, values: Row) -> tuple[str, ...]:
        return (self.clinic.seat(self.clinic.lesson(**self._times({})), self._shared, **values),)

    def _make_relationships(self, values: Row) -> tuple[str, ...]:
        made = self.clinic.add("relationships", **{**self._needed("relationships"), **values})
        return made, str(self.clinic.source.store.at("relationships", made)["mirror_id"])

    def _make_patient_attachments(self, values: Row) -> tuple[str, ...]:
        return (self.clinic.file(self._shared, filename=f"{self._number}.pdf", **values),)

    # What becomes of them.

    def change(self) -> None:
        """Does in the source what the cases say."""
        for case in self.cases.values():
            way = self._ways[case.way]
            if way.source is not None:
                self._set(case, case.name, self.value(case.kind, case.name, way.source))
            if way.beside is not None:
                self._set(case, case.partner, self.value(case.kind, case.partner, way.beside))

    def _set(self, case: Case, name: str, value: Any) -> None:
        store = self.clinic.source.store
        row = store.at(case.stored, case.id)
        if name in ("starts_at", "ends_at"):
            value = f"{row[name][:10]}{value}"
        given: Row = {name: value, "updated_at": LATER}
        if name == "cancelled_at":
            given |= {"cancellation_reason": value and 50, "cancellation_note": value and "ill"}
        if name == "name" and value:
            given["name"] = f"{value} {case.id}"
        store.change(case.stored, row, **given)
        shared = {"patient_case_id", "cancelled_at", "archived_at", "cancellation_note", "cancellation_reason"}
        beside = {"individual_appointments": "attendees", "attendees": "individual_appointments"}
        for other in case.ids - {case.id} if name in shared else ():
            kind = beside.get(case.stored, case.stored)
            store.change(kind, store.at(kind, other), **given)

    def edit(self, ids: Mapping[tuple[str, str], str]) -> None:
        """Does in the destination what the cases say, as somebody in the new clinic would.

        Args:
            ids: The destination's ids, by kind and source id.
        """
        desk = Desk(self.clinic.destination)
        for case in self.cases.values():
            for name in self._edited(case):
                path, body = self._edit(case, name, ids)
                answer = desk.ask("PATCH", path, body)
                assert 200 == answer.status_code, (case, answer.text)

    def _edited(self, case: Case) -> Iterator[str]:
        way = self._ways[case.way]
        if way.there is not None:
            yield case.name
        if way.there_beside is not None:
            yield case.partner

    def _edit(self, case: Case, what: str, ids: Mapping[tuple[str, str], str]) -> tuple[str, Row]:
        field = KINDS_OF_RECORDS[case.kind].fields[what]
        name = field.there or what
        value: Any = field.third
        id = ids[case.stored, case.id]
        row = self.clinic.destination.store.at(case.stored, id)
        if name == "unsubscribe_sms_marketing":
            value = not value
        elif field.pool == "custom_fields":
            value = filled(self.clinic.destination, self.pooled(case.kind, what))
        elif field.pool:
            source = self.pooled(case.kind, what)
            found = [ids[field.pool, each] for each in (source if isinstance(source, list) else [source])]
            value = found if isinstance(source, list) else found[0]
        elif name in ("starts_at", "ends_at"):
            value = f"{row[name][:10]}{value}"
        elif (case.stored, name) == ("products", "price"):
            value = float(value)
        if case.stored == "referral_sources":
            return f"/patients/{row['patient_id']}/referral_source", {name: value}
        return f"/{case.stored}/{id}", {name: value}


def filled(fake: FakeCliniko, value: str) -> Row:
    """Gives a patient's custom fields with a value in the only one."""
    (section,) = fake.custom_fields_definition()["sections"]
    (field,) = section["fields"]
    return {
        "sections": [{"token": section["token"], "fields": [{"token": field["token"], "type": "text", "value": value}]}]
    }


@attrs.frozen
class Outcome:
    """What came of changes on both sides.

    Attributes:
        cases: The cases, by kind, field and way.
        rows: Each record's row in the destination by kind and source id, with the source's ids: before the second run,
            and after it.
        wanted: The rows of a copy that is made anew.
        reports: Those of the second run and of the third.
        writes: What the third run wrote.
        touched: The ids of the destination's records that the second run changed, by the end of the path.
        differing: What a comparison says at the end, by kind and source id: by field, why.
        source: The source's rows, in the same form.
    """

    cases: Mapping[tuple[str, str, str], Case]
    rows: tuple[Mapping[tuple[str, str], Row], Mapping[tuple[str, str], Row]]
    wanted: Mapping[tuple[str, str], Row]
    reports: tuple[Report, Report]
    writes: Sequence[str]
    touched: str
    differing: Mapping[tuple[str, str], Mapping[str, Why]]
    source: Mapping[tuple[str, str], Row]

    def listed(self, case: Case) -> list[str]:
        """Gives why records of a case are set aside."""
        return [each.reason for each in self.reports[0].set_aside if each.source_id in case.ids]


def outcome(folder: Path, ways: Mapping[str, Way], *, anew: bool) -> Outcome:
    """Copies a clinic, lets both sides work, copies again, twice, and compares.

    Args:
        folder: Where the journals are to lie.
        ways: What happens to fields.
        anew: Whether the clinic is copied into another account at the end, too.
    """
    full = Full(folder, ways)
    clinic = full.clinic
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        first = pair.transfer().run()
        assert first.ok, [(each.kind, each.reason) for each in first.set_aside]
        assert [] == list(pair.transfer().verify().differences)
        ids = _ids(pair)
        clinic.source.clock.sleep_until(clinic.source.clock.monotonic() + 86_400)
        full.change()
        full.edit(ids)
        before = _rows(pair.destination, ids)
        second, written = _run(pair)
        after = _rows(pair.destination, ids)
        third, writes = _run(pair)
        verified = pair.transfer().verify()
        pair.check_quiet()
    wanted = _anew(folder, clinic.source) if anew else {}
    source = _rows(clinic.source, {(kind, id): id for kind, id in ids})
    differing: dict[tuple[str, str], dict[str, Why]] = defaultdict(dict)
    for each in verified.differences:
        differing[each.kind, each.source_id][each.field] = each.why
    return Outcome(full.cases, (before, after), wanted, (second, third), writes, "\n".join(written), differing, source)


def _run(pair: Pair) -> tuple[Report, list[str]]:
    begun = len(pair.destination.log)
    report = pair.transfer().run()
    return report, [f"{each.method} {each.path}" for each in pair.destination.log[begun:] if each.method != "GET"]


def _anew(folder: Path, source: FakeCliniko) -> Mapping[tuple[str, str], Row]:
    pair = Pair(source, empty_destination(source), folder / "anew.journal")
    with pair.source.in_process(), pair.destination.in_process():
        pair.transfer().run()
        return _rows(pair.destination, _ids(pair))


def _ids(pair: Pair) -> dict[tuple[str, str], str]:
    """Gives the destination's ids, by kind and source id."""
    transfer = pair.transfer()
    kinds = {about.stored or kind for kind, about in KINDS_OF_RECORDS.items()}
    ids = {(kind, source): there for kind in kinds for source, there in transfer.identities(kind)}
    for kind, name in (
        ("businesses", "business_name"),
        ("practitioners", "first_name"),
        ("referral_source_types", "name"),
    ):
        there = {row[name]: str(row["id"]) for row in pair.destination.rows(kind)}
        ids |= {(kind, str(row["id"])): there[row[name]] for row in pair.source.rows(kind)}
    return ids


_OWN: Final = frozenset({"id", "created_at", "updated_at", "mirror_id", "url", "edited_at", "attendance_recorded"})
_SAME: Final = {
    "bookings": ("individual_appointments", "group_appointments"),
    "referrers": ("patients", "contacts"),
}


def _rows(fake: FakeCliniko, ids: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], Row]:
    """Gives the destination's rows, by kind and source id, with the source's ids in them."""
    sources = {(kind, there): source for (kind, source), there in ids.items()}
    rows = {kind: {str(row["id"]): row for row in fake.rows(kind)} for kind in {kind for kind, _ in ids}}
    return {
        (kind, source): {
            name: _plain(kind, name, value, sources) for name, value in rows[kind][there].items() if name not in _OWN
        }
        for (kind, source), there in ids.items()
    }


def _plain(kind: str, name: str, value: Any, sources: Mapping[tuple[str, str], str]) -> Any:
    """Gives a value with the source's ids, without what is each copy's own."""
    column = KINDS[kind].by_name.get(name)
    if name.endswith("_at") and name not in ("starts_at", "ends_at", "recall_at"):
        return value is not None
    if column is None or column.type not in ("reference", "references"):
        if name == "custom_fields" and value:
            return [each["fields"][0]["value"] for each in value["sections"]]
        return value or None
    found = [_source_of(each, column.to, sources) for each in (value if isinstance(value, list) else [value])]
    return (sorted(map(str, found)) or None) if isinstance(value, list) else found[0]


def _source_of(id: Any, to: str, sources: Mapping[tuple[str, str], str]) -> Any:
    return next((sources[kind, id] for kind in _SAME.get(to, (to,)) if (kind, id) in sources), id)
