"""What is written about patients, and its traps."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.client.converter import unstructure
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import ClinikoMapper, content, reasons, words
from clinikomigrate.sinks.cliniko.mapping.records import EXPORT, NO_ATTENDEE, OPEN_LINK
from clinikomigrate.sinks.reasons import CUT
from clinikomigrate.testing.rules.content import FORM_TYPES, NOTE_TYPES, Grammar, checked
from clinikomigrate.transfer.follow_ups import Archiving, CheckFile
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped, Skip
from tests.sinks.cliniko.samples import (
    LATER,
    NAMES,
    PATIENT,
    PRACTITIONER,
    USER,
    WHEN,
    bare,
    losses,
    mapped,
    skipped,
)

CHART = m.Question(name="Body chart", type="bodycharts", body_chart_ids=("1",))
STORY = m.Question(name="History", type="paragraph", answer="<p>Better</p>")


def sections(*questions: m.Question) -> m.Content:
    """Makes content of one section."""
    return m.Content(sections=(m.Section(name="Today", questions=questions),))


def closing(result: Any) -> str:
    """Gives what the last section of a copy says."""
    section = result.draft.content.sections[-1]
    assert section.name == words.HEADING
    return str(section.questions[0].answer)


def test_a_note_says_author_date_written_and_date_finalised_in_words() -> None:
    """The API makes the key's owner the author, and stamps the note with the time of the copy."""
    note = bare(m.TreatmentNote, author_name="Amy <Ng>", created_at=WHEN, finalized_at=LATER, content=sections(STORY))
    result = mapped(note)

    assert closing(result) == (
        "<p>Written by Amy &lt;Ng&gt; on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00).</p>"
        "<p>Finalised on 1 July 2024, 12:00 (Australia/Melbourne, UTC+10:00).</p>"
    )
    assert result.draft.content.sections[0] == m.Section(name="Today", questions=(STORY,))
    assert {"author_name", "created_at", "finalized_at"} <= set(losses(result))
    assert checked(unstructure(result.draft.content), Grammar(NOTE_TYPES, answers=True, form=False))


@pytest.mark.parametrize("body", [None, m.Content(), m.Content(sections=()), sections()])
def test_a_note_without_content_still_says_where_it_comes_from(body: m.Content | None) -> None:
    """The words are always there."""
    result = mapped(bare(m.TreatmentNote, content=body, practitioner=PRACTITIONER, draft=False))

    assert closing(result) == "<p>Written by Dr Amy Ng.</p>"
    assert checked(unstructure(result.draft.content), Grammar(NOTE_TYPES, answers=True, form=False))


def test_a_note_needs_no_counterpart_of_its_author() -> None:
    """The notes of practitioners who are not there any more go like all others."""
    nobody: Ref[m.Practitioner] = Ref("practitioners", "99")

    assert closing(mapped(bare(m.TreatmentNote, practitioner=nobody), matches={})).startswith(
        "<p>Written by an unknown"
    )


def test_a_note_knows_its_author_of_the_source() -> None:
    """The sink chooses the key by it, so nothing is lost yet; whom the practitioner is assigned to does not matter."""
    note = bare(m.TreatmentNote, practitioner=PRACTITIONER, author_name="Amy Ng")
    result = mapped(note, using=ClinikoMapper(practitioners={"Amy Ng": "Somebody Else"}))

    assert PRACTITIONER.id == result.draft.author_id
    assert "author_id" not in unstructure(result.draft)
    assert "author_name" not in losses(result)


def test_a_mapper_of_one_s_own_keeps_the_author() -> None:
    """Whoever changes what the mapper gives need not think of it."""

    class Mapper(ClinikoMapper):
        """Changes titles."""

        def treatment_note(self, note: m.TreatmentNote, context: Context, /) -> Mapped[m.TreatmentNoteDraft] | Skip:
            """Gives all notes one title."""
            mapped = super().treatment_note(note, context)
            return mapped if isinstance(mapped, Skip) else mapped.evolve(title="Note")

    result = mapped(bare(m.TreatmentNote, practitioner=PRACTITIONER), using=Mapper())

    assert (PRACTITIONER.id, "Note") == (result.draft.author_id, result.draft.title)


AMY = m.Practitioner(
    id=PRACTITIONER.id, first_name="Amy", last_name="O'Neill-Ng", title="Dr", display_name="Front room"
)


@pytest.mark.parametrize(
    ("name", "practitioner", "sure"),
    [
        ("Amy O'Neill-Ng", AMY, True),
        ("Dr Amy O'NEILL-NG", AMY, True),
        ("O'Neill-Ng, Amy", AMY, True),
        ("O'Neill-Ng", AMY, True),
        ("Front room", AMY, True),
        (None, AMY, True),
        ("Amy O'Neill-Ng", m.Practitioner(id=PRACTITIONER.id), True),
        ("Ben Ng", AMY, False),
        ("Dr Past Person", AMY, False),
        ("Amy O'Neill-Ng", None, False),
    ],
)
def test_an_author_must_be_sure(name: str | None, practitioner: m.Practitioner | None, sure: bool) -> None:
    """A note that bears another name than its practitioner's, or has none, is nobody's for sure: the author is lost."""
    link = None if practitioner is None else PRACTITIONER
    known = {"practitioners": (m.Practitioner(id="7"), *([practitioner] if practitioner else []))}
    result = mapped(bare(m.TreatmentNote, practitioner=link, author_name=name), records=known)

    assert (PRACTITIONER.id if sure else None) == result.draft.author_id
    assert sure is ("author_name" not in losses(result))


def test_a_note_says_that_its_body_charts_are_missing() -> None:
    """Where its reader sees it, and as a loss."""
    result = mapped(bare(m.TreatmentNote, content=sections(CHART, STORY, CHART), pinned_at=WHEN))

    assert "2 body charts" in closing(result)
    assert "Pinned in the original." in closing(result)
    assert losses(result)["content"] == content.BODY_CHART
    assert losses(result)["pinned_at"] == reasons.PIN


@pytest.mark.parametrize(
    ("title", "names", "expected", "reason"),
    [
        ("Progress ", {}, "Progress ", None),
        ("", {}, words.UNTITLED, reasons.NO_TITLE),
        (None, {Ref("treatment_note_templates", "3"): "SOAP"}, "SOAP", reasons.UNTITLED),
        (" ", {Ref("treatment_note_templates", "3"): "SOAP"}, "SOAP", reasons.UNTITLED),
    ],
)
def test_a_note_without_a_title_gets_one(
    title: str | None, names: dict[Any, str], expected: str, reason: str | None
) -> None:
    """Old notes have none, and the API refuses them so; the loss says what it gets."""
    note = bare(m.TreatmentNote, title=title, treatment_note_template=Ref("treatment_note_templates", "3"))

    result = mapped(note, names={**NAMES, **names})

    assert result.draft.title == expected
    assert losses(result).get("title") == reason


@pytest.mark.parametrize(
    ("draft", "finalised", "expected"),
    [(True, None, True), (False, WHEN, False), (None, WHEN, False), (None, None, True), (False, None, False)],
)
def test_a_note_stays_draft_or_final(draft: bool | None, finalised: Any, *, expected: bool) -> None:
    """The API asks for it; where the source doesn't say, a note that was never finalised is a draft."""
    result = mapped(bare(m.TreatmentNote, draft=draft, finalized_at=finalised))

    assert result.draft.draft is expected
    assert ("a draft" in closing(result)) is expected


def test_a_notes_links_are_refs() -> None:
    """Booking, attendee and template go first, and are resolved when the note is written."""
    booking: Ref[m.Booking] = Ref("bookings", "1")
    attendee: Ref[m.Attendee] = Ref("attendees", "2")
    template: Ref[m.TreatmentNoteTemplate] = Ref("treatment_note_templates", "3")
    draft = mapped(bare(m.TreatmentNote, booking=booking, attendee=attendee, treatment_note_template=template)).draft

    assert (draft.booking_id, draft.attendee_id, draft.treatment_note_template_id) == (booking, attendee, template)


def test_a_completed_form_says_when_it_was_completed() -> None:
    """The API stamps it as completed now."""
    form = bare(m.PatientForm, completed_at=WHEN, edited_at=LATER, content=sections(m.Question(name="Q", type="text")))
    result = mapped(form)

    assert closing(result) == (
        "<p>Completed on 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00).</p>"
        "<p>Edited on 1 July 2024, 12:00 (Australia/Melbourne, UTC+10:00).</p>"
    )
    assert result.draft.completed is True
    assert checked(unstructure(result.draft.content), Grammar(FORM_TYPES, answers=True, form=True))


def test_an_open_form_stays_open_and_as_it_is() -> None:
    """Its patient still fills it in; the link that they were sent works in the source only."""
    result = mapped(bare(m.PatientForm, content=sections(m.Question(name="Q", type="text")), url="https://x.example"))

    assert result.draft.completed is False
    assert result.draft.content == sections(m.Question(name="Q", type="text"))
    assert losses(result) == {"url": OPEN_LINK}
    assert "url" not in losses(mapped(bare(m.PatientForm, completed_at=WHEN, url="https://x.example")))
    assert mapped(bare(m.PatientForm)).draft.content is None


@pytest.mark.parametrize("wanted", [True, False, None])
def test_a_form_is_never_e_mailed(wanted: bool | None) -> None:
    """A form that is made as completed may be sent to its patient."""
    result = mapped(bare(m.PatientForm, completed_at=WHEN, email_to_patient_on_completion=wanted))

    assert result.draft.email_to_patient_on_completion is False
    assert ("email_to_patient_on_completion" in losses(result)) is bool(wanted)


def test_a_forms_signatures_are_fetched_when_it_is_sent() -> None:
    """Their ids mean nothing in the destination."""
    signed = m.Question(name="Sign", type="signature", signature_id="5")
    (section,) = mapped(bare(m.PatientForm, content=sections(signed))).draft.content.sections

    assert section.questions[0].signature == Fetch("signature", (Ref("patient_forms", "7"), Ref("signatures", "5")))
    assert section.questions[0].signature_id is UNSET


def test_a_form_is_linked_by_its_attendee() -> None:
    """The API takes no booking; a form that has only one loses it."""
    booking: Ref[m.Booking] = Ref("bookings", "1")
    attendee: Ref[m.Attendee] = Ref("attendees", "2")

    assert losses(mapped(bare(m.PatientForm, booking=booking))) == {"booking": NO_ATTENDEE}
    linked = mapped(bare(m.PatientForm, booking=booking, attendee=attendee))
    assert (linked.draft.attendee_id, linked.losses) == (attendee, ())


def test_a_file_is_fetched_when_it_is_sent_and_checked_afterwards() -> None:
    """Mapping reads no file."""
    result = mapped(bare(m.UploadedPatientAttachment, user=USER, created_at=WHEN, description="MRI", archived_at=WHEN))

    assert result.draft == m.PatientAttachmentDraft(
        content=Fetch("file", (Ref("patient_attachments", "7"),)),  # type: ignore[arg-type]  # the file is put in its place
        description="MRI (Uploaded by Max Power on 14 March 2024)",
        patient_id=PATIENT,
    )
    assert result.follow_ups == (CheckFile(), Archiving())
    assert set(losses(result)) == {"created_at", "user"}


def test_an_over_long_description_is_cut() -> None:
    """The API takes 255 characters; nothing is said behind them."""
    whole, cut = (bare(m.UploadedPatientAttachment, description="d" * number) for number in (255, 256))

    assert mapped(whole).draft.description == mapped(cut).draft.description == "d" * 255
    assert losses(mapped(whole)) == {}
    assert losses(mapped(cut)) == {"description": CUT}


def test_a_full_export_is_not_copied() -> None:
    """The product made it of the record; it is no part of it."""
    skip = skipped(bare(m.FullPatientExport))

    assert (skip.reason, skip.lost) == (EXPORT, False)


def test_a_memo_stays_a_memo() -> None:
    """Its content comes first, then in words when it was written."""
    memo = bare(m.MemoCommunication, confidential=True, content="Rang back", from_="", to=None, created_at=WHEN)
    result = mapped(memo)

    assert result.draft == m.MemoCommunicationDraft(
        category_code=12,
        confidential=True,
        content=(
            "Rang back\n\n[Memo of 14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00), copied from another Cliniko "
            "account.]"
        ),
        direction_code=1,
        from_="",
        patient_id=PATIENT,
        to=None,
        type_code=2,
    )
    assert set(losses(result)) == {"created_at"}


@pytest.mark.parametrize("confidential", [None, False])
def test_whether_a_memo_is_confidential_is_always_said(confidential: bool | None) -> None:
    """The API refuses a memo that doesn't say so."""
    assert mapped(bare(m.MemoCommunication, confidential=confidential)).draft.confidential is False


def test_an_e_mail_becomes_a_memo_that_says_what_it_was() -> None:
    """E-mails can't be written; nothing is sent to anybody."""
    mail = bare(
        m.EmailCommunication,
        category="Appointment Reminder",
        category_code=1,
        content_subject="Your visit",
        type="Email",
        invoice=Ref("invoices", "1"),
    )
    result = mapped(mail)

    assert result.draft.content == (
        "Subject: Your visit\n\nHello\n\n[Email, category Appointment Reminder, copied from another Cliniko account.]"
    )
    assert (result.draft.category_code, result.draft.confidential) == (12, False)
    assert losses(result) == {"category_code": reasons.SAID, "invoice": reasons.NO_LINK}


def test_an_e_mail_without_a_category_tells_none() -> None:
    """Neither in words nor in a number."""
    result = mapped(bare(m.EmailCommunication, category=None, category_code=None, type="Email", created_at=None))

    assert "[Email, copied from another Cliniko account.]" == (result.draft.content or "").splitlines()[-1]


def test_a_text_message_of_an_unknown_category_tells_its_number() -> None:
    """The product grows new categories."""
    message = bare(m.SmsCommunication, category_code=77, direction_code=None, type_code=None, content=None)
    result = mapped(message)

    assert result.draft.content == "[Message, category number 77, copied from another Cliniko account.]"
    assert (result.draft.direction_code, result.draft.type_code) == (1, 4)
    assert losses(result) == {
        "category_code": reasons.SAID,
        "direction_code": reasons.NO_DIRECTION,
        "type_code": reasons.NO_MEANS,
    }
