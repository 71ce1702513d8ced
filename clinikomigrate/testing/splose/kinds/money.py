"""Invoices, payments and credit notes."""

from __future__ import annotations

from clinikomigrate.testing.splose.kinds.kind import DELETED, FLAG, STAMPS, Body, Kind
from clinikomigrate.testing.splose.properties import Property, named, parts, reference, references, texts

INVOICES = Kind(
    "invoices",
    (
        Property("invoiceNumber", null=False),
        *named("issueDate dueDate", "moment", null=False),
        reference("patientId", "patients", null=False),
        reference("contactId", "contacts"),
        reference("locationId", "locations", null=False),
        reference("practitionerId", "practitioners"),
        Property("extraBillingInfo"),
        Property("subtotal", "number"),
        Property("taxStatus", one_of=("including", "excluding", "no tax"), null=False, default="no tax"),
        *named("tax total", "number"),
        Property("paidAmount", "number", default=0),
        Property("status", one_of=("Draft", "Awaiting Payment", "Paid"), null=False, default="Awaiting Payment"),
        parts(
            "invoiceItems",
            Property("id", "id", null=False, needed=True),
            Property("type", null=False, needed=True),
            Property("typeId", "id", needed=True),
            *named("code description", needed=True),
            *named("unitPrice quantity", "number", needed=True),
            *named("discount taxType", needed=True),
            Property("taxRate", "number", needed=True),
            null=False,
        ),
        references("paymentIds", "payments", null=False),
        texts("referenceNumbers"),
        Property("isArchived", "boolean", default=False),
        *named("reference description"),
        *STAMPS,
    ),
    archived_flag="isArchived",
)

PAYMENT_METHODS = Kind(
    "payment_methods", (Property("name", null=False), *named("description xeroAccountCode")), archived_flag=None
)

_SHARE = (reference("invoiceId", "invoices", null=False, needed=True), Property("amount", "number", needed=True))

PAYMENTS = Kind(
    "payments",
    (
        Property("paymentNumber", null=False),
        Property("amount", "number"),
        reference("patientId", "patients", null=False),
        reference("locationId", "locations", null=False),
        reference("paymentMethodId", "payment_methods"),
        Property("paymentDate", "moment", null=False),
        parts("paymentInvoices", *_SHARE, Property("xeroId", null=False), null=False),
        parts("creditAllocations", *_SHARE, null=False),
        Property("xeroId", "uuid"),
        Property("archivedAt", "moment"),
        FLAG,
        *(Property(stamp.name, "moment", null=False, shown=False) for stamp in STAMPS),
    ),
    create=Body(
        takes=frozenset(
            {"patientId", "locationId", "paymentMethodId", "amount", "paymentDate", "paymentInvoices", "xeroId"}
        ),
        needs=frozenset({"patientId", "locationId", "paymentMethodId", "amount", "paymentDate", "paymentInvoices"}),
        never_null=frozenset({"paymentMethodId", "xeroId"}),
    ),
    delete=True,
    archived_by="archivedAt",
)

CREDIT_NOTES = Kind(
    "credit_notes",
    (
        Property("customNum", null=False),
        reference("invoiceId", "invoices", null=False),
        reference("patientId", "patients", null=False),
        *named("subtotal tax total", "number"),
        Property("sentStatus", one_of=("Sent", "Viewed")),
        parts(
            "creditNoteItems",
            *named("id invoiceItemId", "id", null=False, needed=True),
            *named("unitPrice quantity", "number", needed=True),
            Property("discount", needed=True),
            null=False,
        ),
        parts("creditAllocations", *_SHARE, reference("paymentId", "payments", null=False, needed=True), null=False),
        Property("description"),
        *STAMPS,
        DELETED,
    ),
    archived_by="deletedAt",
    archived_flag=None,
)
