"""What becomes of what the clinic set up."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.cliniko.fields.groups import PLACE, SETUP, TIMES
from clinikomigrate.sinks.field_rules import STAND_IN, Rules, Table, archiving, carried, derived, linked, lost, together

_DISCOUNT: Final[Rules] = together(
    derived("the one of the two that counts is carried", "discount_percentage discounted_amount is_monetary_discount"),
    carried("quantity"),
)
_TEMPLATE: Final[Rules] = together(
    SETUP, archiving(), carried("name", longest=255, stand_in=STAND_IN), derived("made fit to be written", "content")
)

CATALOGUE: Final[Table] = {
    m.Tax: together(SETUP, carried("name", stand_in=STAND_IN), derived("sent as the rate", "amount rate")),
    m.ConcessionType: together(
        SETUP, carried("name", longest=255, stand_in=STAND_IN), lost(reasons.NOT_ARCHIVED, "archived_at")
    ),
    m.ProductSupplier: together(SETUP, carried("name", stand_in=STAND_IN)),
    m.Product: together(
        SETUP,
        archiving(),
        carried("name", longest=255, stand_in=STAND_IN),
        carried("item_code", longest=100),
        carried("serial_number", longest=255),
        carried("cost_price", low=0),
        carried("notes stock_level"),
        linked("tax"),
        derived("sent as the price", "price_ex_tax price_including_tax"),
        derived("sent as the supplier", "product_supplier product_supplier_id product_supplier_name"),
    ),
    m.BillableItem: together(
        SETUP,
        archiving(),
        carried("name", longest=255, stand_in=STAND_IN),
        carried("item_code", longest=100),
        carried("item_type", one_of=("Product", "Service", "Other")),
        carried("price"),
        linked("tax"),
    ),
    m.ConcessionPrice: together(SETUP, linked("billable_item concession_type"), carried("price")),
    m.TreatmentNoteTemplate: together(
        _TEMPLATE, archiving("deleted_at"), derived("without what is null", "print_settings")
    ),
    m.PatientFormTemplate: together(_TEMPLATE, carried("email_to_patient_on_completion restricted_to_practitioner")),
    m.UnavailableBlockType: together(
        SETUP,
        archiving(),
        carried("name", longest=255, stand_in=STAND_IN),
        carried("color duration_in_minutes"),
        derived("the product makes such types in each account", "system_controlled"),
    ),
    m.RecallType: together(SETUP, archiving(), carried("name", stand_in=STAND_IN)),
    m.AppointmentType: together(
        SETUP,
        archiving(),
        carried("name", longest=255, stand_in=STAND_IN),
        carried("add_deposit_to_account_credit category color description duration_in_minutes max_attendees"),
        carried("online_bookings_lead_time_hours show_in_online_bookings telehealth_enabled"),
        carried("deposit_price", low=0),
        carried("online_payments_mode", one_of=("deposit_required", "optional", "required")),
        linked("treatment_note_template"),
        derived("online_payments_mode says it", "online_payments_enabled"),
        derived("the records of what is charged with a type carry it", "billable_item product"),
        lost(
            reasons.TEMPLATES,
            "appointment_confirmation_template_ids appointment_follow_up_template_ids "
            "appointment_reminder_template_ids",
        ),
    ),
    m.AppointmentTypeBillableItem: together(SETUP, linked("appointment_type billable_item"), _DISCOUNT),
    m.AppointmentTypeProduct: together(SETUP, linked("appointment_type product"), _DISCOUNT),
    m.PractitionerReferenceNumber: together(SETUP, PLACE, carried("name reference_number")),
    m.AvailabilityBlock: together(SETUP, PLACE, TIMES, lost(reasons.SERIES, "repeat_rule")),
}
"""Prices, products, templates, types and hours."""
