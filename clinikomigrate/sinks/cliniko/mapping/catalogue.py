"""What the clinic set up: prices, products, templates, types, hours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks import reasons as common
from clinikomigrate.sinks.cliniko import content, custom_fields, reasons, words
from clinikomigrate.sinks.cliniko.drafting import draft
from clinikomigrate.sinks.cliniko.mapping.family import Family, definitions
from clinikomigrate.sinks.matching import EXCLUDE, AssignTo, Exclude
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped, Skip
from clinikomigrate.transfer.names import names_of

EXCLUDED: Final = "the mapper's settings leave it out"
SOMEBODY_ELSES: Final = "its practitioner's work goes to somebody else, whose number it must not become"
SOMEBODY_ELSES_HOURS: Final = "its practitioner's work goes to somebody else, who does not work these hours"
MATCHED: Final = "the destination's own stands for it"


class Catalogue(Family):
    """Maps what the clinic set up."""

    def tax(self, tax: m.Tax, context: Context, /) -> Mapped[m.TaxDraft] | Skip:
        """Maps a tax; older accounts know its rate as its amount."""
        rate = tax.amount if tax.rate is None else tax.rate
        return draft(m.TaxDraft, tax, context, rate=UNSET if rate is None else rate)

    def concession_type(
        self, concession_type: m.ConcessionType, context: Context, /
    ) -> Mapped[m.ConcessionTypeDraft] | Skip:
        """Maps a concession type."""
        return draft(m.ConcessionTypeDraft, concession_type, context)

    def concession_price(
        self, concession_price: m.ConcessionPrice, context: Context, /
    ) -> Mapped[m.ConcessionPriceDraft] | Skip:
        """Maps a concession price."""
        return draft(m.ConcessionPriceDraft, concession_price, context)

    def product_supplier(
        self, product_supplier: m.ProductSupplier, context: Context, /
    ) -> Mapped[m.ProductSupplierDraft] | Skip:
        """Maps a product supplier."""
        return draft(m.ProductSupplierDraft, product_supplier, context)

    def product(self, product: m.Product, context: Context, /) -> Mapped[m.ProductDraft] | Skip:
        """Maps a product with its stock level, which can be given to a new product only."""
        with_tax = product.price_including_tax is not None
        price = product.price_including_tax if with_tax else product.price_ex_tax
        return draft(
            m.ProductDraft,
            product,
            context,
            price=UNSET if price is None else price,
            price_includes_tax=UNSET if price is None else with_tax,
            **_supplier(product),
        )

    def billable_item(self, billable_item: m.BillableItem, context: Context, /) -> Mapped[m.BillableItemDraft] | Skip:
        """Maps a billable item."""
        return draft(m.BillableItemDraft, billable_item, context)

    def treatment_note_template(
        self, treatment_note_template: m.TreatmentNoteTemplate, context: Context, /
    ) -> Mapped[m.TreatmentNoteTemplateDraft] | Skip:
        """Maps a treatment note template."""
        cleaned = content.clean(treatment_note_template.content, content.NOTE_TEMPLATE)
        return draft(
            m.TreatmentNoteTemplateDraft,
            treatment_note_template,
            context,
            losses=cleaned.losses,
            content=cleaned.content or UNSET,
            print_settings=treatment_note_template.print_settings or UNSET,
        )

    def patient_form_template(
        self, patient_form_template: m.PatientFormTemplate, context: Context, /
    ) -> Mapped[m.PatientFormTemplateDraft] | Skip:
        """Maps a patient form template; questions that fill in custom fields find those of the same names."""
        tokens = custom_fields.tokens(*definitions(context.survey))
        cleaned = content.clean(patient_form_template.content, content.FORM_TEMPLATE, token=tokens.get)
        return draft(
            m.PatientFormTemplateDraft,
            patient_form_template,
            context,
            losses=cleaned.losses,
            content=cleaned.content or UNSET,
        )

    def unavailable_block_type(
        self, unavailable_block_type: m.UnavailableBlockType, context: Context, /
    ) -> Mapped[m.UnavailableBlockTypeDraft] | Skip:
        """Maps an unavailable block type."""
        return draft(m.UnavailableBlockTypeDraft, unavailable_block_type, context)

    def recall_type(self, recall_type: m.RecallType, context: Context, /) -> Mapped[m.RecallTypeDraft] | Skip:
        """Maps a recall type."""
        return draft(m.RecallTypeDraft, recall_type, context)

    def appointment_type(
        self, appointment_type: m.AppointmentType, context: Context, /
    ) -> Mapped[m.AppointmentTypeDraft] | Skip:
        """Maps an appointment type with where and by whom it is offered.

        Who offers it can't be read on the type itself, so it is fetched when the type is written. Nobody comes to offer
        it because the work of somebody else goes to them.
        """
        ref: Ref[m.AppointmentType] = Ref(appointment_type.kind, appointment_type.id)
        if self._target(appointment_type, context) is EXCLUDE:
            return Skip(EXCLUDED)
        if context.matched(ref) is not None:
            return Skip(MATCHED, lasting=True)
        offering = _offering(appointment_type, context)
        businesses, losses = _counterparts(offering, context)
        others = [each for each in _practitioners(context) if self._is_somebody_elses(each, context)]
        practitioners: Any = Fetch("type_practitioners", (ref,), tuple(others))  # a list of refs, once it is fetched
        return draft(
            m.AppointmentTypeDraft,
            appointment_type,
            context,
            losses=losses,
            beside=offering,
            business_ids=businesses,
            practitioner_ids=practitioners,
        )

    def _target(self, record: Any, context: Context) -> str | Exclude | AssignTo | None:
        return self._choices.target(record, context.survey.records.get(record.kind, ()))

    def _leaves_out(self, ref: Ref[Any] | None, context: Context) -> bool:
        """Says whether the settings leave out what a ref points at."""
        if ref is None or context.matched(ref) is not None:
            return False
        record = _record(ref, context)
        return record is not None and self._target(record, context) is EXCLUDE

    def _is_somebody_elses(self, practitioner: Ref[Any] | None, context: Context) -> bool:
        """Says whether a practitioner's work goes to another person, who may have work of their own."""
        counterpart = context.matched(practitioner)
        if practitioner is None or counterpart is None:
            return False
        here = _record(practitioner, context)
        there = next((each for id, each in context.survey.existing.get("practitioners", ()) if id == counterpart), None)
        if set(names_of(here)) & set(names_of(there)):
            return False
        sharing = [ref for ref, id in context.matches.items() if (ref.kind, id) == (practitioner.kind, counterpart)]
        return len(sharing) > 1 or (here is not None and isinstance(self._target(here, context), AssignTo))

    def appointment_type_billable_item(
        self, line: m.AppointmentTypeBillableItem, context: Context, /
    ) -> Mapped[m.AppointmentTypeBillableItemDraft] | Skip:
        """Maps what is charged with an appointment type."""
        if context.matched(line.appointment_type) is not None:
            return Skip(MATCHED, lasting=True)
        return draft(m.AppointmentTypeBillableItemDraft, line, context, **_discount(line))

    def appointment_type_product(
        self, line: m.AppointmentTypeProduct, context: Context, /
    ) -> Mapped[m.AppointmentTypeProductDraft] | Skip:
        """Maps a product that is sold with an appointment type."""
        if context.matched(line.appointment_type) is not None:
            return Skip(MATCHED, lasting=True)
        return draft(m.AppointmentTypeProductDraft, line, context, **_discount(line))

    def practitioner_reference_number(
        self, number: m.PractitionerReferenceNumber, context: Context, /
    ) -> Mapped[m.PractitionerReferenceNumberDraft] | Skip:
        """Maps a practitioner's reference number, unless it would become another person's."""
        if self._is_somebody_elses(number.practitioner, context):
            return Skip(SOMEBODY_ELSES, lost=True)
        return draft(m.PractitionerReferenceNumberDraft, number, context)

    def availability_block(
        self, block: m.AvailabilityBlock, context: Context, /
    ) -> Mapped[m.AvailabilityBlockDraft] | Skip:
        """Maps extra hours, unless another person could be booked in them.

        How they repeat is not sent, because the API would make all of them anew.
        """
        if self._is_somebody_elses(block.practitioner, context):
            return Skip(SOMEBODY_ELSES_HOURS, lost=True)
        return draft(m.AvailabilityBlockDraft, block, context)

    def daily_availability(self, availability: m.DailyAvailability, context: Context, /) -> Skip:
        """Leaves the weekly roster to be entered by hand, and says what to enter.

        Nobody is asked to enter the hours of somebody who is left out, or at a place that is.
        """
        if any(self._leaves_out(ref, context) for ref in (availability.practitioner, availability.business)):
            return Skip(EXCLUDED)
        if self._is_somebody_elses(availability.practitioner, context):
            return Skip(SOMEBODY_ELSES_HOURS, lost=True)
        hours = [(each.starts_at or "?", each.ends_at or "?") for each in availability.availabilities or ()]
        return Skip(
            reasons.ROSTER,
            lost=True,
            by_hand=words.of_roster(
                context.name(availability.practitioner),
                context.name(availability.business),
                availability.day_of_week,
                hours,
            ),
        )


def _supplier(product: m.Product) -> dict[str, Any]:
    """A product's supplier: as a record where there is one, else by name, as older accounts have it."""
    if product.product_supplier is not None:
        return {"product_supplier_id": product.product_supplier}
    if product.product_supplier_id:
        return {"product_supplier_id": Ref("product_suppliers", product.product_supplier_id)}
    return {"product_supplier_name": product.product_supplier_name} if product.product_supplier_name else {}


def _practitioners(context: Context) -> list[Ref[Any]]:
    return [Ref("practitioners", each.id) for each in context.survey.records.get("practitioners", ())]


def _record(ref: Ref[Any], context: Context) -> Any:
    """Returns the source's record of the clinic's setup that a ref points at; None where preflight has not read it."""
    return next((each for each in context.survey.records.get(ref.kind, ()) if each.id == ref.id), None)


def _offering(appointment_type: m.AppointmentType, context: Context) -> tuple[Ref[Any], ...]:
    """Where a type is offered: only the businesses say so."""
    return tuple(
        Ref("businesses", business.id)
        for business in context.survey.records.get("businesses", ())
        if appointment_type.id in (business.appointment_type_ids or ())
    )


def _counterparts(businesses: Iterable[Ref[Any]], context: Context) -> tuple[list[str], list[Loss]]:
    found = [context.matched(business) for business in businesses]
    losses = [Loss("businesses", common.NO_MATCH) for counterpart in found if counterpart is None]
    return list(dict.fromkeys(counterpart for counterpart in found if counterpart is not None)), losses


def _discount(line: m.AppointmentTypeBillableItem | m.AppointmentTypeProduct) -> dict[str, Any]:
    """The discount as the clinic gave it: an amount or a percentage; the API works out the other one."""
    amount, percentage = line.discounted_amount, line.discount_percentage
    if amount is not None and (line.is_monetary_discount or (line.is_monetary_discount is None and not percentage)):
        return {"discounted_amount": amount}
    return {} if percentage is None else {"discount_percentage": percentage}
