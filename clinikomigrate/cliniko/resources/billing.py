"""Money: taxes, concessions, and invoices, which can only be read."""

from __future__ import annotations

from clinikomigrate.client.nested import Nested
from clinikomigrate.client.resource import Create, Delete, Get, List, Update
from clinikomigrate.cliniko.models import (
    ConcessionPrice,
    ConcessionPriceDraft,
    ConcessionType,
    ConcessionTypeDraft,
    Invoice,
    InvoiceItem,
    Tax,
    TaxDraft,
)
from clinikomigrate.cliniko.resources.fields import FIELDS, fields_without


class Taxes(List[Tax], Get[Tax], Create[Tax, TaxDraft], Update[Tax, TaxDraft], Delete):
    """Taxes."""

    kind = "taxes"
    model = Tax
    fields = FIELDS["taxes"]


class ConcessionTypes(
    List[ConcessionType],
    Get[ConcessionType],
    Create[ConcessionType, ConcessionTypeDraft],
    Update[ConcessionType, ConcessionTypeDraft],
):
    """Who pays less. They can be neither archived nor deleted through the API."""

    kind = "concession_types"
    model = ConcessionType
    fields = FIELDS["concession_types"]


class ConcessionPrices(
    List[ConcessionPrice],
    Get[ConcessionPrice],
    Create[ConcessionPrice, ConcessionPriceDraft],
    Update[ConcessionPrice, ConcessionPriceDraft],
):
    """What a billable item costs with a concession. Older accounts may refuse that they are written."""

    kind = "concession_prices"
    model = ConcessionPrice
    fields = FIELDS["concession_prices"]


class Invoices(List[Invoice], Get[Invoice]):
    """Invoices, to be read only."""

    kind = "invoices"
    model = Invoice
    fields = FIELDS["invoices"]

    invoice_items = Nested[InvoiceItem](
        InvoiceItem,
        "invoice_items",
        "/invoices/{invoice_id}/invoice_items",
        fields_without("invoice_items", "invoice_id"),
    )


class InvoiceItems(List[InvoiceItem], Get[InvoiceItem]):
    """Lines of invoices, to be read only."""

    kind = "invoice_items"
    model = InvoiceItem
    fields = FIELDS["invoice_items"]
