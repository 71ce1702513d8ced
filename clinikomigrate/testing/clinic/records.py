# ruff: noqa: RUF001 - real texts hold signs that look like others; that is what this is for
"""What hangs on a patient: notes, forms, files, cases, alerts, messages, recalls, relationships."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from clinikomigrate.testing.clinic import words
from clinikomigrate.testing.clinic.catalogue import Catalogue
from clinikomigrate.testing.clinic.content import form_content, note_content, signature_image
from clinikomigrate.testing.clinic.diary import Visit
from clinikomigrate.testing.clinic.files import content_of
from clinikomigrate.testing.clinic.maker import Maker, utc
from clinikomigrate.testing.clinic.people import Person
from clinikomigrate.testing.clinic.practice import PEOPLE, Practice

_NOTES: Final = (
    ("full",) * 3 + ("short",) * 3 + ("charts", "unanswered", "unanswered", "empty", "null", "full", "short")
)
_NOTE_STATES: Final = (
    "final",
    "final",
    "final",
    "draft",
    "archived",
    "archived draft",
    "pinned",
    "former",
    "final",
    "former",
)
_FORMS: Final = (
    "completed",
    "completed",
    "incomplete",
    "unanswered",
    "signed",
    "signed by picture",
    "required left",
    "long",
    "connected",
    "restricted",
    "archived",
    "signed, archived",
)
_BY_PATIENT: Final = 2
"""The place of the referral source type for patients who refer patients."""
_SIZES: Final = (0, 1, 20, 300, 1_000, 1_500, 2_000, 4_000, 700, 65_536, 50, 999)
_MESSAGES: Final = (
    "memo",
    "memo",
    "confidential memo",
    "archived memo",
    "bare memo",
    "e-mail",
    "sms",
    "reply",
    "sms",
    "invoice e-mail",
)


def make_notes(maker: Maker, practice: Practice, catalogue: Catalogue, person: Person, visits: list[Visit]) -> None:
    """Adds treatment notes: one for most visits that were, and now and then one without a visit.

    Args:
        maker: Where to add them.
        practice: Who writes.
        catalogue: Templates.
        person: Whose they are.
        visits: The patient's visits.
    """
    bound: list[Visit | None] = [visit for visit in visits if visit.starts_at < maker.now and maker.chance(0.5)]
    if maker.turn("notes without a visit", (True, False, False)):
        bound.append(None)
    for visit in bound:
        _note(maker, practice, catalogue, person, visit)


def _note(maker: Maker, practice: Practice, catalogue: Catalogue, person: Person, visit: Visit | None) -> None:
    state = maker.turn("note states", _NOTE_STATES)
    template, name = maker.turn("note templates", catalogue.note_templates)
    author = (
        visit.practitioner if visit is not None and maker.chance(0.8) else maker.random.choice(practice.practitioners)
    )
    if state == "former":
        author = maker.turn("former authors", practice.former_practitioners)
    position = (practice.practitioners + practice.former_practitioners).index(author)
    first, last = PEOPLE[position][:2]
    created = (visit.starts_at if visit is not None else maker.moment(-900, -2)) + timedelta(minutes=50)
    draft = "draft" in state
    row: dict[str, Any] = {
        "patient_id": person.id,
        "practitioner_id": author,
        "author_name": f"{first} {last}",
        "title": ""
        if maker.turn("untitled", (False,) * 7 + (True,))
        else maker.turn("note titles", (name, f"{name} №2")),
        "content": note_content(maker, maker.turn("notes", _NOTES)),
        "draft": draft,
        "created_at": utc(created),
        "updated_at": utc(created + timedelta(days=1)),
        "finalized_at": None if draft else utc(created + timedelta(days=maker.turn("delays", (0, 0, 1, 3)))),
    }
    if maker.turn("with template", (True, True, False)):
        row["treatment_note_template_id"] = template
    if visit is not None:
        link = maker.turn("note links", ("both", "booking", "attendee"))
        if link != "attendee":
            row["booking_id"] = visit.booking
        if link != "booking":
            row["attendee_id"] = visit.attendee
    if "archived" in state:
        row["archived_at"] = maker.past(100)
    if state == "pinned":
        row["pinned_at"] = maker.past(100)
    maker.add("treatment_notes", **row)


def make_forms(maker: Maker, practice: Practice, catalogue: Catalogue, person: Person, visits: list[Visit]) -> None:
    """Adds patient forms, with signatures under some.

    Args:
        maker: Where to add them.
        practice: Whose business the form is for.
        catalogue: Templates.
        person: Whose they are.
        visits: The patient's visits; some forms belong to one.
    """
    for _ in range(maker.turn("form counts", (0, 1, 0, 0, 1))):
        state = maker.turn("forms", _FORMS)
        template, name = maker.turn("form templates", catalogue.form_templates)
        signature = str(10**18 + maker.random.getrandbits(59)) if "signed" in state else None
        answered = state not in {"incomplete", "unanswered"}
        created = maker.moment(-800, -3)
        row: dict[str, Any] = {
            "patient_id": person.id,
            "patient_form_template_id": template,
            "name": maker.turn("form names", (name, f"{name} – 2nd")),
            "content": form_content(
                maker,
                answered=state != "unanswered",
                long=state == "long",
                connected=state == "connected",
                required_left=state == "required left",
                signature_id=signature,
            ),
            "completed_at": utc(created + timedelta(days=1)) if answered else None,
            "restricted_to_practitioner": state == "restricted",
            "email_to_patient_on_completion": maker.turn("form e-mails", (True, False, False)),
            "created_at": utc(created),
        }
        if visits and maker.chance(0.5):
            visit = maker.random.choice(visits)
            row |= {"attendee_id": visit.attendee, "business_id": visit.business}
        elif maker.chance(0.3):
            row["business_id"] = practice.businesses[0]
        if "archived" in state:
            row["archived_at"] = maker.past(100)
        form = maker.add("patient_forms", **row)
        if signature is not None:
            image = signature_image(maker, drawn="picture" not in state)
            maker.add("signatures", id=signature, patient_form_id=form, image=image, user_id=practice.users[0])


def make_files(maker: Maker, practice: Practice, person: Person) -> list[str]:
    """Adds attachments of any size and name.

    Args:
        maker: Where to add them.
        practice: Who uploads.
        person: Whose they are.

    Returns:
        Ids of the files that a case may point at.
    """
    files = []
    for _ in range(maker.turn("file counts", (0, 1, 0, 0, 2, 0, 0))):
        number = maker.number("files")
        size = maker.turn("sizes", _SIZES)
        if size > 60_000:
            size = (200_000, 65_536)[maker.number("large files") > 4] if maker.number("large") <= 12 else 2_500
        name = maker.turn("file names", (*words.FILE_NAMES, "ü" * 251 + ".pdf", "x" * 255))
        archived = {"archived_at": maker.past(50)} if maker.turn("files archived", (False,) * 5 + (True,)) else {}
        pinned = {"pinned_at": maker.past(50)} if maker.turn("files pinned", (False,) * 4 + (True,)) else {}
        created = maker.past()
        user = maker.random.choice(practice.users)
        description = maker.turn(
            "descriptions of files", (None, "", "MRI of the left knee", "Überweisung «B»", "d" * 255)
        )
        kind = maker.turn("content types", ("application/pdf", "image/png", None, "invalid/invalid", "text/plain"))
        content = content_of(kind, name, maker.random.randbytes(size))
        files.append(
            maker.add(
                "patient_attachments",
                patient_id=person.id,
                user_id=user,
                filename=name,
                description=description,
                content_type=kind,
                size=len(content),
                content=content,
                processing_completed=True,
                processed_at=created,
                created_at=created,
                **archived,
                **pinned,
            )
        )
        if number % 10 == 5:
            add_export(maker, practice, person)
    return files


def add_export(maker: Maker, practice: Practice, person: Person) -> str:
    """Adds a full export of a patient's record, which stands among the attachments.

    Args:
        maker: Where to add it.
        practice: Who asked for it.
        person: Whose record it is.

    Returns:
        The export's id.
    """
    return maker.add(
        "patient_attachments",
        full_export=True,
        patient_id=person.id,
        user_id=practice.users[0],
        filename="export.zip",
        description="Full patient export",
        content_type="application/zip",
        size=120,
        content=maker.random.randbytes(120),
        processing_completed=True,
        processed_at=maker.past(100),
    )


def make_case(maker: Maker, catalogue: Catalogue, person: Person, files: list[str]) -> str | None:
    """Adds a patient case to some patients.

    Args:
        maker: Where to add it.
        catalogue: Contacts.
        person: Whose it is.
        files: The patient's attachments; the case may point at some.

    Returns:
        The case's id, or None.
    """
    state = maker.turn("cases", (None, None, None, "open", None, "closed", "archived", "bare"))
    if state is None:
        return None
    row: dict[str, Any] = {"patient_id": person.id, "name": maker.turn("case names", words.COMPLAINTS)}
    if state != "bare":
        row |= {
            "issue_date": str(maker.day(-700, -200)),
            "expiry_date": str(maker.day(-100, 300)),
            "max_sessions": maker.turn("sessions", (1, 5, 12, 200, None)),
            "max_invoiceable_amount": maker.turn("amounts", ("0.5", "1250.5", None)),
            "notes": maker.turn("case notes", words.REMARKS),
            "include_cancelled_attendees": maker.turn("case cancelled", (True, False)),
            "include_dna_attendees": maker.turn("case dna", (True, False, False)),
            "referral": True,
            "referral_type": maker.turn("referral types", ("medicare", "dva", None)),
            "contact_id": maker.turn("case doctors", catalogue.doctors),
            "patient_attachment_ids": list(files),
        }
    if state == "closed":
        row |= {"closed": True, "closed_at": maker.past(90)}
    if state == "archived":
        row["archived_at"] = maker.past(90)
    return maker.add("patient_cases", **row)


def make_small_records(maker: Maker, catalogue: Catalogue, person: Person) -> None:
    """Adds alerts, recalls, messages.

    Args:
        maker: Where to add them.
        catalogue: Recall types.
        person: Whose they are.
    """
    alerts = maker.turn("alerts", ((), (), (), ("one",), ("same", "same"), (), ("one", "archived"), (), (), ()))
    for number, alert in enumerate(alerts):
        name = words.ALERTS[1] if alert == "same" else maker.turn("alert names", words.ALERTS)
        archived = {"archived_at": maker.past(100)} if alert == "archived" else {}
        maker.add(
            "medical_alerts",
            patient_id=person.id,
            name=name,
            created_at=utc(maker.now - timedelta(days=99 - number)),
            **archived,
        )
    if maker.turn("recalls", (True, False, False, False)):
        archived = {"archived_at": maker.past(100)} if maker.turn("recalls archived", (False, False, True)) else {}
        maker.add(
            "recalls",
            patient_id=person.id,
            recall_type_id=maker.turn("recall types", catalogue.recall_types),
            recall_at=str(maker.day(-100, 200)),
            notes=maker.turn("recall notes", (None, "", "Bring orthotics\nand shoes")),
            **archived,
        )
    _messages(maker, person)


def make_referral_source(
    maker: Maker, practice: Practice, catalogue: Catalogue, person: Person, other: Person | None
) -> None:
    """Adds how a patient came to the clinic, for some patients.

    Args:
        maker: Where to add it.
        practice: Referral source types.
        catalogue: Contacts.
        person: Who came.
        other: A patient who may have sent them.
    """
    kind = maker.turn("referral sources", (None, 0, 1, 2, 3, None, 4))
    if kind is None or (kind == _BY_PATIENT and other is None):
        return
    source, referrer, subcategories = practice.referral_source_types[kind]
    row: dict[str, Any] = {"patient_id": person.id, "referral_source_type_id": source}
    row["notes"] = maker.turn("referral notes", (None, "", "Said “best in town”"))
    if subcategories:
        row["subcategory"] = maker.turn("subcategories", subcategories)
    if referrer == "Contact":
        row["referrer_id"] = maker.turn("referring contacts", catalogue.contacts)
    if referrer == "Patient" and other is not None:
        row["referrer_id"] = other.id
    maker.add("referral_sources", **row)


def make_relationship(maker: Maker, person: Person, other: Person) -> None:
    """Relates two patients, for some, in either direction.

    Args:
        maker: Where to add it.
        person: One patient.
        other: Another.
    """
    relation = maker.turn("relations", (10, None, 20, None, None, 30, None, 40, None, 50, None, None, 60, 70, None))
    if relation is None or person.root == other.root:
        return
    archived = {"archived_at": maker.past(100)} if maker.turn("relations archived", (False, False, False, True)) else {}
    maker.add("relationships", patient_id=person.id, related_patient_id=other.id, relation=relation, **archived)


def _messages(maker: Maker, person: Person) -> None:
    for _ in range(maker.turn("message counts", (0, 1, 0, 2, 0))):
        kind = maker.turn("messages", _MESSAGES)
        created = maker.past()
        row: dict[str, Any] = {
            "patient_id": person.id,
            "created_at": created,
            "content": maker.turn("message texts", words.REMARKS),
            "from": "Northside",
            "to": person.email or "0400 000 000",
            "direction_code": 1,
        }
        if "memo" in kind:
            row |= {
                "category_code": 12,
                "type_code": maker.turn("memo types", (1, 2, 3, 4)),
                "direction_code": maker.turn("memo directions", (1, 2)),
                "confidential": "confidential" in kind,
            }
            if kind == "bare memo":
                row |= {"from": "", "to": ""}
            if "archived" in kind:
                row["archived_at"] = maker.past(50)
        elif kind in {"sms", "reply"}:
            code = 1 if kind == "sms" else 8
            row |= {"type_code": 1, "category_code": code, "direction_code": 1 + (kind == "reply")}
        else:
            code = 4 if kind == "e-mail" else 3
            row |= {"type_code": 2, "category_code": code, "content_subject": "About your visit"}
        maker.add("communications", **row)
