"""The operations that no other kind has: whoami, settings, referral sources, cancelling, conflicts, files."""

from __future__ import annotations

import copy

from clinikomigrate.testing.answers import BLANK, INVALID, NOT_LISTED, Answer, forbidden, invalid, not_found
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Refused, Row, identifier, written_form
from clinikomigrate.testing.filters import parse
from clinikomigrate.testing.kinds import BOOKINGS, KINDS, Kind
from clinikomigrate.testing.kinds.diary import CANCELLATION_REASONS, REFUSED_REASONS
from clinikomigrate.testing.reading import Listing, answer_list, check_parameters, hidden, visible
from clinikomigrate.testing.render import render
from clinikomigrate.testing.rules.diary import cancel as cancel_booking
from clinikomigrate.testing.settings import public_part
from clinikomigrate.testing.store import Store
from clinikomigrate.testing.writing import body_of, new_row, shown


def user(call: Call) -> Answer:
    """Answers who the key belongs to."""
    return Answer(200, render(call, KINDS["users"], call.user))


def settings(call: Call) -> Answer:
    """Answers the account's settings; a 403 to a role that may not view them."""
    if not call.administrates:
        raise forbidden()
    return Answer(200, {**copy.deepcopy(call.fake.settings), "links": {"self": f"{call.base}/settings"}})


def public_settings(call: Call) -> Answer:
    """Answers what the public may know of the settings."""
    return Answer(200, public_part(call.fake.settings))


def cancel(call: Call, kind: Kind, number: str) -> Answer:
    """Answers the cancelling of an appointment or attendee: 204; 404 the second time, since it is hidden then."""
    row = shown(call, kind, number)
    body, errors = body_of(call), {}
    for name in body:
        if name not in ("cancellation_reason", "cancellation_note", "apply_to_repeats"):
            errors[name] = "is not permitted"
    reason = body.get("cancellation_reason")
    taken = type(reason) is int and reason in CANCELLATION_REASONS and reason not in REFUSED_REASONS
    if not taken:
        errors["cancellation_reason"] = BLANK if reason is None else NOT_LISTED
    note, repeats = body.get("cancellation_note"), body.get("apply_to_repeats", False)
    if note is not None and not isinstance(note, str):
        errors["cancellation_note"] = INVALID
    if not isinstance(repeats, bool):
        errors["apply_to_repeats"] = INVALID
    if errors:
        raise invalid(errors)
    cancel_booking(call, row, int(str(reason)), note, also_repeats=repeats)
    return Answer(204)


def conflicts(call: Call, kind: Kind, number: str) -> Answer:
    """Answers whether the practitioner has another live booking at the same time."""
    row = shown(call, kind, number)
    others = (
        other
        for name in BOOKINGS
        for other in call.store.pointing(name, "practitioner_id", row["practitioner_id"])
        if other["id"] != row["id"] and not hidden(KINDS[name], other)
    )
    exist = any(other["starts_at"] < row["ends_at"] and row["starts_at"] < other["ends_at"] for other in others)
    return Answer(200, {"conflicts": {"exist": exist}})


def active_cases(call: Call) -> Answer:
    """Answers the cases that are neither closed nor past the day on which they expire."""
    today = call.now[:10]

    def is_active(_: Store, row: Row) -> bool:
        return row["closed_at"] is None and not row["closed"] and (row["expiry_date"] or today) >= today

    return answer_list(call, Listing(KINDS["patient_cases"], is_active))


def referral_source(call: Call, patient_id: str) -> Answer:
    """Answers where a patient came from: 404 where nobody said."""
    check_parameters(call, frozenset({"q[]"}))
    kind = KINDS["referral_sources"]
    conditions = [parse(value, kind, kind.get_filters) for _, value in call.query]
    rows = call.store.pointing("referral_sources", "patient_id", _patient(call, patient_id)["id"])
    if not rows or hidden(kind, rows[0], conditions):
        raise not_found()
    return Answer(200, render(call, kind, rows[0]))


def set_referral_source(call: Call, patient_id: str) -> Answer:
    """Answers the saying of where a patient came from; the first time makes the record."""
    patient = _patient(call, patient_id)
    rows = call.store.pointing("referral_sources", "patient_id", patient["id"])
    kind = KINDS["referral_sources"]
    row = rows[0] if rows else new_row(kind, call.now, {"patient_id": patient["id"]})
    given = _check_referral(call, kind, row)
    if not rows:
        row["id"] = call.store.new_id(kind.name)
        call.store.insert(kind.name, row)
    call.store.change(kind.name, row, **given, updated_at=call.now)
    return Answer(200, render(call, kind, row))


def _check_referral(call: Call, kind: Kind, row: Row) -> Row:
    given: Row = {}
    errors: dict[str, str | None] = {}
    for name, value in body_of(call).items():
        column = kind.by_name.get(name)
        if column is None or column.write == "never":
            errors[name] = "is not permitted"
            continue
        try:
            given[name] = written_form(column, value)
        except Refused as refused:
            errors[column.error_key] = str(refused)
    after = {**row, **given}
    found = call.store.get("referral_source_types", after["referral_source_type_id"])
    if found is None or found["archived_at"] is not None:
        errors.setdefault("referral_source_type", BLANK)
    else:
        if after["subcategory"] and after["subcategory"] not in (found["subcategories"] or ()):
            errors.setdefault("subcategory", NOT_LISTED)
        if after["referrer_id"] is not None and not _is_referrer(call, found, after["referrer_id"]):
            errors.setdefault("referrer", BLANK)
    if errors:
        raise invalid(errors)
    return given


def _is_referrer(call: Call, found: Row, referrer_id: str) -> bool:
    if found["referrer_type"] is None:
        return False
    kind = KINDS[f"{found['referrer_type'].lower()}s"]
    referrer = call.store.get(kind.name, referrer_id)
    if referrer is None:
        return False
    return not (call.fake.refuses_archived_parents and hidden(kind, referrer))


def _patient(call: Call, patient_id: str) -> Row:
    patient = call.store.get("patients", patient_id)
    if patient is None or hidden(KINDS["patients"], patient):
        raise not_found()
    return patient


def presign(call: Call, patient_id: str) -> Answer:
    """Answers where and how a file can be uploaded for a patient."""
    return call.fake.files.presign(call, patient_id)


def file_content(call: Call, number: str) -> Answer:
    """Answers the request for a file's content."""
    return call.fake.files.content(call, number)


def signature(call: Call, form_id: str, number: str) -> Answer:
    """Answers the image of a signature on a form."""
    kind = KINDS["patient_forms"]
    form = call.store.get(kind.name, form_id)
    row = call.store.get("signatures", identifier(number))
    if form is None or row is None or row["patient_form_id"] != form["id"] or not visible(call, kind, form):
        raise not_found()
    answer = render(call, KINDS["signatures"], row)
    answer["links"] = {"self": f"{call.base}/patient_forms/{form['id']}/signatures/{row['id']}"}
    return Answer(200, answer)
