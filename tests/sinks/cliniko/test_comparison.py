"""Whether a record holds what a draft says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.authored import AuthoredNoteDraft
from clinikomigrate.sinks.cliniko.comparison import _SPECIAL as SPECIAL
from clinikomigrate.sinks.cliniko.comparison import UNREADABLE, differences, lacking, read, same, without_equal
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.transfer.kinds import KINDS

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

DRAFTS = {
    model.kind: model
    for model in vars(m).values()
    if isinstance(model, type) and issubclass(model, m.Draft) and model is not m.Draft
}
ENTITIES = [
    model
    for model in vars(m).values()
    if isinstance(model, type) and issubclass(model, m.Entity) and hasattr(model, "kind")
]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() & DRAFTS.keys()))
def test_every_attribute_has_its_place(kind: str) -> None:
    """Each attribute of each draft can be read back, is read in another form, or stands in the table of unreadables."""
    readable = {field.name for model in ENTITIES if model.kind == kind for field in attrs.fields(model)}
    written = {field.name for field in attrs.fields(DRAFTS[kind])}
    known = {name for name in written if name in readable or name.removesuffix("_id") in readable}
    special = {name for special_kind, name in SPECIAL if special_kind == kind}

    assert written == known | special | UNREADABLE.get(kind, frozenset())


SAME: list[tuple[Any, Any]] = [
    (m.TaxDraft(name=" GST "), m.Tax(id="1", name="GST")),
    (m.TaxDraft(name="Zoe\u0308"), m.Tax(id="1", name="Zoë")),
    (m.TaxDraft(rate=Decimal(10)), m.Tax(id="1", rate=Decimal("10.0"))),
    (m.TaxDraft(rate=Decimal(10)), m.Tax(id="1", amount=Decimal("10.0"))),
    (m.TaxDraft(amount=Decimal(10)), m.Tax(id="1", amount=Decimal(9), rate=Decimal(10))),
    (m.ContactDraft(email=""), m.Contact(id="1", email=None)),
    (m.ContactDraft(email=None), m.Contact(id="1", email="")),
    (
        m.ContactDraft(phone_numbers=[m.PhoneNumberDraft(number="1", phone_type="Home")]),
        m.Contact(id="1", phone_numbers=(m.PhoneNumber(number="1", phone_type="Home", normalized_number="+611"),)),
    ),
    (m.BillableItemDraft(tax_id="7"), m.BillableItem(id="1", tax=Ref("taxes", "7"))),
    (m.BillableItemDraft(price=Decimal(0)), m.BillableItem(id="1", price=Decimal("0.0"))),
    (m.AppointmentTypeDraft(business_ids=["1"], practitioner_ids=["2"]), m.AppointmentType(id="1")),
    (m.AppointmentTypeDraft(telehealth_enabled=False), m.AppointmentType(id="1")),
    (
        m.ProductDraft(price=Decimal(11), price_includes_tax=True),
        m.Product(id="1", price_including_tax=Decimal(11)),
    ),
    (m.ProductDraft(price=Decimal(10), price_includes_tax=False), m.Product(id="1", price_ex_tax=Decimal(10))),
    (m.ProductDraft(price=Decimal(10)), m.Product(id="1", price_ex_tax=Decimal(10))),
    (m.ProductDraft(stock_level=Decimal(3)), m.Product(id="1", stock_level=Decimal(2))),
    (m.ProductDraft(product_supplier_id="4"), m.Product(id="1", product_supplier=Ref("product_suppliers", "4"))),
    (
        m.IndividualAppointmentDraft(
            starts_at=NOON.astimezone(timezone(timedelta(hours=9))) + timedelta(milliseconds=9)
        ),
        m.IndividualAppointment(id="1", starts_at=NOON),
    ),
    (m.AttendeeDraft(arrived=None), m.Attendee(id="1", arrived=None)),
    (m.PatientAttachmentDraft(filename="a.txt"), m.UploadedPatientAttachment(id="1", filename="a.txt")),
    (m.PatientAttachmentDraft(filename="a.txt"), m.UploadedPatientAttachment(id="1")),
    (m.PatientFormDraft(completed=True), m.PatientForm(id="1", completed_at=NOON)),
    (m.PatientCaseDraft(closed=True), m.PatientCase(id="1", closed_at=NOON)),
    (m.PatientCaseDraft(closed=True), m.PatientCase(id="1", closed=True)),
    (m.PatientCaseDraft(closed=False), m.PatientCase(id="1")),
    (m.PatientFormDraft(completed=False), m.PatientForm(id="1")),
    (m.PatientDraft(unsubscribe_sms_marketing=True), m.Patient(id="1", accepted_sms_marketing=None)),
    (m.PatientDraft(unsubscribe_sms_marketing=False), m.Patient(id="1", accepted_sms_marketing=True)),
    (m.PatientDraft(date_of_birth=date(2000, 1, 1)), m.Patient(id="1", date_of_birth=date(2000, 1, 1))),
    (m.PatientDraft(custom_fields=None), m.Patient(id="1", custom_fields=m.CustomFields())),
]


@pytest.mark.parametrize(("draft", "record"), SAME)
def test_same(draft: Any, record: Any) -> None:
    """What says the same in another form is the same."""
    assert () == differences(draft, record)
    assert same(draft, record)


OTHER: list[tuple[Any, Any, str]] = [
    (m.PatientCaseDraft(closed=False), m.PatientCase(id="1", closed_at=NOON), "closed"),
    (m.TaxDraft(name="GST"), m.Tax(id="1", name="gst"), "name"),
    (m.TaxDraft(rate=Decimal(10)), m.Tax(id="1", rate=Decimal(9), amount=Decimal(10)), "rate"),
    (m.BillableItemDraft(price=Decimal(0)), m.BillableItem(id="1"), "price"),
    (m.BillableItemDraft(tax_id="7"), m.BillableItem(id="1", tax=Ref("taxes", "8")), "tax_id"),
    (
        m.ProductDraft(price=Decimal(11), price_includes_tax=True),
        m.Product(id="1", price_ex_tax=Decimal(11)),
        "price",
    ),
    (m.AttendeeDraft(arrived=None), m.Attendee(id="1", arrived=False), "arrived"),
    (m.AttendeeDraft(arrived=False), m.Attendee(id="1", arrived=None), "arrived"),
    (
        m.PatientAttachmentDraft(filename="a.txt"),
        m.UploadedPatientAttachment(id="1", filename="b.txt"),
        "filename",
    ),
    (m.PatientFormDraft(completed=True), m.PatientForm(id="1"), "completed"),
    (
        m.PatientDraft(unsubscribe_sms_marketing=True),
        m.Patient(id="1", accepted_sms_marketing=True),
        "unsubscribe_sms_marketing",
    ),
    (m.PatientDraft(accepted_privacy_policy=False), m.Patient(id="1"), "accepted_privacy_policy"),
]


@pytest.mark.parametrize(("draft", "record", "name"), OTHER)
def test_different(draft: Any, record: Any, name: str) -> None:
    """What says something else is named."""
    assert (name,) == differences(draft, record)
    assert not same(draft, record)


def test_what_is_not_given_is_not_compared() -> None:
    """A draft says nothing about the attributes that it doesn't give."""
    assert same(m.TaxDraft(), m.Tax(id="1", name="GST", rate=Decimal(10)))


def question(**values: Any) -> m.Content:
    """Makes content of one question."""
    return m.Content(sections=(m.Section(name="A", questions=(m.Question(name="Q", **values),)),))


def test_content() -> None:
    """Content is the same without what only reading gives: false ticks, empty answers, unknown keys."""
    sent = question(type="checkboxes", answers=(m.AnswerOption(value="a", selected=True), m.AnswerOption(value="b")))
    read_back = question(
        type="checkboxes",
        required=False,
        answer="",
        answers=(m.AnswerOption(value="a", selected=True), m.AnswerOption(value="b", selected=False)),
        other=m.OtherAnswer(enabled=False),
        extra={"color": "red"},
    )

    assert same(m.TreatmentNoteDraft(content=sent), m.TreatmentNote(id="1", content=read_back))
    assert not same(m.TreatmentNoteDraft(content=sent), m.TreatmentNote(id="1", content=question(type="text")))


@pytest.mark.parametrize(
    "model",
    [
        (m.TreatmentNoteDraft, m.TreatmentNote),
        (m.TreatmentNoteTemplateDraft, m.TreatmentNoteTemplate),
        (m.PatientFormDraft, m.PatientForm),
        (m.PatientFormTemplateDraft, m.PatientFormTemplate),
    ],
)
def test_paragraphs_are_html(model: tuple[Any, Any]) -> None:
    """Paragraphs are compared as a reader sees them; other answers by the letter."""
    draft, record = model
    sent, other = question(type="paragraph", answer=" 60&deg;<br/>x"), question(type="paragraph", answer="60&deg; x")
    read_back = question(type="paragraph", answer="60\u00b0<br>x")

    assert same(draft(content=sent), record(id="1", content=read_back))
    assert not same(draft(content=other), record(id="1", content=read_back))
    assert not same(
        draft(content=question(type="text", answer="a&amp;b")),
        record(id="1", content=question(type="text", answer="a&b")),
    )
    assert same(draft(content=None), record(id="1"))
    assert not same(draft(content=None), record(id="1", content=read_back))
    for blank in ("", " ", None):
        assert same(
            draft(content=question(type="paragraph")), record(id="1", content=question(type="paragraph", answer=blank))
        )


def test_what_is_never_sent_is_compared_where_it_is_read() -> None:
    """Whose a referral source is shows in the record; what no record has, nobody compares."""
    note = AuthoredNoteDraft(title="A", author_id="1")
    source = m.ReferralSourceDraft(patient_id="1")

    assert same(note, m.TreatmentNote(id="1", title="A"))
    assert ("patient_id",) == differences(source, m.ReferralSource(id="1", patient=Ref("patients", "2")))


def test_what_a_record_holds_besides_is_nobody_s_loss() -> None:
    """Only that is named of which a draft says more than the record."""
    phones = [m.PhoneNumberDraft(number=number, phone_type="Home") for number in ("1", "2")]
    held = tuple(m.PhoneNumber(number=number, phone_type="Home") for number in ("3", "2", "1"))
    draft = m.PatientDraft(
        first_name="Ada",
        email=None,
        city=" ",
        occupation="Miller",
        accepted_email_marketing=False,
        reminders_communication_channels=[1],
        patient_phone_numbers=phones,
        custom_fields=custom(value="x"),
    )
    more = m.Patient(
        id="1",
        first_name="Ada",
        email="a@mail.example",
        city="Melbourne",
        occupation="Miller",
        accepted_email_marketing=False,
        reminders_communication_channels=(1,),
        patient_phone_numbers=held,
        custom_fields=custom(value="x"),
    )
    other = attrs.evolve(
        more,
        occupation=None,
        accepted_email_marketing=True,
        reminders_communication_channels=(1, 2),
        patient_phone_numbers=held[:2],
        custom_fields=custom(value="y"),
    )

    assert () == lacking(draft, more)
    assert {
        "occupation",
        "accepted_email_marketing",
        "reminders_communication_channels",
        "patient_phone_numbers",
        "custom_fields",
    } == set(lacking(draft, other))
    assert ("patient_phone_numbers",) == lacking(
        m.PatientDraft(patient_phone_numbers=phones), m.Patient(id="1", patient_phone_numbers=None)
    )


@pytest.mark.parametrize(
    ("wanted", "found", "lacks", "differs"),
    [
        ([("Home", "03 9123 4567")], [("Home", "+61 3 9123 4567")], False, False),
        ([("Home", "1234")], [("Home", "1234 ")], False, False),
        ([("Home", "03 9123 4567")], [("Mobile", "0412 345 678"), ("Home", "61391234567")], False, True),
        ([("Home", "03 9123 4567"), ("Home", "1234")], [("Home", "+61 3 9123 4567")], True, True),
        ([("Home", "03 9123 4567")], [("Work", "+61 3 9123 4567")], True, True),
        ([("Home", "03 9123 4567")], [("Home", "03 9123 4568")], True, True),
        ([("Home", "03 9123 4567 ext 3")], [("Home", "03 9123 4567")], True, True),
        ([("Home", "1234")], [("Home", "1235")], True, True),
        ([("Home", "03 9123 4567")], [("Home", None)], True, True),
        ([], [("Home", "03 9123 4567")], False, True),
    ],
)
def test_a_telephone_number_is_one_however_it_is_written(
    wanted: list[tuple[str, str]], found: list[tuple[str, str | None]], *, lacks: bool, differs: bool
) -> None:
    """The same number is no loss and no difference; what is written anew is still written as it is."""
    draft = m.PatientDraft(
        patient_phone_numbers=[m.PhoneNumberDraft(phone_type=kind, number=number) for kind, number in wanted]
    )
    there = tuple(m.PhoneNumber(phone_type=kind, number=number) for kind, number in found)
    record = m.Patient(id="1", patient_phone_numbers=there)
    name = ("patient_phone_numbers",)

    assert (name if lacks else ()) == lacking(draft, record)
    assert (name if differs else ()) == differences(draft, record)
    assert (wanted == [("Home", "1234")] and not differs) == same(draft, record)
    assert UNSET is not without_equal(draft, record).patient_phone_numbers or same(draft, record)


def custom(
    value: str | None = None, chosen: str | None = None, other: str | None = None, **named: Any
) -> m.CustomFields:
    """Makes the values of one custom field."""
    options = tuple(m.CustomFieldOption(token=token, selected=token == chosen) for token in ("o1", "o2"))
    own = m.OtherOption(selected=other is not None, value=other)
    field = m.CustomField(token="f1", value=value, options=options, other=own, **named)
    return m.CustomFields(sections=(m.CustomFieldSection(token="s1", fields=(field,)),))


@pytest.mark.parametrize("given", [{"value": "x"}, {"chosen": "o1"}, {"other": "own words"}, {}])
def test_custom_fields(given: dict[str, str]) -> None:
    """Custom fields are compared by tokens and values: their names come back though they were never sent."""
    draft = m.PatientDraft(custom_fields=custom(**given))

    assert same(draft, m.Patient(id="1", custom_fields=custom(**given, name="Shoe size", type="text")))
    assert not same(draft, m.Patient(id="1", custom_fields=custom(value="y")))


def test_comparable() -> None:
    """What says nothing is None; everything else has one form."""
    nothing: list[Any] = [None, UNSET, "", "  ", (), {}]

    assert [None] * 6 == [comparable(value) for value in nothing]
    assert {"a": ("1", None)} == comparable({"a": [Ref("patients", "1"), ""], "b": False, "c": None})


def test_read() -> None:
    """A draft's id is read from the record's link."""
    attendee = m.Attendee(id="1", booking=Ref("bookings", "5"))

    assert ("5", None) == (read(attendee, "booking_id"), read(attendee, "patient_id"))
