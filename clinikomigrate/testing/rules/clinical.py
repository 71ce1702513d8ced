"""The rules of notes, forms, their templates, files and memos."""

from __future__ import annotations

import copy

from clinikomigrate.testing.answers import BLANK, INVALID, forbidden
from clinikomigrate.testing.columns import Refused, Row
from clinikomigrate.testing.filters import booked_patients
from clinikomigrate.testing.kinds import KINDS
from clinikomigrate.testing.kinds.clinical import MEMO
from clinikomigrate.testing.rules.content import FORM_TYPES, NOTE_TEMPLATE_TYPES, NOTE_TYPES, Grammar, answered, checked
from clinikomigrate.testing.rules.shapes import apply, print_settings
from clinikomigrate.testing.rules.signature import check_image
from clinikomigrate.testing.writing import Change, Rules, new_row


def _check_content(change: Change, grammar: Grammar) -> None:
    apply(change, {"content": lambda value: checked(value, grammar)})


def check_note_template(change: Change) -> None:
    """Looks at a note template's content and print settings."""
    _check_content(change, Grammar(NOTE_TEMPLATE_TYPES, answers=False, form=False))
    apply(change, {"print_settings": print_settings})


def check_note(change: Change) -> None:
    """Looks at a note: its author is the key's practitioner, its booking and attendee its patient's."""
    practitioner = change.call.practitioner
    if change.before is None:
        if practitioner is None:
            raise forbidden()
        change.given["practitioner_id"] = practitioner["id"]
    elif change.call.fake.locks_finalised_notes and not change.before["draft"]:
        change.refuse("base", "A finalised note must not be changed")
    if "draft" in change.given and change.given["draft"] is None:
        change.refuse("draft", "is not included in the list")
    _check_content(change, Grammar(NOTE_TYPES, answers=True, form=False))
    _check_visit(change)
    if change.given.get("draft") is False and (change.before is None or change.before["draft"]):
        change.given["finalized_at"] = change.call.now
    elif change.given.get("draft"):
        change.given["finalized_at"] = None


def _check_visit(change: Change) -> None:
    patient, attendee = change.value("patient_id"), change.target("attendee_id")
    if attendee is not None and attendee["patient_id"] != patient:
        change.refuse("attendee", INVALID)
    if "booking_id" not in change.kind.by_name:
        return
    booking = change.target("booking_id")
    if booking is None:
        return
    everybody = {row["patient_id"] for row in change.call.store.pointing("attendees", "booking_id", booking["id"])}
    if patient not in everybody | (set(booked_patients(change.call.store, booking))):
        change.refuse("booking", INVALID)
    if attendee is not None and attendee["booking_id"] != booking["id"]:
        change.refuse("attendee", INVALID)


def check_form_template(change: Change) -> None:
    """Looks at a form template's content."""
    _check_content(change, Grammar(FORM_TYPES, answers=False, form=True))


def check_form(change: Change) -> None:
    """Looks at a form: what its template gives, its answers, and whether it can be completed."""
    template = change.target("patient_form_template_id")
    if change.before is None and template is not None:
        _take_from(change, template)
    if change.before is None:
        if not change.given.get("name"):
            change.refuse("name", BLANK)
        if "content" not in change.given:
            change.refuse("content", None)
    grammar = Grammar(
        FORM_TYPES,
        answers=True,
        form=True,
        longest_answer=change.call.fake.longest_form_answer,
        sign=lambda question: _sign(change, question),
    )
    _check_content(change, grammar)
    _check_visit(change)
    _complete(change)


def _take_from(change: Change, template: Row) -> None:
    for name in ("name", "content", "restricted_to_practitioner", "email_to_patient_on_completion"):
        if name not in change.given:
            change.given[name] = copy.deepcopy(template[name])


def _sign(change: Change, question: Row) -> str:
    if "signature" in question:
        image = check_image(question["signature"])
        identifier = change.call.store.new_id("signatures")
        change.signatures[identifier] = image
        return identifier
    identifier = str(question["signature_id"])
    known = change.call.store.get("signatures", identifier) if identifier.isdecimal() else None
    if known is None or change.before is None or known["patient_form_id"] != change.before["id"]:
        raise Refused("signature_id is invalid")
    return identifier


def _complete(change: Change) -> None:
    if not change.given.get("completed"):
        return
    content = change.value("content")
    sections = content["sections"] if isinstance(content, dict) and "sections" in content else []
    questions = [question for section in sections for question in section.get("questions", ())]
    if any(question.get("required") and not answered(question) for question in questions):
        change.refuse("content", "required questions must be answered")
    if change.before is None or change.before["completed_at"] is None:
        change.given["completed_at"] = change.call.now


def finish_form(change: Change, row: Row) -> None:
    """Keeps a form's new signatures, gives it its address, and tells the patient when it was completed."""
    call = change.call
    for identifier, image in change.signatures.items():
        given = {"patient_form_id": row["id"], "image": image, "user_id": call.user["id"]}
        signature = new_row(KINDS["signatures"], call.now, given)
        signature["id"] = identifier
        call.store.insert("signatures", signature)
    if row["url"] is None:
        url = f"https://{call.fake.subdomain}.{call.fake.shard}.cliniko.com/patient_forms/{row['id']}"
        call.store.change("patient_forms", row, url=url)
    if "completed_at" in change.given and row["email_to_patient_on_completion"]:
        call.fake.send("patient_form", row["patient_id"], "patient_forms", row["id"])


def check_communication(change: Change) -> None:
    """Looks at a communication: only memos can be written, and they say something."""
    before = change.before
    if before is not None and before["category_code"] != MEMO:
        change.refuse("category_code", INVALID)
    names = ("from", "to") if change.call.fake.refuses_nameless_memos else ()
    for name in ("content", "direction_code", "type_code", "confidential", *names):
        if name in change.given and change.given[name] in (None, ""):
            change.refuse(name, BLANK)


def check_attachment(change: Change) -> None:
    """Looks at a new file: the address that it was uploaded to is one that this account gave for this patient."""
    if change.before is None and "upload_url" in change.given:
        change.call.fake.files.check_upload(change)


def start_processing(change: Change, row: Row) -> None:
    """Takes in an uploaded file, which is worked on in the background."""
    change.call.fake.files.take_in(change, row)


CLINICAL_RULES = {
    "treatment_note_templates": Rules(check=check_note_template),
    "treatment_notes": Rules(check=check_note),
    "patient_form_templates": Rules(check=check_form_template),
    "patient_forms": Rules(check=check_form, made=finish_form, changed=finish_form),
    "communications": Rules(check=check_communication),
    "patient_attachments": Rules(check=check_attachment, made=start_processing),
}
"""The rules of these kinds by their names."""
