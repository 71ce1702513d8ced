"""Patients' files: sent and fetched as streams, never held in memory as a whole.

A file reaches an account in three steps: the API gives a permission for one file (a pre-signed post), the file goes to
the file store with it, and the API is told where it lies. The API answers before it has processed the file: until
`processing_completed` is true, its name, type and size are None.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from xml.parsers import expat

import attrs

from clinikomigrate.client.converter import structure, unexpected
from clinikomigrate.client.query import identifier
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import Archive, Create, DeleteToArchive, Get, List, Update
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko.models import (
    AttachmentPresignedPost,
    File,
    PatientAttachment,
    PatientAttachmentDraft,
    UploadedPatientAttachment,
)
from clinikomigrate.cliniko.resources.fields import FIELDS
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.wire.download import Download

_PERMISSION = "/patients/{patient_id}/attachment_presigned_post"


class PatientAttachments(
    List[PatientAttachment],
    Get[PatientAttachment],
    Create[UploadedPatientAttachment, PatientAttachmentDraft],
    Update[PatientAttachment, PatientAttachmentDraft],
    Archive,
    DeleteToArchive,
):
    """Patients' files. Only the description of one can be changed."""

    kind = "patient_attachments"
    model = PatientAttachment
    created_model = UploadedPatientAttachment
    fields = FIELDS["patient_attachments"]
    create_only = frozenset({"filename", "patient_id", "upload_url"})

    def create(self, draft: PatientAttachmentDraft) -> UploadedPatientAttachment:
        """Makes the record of a file that lies in the file store already; `upload` does all of it.

        Args:
            draft: Whose file it is, its description, and the `upload_url` under which the store has it.

        Raises:
            ConfigurationError: The draft has a `content`, which only `upload` sends.
            Unprocessable: The store has no such file.
            OutcomeUnknown: The record may have been made or not.
        """
        _refuse_content(draft, "create()")
        return super().create(draft)

    def update(self, record: str | Ref[PatientAttachment], draft: PatientAttachmentDraft) -> PatientAttachment:
        """Changes the description of a file.

        Args:
            record: Its id or a Ref.
            draft: The new description.

        Raises:
            ConfigurationError: The draft gives more than a description.
        """
        _refuse_content(draft, "update()")
        return super().update(record, draft)

    def upload(self, draft: PatientAttachmentDraft) -> UploadedPatientAttachment:
        """Sends a patient's file: asks for the permission, sends the file to the store, and tells the API.

        Args:
            draft: Whose file it is, its description, and the file itself as `content`.

        Returns:
            The file's record. Read it again until `processing_completed` is true to learn its final name and size.

        Raises:
            ConfigurationError: The draft has no `content` or no `patient_id`.
            FileStoreError: The store refused the file.
            OutcomeUnknown: The file is in the store, and the record may have been made or not.
        """
        content = draft.content
        if isinstance(content, Unset):
            raise ConfigurationError("patient_attachments: upload() needs the file: give the draft a `content`.")
        if draft.upload_url is not UNSET:
            raise ConfigurationError("patient_attachments: upload() finds out `upload_url` itself; leave it out.")
        patient = identifier(draft.patient_id, {"patients"}, "patient_attachments: patient_id", ConfigurationError)
        where = f"GET {_PERMISSION}"
        answer = self._connection.get(_PERMISSION, {"patient_id": patient})
        permission = structure(AttachmentPresignedPost, answer.body, where=where)
        if not permission.url:
            raise unexpected(where, "it doesn't say where files go")
        if not all(isinstance(value, str) for value in permission.fields.values()):
            raise unexpected(where, "a field that a file is to be sent with is no text")
        announced = permission.fields.get("key", "").replace("${filename}", content.name)
        key = stored_key(self._send(permission, permission.url, content)) or announced
        if not key:
            raise unexpected(where, "neither it nor the file store says where the file is kept")
        stored = f"{permission.url.rstrip('/')}/{key.lstrip('/')}"
        return self.create(attrs.evolve(draft, content=UNSET, upload_url=stored))

    def _send(self, permission: AttachmentPresignedPost, url: str, content: File) -> bytes:
        """Sends a file to the store, and gives the store's answer."""
        with suppress(ConfigurationError):  # the address is none that a patient's file may be sent to
            return self._connection.upload(
                url, permission.fields, filename=content.name, content=content.open, size=content.size
            )
        raise unexpected(f"GET {_PERMISSION}", "files would go to an address that isn't https")

    def download(self, attachment: str | Ref[PatientAttachment]) -> AbstractContextManager[Download]:
        """Opens a file for reading.

        Args:
            attachment: Its id or a Ref.

        Returns:
            A context manager; inside it `chunks()` gives the file piece by piece.
        """
        return self._connection.download("/patient_attachments/{id}/content", {"id": self._id(attachment)})


def _refuse_content(draft: PatientAttachmentDraft, method: str) -> None:
    if draft.content is not UNSET:
        raise ConfigurationError(
            f"patient_attachments: {method} sends no file; use upload() for a draft with `content`."
        )


def stored_key(receipt: bytes) -> str | None:
    """Reads from the file store's answer under which key it keeps a file.

    Args:
        receipt: XML: `<PostResponse>` with a `<Key>`. Document types and entities, which can make a small text huge,
            are not read.

    Returns:
        The key; None where the answer is no such XML.
    """
    path: list[str] = []
    found: list[str] = []

    def start(name: str, _: Mapping[str, str]) -> None:
        path.append(name)

    def end(_: str) -> None:
        path.pop()

    def text(data: str) -> None:
        if path == ["PostResponse", "Key"]:
            found.append(data)

    def refuse(*_: object) -> None:
        raise _RefusedError

    parser = expat.ParserCreate("UTF-8")  # whatever it declares; not every declared encoding can be looked up
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(receipt, True)  # expat takes it by position: this is all there is
    except (expat.ExpatError, _RefusedError):
        return None
    key = "".join(found)
    return key if key.strip() else None


class _RefusedError(Exception):
    """A document type or an entity was met."""
