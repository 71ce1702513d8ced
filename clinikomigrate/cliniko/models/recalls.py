"""Recalls: reminders to see a patient again."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.patients import Patient


@attrs.frozen(kw_only=True, repr=False)
class Recall(Entity):
    """A note that a patient should be seen again.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        recall_at: The day on which.
    """

    kind: ClassVar[str] = "recalls"

    archived_at: datetime | None = None
    created_at: datetime | None = None
    notes: str | None = None
    patient: Ref[Patient] | None = None
    recall_at: date | None = None
    recall_type: Ref[RecallType] | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class RecallDraft(Draft):
    """A recall to be written.

    To be created it needs `patient_id`, `recall_type_id` and `recall_at`.

    Attributes:
        recall_at: The day on which.
    """

    kind: ClassVar[str] = "recalls"

    notes: str | Unset | None = UNSET
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
    recall_at: date | Unset = attrs.field(default=UNSET, metadata={"required": True})
    recall_type_id: Ref[RecallType] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "recall_types", "required": True}
    )


@attrs.frozen(kw_only=True, repr=False)
class RecallType(Entity):
    """What a recall is for: `Yearly check-up`.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
    """

    kind: ClassVar[str] = "recall_types"

    archived_at: datetime | None = None
    created_at: datetime | None = None
    name: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class RecallTypeDraft(Draft):
    """A recall type to be written."""

    kind: ClassVar[str] = "recall_types"

    name: str | Unset = UNSET
