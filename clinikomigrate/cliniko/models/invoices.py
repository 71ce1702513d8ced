"""Invoices and their lines, which the API only reads."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Entity
from clinikomigrate.client.ref import Ref

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.billing import BillableItem
    from clinikomigrate.cliniko.models.forms import Signature
    from clinikomigrate.cliniko.models.group_appointments import Attendee
    from clinikomigrate.cliniko.models.patients import Patient
    from clinikomigrate.cliniko.models.practice import Business, Practitioner
    from clinikomigrate.cliniko.models.products import Product
    from clinikomigrate.cliniko.models.unions import Booking


@attrs.frozen(kw_only=True, repr=False)
class Invoice(Entity):
    """What a patient, or whoever pays for one, was charged.

    Amounts are in the account's currency. The API has neither payments nor balances.

    Attributes:
        appointment: What it is for. Its kind is `appointments`, an older name for bookings.
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        attendee: Whose appointment it is for.
        calculation_method: How tax is worked out: 1 legacy, 2 tax exclusive, 3 tax inclusive.
        calculation_method_description: The method in English words.
        closed_at: None unless it was closed.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        discounted_amount: What discounts took off.
        invoice_to: Whom it is made out to.
        net_amount: Without tax.
        number: As printed on it; counted within the account.
        original_invoice: What this one takes back.
        patient_extra_information: The patient's `invoice_extra_information` when it was made.
        signature: Of who signed it.
        status: 10 open, 20 paid, 30 closed, 40 open credit.
        status_description: The status in English words.
        total_amount: With tax.
    """

    kind: ClassVar[str] = "invoices"
    collections: ClassVar[frozenset[str]] = frozenset({"invoice_items", "reversed_invoices"})

    appointment: Ref[Booking] | None = None
    archived_at: datetime | None = None
    attendee: Ref[Attendee] | None = None
    business: Ref[Business] | None = None
    calculation_method: int | None = None
    calculation_method_description: str | None = None
    closed_at: datetime | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    discounted_amount: Decimal | None = None
    invoice_to: str | None = None
    issue_date: date | None = None
    net_amount: Decimal | None = None
    notes: str | None = None
    number: int | None = None
    online_payment_url: str | None = None
    original_invoice: Ref[Invoice] | None = None
    patient: Ref[Patient] | None = None
    patient_extra_information: str | None = None
    practitioner: Ref[Practitioner] | None = None
    signature: Ref[Signature] | None = None
    status: int | None = None
    status_description: str | None = None
    tax_amount: Decimal | None = None
    total_amount: Decimal | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class InvoiceItem(Entity):
    """One line of an invoice.

    Amounts are in the account's currency.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        code: The billable item's or product's code.
        concession_type_name: The concession that lowered the price.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        discount_percentage: 0 to 100.
        discounted_amount: What the discount takes off, in the account's currency.
        is_monetary_discount: Whether the discount is an amount rather than a percentage.
        net_price: Without tax.
        tax_amount: Deprecated: the tax of the line.
        tax_rate: In percent.
        total_including_tax: Of the whole line. Sent as a JSON number.
        unit_price: Of one.
    """

    kind: ClassVar[str] = "invoice_items"

    archived_at: datetime | None = None
    billable_item: Ref[BillableItem] | None = None
    code: str | None = None
    concession_type_name: str | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    discount_percentage: Decimal | None = None
    discounted_amount: Decimal | None = None
    invoice: Ref[Invoice] | None = None
    is_monetary_discount: bool | None = None
    name: str | None = None
    net_price: Decimal | None = None
    product: Ref[Product] | None = None
    quantity: Decimal | None = None
    tax_amount: Decimal | None = None
    tax_name: str | None = None
    tax_rate: Decimal | None = None
    total_including_tax: Decimal | None = None
    unit_price: Decimal | None = None
    updated_at: datetime | None = None
