"""The operations that are not those of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from clinikomigrate.testing.answers import Answer
from clinikomigrate.testing.splose.answers import TEXT, done, not_found, refused
from clinikomigrate.testing.splose.call import Call, shown
from clinikomigrate.testing.splose.kinds.diary import APPOINTMENTS
from clinikomigrate.testing.splose.kinds.money import PAYMENTS
from clinikomigrate.testing.splose.kinds.people import PATIENT_FILES, PATIENTS
from clinikomigrate.testing.splose.kinds.practice import AVAILABILITIES, CUSTOM_FIELDS, PRACTITIONERS
from clinikomigrate.testing.splose.properties import Property, Row, Wrong, checked, moment, read_moment
from clinikomigrate.testing.splose.reading import refuse_query
from clinikomigrate.testing.splose.rules import tell_of, unmake_payment

LARGEST_FILE = 5_000_000
LONGEST_ROSTER = timedelta(days=100)
LONGEST_WINDOW = timedelta(days=7)


def delete_payment(call: Call, id: str) -> Answer:
    """Answers the deletion of a payment, which gives its invoices back what they had."""
    row = call.row(PAYMENTS, id)
    if row["archived"]:
        raise not_found()
    unmake_payment(call.fake, row)
    return done()


def custom_fields(call: Call) -> Answer:
    """Answers all definitions of custom fields that are active, as a bare list that is called text."""
    refuse_query(call, frozenset())
    rows = [row for row in call.fake.tables.all("custom_fields") if not CUSTOM_FIELDS.is_archived(row)]
    return Answer(200, [shown(CUSTOM_FIELDS, row) for row in rows], headers={"Content-Type": TEXT})


def set_custom_fields(call: Call, id: str) -> Answer:
    """Answers the setting of a patient's custom fields."""
    patient = call.row(PATIENTS, id)
    body = call.body if isinstance(call.body, dict) else {}
    given = body.get("customFieldData")
    if not isinstance(given, list) or body.keys() != {"customFieldData"}:
        raise refused(fields={"customFieldData": ["Required"]})
    values: dict[str, object] = {field["name"]: field["value"] for field in patient["customFields"]}
    for one in given:
        name, value = _custom_value(call, one)
        values[name] = value
    kept = [{"name": name, "value": value} for name, value in values.items() if value is not None]
    patient |= {"customFields": kept, "updatedAt": call.fake.time_text()}
    return done()


def _custom_value(call: Call, one: object) -> tuple[str, object]:
    if not isinstance(one, dict) or not one.keys() <= {"customFieldId", "value"}:
        raise refused(fields={"customFieldData": ["Expected object"]})
    field = call.fake.tables.get("custom_fields", one.get("customFieldId"))
    if field is None or CUSTOM_FIELDS.is_archived(field):
        raise refused(fields={"customFieldData": ["No such custom field"]})
    value = one.get("value")
    if value is None:
        return str(field["name"]), None
    try:
        return str(field["name"]), _answer_to(field, value)
    except Wrong as wrong:
        raise refused(fields={"customFieldData": [str(wrong)]}) from None


def _answer_to(field: Row, value: object) -> object:
    options = {option["id"]: option["value"] for option in field["options"] if option["deletedAt"] is None}
    match field["type"]:
        case "Numerical":
            return checked(Property("value", "number"), value)
        case "Date picker":
            return checked(Property("value", "date"), value)
        case "Single dropdown":
            chosen = [checked(Property("value", "id"), value)]
        case "Multiple dropdown" | "Multiple choice":
            chosen = checked(Property("value", "list", of=(Property("", "id", null=False),)), value)
        case _:
            return checked(Property("value"), value)
    if not options.keys() >= set(chosen):
        raise Wrong("No such option")
    return ", ".join(str(options[option]) for option in chosen)


def upload_file(call: Call, id: str) -> Answer:
    """Answers the upload of a PDF."""
    patient = call.row(PATIENTS, id)
    file = call.request.files.get("file")
    if file is None or len(call.request.files) + len(call.request.form) > 1:
        raise refused(fields={"file": ["Required"]})
    content = file.stream.read()
    if file.mimetype != "application/pdf" or b"%PDF-" not in content[:1024]:
        raise refused(fields={"file": ["Only PDF files are allowed"]})
    if len(content) > LARGEST_FILE:
        raise refused(fields={"file": ["File too large"]})
    if call.fake.refuses_archived_parents and PATIENTS.is_archived(patient):
        raise refused(["The client is archived"])
    row: Row = {"id": call.fake.tables.new_id("patient_files"), "name": file.filename, "patientId": patient["id"]}
    call.fake.tables.insert("patient_files", row | {"content": content})
    return Answer(200, shown(PATIENT_FILES, row))


def cancel(call: Call, id: str, patient_id: str | None = None) -> Answer:
    """Answers a cancellation: nobody knows how, so with nothing. It writes to the patients."""
    row = call.row(APPOINTMENTS, id)
    body = call.body if isinstance(call.body, dict) else {}
    reason = call.fake.tables.get("cancellation_reasons", body.get("reasonId"))
    if reason is None or not body.keys() <= {"reasonId", "note"} or not isinstance(body.get("note", ""), str):
        raise refused(fields={"reasonId": ["Required"]})
    why = {"cancellationReason": reason["name"], "cancellationNote": body.get("note")}
    if row["deletedAt"] is not None and _cancel_archived(call, row):
        return Answer(200)
    fee = {"cancellationRate": call.fake.cancellation_rate}
    _mark(call, row, patient_id, "appointment_cancelled", {"status": "Cancelled", **why, **fee})
    return Answer(200)


def _cancel_archived(call: Call, row: Row) -> bool:
    """Does with an archived appointment what the workspace does; says whether that is all."""
    match call.fake.archived_cancellation:
        case "hidden":
            raise not_found()
        case "refused":
            raise refused(["The appointment is archived"])
        case "ignored":
            return True
        case "restored" | "revived" as becomes:
            row |= {"deletedAt": None, "archived": False, "updatedAt": call.fake.time_text()}
            return becomes == "revived"
    return False


def arrive(call: Call, id: str, patient_id: str | None = None) -> Answer:
    """Answers the note that patients came, with nothing. It writes to the patients."""
    row = call.row(APPOINTMENTS, id)
    if call.body is not None:
        raise refused(["Expected no body"])
    _mark(call, row, patient_id, "appointment_arrived", {"status": "Arrived"})
    return Answer(200)


def _mark(call: Call, row: Row, patient_id: str | None, occasion: str, values: Row) -> None:
    places = [
        place for place in row["appointmentPatients"] if patient_id is None or place["patientId"] == int(patient_id)
    ]
    if not places:
        raise not_found()
    now = call.fake.time_text()
    if any(place["status"] == values["status"] for place in places):
        call.fake.protocol_errors.append(f"POST {call.path}: it was {values['status']} already")
    for place in places:
        place |= {**values, "statusUpdatedAt": now}
    row["updatedAt"] = now
    tell_of(call.fake, occasion, row, places)


def availabilities(call: Call, practitioner_id: str) -> Answer:
    """Answers a practitioner's hours of up to 100 days."""
    call.row(PRACTITIONERS, practitioner_id)
    refuse_query(call, frozenset({"startDate", "endDate", "locationId"}))
    asked = dict(call.query)
    first, last = (_time(asked, name) for name in ("startDate", "endDate"))
    if not first <= last <= _later(first, LONGEST_ROSTER):
        raise refused(fields={"endDate": ["At most 100 days after startDate"]})
    rows = [
        row
        for row in call.fake.tables.all("availabilities")
        if str(row["practitionerId"]) == practitioner_id
        and first[:10] <= row["date"] <= last[:10]
        and asked.get("locationId", str(row["locationId"])) == str(row["locationId"])
    ]
    return Answer(200, {"data": [{k: v for k, v in shown(AVAILABILITIES, row).items() if k != "id"} for row in rows]})


def free_slots(call: Call) -> Answer:
    """Answers the hours of practitioners within up to 7 days; nobody knows in which shape."""
    names = {"from", "to", "interval", "serviceId", "locationId", "practitionerIds"}
    refuse_query(call, frozenset(names))
    asked = dict(call.query)
    missing = {name: ["Required"] for name in ("serviceId", "locationId", "practitionerIds") if name not in asked}
    if missing:
        raise refused(fields=missing)
    first = _time(asked, "from")
    last = _time(asked, "to") if "to" in asked else _later(first, LONGEST_WINDOW)
    if not first <= last <= _later(first, LONGEST_WINDOW):
        raise refused(fields={"to": ["At most 7 days after from"]})
    practitioners = {value for name, value in call.query if name == "practitionerIds"}
    return Answer(200, {"data": list(_slots(call, practitioners, asked["locationId"], first, last))})


def _slots(call: Call, practitioners: set[str], location: str, first: str, last: str) -> Iterator[Row]:
    for row in call.fake.tables.all("availabilities"):
        if str(row["practitionerId"]) in practitioners and str(row["locationId"]) == location:
            start = f"{row['date']}T{row['startTime']}:00.000Z"
            if first <= start <= last:
                yield {"practitionerId": row["practitionerId"], "start": start}


def _time(asked: dict[str, str], name: str) -> str:
    try:
        return moment(read_moment(asked.get(name, "")))
    except Wrong as wrong:
        raise refused(fields={name: [str(wrong)]}) from None


def _later(time: str, by: timedelta) -> str:
    return moment(read_moment(time) + by)
