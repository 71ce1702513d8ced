"""Money: invoices and credit notes, which can only be read, and payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity, Part
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.splose.models.fields import NEEDED, NEEDED_NUMBER, id_of, pointing_at, spelled


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class InvoiceItem(Part):
    """A line of an invoice.

    Attributes:
        code: Of a schedule of fees, or the clinic's own.
        discount: An amount or a percentage, as text.
        tax_rate: In percent.
        tax_type: `STANDARD`, `ZERO`, `EXEMPT`, `REDUCED` or another code.
        type: `appointment`, `supportActivity`, `supportItem`, `service`, `productStock`, `custom` or `GiftVoucher`.
        type_id: The id of what the line is for, of that type.
    """

    id: str | None = attrs.field(default=None, metadata=id_of())
    type: str | None = None
    type_id: str | None = attrs.field(default=None, metadata=id_of())
    code: str | None = None
    description: str | None = None
    unit_price: Decimal | None = None
    quantity: Decimal | None = None
    discount: str | None = None
    tax_type: str | None = None
    tax_rate: Decimal | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Invoice(Entity):
    """An invoice; can only be read.

    Attributes:
        contact_id: Whom it is made out to, where that isn't the patient.
        invoice_number: As it is printed.
        is_archived: Lists leave out what is archived unless asked for it.
        status: `Draft`, `Awaiting Payment` or `Paid`.
        tax_status: Whether prices hold the tax: `including`, `excluding` or `no tax`.
    """

    kind: ClassVar[str] = "invoices"

    invoice_number: str | None = None
    issue_date: datetime | None = None
    due_date: datetime | None = None
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    contact_id: str | None = attrs.field(default=None, metadata=id_of("contacts"))
    location_id: str | None = attrs.field(default=None, metadata=id_of("locations"))
    practitioner_id: str | None = attrs.field(default=None, metadata=id_of("practitioners"))
    extra_billing_info: str | None = None
    subtotal: Decimal | None = None
    tax_status: str | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    paid_amount: Decimal | None = None
    status: str | None = None
    invoice_items: tuple[InvoiceItem, ...] | None = None
    payment_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("payments"))
    reference_numbers: tuple[str, ...] | None = None
    is_archived: bool | None = None
    reference: str | None = None
    description: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PaymentMethod(Entity):
    """A way to pay; can only be read.

    Attributes:
        xero_account_code: The account in Xero, an accounting system.
    """

    kind: ClassVar[str] = "payment_methods"

    name: str | None = None
    description: str | None = None
    xero_account_code: str | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PaymentInvoice(Part):
    """How much of a payment went to one invoice.

    Attributes:
        xero_id: Its id in Xero, an accounting system.
    """

    invoice_id: str | None = attrs.field(default=None, metadata=id_of("invoices"))
    amount: Decimal | None = None
    xero_id: str | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PaymentCreditAllocation(Part):
    """How much credit went to one invoice with a payment."""

    invoice_id: str | None = attrs.field(default=None, metadata=id_of("invoices"))
    amount: Decimal | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Payment(Entity):
    """Money that came in, or credit that was used.

    Attributes:
        amount: 0 where credit was used.
        archived: Lists leave out what is archived unless asked for it.
        archived_at: None while it is active.
        payment_number: As it is printed.
        xero_id: Its id in Xero, an accounting system.
    """

    kind: ClassVar[str] = "payments"

    payment_number: str | None = None
    amount: Decimal | None = None
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    location_id: str | None = attrs.field(default=None, metadata=id_of("locations"))
    payment_method_id: str | None = attrs.field(default=None, metadata=id_of("payment_methods"))
    payment_date: datetime | None = None
    payment_invoices: tuple[PaymentInvoice, ...] | None = None
    credit_allocations: tuple[PaymentCreditAllocation, ...] | None = None
    xero_id: str | None = None
    archived_at: datetime | None = None
    archived: bool | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PaymentInvoiceDraft(Draft):
    """How much of a payment goes to one invoice; it needs `invoice_id` and `amount`.

    Attributes:
        xero_id: Its id in Xero, an accounting system.
    """

    kind: ClassVar[str] = "payments"

    invoice_id: Ref[Any] | str | Unset = attrs.field(default=UNSET, metadata=pointing_at("invoices", required=True))
    amount: Decimal | Unset | None = attrs.field(default=UNSET, metadata=NEEDED_NUMBER)
    xero_id: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PaymentDraft(Draft):
    """A payment to be created against invoices that are there.

    It needs everything but `xero_id`.

    Attributes:
        amount: The sum of what goes to the invoices.
        xero_id: Its id in Xero, an accounting system.
    """

    kind: ClassVar[str] = "payments"

    patient_id: Ref[Any] | str | Unset = attrs.field(default=UNSET, metadata=pointing_at("patients", required=True))
    location_id: Ref[Any] | str | Unset = attrs.field(default=UNSET, metadata=pointing_at("locations", required=True))
    payment_method_id: Ref[Any] | str | Unset = attrs.field(
        default=UNSET, metadata=pointing_at("payment_methods", required=True)
    )
    amount: Decimal | Unset | None = attrs.field(default=UNSET, metadata=NEEDED_NUMBER)
    payment_date: datetime | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    payment_invoices: Sequence[PaymentInvoiceDraft] | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    xero_id: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class CreditNoteItem(Part):
    """A line of a credit note.

    Attributes:
        discount: An amount or a percentage, as text.
    """

    id: str | None = attrs.field(default=None, metadata=id_of())
    invoice_item_id: str | None = attrs.field(default=None, metadata=id_of())
    unit_price: Decimal | None = None
    quantity: Decimal | None = None
    discount: str | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class CreditAllocation(Part):
    """How much of a credit note went to one invoice."""

    invoice_id: str | None = attrs.field(default=None, metadata=id_of("invoices"))
    payment_id: str | None = attrs.field(default=None, metadata=id_of("payments"))
    amount: Decimal | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class CreditNote(Entity):
    """What takes an invoice back in part or whole; can only be read.

    Attributes:
        custom_num: Its number as it is printed.
        deleted_at: None while it is active.
        sent_status: `Sent` or `Viewed`.
    """

    kind: ClassVar[str] = "credit_notes"

    custom_num: str | None = None
    invoice_id: str | None = attrs.field(default=None, metadata=id_of("invoices"))
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    subtotal: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    sent_status: str | None = None
    credit_note_items: tuple[CreditNoteItem, ...] | None = None
    credit_allocations: tuple[CreditAllocation, ...] | None = None
    description: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
