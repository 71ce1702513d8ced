"""Patient cases: what belongs to one complaint, referral or entitlement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.contacts import Contact
    from clinikomigrate.cliniko.models.group_appointments import Attendee
    from clinikomigrate.cliniko.models.patients import Patient
    from clinikomigrate.cliniko.models.unions import PatientAttachment


@attrs.frozen(kw_only=True, repr=False)
class PatientCase(Entity):
    """What belongs to one complaint, referral or entitlement of a patient.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        attendee_ids: The patient's places in appointments that belong to it.
        closed: Deprecated in favour of `closed_at`.
        contact: The doctor who referred the patient.
        include_cancelled_attendees: Whether cancelled bookings count as sessions.
        include_dna_attendees: Whether bookings to which the patient did not arrive count as sessions.
        max_invoiceable_amount: In the account's currency.
        max_sessions: How many sessions it covers; None for any number.
        referral: Whether it rests on a referral.
        referral_type: `dva` or `medicare`; None for any other.
    """

    kind: ClassVar[str] = "patient_cases"
    collections: ClassVar[frozenset[str]] = frozenset({"attendees", "bookings", "invoices", "patient_attachments"})

    archived_at: datetime | None = None
    attendee_ids: tuple[str, ...] | None = attrs.field(default=None, metadata={"identifier": True})
    closed: bool | None = None
    closed_at: datetime | None = None
    contact: Ref[Contact] | None = None
    created_at: datetime | None = None
    expiry_date: date | None = None
    include_cancelled_attendees: bool | None = None
    include_dna_attendees: bool | None = None
    issue_date: date | None = None
    max_invoiceable_amount: Decimal | None = None
    max_sessions: int | None = None
    name: str | None = None
    notes: str | None = None
    patient: Ref[Patient] | None = None
    referral: bool | None = None
    referral_type: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class PatientCaseDraft(Draft):
    """A patient case to be written.

    To be created it needs `name` and `patient_id`.

    Attributes:
        attendee_ids: Only attendees who exist already.
        closed: The only way to close a case: `closed_at` can't be written.
        contact_id: Must be a doctor.
        include_cancelled_attendees: Whether cancelled bookings count as sessions.
        include_dna_attendees: Whether bookings to which the patient did not arrive count as sessions.
        max_invoiceable_amount: In the account's currency. Not negative.
        max_sessions: How many sessions it covers; None for any number. 1 to 200.
        patient_attachment_ids: Only files that exist already.
        referral: Whether it rests on a referral.
        referral_type: `dva` or `medicare`; None for any other.
    """

    kind: ClassVar[str] = "patient_cases"

    attendee_ids: Sequence[Ref[Attendee] | str] | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "attendees"}
    )
    closed: bool | Unset | None = UNSET
    contact_id: Ref[Contact] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "contacts"})
    expiry_date: date | Unset | None = UNSET
    include_cancelled_attendees: bool | Unset | None = UNSET
    include_dna_attendees: bool | Unset | None = UNSET
    issue_date: date | Unset | None = UNSET
    max_invoiceable_amount: Decimal | Unset | None = UNSET
    max_sessions: int | Unset | None = UNSET
    name: str | Unset = attrs.field(default=UNSET, metadata={"required": True})
    notes: str | Unset | None = UNSET
    patient_attachment_ids: Sequence[Ref[PatientAttachment] | str] | Unset = attrs.field(
        default=UNSET, metadata={"kind": "patient_attachments"}
    )
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
    referral: bool | Unset | None = UNSET
    referral_type: str | Unset | None = UNSET
