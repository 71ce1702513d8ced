"""Patient forms, their templates and signatures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.content import Content
    from clinikomigrate.cliniko.models.group_appointments import Attendee
    from clinikomigrate.cliniko.models.patients import Patient
    from clinikomigrate.cliniko.models.practice import Business, User
    from clinikomigrate.cliniko.models.unions import Booking


@attrs.frozen(kw_only=True, repr=False)
class PatientForm(Entity):
    """A form that a patient fills in.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        completed_at: None until it was completed.
        edited_at: None unless it was changed after it was completed.
        email_to_patient_on_completion: Whether the patient gets a copy by e-mail.
        restricted_to_practitioner: Whether it is kept from users who aren't practitioners.
        signatures: A link, as JSON has it. Each signature is fetched by the `signature_id` of its question.
        url: Where the patient fills it in.
    """

    kind: ClassVar[str] = "patient_forms"

    archived_at: datetime | None = None
    attendee: Ref[Attendee] | None = None
    booking: Ref[Booking] | None = None
    business: Ref[Business] | None = None
    completed_at: datetime | None = None
    content: Content | None = None
    created_at: datetime | None = None
    edited_at: datetime | None = None
    email_to_patient_on_completion: bool | None = None
    name: str | None = None
    patient: Ref[Patient] | None = None
    restricted_to_practitioner: bool | None = None
    signatures: Mapping[str, object] | None = attrs.field(default=None, hash=False)
    updated_at: datetime | None = None
    url: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class PatientFormDraft(Draft):
    """A patient form to be written.

    A template gives name, content and restriction, unless they are given here.

    To be created it needs `patient_id`.

    Attributes:
        completed: True stamps it as completed now, if every required question has an answer.
        content: None for a form without sections.
        email_to_patient_on_completion: True together with `completed` may write to the patient.
        name: At most 255 characters.
        restricted_to_practitioner: Whether it is kept from users who aren't practitioners.
    """

    kind: ClassVar[str] = "patient_forms"

    attendee_id: Ref[Attendee] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "attendees"})
    business_id: Ref[Business] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "businesses"})
    completed: bool | Unset = UNSET
    content: Content | Unset | None = UNSET
    email_to_patient_on_completion: bool | Unset | None = UNSET
    name: str | Unset = UNSET
    patient_form_template_id: Ref[PatientFormTemplate] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "patient_form_templates"}
    )
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
    restricted_to_practitioner: bool | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PatientFormTemplate(Entity):
    """A form of questions that patient forms start from.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        email_to_patient_on_completion: Whether patients get a copy by e-mail.
        restricted_to_practitioner: Whether the forms are kept from users who aren't practitioners.
    """

    kind: ClassVar[str] = "patient_form_templates"

    archived_at: datetime | None = None
    content: Content | None = None
    created_at: datetime | None = None
    email_to_patient_on_completion: bool | None = None
    name: str | None = None
    restricted_to_practitioner: bool | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class PatientFormTemplateDraft(Draft):
    """A patient form template to be written.

    Attributes:
        content: Without answers, but for those of paragraphs.
        email_to_patient_on_completion: Whether patients get a copy by e-mail.
        name: At most 255 characters.
        restricted_to_practitioner: Whether the forms are kept from users who aren't practitioners.
    """

    kind: ClassVar[str] = "patient_form_templates"

    content: Content | Unset | None = UNSET
    email_to_patient_on_completion: bool | Unset | None = UNSET
    name: str | Unset = UNSET
    restricted_to_practitioner: bool | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Signature(Entity):
    """What somebody drew as a signature on a patient form.

    Attributes:
        image: The drawing; nothing documents how it is encoded.
        user: Who signed, if it was one of the staff.
    """

    kind: ClassVar[str] = "signatures"

    created_at: datetime | None = None
    image: str | None = None
    updated_at: datetime | None = None
    user: Ref[User] | None = None
