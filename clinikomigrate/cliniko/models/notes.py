"""Treatment notes and their templates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity, Part
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.content import Content
    from clinikomigrate.cliniko.models.group_appointments import Attendee
    from clinikomigrate.cliniko.models.patients import Patient
    from clinikomigrate.cliniko.models.practice import Practitioner
    from clinikomigrate.cliniko.models.unions import Booking


@attrs.frozen(kw_only=True, repr=False)
class TreatmentNote(Entity):
    """What a practitioner wrote about a treatment.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        attendee: Whose place in a group appointment it is about.
        author_name: The name of who wrote it, as it is now.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        draft: Whether it can still be edited.
        finalized_at: None while it is a draft.
        pinned_at: None unless it is pinned to the top of the patient's file.
        practitioner: Who wrote it: the practitioner of the key, where it came through the API.
        title: May be blank in old notes.
    """

    kind: ClassVar[str] = "treatment_notes"

    archived_at: datetime | None = None
    attendee: Ref[Attendee] | None = None
    author_name: str | None = None
    booking: Ref[Booking] | None = None
    content: Content | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    draft: bool | None = None
    finalized_at: datetime | None = None
    patient: Ref[Patient] | None = None
    pinned_at: datetime | None = None
    practitioner: Ref[Practitioner] | None = None
    title: str | None = None
    treatment_note_template: Ref[TreatmentNoteTemplate] | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class TreatmentNoteDraft(Draft):
    """A treatment note to be written.

    Its author is the practitioner whose key is used; nobody else can be named. Keys of users who aren't practitioners
    are refused.

    To be created it needs `patient_id`, `title` and `draft`.

    Attributes:
        attendee_id: Needed in a group appointment to say whose treatment it was.
        content: None for a note without sections.
        draft: Whether it can still be edited.
        title: Never blank.
    """

    kind: ClassVar[str] = "treatment_notes"

    attendee_id: Ref[Attendee] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "attendees"})
    booking_id: Ref[Booking] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "bookings"})
    content: Content | Unset | None = UNSET
    draft: bool | Unset = attrs.field(default=UNSET, metadata={"required": True})
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
    title: str | Unset = attrs.field(default=UNSET, metadata={"required": True})
    treatment_note_template_id: Ref[TreatmentNoteTemplate] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "treatment_note_templates"}
    )


@attrs.frozen(kw_only=True, repr=False)
class TreatmentNoteTemplate(Entity):
    """A form of questions that treatment notes start from.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        deleted_at: An older word for archiving, filled in by older versions of the product.
    """

    kind: ClassVar[str] = "treatment_note_templates"

    archived_at: datetime | None = None
    content: Content | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    name: str | None = None
    print_settings: PrintSettings | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class TreatmentNoteTemplateDraft(Draft):
    """A treatment note template to be written.

    Attributes:
        content: Without answers, but for those of paragraphs.
        name: At most 255 characters.
    """

    kind: ClassVar[str] = "treatment_note_templates"

    content: Content | Unset | None = UNSET
    name: str | Unset = UNSET
    print_settings: PrintSettings | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PrintSettings(Part):
    """What of the patient is printed on top of a note.

    Read and written alike, so `UNSET` stands for a key that isn't there. Null is read but refused.

    Attributes:
        title: The heading.
    """

    include_patient_address: bool | Unset | None = UNSET
    include_patient_dob: bool | Unset | None = UNSET
    include_patient_medicare: bool | Unset | None = UNSET
    include_patient_occupation: bool | Unset | None = UNSET
    include_patient_reference_number: bool | Unset | None = UNSET
    title: str | Unset | None = UNSET
