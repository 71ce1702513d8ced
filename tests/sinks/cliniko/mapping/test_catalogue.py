"""What the clinic set up, and its traps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.cliniko.mapper import EXCLUDE, AssignTo, ClinikoMapper
from clinikomigrate.sinks.cliniko.mapping.catalogue import EXCLUDED, MATCHED, SOMEBODY_ELSES, SOMEBODY_ELSES_HOURS
from clinikomigrate.sinks.reasons import NO_MATCH
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.sink import Account
from tests.sinks.cliniko.samples import BUSINESS, LATER, MATCHES, PRACTITIONER, WHEN, bare, losses, mapped, skipped

TYPE: Ref[m.AppointmentType] = Ref("appointment_types", "7")


@pytest.mark.parametrize(
    ("rate", "amount", "sent"),
    [
        (Decimal(10), Decimal(9), Decimal(10)),
        (None, Decimal(9), Decimal(9)),
        (Decimal(0), None, Decimal(0)),
        (None, None, UNSET),
    ],
)
def test_a_tax_goes_by_its_rate(rate: Decimal | None, amount: Decimal | None, sent: object) -> None:
    """Older accounts call it the amount."""
    assert mapped(bare(m.Tax, name="GST", rate=rate, amount=amount)).draft == m.TaxDraft(name="GST", rate=sent)  # type: ignore[arg-type]  # a number or nothing


@pytest.mark.parametrize(
    ("including", "excluding", "price", "includes"),
    [
        (Decimal(11), Decimal(10), Decimal(11), True),
        (None, Decimal(10), Decimal(10), False),
        (Decimal(0), None, Decimal(0), True),
        (None, None, UNSET, UNSET),
    ],
)
def test_a_product_goes_with_one_price(
    including: Decimal | None, excluding: Decimal | None, price: object, includes: object
) -> None:
    """The API gives two, and takes one and whether tax is in it."""
    draft = mapped(bare(m.Product, price_including_tax=including, price_ex_tax=excluding)).draft

    assert (draft.price, draft.price_includes_tax) == (price, includes)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"product_supplier": Ref("product_suppliers", "3"), "product_supplier_name": "A"},
            Ref("product_suppliers", "3"),
        ),
        ({"product_supplier_id": "4"}, Ref("product_suppliers", "4")),
        ({}, UNSET),
    ],
)
def test_a_product_points_at_its_supplier(given: dict[str, Any], expected: object) -> None:
    """As a record, however the source says it."""
    draft = mapped(bare(m.Product, **given)).draft

    assert draft.product_supplier_id == expected
    assert draft.product_supplier_name is UNSET


def test_a_supplier_known_by_name_only_goes_by_name() -> None:
    """As older accounts have it."""
    draft = mapped(bare(m.Product, product_supplier_name="Bandages")).draft

    assert (draft.product_supplier_id, draft.product_supplier_name) == (UNSET, "Bandages")


def test_a_stock_level_goes_with_the_new_product() -> None:
    """Afterwards only stock adjustments could change it; nought and less are levels too."""
    assert mapped(bare(m.Product, stock_level=Decimal("-3.0"))).draft.stock_level == Decimal("-3.0")
    assert mapped(bare(m.Product, stock_level=Decimal(0))).draft.stock_level == Decimal(0)


def test_message_templates_of_a_type_are_lost_where_there_are_any() -> None:
    """They can't be read, and their ids mean nothing in another account."""
    names = ("confirmation", "reminder", "follow_up")
    some = {f"appointment_{name}_template_ids": ("1",) for name in names}
    none: dict[str, Any] = {
        f"appointment_{name}_template_ids": nothing for name, nothing in zip(names, ((), None, ()), strict=True)
    }

    assert losses(mapped(bare(m.AppointmentType, **some))) == dict.fromkeys(some, reasons.TEMPLATES)
    assert losses(mapped(bare(m.AppointmentType, **none))) == {}
    assert mapped(bare(m.AppointmentType, **some)).draft.appointment_reminder_template_ids is UNSET


def test_a_type_knows_where_and_by_whom_it_is_offered() -> None:
    """Only the businesses say where; who offers it is fetched at the last moment."""
    here = m.Business(id=BUSINESS.id, appointment_type_ids=("7", "8"))
    excluded = m.Business(id="11", appointment_type_ids=("7",))
    elsewhere = m.Business(id="12", appointment_type_ids=None)
    result = mapped(bare(m.AppointmentType), records={"businesses": (here, excluded, elsewhere)})

    assert result.draft.business_ids == ["910"]
    assert result.draft.practitioner_ids == Fetch("type_practitioners", (TYPE,))
    assert result.losses == (Loss("businesses", NO_MATCH),)


def test_what_is_charged_with_a_type_goes_by_records_of_its_own() -> None:
    """The deprecated links would charge it twice."""
    item: Ref[m.BillableItem] = Ref("billable_items", "4")
    kind = mapped(bare(m.AppointmentType, billable_item=item, product=Ref("products", "6")))
    line = mapped(bare(m.AppointmentTypeBillableItem, quantity=Decimal("2.5")))

    assert (kind.draft.billable_item_id, kind.draft.product_id, kind.losses) == (UNSET, UNSET, ())
    assert line.draft == m.AppointmentTypeBillableItemDraft(
        appointment_type_id=Ref("appointment_types", "1"), billable_item_id=item, quantity=Decimal("2.5")
    )


@pytest.mark.parametrize(
    ("monetary", "amount", "percentage", "sent"),
    [
        (True, Decimal(5), Decimal(10), {"discounted_amount": Decimal(5)}),
        (False, Decimal(5), Decimal(10), {"discount_percentage": Decimal(10)}),
        (None, Decimal(5), None, {"discounted_amount": Decimal(5)}),
        (None, Decimal(5), Decimal(10), {"discount_percentage": Decimal(10)}),
        (None, None, None, {}),
        (True, None, Decimal(10), {"discount_percentage": Decimal(10)}),
    ],
)
def test_a_discount_goes_as_it_was_given(
    monetary: bool | None, amount: Decimal | None, percentage: Decimal | None, sent: dict[str, Decimal]
) -> None:
    """Amount or percentage: the API works out the other one, and takes only one of them."""
    given = {"is_monetary_discount": monetary, "discounted_amount": amount, "discount_percentage": percentage}
    for model in (m.AppointmentTypeBillableItem, m.AppointmentTypeProduct):
        draft = mapped(bare(model, **given)).draft
        names = ("discounted_amount", "discount_percentage")

        assert sent == {name: getattr(draft, name) for name in names if getattr(draft, name) is not UNSET}


def test_a_type_that_is_matched_is_not_made_nor_what_is_charged_with_it() -> None:
    """The destination's own type stands for it, with its own prices."""
    there = {**MATCHES, TYPE: "97", Ref("appointment_types", "1"): "91"}

    assert skipped(bare(m.AppointmentType), matches=there).reason == MATCHED
    assert skipped(bare(m.AppointmentTypeBillableItem), matches=there).reason == MATCHED
    assert skipped(bare(m.AppointmentTypeProduct), matches=there).reason == MATCHED


@pytest.mark.parametrize("name", ["old TYPE", "7"])
def test_a_type_that_is_excluded_is_not_made(name: str) -> None:
    """By name or id; what is booked with it can't go without it."""
    mapper = ClinikoMapper(appointment_types={name: EXCLUDE, "Other": "New"})
    kind = bare(m.AppointmentType, name="Old type")

    assert skipped(kind, using=mapper).reason == EXCLUDED
    assert mapped(m.AppointmentType(id="8", name="Other"), using=mapper)


def test_templates_are_cleaned_and_keep_their_settings() -> None:
    """Answers that templates can't have are lost; content without sections is left out."""
    question = m.Question(name="GP", type="text", answer="Dr", custom_field_token="here")
    content = m.Content(sections=(m.Section(name="Health", questions=(question,)),))
    settings = m.PrintSettings(title="Print", include_patient_dob=True)
    note = mapped(bare(m.TreatmentNoteTemplate, name="T", content=content, print_settings=settings))
    form = mapped(bare(m.PatientFormTemplate, name="F", content=content, email_to_patient_on_completion=True))

    assert note.draft.print_settings == settings
    assert note.draft.content.sections[0].questions == (m.Question(name="GP", type="text"),)
    assert set(losses(note)) == {"content"}
    assert form.draft.email_to_patient_on_completion is True
    assert mapped(bare(m.TreatmentNoteTemplate)).draft.content is UNSET
    assert mapped(bare(m.PatientFormTemplate)).draft.content is UNSET


def test_form_templates_fill_in_the_destinations_custom_fields() -> None:
    """Found by the names that both accounts gave them."""

    def settings(token: str) -> m.Settings:
        field = m.CustomField(name="GP", type="text", token=token)
        section = m.CustomFieldSection(name="Health", token="s", fields=(field,))
        return m.Settings(patient_custom_fields_definition=m.CustomFields(sections=(section,)))

    question = m.Question(name="GP", type="text", custom_field_token="here")
    content = m.Content(sections=(m.Section(name="Health", questions=(question,)),))
    result = mapped(
        bare(m.PatientFormTemplate, content=content),
        settings=settings("here"),
        account=Account("2", "New", settings("there")),
    )

    assert result.draft.content.sections[0].questions[0].custom_field_token == "there"
    assert losses(result) == {}


def test_reference_numbers_and_extra_hours_go_to_the_destinations_people_and_places() -> None:
    """Where one of them is left out, so is the record."""
    number = mapped(bare(m.PractitionerReferenceNumber, name="Provider", reference_number="1"))
    block = mapped(bare(m.AvailabilityBlock, repeat_rule=m.RepeatRule(number_of_repeats=2)))

    assert number.draft == m.PractitionerReferenceNumberDraft(
        business_id="910", practitioner_id="920", name="Provider", reference_number="1"
    )
    assert block.draft == m.AvailabilityBlockDraft(
        business_id="910", practitioner_id="920", starts_at=WHEN, ends_at=LATER
    )
    assert losses(block) == {"repeat_rule": reasons.SERIES}
    assert skipped(bare(m.PractitionerReferenceNumber), matches={}).lost


def test_a_reference_number_never_becomes_somebody_elses() -> None:
    """Where a practitioner's work is given to another one, a provider number is not."""
    gone: Ref[m.Practitioner] = Ref("practitioners", "21")
    there = m.Practitioner(id="920", first_name="Amy", last_name="Ng")
    practitioners = (m.Practitioner(id="20", label="amy ng"), m.Practitioner(id="21", first_name="Old"))
    given: dict[str, Any] = {
        "matches": {**MATCHES, gone: "920"},
        "records": {"practitioners": practitioners},
        "existing": {"practitioners": (("920", there),)},
    }

    assert skipped(bare(m.PractitionerReferenceNumber, practitioner=gone), **given).reason == SOMEBODY_ELSES
    assert mapped(bare(m.PractitionerReferenceNumber), **given).draft.practitioner_id == "920"
    renamed = {**given, "matches": {**MATCHES, PRACTITIONER: "99", gone: "920"}}
    assert mapped(bare(m.PractitionerReferenceNumber, practitioner=gone), **renamed).draft.practitioner_id == "920"


def test_hours_and_numbers_of_who_left_never_become_those_of_who_gets_their_work() -> None:
    """One person who stands for all who left stands for even a single one; whoever bears the same name is the same."""
    gone = m.Practitioner(id="20", first_name="Old", last_name="Timer", active=False)
    mapper = ClinikoMapper(former_practitioners=AssignTo("Amy Ng"))
    amy, namesake = (m.Practitioner(id="920", first_name=first, last_name="Ng") for first in ("Amy", "Old"))
    given: dict[str, Any] = {"using": mapper, "records": {"practitioners": (gone,)}}

    assert (
        SOMEBODY_ELSES
        == skipped(bare(m.PractitionerReferenceNumber), existing={"practitioners": (("920", amy),)}, **given).reason
    )
    for hours in (bare(m.AvailabilityBlock), bare(m.DailyAvailability, business=BUSINESS, practitioner=PRACTITIONER)):
        skip = skipped(hours, existing={"practitioners": (("920", amy),)}, **given)

        assert (SOMEBODY_ELSES_HOURS, True, None) == (skip.reason, skip.lost, skip.by_hand)
    same = {**given, "records": {"practitioners": (attrs.evolve(gone, last_name="Ng"),)}}
    block = mapped(bare(m.AvailabilityBlock), existing={"practitioners": (("920", namesake),)}, **same)

    assert block.draft.practitioner_id == "920"
    kind = mapped(m.AppointmentType(id="5", name="Initial"), existing={"practitioners": (("920", amy),)}, **given)

    assert Fetch("type_practitioners", (Ref("appointment_types", "5"),), (PRACTITIONER,)) == kind.draft.practitioner_ids


def test_a_setting_about_who_works_there_is_none_about_a_namesake_who_left() -> None:
    """The number of one Amy Ng stays hers, though the mapper is told who the other one is."""
    gone = m.Practitioner(id="20", first_name="Amy", last_name="Ng", active=False)
    here = m.Practitioner(id="21", first_name="Amy", last_name="Ng", active=True)
    somebody = m.Practitioner(id="920", first_name="Somebody", last_name="Else")
    mapper = ClinikoMapper(practitioners={"Amy Ng": "Amy Smith"}, former_practitioners=AssignTo("Somebody Else"))
    given: dict[str, Any] = {"using": mapper, "existing": {"practitioners": (("920", somebody),)}}

    assert (
        SOMEBODY_ELSES
        == skipped(bare(m.PractitionerReferenceNumber), records={"practitioners": (gone, here)}, **given).reason
    )
    alone = mapped(bare(m.PractitionerReferenceNumber), records={"practitioners": (gone,)}, **given)
    assert alone.draft.practitioner_id == "920"


@pytest.mark.parametrize(
    ("mapper", "matches"),
    [
        (ClinikoMapper(businesses={"northside": EXCLUDE}), {PRACTITIONER: "920"}),
        (ClinikoMapper(practitioners={"20": EXCLUDE}), {BUSINESS: "910"}),
        (ClinikoMapper(former_practitioners=EXCLUDE), {BUSINESS: "910"}),
    ],
)
def test_nobody_is_asked_to_enter_a_roster_that_is_left_out(
    mapper: ClinikoMapper, matches: dict[Ref[Any], str]
) -> None:
    """Of a place or a person that the settings leave out there is nothing to enter, and nothing is lost by it."""
    records = {
        "businesses": (m.Business(id="10", business_name="Northside"),),
        "practitioners": (m.Practitioner(id="20", first_name="Old", last_name="Timer", active=False),),
    }
    roster = bare(m.DailyAvailability, business=BUSINESS, practitioner=PRACTITIONER)
    skip = skipped(roster, using=mapper, matches=matches, records=records)

    assert (EXCLUDED, False, None) == (skip.reason, skip.lost, skip.by_hand)


def test_a_roster_without_a_match_is_still_told() -> None:
    """Somebody who isn't in the destination yet may be made there, and then needs the hours."""
    roster = bare(m.DailyAvailability, business=BUSINESS, practitioner=PRACTITIONER)
    people = (m.Practitioner(id="20", first_name="Amy", last_name="Ng", active=True),)

    assert skipped(roster, matches={BUSINESS: "910"}, records={"practitioners": people}).by_hand
    assert skipped(roster, using=ClinikoMapper(former_practitioners=EXCLUDE), matches={}).by_hand


def test_a_weekly_roster_is_told_to_be_entered_by_hand() -> None:
    """No API takes it; the report lists every line."""
    hours = (m.Availability(starts_at="09:00", ends_at="12:30"), m.Availability())
    line = m.DailyAvailability(
        id="1", business=BUSINESS, practitioner=PRACTITIONER, day_of_week=1, availabilities=hours
    )
    skip = skipped(line)

    assert skip.lost
    assert skip.by_hand == "Roster: Dr Amy Ng at Northside, Monday (day 1): 09:00 to 12:30, ? to ?."
    assert skipped(m.DailyAvailability(id="2")).by_hand
