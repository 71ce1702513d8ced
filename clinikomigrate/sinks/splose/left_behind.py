"""The kinds that Splose's API has no way of making, and why each of their records stays behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons

LEFT_BEHIND: Final[Mapping[type[m.Entity], str]] = {
    m.Tax: reasons.CATALOGUE,
    m.ConcessionType: reasons.CATALOGUE,
    m.ConcessionPrice: reasons.CATALOGUE,
    m.ProductSupplier: reasons.CATALOGUE,
    m.Product: reasons.CATALOGUE,
    m.BillableItem: reasons.CATALOGUE,
    m.TreatmentNoteTemplate: reasons.TEMPLATES,
    m.PatientFormTemplate: reasons.TEMPLATES,
    m.UnavailableBlockType: reasons.BLOCKS,
    m.RecallType: reasons.RECALLS,
    m.AppointmentType: reasons.TYPES,
    m.AppointmentTypeBillableItem: reasons.CATALOGUE,
    m.AppointmentTypeProduct: reasons.CATALOGUE,
    m.PractitionerReferenceNumber: reasons.NUMBERS,
    m.AvailabilityBlock: reasons.HOURS,
    m.DailyAvailability: reasons.HOURS,
    m.StockAdjustment: reasons.CATALOGUE,
    m.Relationship: reasons.RELATIONSHIPS,
    m.ReferralSource: reasons.REFERRALS,
    m.PatientCase: reasons.CASES,
    m.UnavailableBlock: reasons.BLOCKS,
    m.TreatmentNote: reasons.NOTES,
    m.PatientForm: reasons.FORMS,
    m.MemoCommunication: reasons.MESSAGES,
    m.EmailCommunication: reasons.MESSAGES,
    m.SmsCommunication: reasons.MESSAGES,
    m.Recall: reasons.RECALLS,
    m.Invoice: reasons.CATALOGUE,
    m.InvoiceItem: reasons.CATALOGUE,
}
"""For each model: why."""
