"""What stays behind as a whole."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.cliniko.fields.groups import SETUP
from clinikomigrate.sinks.field_rules import Table, lost, meta, together

LEFT_BEHIND: Final[Table] = {
    m.FullPatientExport: together(
        meta("id created_at updated_at extra archived_at category content_type description filename patient pinned_at"),
        meta("processed_at processing_completed size user"),
    ),
    m.DailyAvailability: together(
        SETUP,
        lost(reasons.ROSTER, "availabilities business day_of_week practitioner time_zone time_zone_identifier"),
    ),
    m.StockAdjustment: together(
        SETUP,
        lost(reasons.STOCK, "adjustment_type archived_at comment notes product quantity user"),
    ),
    m.Invoice: together(
        SETUP,
        lost(reasons.FINANCE, "appointment archived_at attendee business calculation_method closed_at deleted_at"),
        lost(reasons.FINANCE, "calculation_method_description discounted_amount invoice_to issue_date net_amount"),
        lost(reasons.FINANCE, "notes number online_payment_url original_invoice patient patient_extra_information"),
        lost(reasons.FINANCE, "practitioner signature status status_description tax_amount total_amount"),
    ),
    m.InvoiceItem: together(
        SETUP,
        lost(reasons.FINANCE, "archived_at billable_item code concession_type_name deleted_at discount_percentage"),
        lost(reasons.FINANCE, "discounted_amount invoice is_monetary_discount name net_price product quantity"),
        lost(reasons.FINANCE, "tax_amount tax_name tax_rate total_including_tax unit_price"),
    ),
}
"""Rosters, stock movements, invoices, and archives that the product makes."""
