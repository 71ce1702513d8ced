"""The kinds of record about what is sold, and the invoices for it."""

from __future__ import annotations

from clinikomigrate.testing.columns import Column, flag, money, ref, stamp, stamps, text, texts, whole
from clinikomigrate.testing.kinds.kind import ARCHIVABLE, READ_ONLY, Kind

INCREASES = frozenset({"Stock Purchase", "Returned"})
DECREASES = frozenset({"Damaged", "Out of Date", "Item Sold", "Correction"})
INVOICE_STATUSES = {10: "Open", 20: "Paid", 30: "Closed", 40: "Open credit"}

_SIGNED = -3_999_999_999
_LINE = (
    money("quantity", _SIGNED, null=False, default="1.0"),
    money("discount_percentage", 0, 100),
    money("discounted_amount"),
    flag("is_monetary_discount", write="never"),
)
_DELETABLE = frozenset({"list", "get", "create", "update", "delete"})

CATALOGUE = (
    Kind(
        "taxes",
        _DELETABLE,
        (text("name", null=False), *(money(name, 0, holds="amount", null=False) for name in ("rate", "amount"))),
        required=("name",),
        hidden_by=(),
    ),
    Kind(
        "concession_types",
        frozenset({"list", "get", "create", "update"}),
        (text("name", 255, null=False), stamp("archived_at")),
        required=("name",),
        filters="archived_at",
    ),
    Kind(
        "concession_prices",
        frozenset({"list", "get", "create", "update"}),
        (
            ref("billable_item_id", "billable_items"),
            ref("concession_type_id", "concession_types"),
            money("price", _SIGNED, holds="amount"),
        ),
        required=("billable_item_id", "concession_type_id"),
        filters="billable_item_id concession_type_id",
        hidden_by=(),
    ),
    Kind(
        "product_suppliers",
        ARCHIVABLE,
        (text("name", null=False), Column("archived_at", "moment", "never", read=False)),
        required=("name",),
        filters="name",
    ),
    Kind(
        "products",
        ARCHIVABLE,
        (
            text("name", 255, null=False),
            text("item_code", 100),
            text("serial_number", 255),
            text("notes"),
            money("price", _SIGNED, holds="number", null=False, read=False),
            flag("price_includes_tax", read=False, default=False),
            money("cost_price", 0),
            money("stock_level", _SIGNED, holds="amount"),
            text("product_supplier_name", null=False, kept=False, key="product_supplier"),
            ref("product_supplier_id", "product_suppliers"),
            ref("tax_id", "taxes"),
            stamp("archived_at"),
        ),
        required=("name",),
        filters="archived_at name tax_id",
        links={"stock_adjustments": "/stock_adjustments?q%5B%5D=product_id%3A%3D{id}"},
    ),
    Kind(
        "billable_items",
        ARCHIVABLE,
        (
            text("name", 255, null=False),
            text("item_code", 100),
            text("item_type", null=False, one_of=("Product", "Service", "Other"), default="Service"),
            money("price", _SIGNED, null=False, default="0.0"),
            ref("tax_id", "taxes"),
            stamp("archived_at"),
        ),
        required=("name",),
        filters="archived_at tax_id",
        links={"concession_prices": "/concession_prices?q%5B%5D=billable_item_id%3A%3D{id}"},
    ),
    Kind(
        "appointment_type_billable_items",
        _DELETABLE,
        (
            ref("appointment_type_id", "appointment_types", write="create"),
            ref("billable_item_id", "billable_items"),
            *_LINE,
        ),
        required=("appointment_type_id", "billable_item_id"),
        filters="appointment_type_id billable_item_id",
        hidden_by=(),
    ),
    Kind(
        "appointment_type_products",
        _DELETABLE,
        (ref("appointment_type_id", "appointment_types", write="create"), ref("product_id", "products"), *_LINE),
        required=("appointment_type_id", "product_id"),
        filters="appointment_type_id product_id",
        hidden_by=(),
    ),
    Kind(
        "stock_adjustments",
        frozenset({"list", "get", "create"}),
        (
            text("adjustment_type", null=False, one_of=(*sorted(INCREASES), *sorted(DECREASES), "Other")),
            money("quantity", holds="amount"),
            *texts("comment notes"),
            ref("product_id", "products"),
            ref("user_id", "users", write="never"),
            stamp("archived_at"),
        ),
        required=("adjustment_type", "product_id", "quantity"),
        filters="archived_at product_id",
    ),
    Kind(
        "invoices",
        READ_ONLY,
        (
            whole("number"),
            whole("status", default=10),
            Column("issue_date", "date"),
            *texts("invoice_to notes patient_extra_information online_payment_url"),
            *(money(name) for name in ("discounted_amount", "net_amount", "tax_amount", "total_amount")),
            whole("calculation_method", default=3),
            ref("appointment_id", "bookings", read=False),
            ref("attendee_id", "attendees"),
            ref("business_id", "businesses"),
            ref("patient_id", "patients"),
            ref("practitioner_id", "practitioners"),
            ref("original_invoice_id", "invoices"),
            *stamps("archived_at closed_at deleted_at"),
        ),
        filters="archived_at deleted_at appointment_id business_id issue_date number patient_id practitioner_id status "
        "attendee_id closed_at original_invoice_id",
        links={
            "invoice_items": "/invoices/{id}/invoice_items",
            "reversed_invoices": "/invoices?q%5B%5D=original_invoice_id%3A%3D{id}",
        },
    ),
    Kind(
        "invoice_items",
        READ_ONLY,
        (
            *texts("code concession_type_name name tax_name"),
            money("quantity", default="1.0"),
            *(money(name) for name in ("unit_price", "net_price", "discounted_amount", "discount_percentage")),
            *(money(name) for name in ("tax_amount", "tax_rate")),
            Column("total_including_tax", "object"),
            flag("is_monetary_discount", default=False),
            ref("invoice_id", "invoices"),
            ref("billable_item_id", "billable_items"),
            ref("product_id", "products"),
            *stamps("archived_at deleted_at"),
        ),
        filters="archived_at deleted_at invoice_id source_item_id",
    ),
)
