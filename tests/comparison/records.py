"""What the copies of cases, files, notes, forms and messages must hold."""

from __future__ import annotations

import hashlib
from collections import defaultdict

from .catalogue import archived
from .contents import completable, same_content
from .expectations import Expectation, anything, contains, number, one_of, plain
from .pairing import Accounts, Copy, Original, Row
from .texts import all_texts, mentions_day, mentions_name, moment

MEMO = 12


def pair_cases(accounts: Accounts) -> None:
    """Pairs patient cases; the links to their attendees are the attendees' business."""
    fields = ("name", "notes", "issue_date", "expiry_date", "max_sessions", "referral_type")
    flags = ("include_cancelled_attendees", "include_dna_attendees", "referral")

    def told(row: Row) -> dict[str, object]:
        values = {name: plain(row.get(name)) for name in fields} | {name: bool(row.get(name)) for name in flags}
        return values | {
            "closed": bool(row.get("closed")),
            "closed_at": bool(row.get("closed_at")),
            "archived": archived(row),
            "max_invoiceable_amount": number(row.get("max_invoiceable_amount")),
        }

    links = {"patient_id": "patients", "contact_id": "contacts"}
    accounts.pair(
        "patient_cases",
        ("patient_id", "name"),
        [
            Original(row, told(row) | {name: accounts.copy_of(to, row.get(name)) for name, to in links.items()})
            for row in accounts.source("patient_cases")
        ],
        [
            Copy(row, told(row) | {name: row.get(name) for name in links})
            for row in accounts.destination("patient_cases")
        ],
    )


def compare_case_files(accounts: Accounts) -> None:
    """Compares which files belong to a case; which attendees do is compared at the attendees."""
    exports = {row["id"] for row in accounts.source("patient_attachments") if row.get("full_export")}
    for row in accounts.source("patient_cases"):
        copy = accounts.destination_row("patient_cases", accounts.copy_of("patient_cases", row["id"]))
        if not copy:
            continue
        files = {
            accounts.copy_of("patient_attachments", one)
            for one in row.get("patient_attachment_ids") or []
            if one not in exports
        }
        if not archived(row) and files != set(copy.get("patient_attachment_ids") or []):
            accounts.say(f"patient_cases {row['id']} -> {copy['id']}: patient_attachment_ids are not the same")


def pair_files(accounts: Accounts) -> None:
    """Pairs attachments: the same bytes, name and patient. Full exports stay behind."""

    def told(row: Row) -> dict[str, object]:
        content = row.get("content")
        return {
            "filename": plain(row.get("filename")),
            "content": hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else None,
            "size": row.get("size"),
            "archived": archived(row),
            "processing_completed": True,
        }

    accounts.pair(
        "patient_attachments",
        ("patient_id", "filename"),
        [
            Original(
                row,
                told(row)
                | {
                    "patient_id": accounts.copy_of("patients", row["patient_id"]),
                    "description": contains(row.get("description")),
                },
            )
            for row in accounts.source("patient_attachments")
            if not row.get("full_export")
        ],
        [
            Copy(
                row,
                told(row) | {name: row.get(name) for name in ("patient_id", "description", "processing_completed")},
            )
            for row in accounts.destination("patient_attachments")
        ],
    )


def pair_notes(accounts: Accounts) -> None:
    """Pairs treatment notes: every answer, and in words who wrote it and when."""
    seats: dict[str, list[str]] = defaultdict(list)
    for attendee in accounts.source("attendees"):
        seats[attendee["booking_id"]].append(attendee["id"])
    originals = []
    for row in accounts.source("treatment_notes"):
        expected: dict[str, object] = {
            "patient_id": accounts.copy_of("patients", row["patient_id"]),
            "title": plain(row.get("title")) or Expectation("a title", lambda actual: bool(plain(actual))),
            "draft": bool(row.get("draft")),
            "archived": archived(row),
            "content": same_content(row.get("content"), _no_image, _no_image),
            "author": _author_expected(accounts, row),
            "dates": _dates_expected(row, ("created_at", "finalized_at")),
            "treatment_note_template_id": accounts.copy_of(
                "treatment_note_templates", row.get("treatment_note_template_id")
            ),
        }
        originals.append(Original(row, expected | _visit_expected(accounts, row, seats)))
    copies = []
    for row in accounts.destination("treatment_notes"):
        author = accounts.destination_row("practitioners", row.get("practitioner_id"))
        texts = all_texts([row.get("title"), row.get("content")])
        names = ("patient_id", "title", "content", "booking_id", "attendee_id", "treatment_note_template_id")
        copies.append(
            Copy(
                row,
                {name: row.get(name) for name in names}
                | {
                    "draft": bool(row.get("draft")),
                    "archived": archived(row),
                    "author": f"{_name(author)}\n{texts}",
                    "dates": texts,
                },
            )
        )
    accounts.pair("treatment_notes", ("patient_id",), originals, copies)


def _no_image(_: str) -> None:
    return None


def _name(row: Row) -> str:
    return " ".join(part for part in (row.get("first_name"), row.get("last_name")) if part)


def _author_expected(accounts: Accounts, row: Row) -> Expectation:
    author = accounts.source_row("practitioners", row.get("practitioner_id"))
    name = str(row.get("author_name") or _name(author))
    plain_name = _name(author) or name
    return Expectation(
        f"the author {name!r}, as author or in words",
        lambda actual: mentions_name(actual, name) or mentions_name(actual, plain_name),
    )


def _dates_expected(row: Row, names: tuple[str, ...]) -> Expectation:
    moments = [when for when in (moment(row.get(name)) for name in names) if when is not None]
    return Expectation(
        f"the days {[f'{when:%Y-%m-%d}' for when in moments]} in words",
        lambda actual: all(mentions_day(actual, when) for when in moments),
    )


def _visit_expected(accounts: Accounts, row: Row, seats: dict[str, list[str]]) -> dict[str, object]:
    """Expects the links to booking and attendee; where only one was there, the other of the pair does no harm."""
    attendee = accounts.source_row("attendees", row.get("attendee_id"))
    booking = row.get("booking_id")
    groups = accounts.pairs["group_appointments"]

    def copied(identifier: object) -> object:
        kind = "group_appointments" if str(identifier) in groups else "individual_appointments"
        return accounts.copy_of(kind, identifier)

    wanted: dict[str, object] = {
        "booking_id": copied(booking),
        "attendee_id": accounts.copy_of("attendees", row.get("attendee_id")),
    }
    if booking is None and attendee:
        wanted["booking_id"] = one_of(None, copied(attendee["booking_id"]))
    if booking is not None and not attendee:
        wanted["attendee_id"] = one_of(None, *(accounts.copy_of("attendees", seat) for seat in seats[booking]))
    return wanted


def pair_forms(accounts: Accounts) -> None:
    """Pairs patient forms: every answer, signatures, and whether they are completed."""

    def image(side: int) -> dict[str, str]:
        rows = (accounts.source, accounts.destination)[side]("signatures")
        return {row["id"]: str(row.get("image")) for row in rows}

    images, copied_images = image(0), image(1)

    def told(row: Row) -> dict[str, object]:
        return {
            "name": plain(row.get("name")),
            "restricted_to_practitioner": bool(row.get("restricted_to_practitioner")),
            "archived": archived(row),
        }

    originals = []
    for row in accounts.source("patient_forms"):
        completed = bool(row.get("completed_at"))
        possible = completable(row.get("content"), images.get)
        expected: dict[str, object] = told(row) | {
            "patient_id": accounts.copy_of("patients", row["patient_id"]),
            "attendee_id": accounts.copy_of("attendees", row.get("attendee_id")),
            "business_id": accounts.copy_of("businesses", row.get("business_id")),
            "email_to_patient_on_completion": False,
            "completed": completed if possible or not completed else anything(),
            "content": same_content(row.get("content"), images.get, copied_images.get),
        }
        if completed:
            expected["dates"] = _dates_expected(row, ("completed_at",))
        originals.append(Original(row, expected))
    copies = []
    for row in accounts.destination("patient_forms"):
        actual = told(row) | {name: row.get(name) for name in ("patient_id", "attendee_id", "business_id", "content")}
        actual |= {
            "email_to_patient_on_completion": bool(row.get("email_to_patient_on_completion")),
            "completed": bool(row.get("completed_at")),
            "dates": all_texts(row.get("content")),
        }
        copies.append(Copy(row, actual))
    accounts.pair("patient_forms", ("patient_id", "name"), originals, copies)


def pair_memos(accounts: Accounts) -> None:
    """Pairs memos, the only messages that can be carried. A transfer may add memos that say what it couldn't carry."""
    names = ("type_code", "direction_code", "from", "to")

    def told(row: Row) -> dict[str, object]:
        values = {name: plain(row.get(name)) for name in names}
        return values | {"confidential": bool(row.get("confidential")), "archived": archived(row)}

    accounts.pair(
        "communications",
        ("patient_id", "type_code", "direction_code"),
        [
            Original(
                row,
                told(row)
                | {
                    "patient_id": accounts.copy_of("patients", row["patient_id"]),
                    "content": contains(row.get("content")),
                },
            )
            for row in accounts.source("communications")
            if row.get("category_code") == MEMO
        ],
        [
            Copy(row, told(row) | {name: row.get(name) for name in ("patient_id", "content")}, addition=True)
            for row in accounts.destination("communications")
            if row.get("category_code") == MEMO
        ],
    )
    for row in accounts.destination("communications"):
        if row.get("category_code") != MEMO:
            accounts.say(f"communications {row['id']} in the destination: not a memo")
