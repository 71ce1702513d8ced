"""How patients came to the clinic."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.contacts import Contact
    from clinikomigrate.cliniko.models.patients import Patient


@attrs.frozen(kw_only=True, repr=False)
class ReferralSource(Entity):
    """How one patient came to the clinic.

    Each patient has one at most.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        referrer: Who recommended the clinic; `referrer_type` says what they are.
        referrer_type: `Patient` or `Contact`; None where the type of source has no referrers.
        subcategory: One of the type's subcategories.
    """

    kind: ClassVar[str] = "referral_sources"

    archived_at: datetime | None = None
    created_at: datetime | None = None
    notes: str | None = None
    patient: Ref[Patient] | None = None
    referral_source_type: Ref[ReferralSourceType] | None = None
    referrer: Ref[Patient | Contact] | None = None
    referrer_type: str | None = None
    subcategory: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class ReferralSourceDraft(Draft):
    """A patient's referral source to be written.

    It is set on the patient: the API can't make one by itself.

    To be created it needs `patient_id`.

    Attributes:
        patient_id: Whose it is. Part of the address, not of the body.
        referrer_id: A patient or a contact, as the type asks for.
        subcategory: Must be one that the type has already.
    """

    kind: ClassVar[str] = "referral_sources"

    notes: str | Unset | None = UNSET
    patient_id: Ref[Patient] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "patients", "required": True, "body": False}
    )
    referral_source_type_id: Ref[ReferralSourceType] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "referral_source_types"}
    )
    referrer_id: Ref[Patient | Contact] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": ("patients", "contacts")}
    )
    subcategory: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class ReferralSourceType(Entity):
    """A way in which patients come to the clinic.

    Types are made in the product; the API only reads them.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        referrer_type: What a referrer has to be: `Patient` or `Contact`; None for no referrer.
    """

    kind: ClassVar[str] = "referral_source_types"
    collections: ClassVar[frozenset[str]] = frozenset({"referrers"})

    archived_at: datetime | None = None
    created_at: datetime | None = None
    name: str | None = None
    referrer_type: str | None = None
    subcategories: tuple[str, ...] | None = None
    updated_at: datetime | None = None
