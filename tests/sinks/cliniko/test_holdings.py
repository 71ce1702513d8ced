"""What the account holds of what a transfer would make."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
import pytest

from clinikomigrate import Archiving, Cancel, FollowUp, Present, Wanted
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ServerError
from clinikomigrate.sinks.cliniko.authored import AuthoredNoteDraft
from tests.sinks.cliniko.destination import Destination, Pages

SVG = "data:image/svg+xml;base64,PHN2ZyB3aWR0aD0iMTAiIGhlaWdodD0iMTAiLz4="
OTHER_SVG = "data:image/svg+xml;base64,PHN2ZyB3aWR0aD0iMjAiIGhlaWdodD0iMjAiLz4="


def held(there: Destination, draft: Any, *follow_ups: FollowUp) -> list[Present]:
    """Gives what there is for one draft."""
    return list(there.sink.held([Wanted(draft, follow_ups)])[0])


def asked(there: Destination, path: str) -> list[list[str]]:
    """Gives the filters of each list read of a path, without the patients' ids."""
    return [
        sorted(value.partition("=")[0] for name, value in each.query if name == "q[]")
        for each in there.requests("GET", path)
    ]


def test_nothing_wanted_is_nothing_asked(there: Destination) -> None:
    """No draft, no request."""
    before = len(there.fake.log)

    assert [] == there.sink.held([])
    assert before == len(there.fake.log)


def test_each_draft_gets_all_that_are_it(there: Destination) -> None:
    """Of several equal records all are told; of other patients', and other ones, none."""
    names = ("Nuts", "Latex", "Nuts")
    first, _, third = (there.fake.add("medical_alerts", patient_id=there.patient, name=name) for name in names)
    there.fake.add("medical_alerts", patient_id=there.relative, name="Nuts")
    drafts = [m.MedicalAlertDraft(patient_id=there.patient, name=name) for name in ("Nuts", "Bees")]

    assert [[Present(first, same=True), Present(third, same=True)], []] == [
        list(each) for each in there.sink.held([Wanted(draft) for draft in drafts])
    ]


def test_hidden_records_are_read_where_they_are_wanted(there: Destination) -> None:
    """Archived and cancelled records are asked for only if one is wanted, and then are not taken for others."""
    gone = there.fake.add("medical_alerts", patient_id=there.patient, name="Nuts", archived_at="2024-01-01T00:00:00Z")
    draft = m.MedicalAlertDraft(patient_id=there.patient, name="Nuts")

    assert ([], [Present(gone, same=True)]) == (held(there, draft), held(there, draft, Archiving()))
    assert [["patient_id:"], ["archived_at:*", "deleted_at:*", "patient_id:"]] == asked(there, "/medical_alerts")


def test_the_diary_is_narrowed_to_the_time(there: Destination) -> None:
    """Appointments are asked for by patient and time, classes by practitioner and time; if there is one."""
    values: dict[str, Any] = {"business_id": there.business, "practitioner_id": there.practitioner}
    starts, ends = (datetime.fromisoformat(f"2024-03-01T09:{minute}:00+00:00") for minute in ("00", "30"))
    times: dict[str, Any] = {"starts_at": starts, "ends_at": ends}
    visit = m.IndividualAppointmentDraft(
        patient_id=there.patient, appointment_type_id=there.appointment_type, **values, **times
    )
    lesson = m.GroupAppointmentDraft(
        appointment_type_id=there.class_type,
        max_attendees=8,
        starts_at=datetime.fromisoformat("2024-03-02T19:00:00+10:00"),
        ends_at=datetime.fromisoformat("2024-03-02T20:00:00+10:00"),
        **values,
    )

    assert [Present(there.appointment, same=True)] == held(there, visit)
    assert [Present(there.group, same=True)] == held(there, lesson)
    assert [] == held(there, attrs.evolve(visit, starts_at=ends))
    assert [] == held(there, visit, Cancel())
    assert [] == held(there, m.IndividualAppointmentDraft(patient_id=there.relative))
    narrowed = ["patient_id:", "starts_at:<", "starts_at:>"]
    assert [narrowed, narrowed, ["cancelled_at:*", *narrowed], ["patient_id:"]] == asked(
        there, "/individual_appointments"
    )
    assert [["practitioner_id:", "starts_at:<", "starts_at:>"]] == asked(there, "/group_appointments")


def test_only_memos_are_read(there: Destination) -> None:
    """Of messages only those are compared that a transfer can make."""
    values = {"content": "Rang", "from": "Ada", "to": "Us", "type_code": 3, "direction_code": 2, "confidential": False}
    memo = there.fake.add("communications", patient_id=there.patient, category_code=12, **values)
    there.fake.add("communications", patient_id=there.patient, category_code=1, **values)
    draft = m.MemoCommunicationDraft(
        patient_id=there.patient,
        category_code=12,
        content="Rang",
        from_="Ada",
        to="Us",
        type_code=3,
        direction_code=2,
        confidential=False,
    )

    assert [Present(memo, same=True)] == held(there, draft)


def test_a_seat_is_the_class_and_the_patient(there: Destination) -> None:
    """Whatever else is said of a seat: who sits there, and where, is who has it."""
    seat = there.fake.add("attendees", booking_id=there.group, patient_id=there.patient, notes="Front row")
    draft = m.AttendeeDraft(booking_id=there.group, patient_id=there.patient, notes="Back row")

    assert [Present(seat, same=False, differs=("notes",))] == held(there, draft)
    assert [] == held(there, attrs.evolve(draft, patient_id=there.relative))


def test_the_most_alike_comes_first(there: Destination) -> None:
    """Of two seats the one that says the same is told first."""
    _, same = (
        there.fake.add("attendees", booking_id=there.group, patient_id=there.patient, notes=notes)
        for notes in ("Front row", "Back row")
    )
    draft = m.AttendeeDraft(booking_id=there.group, patient_id=there.patient, notes="Back row")

    assert [(same, True), False] == [(held(there, draft)[0].id, held(there, draft)[0].same), held(there, draft)[1].same]


# Forms.


def form(there: Destination, *questions: dict[str, Any], **values: Any) -> str:
    """Puts a form into the account."""
    content = {"sections": [{"name": "S", "questions": list(questions)}]}
    return there.fake.add("patient_forms", patient_id=there.patient, name="Intake", content=content, **values)


def form_draft(there: Destination, *questions: m.Question) -> m.PatientFormDraft:
    """Makes a form's draft."""
    content = m.Content(sections=(m.Section(name="S", questions=questions),))
    return m.PatientFormDraft(patient_id=there.patient, name="Intake", content=content, completed=False)


@pytest.mark.parametrize(("image", "is_there", "found"), [(SVG, True, 1), (OTHER_SVG, True, 0), (SVG, False, 0)])
def test_signatures_are_compared(there: Destination, image: str, is_there: bool, found: int) -> None:
    """The same form is signed with the same drawing; one that can't be had is another one."""
    signature = there.fake.add("signatures", image=SVG)
    text = {"name": "Pain", "type": "text", "answer": "none"}
    signed = form(there, text, {"name": "Sign", "type": "signature", "signature_id": signature})
    row = there.fake.store.at("signatures", signature)
    there.fake.store.change("signatures", row, patient_form_id=signed if is_there else None)
    question = m.Question(name="Pain", type="text", answer="none")
    draft = form_draft(there, question, m.Question(name="Sign", type="signature", signature=image))

    assert found == len(held(there, draft))


def test_a_signed_form_is_no_open_one(there: Destination) -> None:
    """A form that lacks the signature is another form, and no drawing is fetched to see that."""
    form(there, {"name": "Sign", "type": "signature"})
    draft = form_draft(there, m.Question(name="Sign", type="signature", signature=SVG))

    assert [] == held(there, draft)
    assert 1 == len(held(there, form_draft(there, m.Question(name="Sign", type="signature"))))
    assert [] == [each.path for each in there.fake.log if "/signatures/" in each.path]


def test_whether_a_form_is_mailed_makes_no_other_form(there: Destination) -> None:
    """What becomes of a form when it is completed is no part of what it says."""
    form(there, {"name": "Pain", "type": "text", "answer": "none"}, email_to_patient_on_completion=True)
    question = m.Question(name="Pain", type="text", answer="none")

    assert 1 == len(held(there, form_draft(there, question)))
    assert [] == held(there, form_draft(there, attrs.evolve(question, answer="some")))


def test_forms_without_content_are_compared_too(there: Destination) -> None:
    """An empty form is the same as another empty one."""
    there.fake.add("patient_forms", patient_id=there.patient, name="Intake", content=None)
    draft = m.PatientFormDraft(patient_id=there.patient, name="Intake", completed=False, content=None)

    assert 1 == len(held(there, draft))


# Files.


def file(there: Destination, content: bytes = b"a scan", **values: Any) -> str:
    """Puts a file into the account."""
    given = {"filename": "scan one.pdf", "content_type": "application/pdf", "content": content}
    return there.fake.add("patient_attachments", patient_id=there.patient, **(given | values))


def file_draft(there: Destination, name: str = "scan one.pdf", *pieces: bytes) -> m.PatientAttachmentDraft:
    """Makes a file's draft."""
    content: Any = Pages(name, pieces or (b"a ", b"scan"))
    return m.PatientAttachmentDraft(patient_id=there.patient, content=content, description="Knee")


def test_files_are_compared_byte_by_byte(there: Destination) -> None:
    """Name and size only say which files are worth reading."""
    same, _ = file(there, description="Hip"), file(there, b"a scat")
    file(there, b"longer scan")
    file(there, filename="other.pdf")
    file(there, full_export=True)
    draft = file_draft(there)

    assert [Present(same, same=False, differs=("description",))] == held(there, draft)
    assert 2 == len([each for each in there.fake.log if each.path.endswith("/content")])
    assert [] == held(there, file_draft(there, "scan one.pdf", b"a sca"))


def test_names_are_compared_as_a_file_store_keeps_them(there: Destination) -> None:
    """A store that replaces signs in a file's name makes no other file of it."""
    same = file(there, filename="scan_one.pdf", description="Knee")

    assert [Present(same, same=True)] == held(there, file_draft(there))


def test_a_draft_without_a_file_is_no_file(there: Destination) -> None:
    """What has no content can't be compared."""
    file(there)

    assert [] == held(there, m.PatientAttachmentDraft(patient_id=there.patient, filename="scan one.pdf"))


def test_a_file_that_can_not_be_had_is_not_the_same(there: Destination) -> None:
    """What is wrong with one file does not keep others from being compared; an outage is told."""
    file(there, description="Knee")
    there.fake.faults.add("403", when=lambda each: each.path.endswith("/content"), at=1)

    assert [] == held(there, file_draft(there))

    there.fake.faults.clear()
    there.fake.faults.add("503", when=lambda each: each.path.endswith("/content"), every=1)
    with pytest.raises(ServerError):
        held(there, file_draft(there))


def test_notes_are_compared_with_what_they_say(there: Destination) -> None:
    """A note that says the same is there, whoever it stands under; that the author is lost is told with it."""
    given: dict[str, Any] = {"title": "First", "draft": False, "patient_id": there.patient}
    section = m.Section(name="Notes", questions=(m.Question(name="Pain", type="text", answer="none"),))
    made = there.client.treatment_notes.create(m.TreatmentNoteDraft(content=m.Content(sections=(section,)), **given))
    same = m.TreatmentNoteDraft(content=m.Content(sections=(section,)), **given)
    by_somebody = AuthoredNoteDraft(content=m.Content(sections=(section,)), author_id="7", **given)

    assert [Present(made.id, same=True)] == held(there, same)
    assert [Present(made.id, same=False, differs=("author_name",))] == held(there, by_somebody)
    assert [] == held(there, attrs.evolve(same, title="Second"))
