"""Splose's records as the API returns them (`Patient`) and as it lets one write them (`PatientDraft`)."""

from __future__ import annotations

from clinikomigrate.client.entity import resolve_types
from clinikomigrate.splose.models import (
    appointments,
    billing,
    busy_times,
    contacts,
    patients,
    practice,
    records,
    support,
)
from clinikomigrate.splose.models.appointments import (
    Appointment,
    AppointmentCancellation,
    AppointmentDraft,
    AppointmentPatient,
    CancellationReason,
)
from clinikomigrate.splose.models.billing import (
    CreditAllocation,
    CreditNote,
    CreditNoteItem,
    Invoice,
    InvoiceItem,
    Payment,
    PaymentCreditAllocation,
    PaymentDraft,
    PaymentInvoice,
    PaymentInvoiceDraft,
    PaymentMethod,
)
from clinikomigrate.splose.models.busy_times import (
    BusyTime,
    BusyTimeType,
)
from clinikomigrate.splose.models.contacts import (
    Contact,
    ContactDraft,
)
from clinikomigrate.splose.models.patients import (
    HealthFund,
    NdisInfo,
    Patient,
    PatientCustomFieldValue,
    PatientDraft,
    PatientFile,
    PhoneNumber,
)
from clinikomigrate.splose.models.practice import (
    Availability,
    CustomField,
    CustomFieldOption,
    Location,
    Practitioner,
    PractitionerConnection,
    ProviderNumber,
    Service,
)
from clinikomigrate.splose.models.records import (
    Case,
    CaseItem,
    PatientForm,
    Screener,
    WaitlistItem,
)
from clinikomigrate.splose.models.support import (
    SupportActivity,
    SupportItem,
    SupportItemDraft,
)

__all__ = [
    "Appointment",
    "AppointmentCancellation",
    "AppointmentDraft",
    "AppointmentPatient",
    "Availability",
    "BusyTime",
    "BusyTimeType",
    "CancellationReason",
    "Case",
    "CaseItem",
    "Contact",
    "ContactDraft",
    "CreditAllocation",
    "CreditNote",
    "CreditNoteItem",
    "CustomField",
    "CustomFieldOption",
    "HealthFund",
    "Invoice",
    "InvoiceItem",
    "Location",
    "NdisInfo",
    "Patient",
    "PatientCustomFieldValue",
    "PatientDraft",
    "PatientFile",
    "PatientForm",
    "Payment",
    "PaymentCreditAllocation",
    "PaymentDraft",
    "PaymentInvoice",
    "PaymentInvoiceDraft",
    "PaymentMethod",
    "PhoneNumber",
    "Practitioner",
    "PractitionerConnection",
    "ProviderNumber",
    "Screener",
    "Service",
    "SupportActivity",
    "SupportItem",
    "SupportItemDraft",
    "WaitlistItem",
]

resolve_types([appointments, billing, busy_times, contacts, patients, practice, records, support])
