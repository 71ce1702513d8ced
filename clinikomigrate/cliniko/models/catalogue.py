"""What the clinic offers: appointment types with what is charged for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity, Record
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.billing import BillableItem
    from clinikomigrate.cliniko.models.notes import TreatmentNoteTemplate
    from clinikomigrate.cliniko.models.practice import Business, Practitioner
    from clinikomigrate.cliniko.models.products import Product


@attrs.frozen(kw_only=True, repr=False)
class AppointmentType(Entity):
    """A kind of appointment that the clinic offers.

    In which businesses it is offered is read from the businesses' `appointment_type_ids`, and by whom from the
    practitioners of the type.

    Attributes:
        add_deposit_to_account_credit: Whether a deposit counts as the patient's credit.
        appointment_confirmation_template_ids: Message templates, which can't be read through the API and differ from
            account to account.
        appointment_follow_up_template_ids: Message templates, as above.
        appointment_reminder_template_ids: Message templates, as above.
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        billable_item: Deprecated in favour of `AppointmentTypeBillableItem`, of which there can be several.
        category: A heading that types are grouped under.
        color: Hexadecimal, `#RGB` or `#RRGGBB`.
        deposit_price: In the account's currency.
        max_attendees: 1 for individual appointments, more for groups.
        online_bookings_lead_time_hours: How long before an appointment patients can still book: 0, 1, 2, 4, 12, 18,
            24, 48, 72, 168, 336, 504 or 672.
        online_payments_enabled: Whether patients can pay when they book; can't be written.
        online_payments_mode: `deposit_required`, `optional` or `required`; None for no online payment.
        product: Deprecated in favour of `AppointmentTypeProduct`, of which there can be several.
    """

    kind: ClassVar[str] = "appointment_types"
    collections: ClassVar[frozenset[str]] = frozenset(
        {"appointment_type_billable_items", "appointment_type_products", "practitioners"}
    )

    add_deposit_to_account_credit: bool | None = None
    appointment_confirmation_template_ids: tuple[str, ...] | None = attrs.field(
        default=None, metadata={"identifier": True}
    )
    appointment_follow_up_template_ids: tuple[str, ...] | None = attrs.field(
        default=None, metadata={"identifier": True}
    )
    appointment_reminder_template_ids: tuple[str, ...] | None = attrs.field(default=None, metadata={"identifier": True})
    archived_at: datetime | None = None
    billable_item: Ref[BillableItem] | None = None
    category: str | None = None
    color: str | None = None
    created_at: datetime | None = None
    deposit_price: Decimal | None = None
    description: str | None = None
    duration_in_minutes: int | None = None
    max_attendees: int | None = None
    name: str | None = None
    online_bookings_lead_time_hours: int | None = None
    online_payments_enabled: bool | None = None
    online_payments_mode: str | None = None
    product: Ref[Product] | None = None
    show_in_online_bookings: bool | None = None
    telehealth_enabled: bool | None = None
    treatment_note_template: Ref[TreatmentNoteTemplate] | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class AppointmentTypeDraft(Draft):
    """An appointment type to be written.

    Attributes:
        add_deposit_to_account_credit: Whether a deposit counts as the patient's credit.
        appointment_confirmation_template_ids: Message templates, which can't be read through the API and differ from
            account to account.
        appointment_follow_up_template_ids: Message templates, as above.
        appointment_reminder_template_ids: Message templates, as above.
        billable_item_id: Deprecated in favour of `AppointmentTypeBillableItemDraft`.
        business_ids: Where it is offered. Can be written but not read.
        category: A heading that types are grouped under.
        color: Hexadecimal, `#RGB` or `#RRGGBB`.
        deposit_price: In the account's currency. Not negative.
        duration_in_minutes: 0 to 1440.
        max_attendees: 1 for individual appointments, more for groups. 0 to 100.
        name: At most 255 characters.
        online_bookings_lead_time_hours: How long before an appointment patients can still book: 0, 1, 2, 4, 12, 18,
            24, 48, 72, 168, 336, 504 or 672.
        online_payments_mode: `deposit_required`, `optional` or `required`; None for no online payment.
        practitioner_ids: Who offers it. Can be written but not read.
        product_id: Deprecated in favour of `AppointmentTypeProductDraft`.
    """

    kind: ClassVar[str] = "appointment_types"

    add_deposit_to_account_credit: bool | Unset | None = UNSET
    appointment_confirmation_template_ids: Sequence[str] | Unset | None = UNSET
    appointment_follow_up_template_ids: Sequence[str] | Unset | None = UNSET
    appointment_reminder_template_ids: Sequence[str] | Unset | None = UNSET
    billable_item_id: Ref[BillableItem] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "billable_items"}
    )
    business_ids: Sequence[Ref[Business] | str] | Unset = attrs.field(default=UNSET, metadata={"kind": "businesses"})
    category: str | Unset | None = UNSET
    color: str | Unset = UNSET
    deposit_price: Decimal | Unset | None = UNSET
    description: str | Unset | None = UNSET
    duration_in_minutes: int | Unset = UNSET
    max_attendees: int | Unset = UNSET
    name: str | Unset = UNSET
    online_bookings_lead_time_hours: int | Unset | None = UNSET
    online_payments_mode: str | Unset | None = UNSET
    practitioner_ids: Sequence[Ref[Practitioner] | str] | Unset = attrs.field(
        default=UNSET, metadata={"kind": "practitioners"}
    )
    product_id: Ref[Product] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "products"})
    show_in_online_bookings: bool | Unset | None = UNSET
    telehealth_enabled: bool | Unset | None = UNSET
    treatment_note_template_id: Ref[TreatmentNoteTemplate] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "treatment_note_templates"}
    )


@attrs.frozen(kw_only=True, repr=False)
class AppointmentTypeBillableItem(Entity):
    """Something that is charged for with each appointment of a type.

    Attributes:
        discount_percentage: 0 to 100.
        discounted_amount: What the discount takes off, in the account's currency.
        is_monetary_discount: Whether the discount is an amount rather than a percentage.
    """

    kind: ClassVar[str] = "appointment_type_billable_items"

    appointment_type: Ref[AppointmentType] | None = None
    billable_item: Ref[BillableItem] | None = None
    created_at: datetime | None = None
    discount_percentage: Decimal | None = None
    discounted_amount: Decimal | None = None
    is_monetary_discount: bool | None = None
    quantity: Decimal | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class AppointmentTypeBillableItemDraft(Draft):
    """A billable item of an appointment type to be written.

    To be created it needs `appointment_type_id` and `billable_item_id`.

    Attributes:
        appointment_type_id: Can't be changed afterwards.
        discount_percentage: What the discount takes off, in percent. 0 to 100.
        discounted_amount: What the discount takes off, in the account's currency. Give this or `discount_percentage`.
    """

    kind: ClassVar[str] = "appointment_type_billable_items"

    appointment_type_id: Ref[AppointmentType] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "appointment_types", "required": True}
    )
    billable_item_id: Ref[BillableItem] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "billable_items", "required": True}
    )
    discount_percentage: Decimal | Unset | None = UNSET
    discounted_amount: Decimal | Unset | None = UNSET
    quantity: Decimal | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class AppointmentTypeProduct(Entity):
    """A product that is charged for with each appointment of a type.

    Attributes:
        discount_percentage: 0 to 100.
        discounted_amount: What the discount takes off, in the account's currency.
        is_monetary_discount: Whether the discount is an amount rather than a percentage.
    """

    kind: ClassVar[str] = "appointment_type_products"

    appointment_type: Ref[AppointmentType] | None = None
    created_at: datetime | None = None
    discount_percentage: Decimal | None = None
    discounted_amount: Decimal | None = None
    is_monetary_discount: bool | None = None
    product: Ref[Product] | None = None
    quantity: Decimal | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class AppointmentTypeProductDraft(Draft):
    """A product of an appointment type to be written.

    To be created it needs `appointment_type_id` and `product_id`.

    Attributes:
        appointment_type_id: Can't be changed afterwards.
        discount_percentage: What the discount takes off, in percent. 0 to 100.
        discounted_amount: What the discount takes off, in the account's currency. Give this or `discount_percentage`.
    """

    kind: ClassVar[str] = "appointment_type_products"

    appointment_type_id: Ref[AppointmentType] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "appointment_types", "required": True}
    )
    discount_percentage: Decimal | Unset | None = UNSET
    discounted_amount: Decimal | Unset | None = UNSET
    product_id: Ref[Product] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "products", "required": True})
    quantity: Decimal | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Service(Record):
    """Who offers an appointment type at a business, for online bookings."""

    kind: ClassVar[str] = "services"

    appointment_type: Ref[AppointmentType] | None = None
    business: Ref[Business] | None = None
    practitioners: tuple[Ref[Practitioner], ...] | None = None
