"""What the clinic offers and sells."""

from __future__ import annotations

from clinikomigrate.client.nested import Nested
from clinikomigrate.client.resource import Archive, Create, Delete, DeleteToArchive, Get, List, Update
from clinikomigrate.cliniko.models import (
    AppointmentType,
    AppointmentTypeBillableItem,
    AppointmentTypeBillableItemDraft,
    AppointmentTypeDraft,
    AppointmentTypeProduct,
    AppointmentTypeProductDraft,
    BillableItem,
    BillableItemDraft,
    Practitioner,
    Product,
    ProductDraft,
    ProductSupplier,
    ProductSupplierDraft,
    Service,
    StockAdjustment,
    StockAdjustmentDraft,
)
from clinikomigrate.cliniko.resources.fields import FIELDS


class AppointmentTypes(
    List[AppointmentType],
    Get[AppointmentType],
    Create[AppointmentType, AppointmentTypeDraft],
    Update[AppointmentType, AppointmentTypeDraft],
    Archive,
    DeleteToArchive,
):
    """The types of appointment."""

    kind = "appointment_types"
    model = AppointmentType
    fields = FIELDS["appointment_types"]

    practitioners = Nested[Practitioner](
        Practitioner,
        "practitioners",
        "/appointment_types/{appointment_type_id}/practitioners",
        FIELDS["practitioners"],
    )
    inactive_practitioners = Nested[Practitioner](
        Practitioner,
        "practitioners",
        "/appointment_types/{appointment_type_id}/practitioners/inactive",
        FIELDS["practitioners"],
    )


class AppointmentTypeBillableItems(
    List[AppointmentTypeBillableItem],
    Get[AppointmentTypeBillableItem],
    Create[AppointmentTypeBillableItem, AppointmentTypeBillableItemDraft],
    Update[AppointmentTypeBillableItem, AppointmentTypeBillableItemDraft],
    Delete,
):
    """What is billed for an appointment of a type."""

    kind = "appointment_type_billable_items"
    model = AppointmentTypeBillableItem
    fields = FIELDS["appointment_type_billable_items"]
    create_only = frozenset({"appointment_type_id"})


class AppointmentTypeProducts(
    List[AppointmentTypeProduct],
    Get[AppointmentTypeProduct],
    Create[AppointmentTypeProduct, AppointmentTypeProductDraft],
    Update[AppointmentTypeProduct, AppointmentTypeProductDraft],
    Delete,
):
    """What is sold with an appointment of a type."""

    kind = "appointment_type_products"
    model = AppointmentTypeProduct
    fields = FIELDS["appointment_type_products"]
    create_only = frozenset({"appointment_type_id"})


class BillableItems(
    List[BillableItem],
    Get[BillableItem],
    Create[BillableItem, BillableItemDraft],
    Update[BillableItem, BillableItemDraft],
    Archive,
    DeleteToArchive,
):
    """What can be billed."""

    kind = "billable_items"
    model = BillableItem
    fields = FIELDS["billable_items"]


class Products(
    List[Product],
    Get[Product],
    Create[Product, ProductDraft],
    Update[Product, ProductDraft],
    Archive,
    DeleteToArchive,
):
    """What the clinic sells. The stock level can be given once, when a product is made."""

    kind = "products"
    model = Product
    fields = FIELDS["products"]


class ProductSuppliers(
    List[ProductSupplier],
    Get[ProductSupplier],
    Create[ProductSupplier, ProductSupplierDraft],
    Update[ProductSupplier, ProductSupplierDraft],
    Archive,
    DeleteToArchive,
):
    """Who supplies products. The API has no way to list those that were archived."""

    kind = "product_suppliers"
    model = ProductSupplier
    fields = FIELDS["product_suppliers"]


class StockAdjustments(
    List[StockAdjustment],
    Get[StockAdjustment],
    Create[StockAdjustment, StockAdjustmentDraft],
):
    """What changed the stock of products. What was written stays."""

    kind = "stock_adjustments"
    model = StockAdjustment
    fields = FIELDS["stock_adjustments"]


class Services(List[Service]):
    """Which practitioners offer which types of appointment where, to be read only. The list has no filters."""

    kind = "services"
    model = Service
