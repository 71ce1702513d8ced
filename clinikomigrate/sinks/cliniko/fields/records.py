"""What becomes of what is written about patients."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.cliniko.fields.groups import COPIED, TOLD_BY_CODE
from clinikomigrate.sinks.field_rules import (
    STAND_IN,
    Rules,
    Table,
    archiving,
    carried,
    derived,
    linked,
    lost,
    matched,
    meta,
    together,
)

_MESSAGE: Final[Rules] = together(
    COPIED,
    archiving(),
    linked("patient"),
    lost(reasons.SAID, "created_at"),
    carried("from_ to", null=True),
    derived("the words behind it are added", "content"),
    derived("1 or 4 where the source says nothing", "direction_code type_code"),
    derived(TOLD_BY_CODE, "direction_description type"),
)
_SENT_MESSAGE: Final[Rules] = together(
    _MESSAGE,
    derived("the words behind the content say it", "category"),
    lost(reasons.SAID, "category_code"),
    lost(reasons.NO_LINK, "attendee booking invoice letter payment"),
)

RECORDS: Final[Table] = {
    m.UploadedPatientAttachment: together(
        meta("id updated_at extra processed_at processing_completed"),
        archiving(),
        linked("patient"),
        lost("the API stamps the file anew; the day stands in its description, where there is room", "created_at"),
        lost("the key's user becomes the uploader; the name stands in the description, where there is room", "user"),
        lost(reasons.NO_FIELD, "category"),
        lost(reasons.PIN, "pinned_at"),
        derived("the file itself is carried", "content content_type filename size"),
        derived("carried, with words behind it", "description"),
    ),
    m.TreatmentNote: together(
        COPIED,
        archiving("archived_at deleted_at"),
        linked("attendee booking patient treatment_note_template"),
        lost(reasons.SAID, "created_at finalized_at"),
        lost(reasons.PIN, "pinned_at"),
        derived(
            "said in words in the copy, of which the practitioner whose key writes is the author; counted as a loss "
            "where that is somebody else",
            "author_name practitioner",
        ),
        derived("sent as yes or no", "draft"),
        derived("made fit to be written, with words behind it", "content"),
        derived("blank ones get the template's name, which is counted as a loss", "title"),
    ),
    m.PatientForm: together(
        COPIED,
        archiving(),
        linked("attendee patient"),
        matched("business"),
        carried("name", longest=255, stand_in=STAND_IN),
        carried("restricted_to_practitioner"),
        lost(reasons.STAMPED, "created_at"),
        lost(reasons.SAID, "completed_at edited_at"),
        lost(reasons.E_MAILED, "email_to_patient_on_completion"),
        derived("made fit to be written, with words behind it", "content"),
        derived("the questions say it", "signatures"),
        derived("the attendee says it; counted as lost where there is none", "booking"),
        derived("the destination has one of its own; an open form's is counted as lost", "url"),
    ),
    m.MemoCommunication: together(
        _MESSAGE,
        derived("all that can be written are memos", "category category_code"),
        derived("sent as yes or no", "confidential"),
    ),
    m.EmailCommunication: together(_SENT_MESSAGE, derived("it stands before the content", "content_subject")),
    m.SmsCommunication: _SENT_MESSAGE,
}
"""Files, notes, forms and messages."""
