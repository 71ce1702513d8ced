"""What is to be told of whom."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from clinikomigrate.client.entity import Draft
from clinikomigrate.client.unset import UNSET
from clinikomigrate.transfer.follow_ups import FollowUp, Stage


@attrs.frozen(kw_only=True, repr=False)
class DocumentDraft(Draft):
    """A record that becomes a document of its own. What it says is taken from the archive folder.

    Attributes:
        patient_id: Whose it is (`Any`: a `Ref` until it is an id).
        record: The source's id of the record.
        version: What tells whether it would read otherwise than before.
    """

    patient_id: Any = attrs.field(default=UNSET, metadata={"required": True})
    record: str
    version: str


@attrs.frozen(kw_only=True, repr=False)
class NoteDocument(DocumentDraft):
    """The document of a treatment note."""

    kind: ClassVar[str] = "treatment_notes"


@attrs.frozen(kw_only=True, repr=False)
class FormDocument(DocumentDraft):
    """The document of a patient form."""

    kind: ClassVar[str] = "patient_forms"


@attrs.frozen
class Telling(FollowUp):
    """Tells what there is about a client in a document, or what there is of it since the last one.

    It is due when everything was read.

    Attributes:
        patient: The patient's id in the source.
    """

    beside: ClassVar[bool] = True

    patient: str = ""
    stage: Stage = Stage.CHECK
