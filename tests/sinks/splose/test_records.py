"""What is written about patients: a document of its own, a place in the client's, or a loss."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.documents.showing import version
from clinikomigrate.sinks.splose.left_behind import LEFT_BEHIND
from clinikomigrate.sinks.splose.telling.drafts import FormDocument, NoteDocument, Telling
from clinikomigrate.transfer.mapper import Mapped, Skip
from tests.sinks.splose.documents.samples import LATER, WHEN
from tests.sinks.splose.samples import INCLUDED, documented, outcome
from tests.sinks.splose.telling.scene import ALERT, FORM, NOTE, OWNER

SIGNED = m.Content(
    sections=(
        m.Section(questions=(m.Question(type="signature", signature_id="5"), m.Question(type="text", answer="yes"))),
        m.Section(),
    )
)
DRAWN = m.Content(sections=(m.Section(questions=(m.Question(type="bodycharts", body_chart_ids=("1", "2")),)),))
CASE = m.PatientCase(id="10", name="Knee", patient=OWNER)
SMS = m.SmsCommunication(id="11", content="See you", patient=OWNER)
CHARACTERS = {
    1: "1 character that",
    2: "2 characters that",
    11: "more than 10 characters that",
    150: "more than 100 characters that",
}


def lost(result: Mapped[Any] | Skip) -> list[tuple[str, str]]:
    """Gives what is lost."""
    return [(loss.field, loss.reason) for loss in result.losses]


def test_a_note_and_a_form_become_documents() -> None:
    """Of whom, which record, and how it reads; what it says is not in the draft."""
    note, form = (outcome(each, **documented()) for each in (NOTE, FORM))

    assert isinstance(note, Mapped)
    assert isinstance(form, Mapped)
    assert note.draft == NoteDocument(patient_id=OWNER, record="7", version=version(NOTE))
    assert form.draft == FormDocument(patient_id=OWNER, record="8", version=version(FORM))
    assert lost(note) == []


@pytest.mark.parametrize(
    ("record", "documents"), [(NOTE, "collected"), (FORM, "collected"), (CASE, "each"), (SMS, "each")]
)
def test_others_stand_in_their_client_s_document(record: Any, documents: str) -> None:
    """They are skipped with that reason, and are no loss."""
    assert outcome(record, **documented(documents)) == Skip(reasons.IN_DOCUMENT, lasting=True)


@pytest.mark.parametrize("record", [NOTE, FORM, CASE, SMS])
@pytest.mark.parametrize("changes", [documented(None), documented(included=INCLUDED - {"patients"})])
def test_without_documents_they_are_lost(record: Any, changes: dict[str, Any]) -> None:
    """And where no patient goes, in whose document they could stand."""
    assert outcome(record, **changes) == Skip(LEFT_BEHIND[type(record)], lost=True, lasting=True)


def test_what_nobody_s_is_can_t_stand_in_a_document() -> None:
    """It is lost, and so is a note of nobody's."""
    assert outcome(attrs.evolve(CASE, patient=None), **documented()) == Skip(
        reasons.NO_PATIENT, lost=True, lasting=True
    )
    note = outcome(attrs.evolve(NOTE, patient=None), **documented())
    assert isinstance(note, Skip)
    assert note.lost


def test_an_alert_stands_in_its_client_s_alert_or_in_the_document() -> None:
    """One that is archived would look there like one that holds."""
    archived = attrs.evolve(ALERT, archived_at=LATER)

    assert outcome(ALERT, **documented()) == Skip(reasons.ALERT, told_by="patients", lasting=True)
    assert outcome(archived, **documented()) == Skip(reasons.IN_DOCUMENT, told_by="patients", lasting=True)
    assert outcome(archived) == Skip(reasons.ALERT_ARCHIVED, lost=True, told_by="patients", lasting=True)


def test_a_patient_is_owed_the_document_of_all_the_rest() -> None:
    """Where documents are made."""
    patient = m.Patient(id="42", last_name="Sample")
    told, untold = outcome(patient, **documented()), outcome(patient)

    assert isinstance(told, Mapped)
    assert isinstance(untold, Mapped)
    assert [each for each in told.follow_ups if isinstance(each, Telling)] == [Telling(patient="42")]
    assert not any(isinstance(each, Telling) for each in untold.follow_ups)


def test_what_a_document_can_t_show_is_lost() -> None:
    """Body charts, answers as data, and that an open form could be filled in. A drawn signature is shown."""
    note = outcome(attrs.evolve(NOTE, content=DRAWN), **documented())
    form = outcome(attrs.evolve(FORM, content=SIGNED, url="https://forms.example/8"), **documented())
    done = outcome(attrs.evolve(FORM, completed_at=WHEN, url="https://forms.example/8"), **documented())

    assert lost(note) == [("content", reasons.BODY_CHARTS)]
    assert lost(form) == [
        ("content", reasons.ANSWERS),
        ("url", reasons.OPEN_FORM),
    ]
    assert lost(done) == []


def test_what_a_message_was_about_and_does_not_go() -> None:
    """The invoice of an e-mail, and what the source says that nobody knows."""
    mail = m.EmailCommunication(id="12", patient=OWNER, invoice=Ref("invoices", "5"), extra={"mood": "good"})

    assert {field for field, _ in lost(outcome(mail, **documented()))} == {"invoice", "extra.mood"}


@pytest.mark.parametrize("number", CHARACTERS)
def test_characters_that_no_font_has_are_counted(number: int) -> None:
    """Exactly where there are few."""
    note = outcome(attrs.evolve(NOTE, title="膝" * number), **documented())
    case = outcome(attrs.evolve(CASE, notes="膝" * number), **documented())

    assert [(field, reason.split(" no font")[0]) for field, reason in (*lost(note), *lost(case))] == [
        ("content", CHARACTERS[number]),
        ("notes", CHARACTERS[number]),
    ]


def test_characters_are_no_loss_where_nothing_is_shown() -> None:
    """Without documents all of it is lost anyway."""
    assert lost(outcome(attrs.evolve(ALERT, name="膝"))) == []
