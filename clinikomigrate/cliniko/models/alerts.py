"""Medical alerts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.patients import Patient


@attrs.frozen(kw_only=True, repr=False)
class MedicalAlert(Entity):
    """A warning shown wherever the patient is: an allergy, a pacemaker.

    Lists give the alerts of archived patients too.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        name: The warning itself.
    """

    kind: ClassVar[str] = "medical_alerts"

    archived_at: datetime | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    name: str | None = None
    patient: Ref[Patient] | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class MedicalAlertDraft(Draft):
    """A medical alert to be written.

    To be created it needs `name` and `patient_id`.

    Attributes:
        name: The warning itself. At most 255 characters.
    """

    kind: ClassVar[str] = "medical_alerts"

    name: str | Unset = attrs.field(default=UNSET, metadata={"required": True})
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
