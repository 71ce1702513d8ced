"""What is written about patients: notes, forms, files, messages."""

from __future__ import annotations

from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks import history
from clinikomigrate.sinks import reasons as common
from clinikomigrate.sinks.cliniko import content, reasons, words
from clinikomigrate.sinks.cliniko.authored import AUTHOR, AuthoredNoteDraft, author_of
from clinikomigrate.sinks.cliniko.drafting import draft
from clinikomigrate.sinks.cliniko.mapping.family import Family, zone
from clinikomigrate.transfer.follow_ups import CheckFile
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped, Skip

EXPORT: Final = "an archive that the product made of the patient's record; it is no part of it"
NO_ATTENDEE: Final = "a form can be linked to an attendee only"
OPEN_LINK: Final = "an open form's link works in the source account only; send the patient the new one"

_SENT: Final = 1
_OTHER: Final = 4


class Records(Family):
    """Maps what is written about patients."""

    def patient_attachment(
        self, attachment: m.PatientAttachment, context: Context, /
    ) -> Mapped[m.PatientAttachmentDraft] | Skip:
        """Maps a file; who uploaded it and when goes into its description, where there is room."""
        if isinstance(attachment, m.FullPatientExport):
            return Skip(EXPORT, lasting=True)
        file: Any = Fetch("file", (Ref(attachment.kind, attachment.id),))  # the file itself, once it is fetched
        given = attachment.description or ""
        cut = (Loss("description", common.CUT, mended=True),) if len(given) > words.LONGEST_DESCRIPTION else ()
        description = words.of_file(
            given[: words.LONGEST_DESCRIPTION], context.name(attachment.user), attachment.created_at, zone(context)
        )
        return draft(
            m.PatientAttachmentDraft,
            attachment,
            context,
            losses=cut,
            follow_ups=(CheckFile(),),
            content=file,
            description=description,
        )

    def treatment_note(self, note: m.TreatmentNote, context: Context, /) -> Mapped[m.TreatmentNoteDraft] | Skip:
        """Maps a treatment note; its last section says who wrote it and when, whoever's key will write it.

        The draft knows the source's author, for the sink to choose the key by; where that is not sure, the author is
        lost. No counterpart in the destination is needed: an assignment makes nobody an author.
        """
        cleaned = content.clean(note.content, content.NOTE)
        is_draft = history.is_draft(note)
        sentences = history.of_note(
            note.author_name or context.name(note.practitioner),
            note.created_at,
            note.finalized_at,
            draft=is_draft,
            pinned=note.pinned_at is not None,
            body_charts=cleaned.body_charts,
            where=zone(context),
        )
        title = (note.title or "").strip() and note.title
        template = context.name(note.treatment_note_template)
        reason = reasons.UNTITLED if template else reasons.NO_TITLE
        untitled = () if title else (Loss("title", reason, mended=True),)
        author = author_of(note, context)
        unsure = (AUTHOR,) if author is None and note.author_name else ()
        return draft(
            AuthoredNoteDraft,
            note,
            context,
            losses=(*cleaned.losses, *untitled, *unsure),
            author_id=author,
            content=content.closed_by(cleaned.content, sentences),
            draft=is_draft,
            title=title or template or words.UNTITLED,
        )

    def patient_form(self, form: m.PatientForm, context: Context, /) -> Mapped[m.PatientFormDraft] | Skip:
        """Maps a patient form; the last section of a completed one says when that was. It is never e-mailed."""

        def signature(id: str) -> Fetch:
            return Fetch("signature", (Ref(form.kind, form.id), Ref("signatures", id)))

        cleaned = content.clean(form.content, content.FORM, signature=signature)
        written, losses = cleaned.content, list(cleaned.losses)
        if form.completed_at is not None:
            sentences = history.of_form(form.created_at, form.completed_at, form.edited_at, zone(context))
            written = content.closed_by(written, sentences)
        elif form.url:
            losses.append(Loss("url", OPEN_LINK))
        if form.booking is not None and form.attendee is None:
            losses.append(Loss("booking", NO_ATTENDEE))
        return draft(
            m.PatientFormDraft,
            form,
            context,
            losses=losses,
            content=written,
            completed=form.completed_at is not None,
            email_to_patient_on_completion=False,
        )

    def communication(self, message: m.Communication, context: Context, /) -> Mapped[m.MemoCommunicationDraft] | Skip:
        """Maps a message as a memo, the only one that can be written; its end says what it was and when.

        Nothing is sent to anybody.
        """
        memo = isinstance(message, m.MemoCommunication)
        code = "" if message.category_code is None else f"number {message.category_code}"
        category = None if memo else message.category or code
        stands_in = {"direction_code": reasons.NO_DIRECTION, "type_code": reasons.NO_MEANS}
        losses = [Loss(name, why, mended=True) for name, why in stands_in.items() if getattr(message, name) is None]
        return draft(
            m.MemoCommunicationDraft,
            message,
            context,
            losses=losses,
            category_code=12,
            confidential=bool(message.confidential) if isinstance(message, m.MemoCommunication) else False,
            direction_code=message.direction_code or _SENT,
            type_code=message.type_code or _OTHER,
            content=words.of_message(
                message.content,
                subject=message.content_subject if isinstance(message, m.EmailCommunication) else None,
                means=message.type,
                category=category,
                written=message.created_at,
                where=zone(context),
            ),
        )
