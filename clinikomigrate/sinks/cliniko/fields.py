"""What becomes of each attribute of each kind of record. No attribute is in none of the groups, and none in two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.field_rules import (
    DVA_CARD,
    EMAIL,
    Rules,
    archiving,
    carried,
    derived,
    linked,
    lost,
    matched,
    meta,
    together,
)
from clinikomigrate.sinks.cliniko.words import STAND_IN

STAMPED: Final = "the API stamps a record with the time at which it is copied"
SAID: Final = "the API takes no such value; it stands in words in the copy"
NO_FIELD: Final = "the API can read this and not write it"
HISTORY: Final = "what the source sent or counted stays with it"
COUNTRY: Final = "the API takes a country by its code only, and the source has none"
GENDER: Final = "the API no longer takes it, and neither sex nor gender identity says the same"
SERIES: Final = "the API would make the whole series anew; each booking of it goes by itself, without the link"
TEMPLATES: Final = "message templates can't be read through the API; choose them in the destination by hand"
NOT_ARCHIVED: Final = "the API has no way to archive such a record"
PIN: Final = "the API has no way to pin a record"
NO_LINK: Final = "a memo can't be linked to it"
ROSTER: Final = "the API can read weekly rosters and not write them; enter them by hand"
STOCK: Final = "stock levels go with the products; how they came about stays in the source account"
FINANCE: Final = "no interface takes invoices; they stay in the source account"
E_MAILED: Final = "a transfer never lets the destination e-mail a form to a patient"

_WORKED_OUT = "the destination works it out"
_TOLD_BY_CODE = "the code next to it says it"
_BY_ATTENDEE = "the attendee says it, and goes too"
_BY_CANCELLING = "the copy is cancelled, with its reason and the original time in its note"
_OWN_LINK = "the destination has a link of its own"
_BY_CODE = "country_code says it"

_SETUP: Final = meta("id created_at updated_at extra")
"""When a record of the clinic's setup was made says nothing about anybody."""

_RECORD: Final = together(meta("id updated_at extra"), lost(STAMPED, "created_at"))

_PLACE: Final = matched("business practitioner")
_TIMES: Final = carried("starts_at ends_at")
_SERIES: Final = derived("told as one loss for a booking in a series", "repeat_rule repeated_from")
_ONLINE: Final = lost(HISTORY, "booking_ip_address online_booking_policy_accepted")
_CANCELLED: Final = derived(
    _BY_CANCELLING, "cancelled_at cancellation_note cancellation_reason cancellation_reason_description"
)
_DISCOUNT: Final = together(
    derived("the one of the two that counts is carried", "discount_percentage discounted_amount is_monetary_discount"),
    carried("quantity"),
)
_ADDRESS: Final = "address_1 address_2 address_3 city"
_TEMPLATE: Final = together(
    _SETUP, archiving(), carried("name", longest=255, stand_in=STAND_IN), derived("made fit to be written", "content")
)
_FORM_SWITCHES: Final = "restricted_to_practitioner"
_MESSAGE: Final = together(
    meta("id updated_at extra"),
    archiving(),
    linked("patient"),
    lost(SAID, "created_at"),
    carried("from_ to", null=True),
    derived("the words behind it are added", "content"),
    derived("1 or 4 where the source says nothing", "direction_code type_code"),
    derived(_TOLD_BY_CODE, "direction_description type"),
)
_SENT_MESSAGE: Final = together(
    _MESSAGE,
    derived("the words behind the content say it", "category"),
    lost(SAID, "category_code"),
    lost(NO_LINK, "attendee booking invoice letter payment"),
)

FIELDS: Final[Mapping[type[m.Entity], Rules]] = {
    # What the clinic set up.
    m.Tax: together(_SETUP, carried("name", stand_in=STAND_IN), derived("sent as the rate", "amount rate")),
    m.ConcessionType: together(
        _SETUP, carried("name", longest=255, stand_in=STAND_IN), lost(NOT_ARCHIVED, "archived_at")
    ),
    m.ProductSupplier: together(_SETUP, carried("name", stand_in=STAND_IN)),
    m.Product: together(
        _SETUP,
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
        _SETUP,
        archiving(),
        carried("name", longest=255, stand_in=STAND_IN),
        carried("item_code", longest=100),
        carried("item_type", one_of=("Product", "Service", "Other")),
        carried("price"),
        linked("tax"),
    ),
    m.ConcessionPrice: together(_SETUP, linked("billable_item concession_type"), carried("price")),
    m.TreatmentNoteTemplate: together(
        _TEMPLATE, archiving("deleted_at"), derived("without what is null", "print_settings")
    ),
    m.PatientFormTemplate: together(_TEMPLATE, carried(f"email_to_patient_on_completion {_FORM_SWITCHES}")),
    m.UnavailableBlockType: together(
        _SETUP,
        archiving(),
        carried("name", longest=255, stand_in=STAND_IN),
        carried("color duration_in_minutes"),
        derived("the product makes such types in each account", "system_controlled"),
    ),
    m.RecallType: together(_SETUP, archiving(), carried("name", stand_in=STAND_IN)),
    m.AppointmentType: together(
        _SETUP,
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
            TEMPLATES,
            "appointment_confirmation_template_ids appointment_follow_up_template_ids "
            "appointment_reminder_template_ids",
        ),
    ),
    m.AppointmentTypeBillableItem: together(_SETUP, linked("appointment_type billable_item"), _DISCOUNT),
    m.AppointmentTypeProduct: together(_SETUP, linked("appointment_type product"), _DISCOUNT),
    m.PractitionerReferenceNumber: together(_SETUP, _PLACE, carried("name reference_number")),
    m.AvailabilityBlock: together(_SETUP, _PLACE, _TIMES, lost(SERIES, "repeat_rule")),
    # People.
    m.Contact: together(
        _RECORD,
        archiving("archived_at deleted_at"),
        carried(f"{_ADDRESS} company_name email first_name last_name occupation", longest=255),
        carried("post_code provider_number state", longest=255),
        carried("country_code", longest=2),
        carried("notes preferred_name title"),
        carried("doctor_type", one_of=("general_practitioner", "specialist")),
        derived("the code says it, or is made of it", "type type_code"),
        derived("the API's own form is worked out anew", "phone_numbers"),
        derived(f"{_BY_CODE}; without a code it is counted as lost", "country"),
    ),
    m.Patient: together(
        _RECORD,
        archiving("archived_at deleted_at"),
        carried("first_name last_name", longest=255, stand_in=STAND_IN),
        carried(f"{_ADDRESS} emergency_contact medicare medicare_reference_number occupation", longest=255),
        carried("old_reference_id preferred_first_name referral_source title", longest=255),
        carried("appointment_notes country_code date_of_birth gender_identity invoice_default_to"),
        carried("invoice_extra_information notes post_code sex state time_zone follow_ups_communication_channels"),
        carried("email", longest=255, pattern=EMAIL),
        carried("invoice_email", pattern=EMAIL),
        carried("dva_card_number", pattern=DVA_CARD),
        carried("accepted_email_marketing accepted_privacy_policy", null=True),
        linked("concession_type referring_doctor"),
        derived(
            "sent as they are, but for what would write to the patient during the transfer, until its end",
            "receives_cancellation_emails receives_confirmation_emails",
        ),
        derived("sent as the channels, where the source has them", "reminder_type reminders_communication_channels"),
        derived("sent as its opposite; only a yes is a yes", "accepted_sms_marketing"),
        derived("the fields of the destination with the same names take it", "custom_fields"),
        derived("sent if all five forms are there", "pronouns"),
        derived("the API's own form is worked out anew", "patient_phone_numbers"),
        derived(f"{_BY_CODE}; sent where there is no code", "country"),
        derived("sex or gender_identity says it; counted as lost where neither does", "gender"),
        derived(
            _TOLD_BY_CODE,
            "follow_ups_communication_channels_description reminders_communication_channels_description",
        ),
        derived(_WORKED_OUT, "label latest_booking"),
        derived("the patient is not copied; what hangs on it goes to the other", "merged_at merged_with_patient"),
    ),
    m.Relationship: together(
        _RECORD,
        archiving(),
        linked("patient related_patient"),
        carried("relation", one_of=(10, 20, 30, 40, 50, 60, 70)),
        derived(_TOLD_BY_CODE, "relation_description"),
    ),
    m.ReferralSource: together(
        _RECORD,
        linked("patient"),
        matched("referral_source_type"),
        carried("notes", null=True),
        derived("sent where the destination's type has it", "subcategory"),
        derived("sent where the destination's type takes one", "referrer referrer_type"),
        lost(NOT_ARCHIVED, "archived_at"),
    ),
    m.MedicalAlert: together(
        _RECORD,
        archiving("archived_at deleted_at"),
        carried("name", longest=255, stand_in=STAND_IN),
        linked("patient"),
    ),
    m.PatientCase: together(
        _RECORD,
        archiving(),
        carried("name", stand_in=STAND_IN),
        carried("expiry_date include_cancelled_attendees include_dna_attendees issue_date notes referral"),
        carried("max_invoiceable_amount", low=0),
        carried("max_sessions", low=1, high=200),
        carried("referral_type", one_of=("dva", "medicare")),
        linked("patient contact"),
        derived("the attendees point at their case", "attendee_ids"),
        derived("closed when everything is linked", "closed"),
        lost(STAMPED, "closed_at"),
    ),
    m.Recall: together(_RECORD, archiving(), linked("patient recall_type"), carried("notes recall_at")),
    # The diary.
    m.IndividualAppointment: together(
        _RECORD,
        archiving("archived_at deleted_at"),
        _PLACE,
        _TIMES,
        _SERIES,
        _ONLINE,
        _CANCELLED,
        carried("notes"),
        linked("appointment_type patient patient_case"),
        derived(_BY_ATTENDEE, "did_not_arrive patient_arrived"),
        derived(_WORKED_OUT, "has_patient_appointment_notes patient_name treatment_note_status"),
        derived(_OWN_LINK, "telehealth_url"),
        lost(HISTORY, "email_reminder_sent invoice_status sms_reminder_sent"),
    ),
    m.GroupAppointment: together(
        _RECORD,
        archiving("archived_at deleted_at"),
        _PLACE,
        _TIMES,
        _SERIES,
        carried("notes"),
        linked("appointment_type"),
        derived("raised until all attendees have their seats", "max_attendees"),
        derived("the attendees say it", "patient_ids"),
        derived(_OWN_LINK, "telehealth_url"),
    ),
    m.Attendee: together(
        _RECORD,
        archiving("archived_at deleted_at"),
        _ONLINE,
        _CANCELLED,
        carried("arrived", null=True),
        carried("notes"),
        linked("booking patient patient_case"),
        derived(_WORKED_OUT, "treatment_note_status"),
        derived(_OWN_LINK, "cancellation_url telehealth_url"),
        derived("the counts say it", "email_reminder_sent sms_reminder_sent"),
        lost(
            HISTORY,
            "invoice_status sent_email_follow_ups_count sent_email_reminders_count sent_sms_follow_ups_count "
            "sent_sms_reminders_count",
        ),
    ),
    m.UnavailableBlock: together(
        _RECORD,
        archiving("archived_at deleted_at"),
        _PLACE,
        _TIMES,
        _SERIES,
        carried("notes"),
        linked("unavailable_block_type"),
    ),
    # Records about patients.
    m.UploadedPatientAttachment: together(
        meta("id updated_at extra processed_at processing_completed"),
        archiving(),
        linked("patient"),
        lost("the API stamps the file anew; the day stands in its description, where there is room", "created_at"),
        lost("the key's user becomes the uploader; the name stands in the description, where there is room", "user"),
        lost(NO_FIELD, "category"),
        lost(PIN, "pinned_at"),
        derived("the file itself is carried", "content content_type filename size"),
        derived("carried, with words behind it", "description"),
    ),
    m.TreatmentNote: together(
        meta("id updated_at extra"),
        archiving("archived_at deleted_at"),
        linked("attendee booking patient treatment_note_template"),
        lost(SAID, "created_at finalized_at"),
        lost("the author is the practitioner whose key writes; the name stands in words in the copy", "author_name"),
        lost(PIN, "pinned_at"),
        derived("author_name says it", "practitioner"),
        derived("sent as yes or no", "draft"),
        derived("made fit to be written, with words behind it", "content"),
        derived("blank ones get the template's", "title"),
    ),
    m.PatientForm: together(
        meta("id updated_at extra"),
        archiving(),
        linked("attendee patient"),
        matched("business"),
        carried("name", longest=255, stand_in=STAND_IN),
        carried(_FORM_SWITCHES),
        lost(STAMPED, "created_at"),
        lost(SAID, "completed_at edited_at"),
        lost(E_MAILED, "email_to_patient_on_completion"),
        derived("made fit to be written, with words behind it", "content"),
        derived("the questions say it", "signatures"),
        derived("the attendee says it; counted as lost where there is none", "booking"),
        derived("the destination has one of its own; an open form's is counted as lost", "url"),
    ),
    m.MemoCommunication: together(
        _MESSAGE,
        derived("all that can be written are memos", "category category_code"),
        derived("sent as yes or no", "confidential"),
    ),
    m.EmailCommunication: together(_SENT_MESSAGE, derived("it stands before the content", "content_subject")),
    m.SmsCommunication: _SENT_MESSAGE,
    # What stays behind as a whole.
    m.FullPatientExport: together(
        meta("id created_at updated_at extra archived_at category content_type description filename patient pinned_at"),
        meta("processed_at processing_completed size user"),
    ),
    m.DailyAvailability: together(
        _SETUP,
        lost(ROSTER, "availabilities business day_of_week practitioner time_zone time_zone_identifier"),
    ),
    m.StockAdjustment: together(_SETUP, lost(STOCK, "adjustment_type archived_at comment notes product quantity user")),
    m.Invoice: together(
        _SETUP,
        lost(FINANCE, "appointment archived_at attendee business calculation_method calculation_method_description"),
        lost(FINANCE, "closed_at deleted_at discounted_amount invoice_to issue_date net_amount notes number patient"),
        lost(FINANCE, "online_payment_url original_invoice patient_extra_information practitioner signature status"),
        lost(FINANCE, "status_description tax_amount total_amount"),
    ),
    m.InvoiceItem: together(
        _SETUP,
        lost(
            FINANCE, "archived_at billable_item code concession_type_name deleted_at discount_percentage invoice name"
        ),
        lost(FINANCE, "discounted_amount is_monetary_discount net_price product quantity tax_amount tax_name tax_rate"),
        lost(FINANCE, "total_including_tax unit_price"),
    ),
}
"""For each model: its attributes' rules."""
