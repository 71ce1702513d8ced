"""Each kind of record in words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.documents.blocks import Row
from clinikomigrate.sinks.splose.documents.records import Records, Visit
from tests.sinks.splose.documents.pdf import told
from tests.sinks.splose.documents.samples import LATER, WHEN, nobody, paragraph_note
from tests.sinks.test_pictures import PNG, SVG, data

NAMES = {
    "practitioners": "Dr Amy Ng",
    "businesses": "Northside Co.",
    "appointment_types": "Standard",
    "treatment_note_templates": "SOAP",
    "contacts": "Dr Doctor",
    "patient_cases": "Knee",
    "bookings": "Standard on 3 March",
    "users": "Amy Ng.",
}
MELBOURNE = "(Australia/Melbourne, UTC+11:00)"


def _names(ref: Ref[Any]) -> str | None:
    return NAMES[ref.kind]


KNOWING = Records(_names, ZoneInfo("Australia/Melbourne"))
BARE = Records(nobody, None)


def test_a_note_says_who_wrote_it_when_and_what_became_of_it() -> None:
    """Author, both dates, template, appointment, draft and archived marks."""
    booking: Ref[Any] = Ref("bookings", "5")
    note = paragraph_note(
        "a",
        author_name="Amy Ng",
        treatment_note_template=Ref("treatment_note_templates", "1"),
        booking=booking,
        archived_at=LATER,
        pinned_at=LATER,
    )

    title, said, *_ = told(KNOWING.note(note))

    assert title == "14 March 2024: Initial consult"
    assert said == (
        f"Written by Amy Ng on 14 March 2024, 09:30 {MELBOURNE}. Finalised on 1 July 2024, 12:00 "
        "(Australia/Melbourne, UTC+10:00). Pinned in the original. Template: SOAP. Appointment: Standard on 3 March. "
        "Archived on 1 July 2024, 12:00 (Australia/Melbourne, UTC+10:00)."
    )


def test_a_note_without_a_title_is_called_by_its_template() -> None:
    """Or by what it is; its author is the practitioner whom it belongs to."""
    bare: dict[str, Any] = {"title": " ", "created_at": None, "finalized_at": None, "draft": True}
    refs: dict[str, Any] = {
        "treatment_note_template": Ref("treatment_note_templates", "1"),
        "practitioner": Ref("practitioners", "1"),
    }

    assert told(KNOWING.note(paragraph_note("a", **bare, **refs)))[:2] == [
        "SOAP",
        "Written by Dr Amy Ng. Not finalised: a draft.",
    ]
    assert told(BARE.note(paragraph_note("a", **bare, deleted_at=WHEN)))[:2] == [
        "Treatment note",
        "Written by an unknown author. Not finalised: a draft. Archived on 13 March 2024, 22:30 (UTC).",
    ]


def test_a_form_says_whether_it_was_completed() -> None:
    """And by which business, and whether it is for practitioners only."""
    done = m.PatientForm(
        id="1",
        name="Intake",
        created_at=WHEN,
        completed_at=WHEN,
        business=Ref("businesses", "1"),
        restricted_to_practitioner=True,
    )

    assert told(KNOWING.form(done)) == [
        "14 March 2024: Intake",
        (
            f"Completed on 14 March 2024, 09:30 {MELBOURNE}. Made on 14 March 2024, 09:30 {MELBOURNE}. "
            "Business: Northside Co. For practitioners only."
        ),
        "(no content)",
    ]
    assert told(BARE.form(m.PatientForm(id="1", created_at=WHEN)))[1] == (
        "Not completed. Made on 13 March 2024, 22:30 (UTC)."
    )
    assert told(BARE.form(m.PatientForm(id="1")))[:2] == ["Patient form", "Not completed."]


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (None, ", and could not be had from there."),
        (m.Signature(id="77", image=SVG), "."),
        (
            m.Signature(id="77", image=SVG, created_at=WHEN, user=Ref("users", "3")),
            f", made on 14 March 2024, 09:30 {MELBOURNE}, under the user Amy Ng.",
        ),
        (
            m.Signature(id="77", image="hologram"),
            ". The drawing can't be shown here: it lies in the transfer's archive folder.",
        ),
        (
            m.Signature(id="77", image=data(PNG, "image/png")),
            ". The drawing can't be shown here: it lies in the transfer's archive folder.",
        ),
    ],
)
def test_a_form_shows_its_drawn_signature(signature: m.Signature | None, expected: str) -> None:
    """Below what Cliniko says of it, which is not who signed; where it can't be shown, words say so."""
    question = m.Question(name="Sign here", type="signature", signature_id="77")
    form = m.PatientForm(id="8", content=m.Content(sections=(m.Section(questions=(question,)),)))
    records = Records(_names, ZoneInfo("Australia/Melbourne"), {"77": signature}.__getitem__)
    row = list(records.form(form))[-1]

    assert isinstance(row, Row)
    (said, *drawn) = row.cells[1]
    assert said.text == f"Signed. The drawn signature is number 77 in Cliniko{expected}"
    assert [each.drawing is not None for each in drawn] == ([True] if signature and signature.image == SVG else [])


def test_every_kind_of_communication_istold() -> None:
    """Memos, e-mails with their subject, text messages; HTML as it looks, plain text as it is."""
    memo = m.MemoCommunication(
        id="1",
        type="Phone call",
        category="Memo",
        confidential=True,
        created_at=WHEN,
        direction_description="Received",
        from_="0400",
        to="",
        content="a < b\nc",
        archived_at=LATER,
    )
    mail = m.EmailCommunication(
        id="2",
        type="Email",
        direction_code=1,
        content_subject="Your visit",
        content="<p>Dear <b>you</b></p>",
        booking=Ref("bookings", "1"),
    )

    assert told(BARE.communication(memo)) == [
        "13 March 2024: Memo (Phone call)",
        "Received on 13 March 2024, 22:30 (UTC). Confidential. Archived on 1 July 2024, 02:00 (UTC).",
        "Category | Memo",
        "From | 0400",
        "a < b",
        "c",
    ]
    assert told(KNOWING.communication(mail)) == [
        "Email",
        "Sent. Appointment: Standard on 3 March.",
        "Subject | Your visit",
        "Dear you",
    ]
    assert told(BARE.communication(m.SmsCommunication(id="3", direction_code=2))) == ["Message", "Received.", ""]
    assert told(BARE.communication(m.MemoCommunication(id="3")))[:2] == ["Memo (Message)", "Sent."]


def test_a_case_is_told_with_all_that_it_allows() -> None:
    """And when it was closed."""
    case = m.PatientCase(
        id="1",
        name="Knee",
        created_at=WHEN,
        closed_at=LATER,
        contact=Ref("contacts", "1"),
        referral=True,
        referral_type="dva",
        issue_date=date(2024, 1, 2),
        expiry_date=date(2025, 1, 2),
        max_sessions=6,
        max_invoiceable_amount=Decimal("500.00"),
        include_cancelled_attendees=False,
        include_dna_attendees=True,
        notes="two\nlines",
    )

    assert told(KNOWING.case(case)) == [
        "14 March 2024: Knee",
        f"Made on 14 March 2024, 09:30 {MELBOURNE}. Closed on 1 July 2024, 12:00 (Australia/Melbourne, UTC+10:00).",
        "Referred by | Dr Doctor",
        "Referral | yes",
        "Type of referral | dva",
        "Issued | 2 January 2024",
        "Expires | 2 January 2025",
        "Sessions at most | 6",
        "Amount at most | 500.00",
        "Cancelled bookings count | no",
        "Missed bookings count | yes",
        "Notes | two / lines",
    ]
    assert told(BARE.case(m.PatientCase(id="1", closed=True, archived_at=WHEN))) == [
        "Case",
        "Closed. Archived on 13 March 2024, 22:30 (UTC).",
    ]


def test_an_alert_is_told_with_its_date() -> None:
    """Archived ones say so; one of which nothing is known is still there."""
    alert = m.MedicalAlert(id="1", name="Latex\nsevere", created_at=WHEN, archived_at=LATER)

    assert told(BARE.alert(alert)) == [
        "Latex",
        "severe",
        "Made on 13 March 2024, 22:30 (UTC). Archived on 1 July 2024, 02:00 (UTC).",
    ]
    assert told(BARE.alert(m.MedicalAlert(id="1"))) == [""]


def _visit(booking: m.IndividualAppointment | m.GroupAppointment | None, attendee: m.Attendee | None = None) -> str:
    return told(KNOWING.visits([Visit(booking, attendee)]))[1]


def test_an_appointment_is_a_row_of_the_history() -> None:
    """When, for how long, what, who, where, whether the patient came, and what was noted."""
    booking = m.IndividualAppointment(
        id="1",
        starts_at=WHEN,
        ends_at=WHEN + timedelta(minutes=45),
        appointment_type=Ref("appointment_types", "1"),
        practitioner=Ref("practitioners", "1"),
        business=Ref("businesses", "1"),
        patient_case=Ref("patient_cases", "1"),
        patient_arrived=True,
        notes="brings\na friend",
    )

    assert _visit(booking, m.Attendee(id="2", arrived=True, notes="brings\na friend")) == (
        f"14 March 2024 / 09:30 {MELBOURNE} / 45 minutes | Standard / Case: Knee | Dr Amy Ng / Northside Co. | "
        "Arrived. / brings / a friend"
    )


def test_cancelled_and_missed_appointments_say_so() -> None:
    """With reason and note; what is archived too, and what is false alone says nothing."""
    cancelled = m.IndividualAppointment(
        id="1",
        cancelled_at=WHEN,
        cancellation_reason_description="Sick",
        cancellation_note="rang",
        archived_at=WHEN,
        patient_arrived=False,
        did_not_arrive=False,
    )
    place = m.Attendee(id="2", arrived=False, cancelled_at=WHEN, archived_at=WHEN, notes="own")
    group = m.GroupAppointment(id="3", starts_at=WHEN, notes="for all")

    assert _visit(cancelled, m.Attendee(id="2", archived_at=WHEN)) == (
        f"(no date) |  |  | Cancelled on 14 March 2024, 09:30 {MELBOURNE}. / Reason: Sick. / rang / "
        f"Archived on 14 March 2024, 09:30 {MELBOURNE}."
    )
    assert _visit(group, place) == (
        f"14 March 2024 / 09:30 {MELBOURNE} | Group appointment |  | Did not arrive. / "
        f"Cancelled on 14 March 2024, 09:30 {MELBOURNE}. / Archived on 14 March 2024, 09:30 {MELBOURNE}. / "
        "own"
    )
    assert _visit(m.IndividualAppointment(id="4", did_not_arrive=True)) == "(no date) |  |  | Did not arrive."
    assert _visit(m.GroupAppointment(id="5")) == "(no date) | Group appointment |  | "


def test_a_place_in_what_is_not_known_says_what_became_of_it() -> None:
    """The appointment didn't go; that the patient was there did."""
    place = m.Attendee(id="2", arrived=True, notes="own", archived_at=WHEN)

    assert _visit(None, place) == (
        "(not known) | A place in an appointment that did not go with the transfer |  | Arrived. / "
        f"Archived on 14 March 2024, 09:30 {MELBOURNE}. / own"
    )
