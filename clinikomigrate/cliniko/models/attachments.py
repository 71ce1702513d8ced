"""Patients' files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Protocol

import attrs

from clinikomigrate.client.entity import Draft, Entity, Record
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.patients import Patient
    from clinikomigrate.cliniko.models.practice import User


@attrs.frozen(kw_only=True, repr=False)
class UploadedPatientAttachment(Entity):
    """A file that belongs to a patient.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        category: Seen in live accounts, undocumented.
        content: A link to the file, as JSON has it. The file is fetched by the record's id.
        content_type: MIME type; None until the file was processed. `invalid/invalid` has been seen.
        filename: None until the file was processed.
        pinned_at: None unless it is pinned to the top of the patient's file.
        processed_at: None until the file was processed.
        processing_completed: Whether name, type and size are known yet. It takes a while after an upload.
        size: In bytes; None until the file was processed.
        user: Who put it there.
    """

    kind: ClassVar[str] = "patient_attachments"

    archived_at: datetime | None = None
    category: str | None = None
    content: Mapping[str, object] | None = attrs.field(default=None, hash=False)
    content_type: str | None = None
    created_at: datetime | None = None
    description: str | None = None
    filename: str | None = None
    patient: Ref[Patient] | None = None
    pinned_at: datetime | None = None
    processed_at: datetime | None = None
    processing_completed: bool | None = None
    size: int | None = None
    updated_at: datetime | None = None
    user: Ref[User] | None = None


@attrs.frozen(kw_only=True, repr=False)
class FullPatientExport(Entity):
    """An archive that the product made of everything about one patient.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        category: Seen in live accounts, undocumented.
        content_type: MIME type; None until the file was processed. `invalid/invalid` has been seen.
        filename: None until the file was processed.
        pinned_at: None unless it is pinned to the top of the patient's file.
        processed_at: None until the file was processed.
        processing_completed: Whether name, type and size are known yet. It takes a while after an upload.
        size: In bytes; None until the file was processed.
        user: Who asked for it.
    """

    kind: ClassVar[str] = "patient_attachments"
    collections: ClassVar[frozenset[str]] = frozenset({"content"})

    archived_at: datetime | None = None
    category: str | None = None
    content_type: str | None = None
    created_at: datetime | None = None
    description: str | None = None
    filename: str | None = None
    patient: Ref[Patient] | None = None
    pinned_at: datetime | None = None
    processed_at: datetime | None = None
    processing_completed: bool | None = None
    size: int | None = None
    updated_at: datetime | None = None
    user: Ref[User] | None = None


@attrs.frozen(kw_only=True, repr=False)
class PatientAttachmentDraft(Draft):
    """A patient's file to be written.

    The file goes to a file store first, and the API is told where.

    To be created it needs `patient_id`.

    Attributes:
        content: The file itself, which the client uploads to get an `upload_url`. Not part of the body.
        description: At most 255 characters.
        filename: Only where the name differs from the one under which it was uploaded.
        upload_url: Where the file was uploaded to. Only the API's own store is accepted. Left out where `content` is
            given.
    """

    kind: ClassVar[str] = "patient_attachments"

    content: File | Unset = attrs.field(default=UNSET, metadata={"body": False})
    description: str | Unset | None = UNSET
    filename: str | Unset | None = UNSET
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
    upload_url: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class AttachmentPresignedPost(Record):
    """A permission to upload one file to the file store.

    Attributes:
        fields: To be sent as they are, all of them, before the file.
        url: Of the file store.
    """

    kind: ClassVar[str] = "attachment_presigned_posts"

    fields: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    url: str | None = None


class File(Protocol):
    """A file that can be read from its start as often as needed, without being held in memory."""

    @property
    def name(self) -> str:
        """The name that people see, with its ending."""

    @property
    def size(self) -> int:
        """The length in bytes."""

    @property
    def content_type(self) -> str | None:
        """The MIME type; None where nobody knows."""

    def open(self) -> BinaryIO | Iterator[bytes]:
        """Starts to read from the first byte."""
