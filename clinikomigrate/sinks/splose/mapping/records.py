"""What is written about patients, and stands in documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.drafting import unplaced
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.documents import Arrangement
from clinikomigrate.sinks.splose.documents.showing import version
from clinikomigrate.sinks.splose.fields import FIELDS
from clinikomigrate.sinks.splose.left_behind import LEFT_BEHIND
from clinikomigrate.sinks.splose.mapping.family import Family, draft, of
from clinikomigrate.sinks.splose.telling.drafts import FormDocument, NoteDocument
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Mapped, Skip

_TEXT: Final = {"medical_alerts": "name", "patient_cases": "notes"}
_FEW: Final = 10
_MANY: Final = 100


class Records(Family):
    """Maps notes, forms, communications, cases and alerts.

    They stand in documents, where the sink makes any: a note and a form each in one of its own, if they are arranged
    so, and all others in the one of their client, which is made when everything was read.
    """

    def treatment_note(self, note: m.TreatmentNote, context: Context, /) -> Mapped[NoteDocument] | Skip:
        """Maps a treatment note."""
        losses = [*_charts(note.content), *_letters(note, context)]
        if arranged(context) != "each":
            return _told(note, context, losses)
        return draft(NoteDocument, note, context, losses=losses, record=note.id, version=version(note))

    def patient_form(self, form: m.PatientForm, context: Context, /) -> Mapped[FormDocument] | Skip:
        """Maps a patient form."""
        losses = [*_charts(form.content), *_letters(form, context)]
        if form.content is not None and form.content.sections:
            losses.append(Loss("content", reasons.ANSWERS))
        if form.completed_at is None and form.url:
            losses.append(Loss("url", reasons.OPEN_FORM))
        if arranged(context) != "each":
            return _told(form, context, losses)
        return draft(FormDocument, form, context, losses=losses, record=form.id, version=version(form))

    def communication(self, message: m.Communication, context: Context, /) -> Skip:
        """Leaves a communication to its client's document."""
        return _told(message, context, _letters(message, context))

    def patient_case(self, case: m.PatientCase, context: Context, /) -> Skip:
        """Leaves a case to its client's document."""
        return _told(case, context, _letters(case, context))

    def medical_alert(self, alert: m.MedicalAlert, context: Context, /) -> Skip:
        """Leaves an alert to its client's record, which says it; an archived one to the client's document, or lost."""
        if alert.archived_at is None and alert.deleted_at is None:
            return Skip(reasons.ALERT, told_by="patients", lasting=True)
        if arranged(context) is None:
            return Skip(reasons.ALERT_ARCHIVED, lost=True, told_by="patients", lasting=True)
        return Skip(reasons.IN_DOCUMENT, losses=tuple(_letters(alert, context)), told_by="patients", lasting=True)


def arranged(context: Context) -> Arrangement | None:
    """Says how documents are arranged; None where there are none, or where patients don't go.

    Args:
        context: What preflight read.
    """
    return of(context.survey).documents if "patients" in context.survey.included else None


def _told(record: Any, context: Context, losses: Iterable[Loss]) -> Skip:
    """Leaves a record to its client's document."""
    if arranged(context) is None:
        return Skip(LEFT_BEHIND[type(record)], lost=True, lasting=True)
    if record.patient is None:
        return Skip(reasons.NO_PATIENT, lost=True, lasting=True)
    return Skip(reasons.IN_DOCUMENT, losses=(*unplaced(FIELDS, record, context), *losses), lasting=True)


def _charts(content: m.Content | None) -> Iterator[Loss]:
    """Says that body charts stay behind; drawn signatures don't, and whoever keeps them says what is wrong with one."""
    questions = [each for section in (content.sections if content else None) or () for each in section.questions or ()]
    if any(each.body_chart_ids for each in questions):
        yield Loss("content", reasons.BODY_CHARTS)


def _letters(record: Any, context: Context) -> Iterator[Loss]:
    """Says how many characters of a record no font has; where there are many, roughly, so that few reasons are told."""
    letters = of(context.survey).letters if arranged(context) is not None else None
    number = sum(letters.missing(record).values()) if letters is not None else 0
    if number:
        more = next((f"more than {bound} characters" for bound in (_MANY, _FEW) if number > bound), None)
        told = more or ("1 character" if number == 1 else f"{number} characters")
        yield Loss(_TEXT.get(record.kind, "content"), reasons.LETTERS.format(told))
