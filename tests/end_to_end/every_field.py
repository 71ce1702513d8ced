"""A clinic in which each field of each record stands apart, so that what became of a change of it can be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from clinikomigrate import Report
from clinikomigrate.testing import FakeSplose
from tests.end_to_end.splose import Move, set_up
from tests.traps.clinic import Clinic

Row = dict[str, Any]

WENT: Final = "2024-01-01T00:00:00Z"
_LATER: Final = "2024-01-02T00:00:00Z"
_REASONS: Final = ("Feeling Better", "Other", "Sick")
_CLOSED: Final = (WENT, _LATER)
_FIRST: Final = "first"
_SECOND: Final = "second"

PATIENT: Final[Mapping[str, tuple[Any, Any]]] = {
    "first_name": ("Ada", "Eva"),
    "title": ("Ms", "Dr"),
    "preferred_first_name": ("Addy", "Evi"),
    "address_1": ("1 Banksia Street", "2 Quay Road"),
    "address_2": ("Unit 1", "Unit 2"),
    "address_3": ("Rear", "Front"),
    "city": ("Kew", "Box Hill"),
    "state": ("VIC", "NSW"),
    "post_code": ("3101", "3128"),
    "country": ("Chile", "Peru"),
    "country_code": ("NZ", "FJ"),
    "time_zone": ("Australia/Perth", "Australia/Darwin"),
    "email": ("ada@mail.example", "eva@mail.example"),
    "date_of_birth": ("1990-01-01", "1991-01-01"),
    "sex": ("Female", "Male"),
    "gender": ("Woman", "Agender"),
    "gender_identity": ("Woman", "Man"),
    "pronouns": ({"nominative": "they"}, {"nominative": "she"}),
    "emergency_contact": ("Jo Smith (mother) 0400 000 001", "Al Jones (father) 0400 000 002"),
    "patient_phone_numbers": (
        [{"phone_type": "Mobile", "number": "0400 111 222"}],
        [{"phone_type": "Home", "number": "0400 333 444"}],
    ),
    "medicare": ("2123456701", "2123456702"),
    "medicare_reference_number": ("1", "2"),
    "dva_card_number": ("QX123456", "QX654321"),
    "accepted_privacy_policy": (True, False),
    "reminders_communication_channels": ([1], [1, 2]),
    "notes": ("Shy", "Bold"),
    "appointment_notes": ("By the door", "By the window"),
    "occupation": ("Baker", "Cook"),
    "referral_source": ("Friend", "Web"),
    "old_reference_id": ("R1", "R2"),
    "accepted_email_marketing": (True, False),
    "accepted_sms_marketing": (True, False),
    "receives_cancellation_emails": (True, False),
    "receives_confirmation_emails": (True, False),
    "invoice_default_to": ("Payer One", "Payer Two"),
    "invoice_email": ("one@mail.example", "two@mail.example"),
    "invoice_extra_information": ("Claim 1", "Claim 2"),
    "custom_fields": (_FIRST, _SECOND),
    "concession_type_id": (_FIRST, _SECOND),
    "referring_doctor_id": (_FIRST, _SECOND),
}
CONTACT: Final[Mapping[str, tuple[Any, Any]]] = {
    **{name: PATIENT[name] for name in ("title", "address_1", "address_2", "city", "state", "post_code")},
    "first_name": ("Gia", "Hal"),
    "last_name": ("Doctor", "Surgeon"),
    "preferred_name": ("Gi", "Ha"),
    "company_name": ("Quay Clinic", "Kew Clinic"),
    "email": ("gia@mail.example", "hal@mail.example"),
    "occupation": ("GP", "Surgeon"),
    "provider_number": ("1234561A", "1234562B"),
    "country_code": ("NZ", "FJ"),
    "doctor_type": ("general_practitioner", "specialist"),
    "type_code": (1, 0),
    "phone_numbers": PATIENT["patient_phone_numbers"],
}
_CANCELLED: Final[Mapping[str, tuple[Any, Any]]] = {
    "cancelled_at": _CLOSED,
    "cancellation_note": ("ill", "away"),
    "cancellation_reason": (50, 60),
    "archived_at": _CLOSED,
    "deleted_at": _CLOSED,
}
VISIT: Final[Mapping[str, tuple[Any, Any]]] = {"notes": ("Left knee", "Left"), **_CANCELLED}
SEAT: Final[Mapping[str, tuple[Any, Any]]] = {"notes": ("Ran late", "late"), "arrived": (True, False)}
PLACE: Final[Mapping[str, tuple[Any, Any]]] = {**SEAT, **_CANCELLED}
BOOKED: Final[Mapping[str, tuple[Any, Any]]] = {
    "starts_at": (None, "2024-12-14T22:00:00Z"),
    "business_id": (_FIRST, _SECOND),
    "practitioner_id": (_FIRST, _SECOND),
    "appointment_type_id": (_FIRST, _SECOND),
}
"""By record: for each field that reaches Splose a value, and another one."""

FIELDS: Final[Mapping[str, Mapping[str, tuple[Any, Any]]]] = {
    "patients": PATIENT,
    "contacts": CONTACT,
    "medical_alerts": {"name": ("Nuts", "Latex")},
    "individual_appointments": VISIT,
    "attendees of visits": SEAT,
    "attendees": PLACE,
    "group_appointments": {"archived_at": _CLOSED},
}
CASES: Final = [(kind, name) for kind, names in FIELDS.items() for name in names]
MOVED: Final = [(kind, name) for kind in ("individual_appointments", "group_appointments") for name in BOOKED]


@attrs.frozen
class Case:
    """A record of which one field changes, and what finds its copy: the patient's last name, or an address."""

    kind: str
    id: str
    field: str
    other: Any
    whose: str
    ids: frozenset[str]


@attrs.frozen
class Outcome:
    """What came of changes: how the workspace stands, how a new copy would, and what runs and a comparison say."""

    cases: Mapping[tuple[str, str, bool], Case]
    there: Mapping[str, list[Row]]
    wanted: Mapping[str, list[Row]]
    reports: tuple[Report, ...]
    differing: frozenset[str]
    writes: list[str]

    def listed(self, case: Case) -> list[str]:
        """Gives why records of a case are set aside."""
        return [each.reason for each in self.reports[0].set_aside if each.source_id in case.ids]


class _Full:
    """The clinic.

    Attributes:
        clinic: What it is made in.
        cases: Its cases, by record, field, and whether the record says anything else as well.
    """

    def __init__(self, folder: Path) -> None:
        self.clinic = clinic = Clinic(folder)
        clinic.source.define_custom_fields({"Sport": [("Club", "text"), ("Team", "text")]})
        user = clinic.add("users", first_name="Amy", last_name="Ng", email="amy@mail.example")
        place = {"business_ids": [clinic.business], "practitioner_ids": [clinic.practitioner]}
        concessions = [clinic.add("concession_types", name=name) for name in ("Pensioner", "Student")]
        doctors = [clinic.doctor(last_name=name, email=f"{name}@mail.example") for name in ("One", "Two")]
        self._two: dict[str, tuple[Any, Any]] = {
            "custom_fields": (self._filled("Rovers", "United"), self._filled("City", "County")),
            "concession_type_id": (concessions[0], concessions[1]),
            "referring_doctor_id": (doctors[0], doctors[1]),
            "business_id": (clinic.business, clinic.add("businesses", business_name="Side Street")),
            "practitioner_id": (
                clinic.practitioner,
                clinic.add("practitioners", first_name="Amy", last_name="Ng", user_id=user),
            ),
            "appointment_type_id": (clinic.type, clinic.add("appointment_types", name="Second", **place)),
        }
        self._number = 0
        self.cases: dict[tuple[str, str, bool], Case] = {}
        makers: Mapping[str, Callable[[str, Any, bool], tuple[str, str, str, set[str]]]] = {
            "patients": self._patient,
            "contacts": self._contact,
            "medical_alerts": self._alert,
            "individual_appointments": self._visit,
            "attendees of visits": self._attendee,
            "attendees": self._seat,
            "group_appointments": self._lesson,
        }
        for kind, name in (*CASES, *MOVED):
            given = (FIELDS[kind] if (kind, name) in CASES else BOOKED)[name]
            value, other = self._two.get(name, given)
            for alone in (True, False):
                stored, id, whose, ids = makers[kind](name, value, alone)
                self.cases[kind, name, alone] = Case(stored, id, name, other, whose, frozenset({id, *ids}))

    def _filled(self, *values: str) -> Row:
        (section,) = self.clinic.source.custom_fields_definition()["sections"]
        fields = [
            {"token": field["token"], "type": "text", "value": value}
            for field, value in zip(section["fields"], values, strict=True)
        ]
        return {"sections": [{"token": section["token"], "fields": fields}]}

    def _next(self) -> str:
        self._number += 1
        return f"Case{self._number:04}"

    def _times(self) -> Row:
        day, hour = divmod(self._number, 20)
        start = f"2024-{1 + day // 28:02}-{1 + day % 28:02}T{hour:02}"
        return {"starts_at": f"{start}:00:00Z", "ends_at": f"{start}:30:00Z"}

    def _somebody(self, **values: Any) -> tuple[str, str]:
        whose = self._next()
        return self.clinic.patient(last_name=whose, **values), whose

    def _patient(self, name: str, value: Any, alone: bool) -> tuple[str, str, str, set[str]]:
        rest = {} if alone else {each: self._two.get(each, values)[0] for each, values in PATIENT.items()}
        ada, whose = self._somebody(**{"reminders_communication_channels": [], **rest, name: value})
        return "patients", ada, whose, set()

    def _contact(self, name: str, value: Any, alone: bool) -> tuple[str, str, str, set[str]]:
        rest = {"last_name": "Doctor", "email": "gp@mail.example"}
        rest |= {} if alone else {each: values[0] for each, values in CONTACT.items()}
        whose = self._next()
        contact = self.clinic.add("contacts", **{**rest, "first_name": "Gia", name: value, "address_3": whose})
        return "contacts", contact, whose, set()

    def _alert(self, name: str, value: Any, alone: bool) -> tuple[str, str, str, set[str]]:
        ada, whose = self._somebody()
        if not alone:
            self.clinic.add("medical_alerts", patient_id=ada, name="Bees")
        return "medical_alerts", self.clinic.add("medical_alerts", patient_id=ada, **{name: value}), whose, {ada}

    def _visit(self, name: str, value: Any, alone: bool) -> tuple[str, str, str, set[str]]:
        ada, whose = self._somebody()
        visit = self.clinic.visit(ada, **{**self._times(), **_said(name, value, alone)})
        return "individual_appointments", visit, whose, set()

    def _attendee(self, name: str, value: Any, alone: bool) -> tuple[str, str, str, set[str]]:
        ada, whose = self._somebody()
        visit = self.clinic.visit(ada, **self._times(), **({} if alone else {"notes": "Came late: Ran late"}))
        seat = self.clinic.attendee_of(visit)
        store = self.clinic.source.store
        store.change("attendees", store.at("attendees", seat), **{name: value})
        return "attendees", seat, whose, {visit}

    def _seat(self, name: str, value: Any, alone: bool) -> tuple[str, str, str, set[str]]:
        ada, whose = self._somebody()
        lesson = self.clinic.lesson(**self._times())
        return "attendees", self.clinic.seat(lesson, ada, **_said(name, value, alone)), whose, set()

    def _lesson(self, name: str, value: Any, alone: bool) -> tuple[str, str, str, set[str]]:
        ada, whose = self._somebody()
        lesson = self.clinic.lesson(**{**self._times(), **({} if value is None else {name: value})})
        seat = self.clinic.seat(lesson, ada, **({} if alone else {"notes": "Front row", "arrived": True}))
        self.clinic.seat(lesson, self._somebody()[0], notes="Back row")
        return "group_appointments", lesson, whose, {seat}


def _said(name: str, value: Any, alone: bool) -> Row:
    """Gives what a booking says; a cancellation's note and reason come with a cancellation."""
    cancelled = {"cancelled_at": WENT} if name.startswith("cancellation") else {}
    besides = {} if alone else {"notes": "Always"}
    return {**besides, **cancelled, **({} if value is None else {name: value})}


def outcome(folder: Path, *, empty: bool) -> Outcome:
    """Copies the clinic, empties or changes each field in its own record, copies again, and copies all of it anew.

    Args:
        folder: Where the journals are to lie.
        empty: Whether fields are emptied.
    """
    full = _Full(folder)
    source = full.clinic.source
    move = _move(full.clinic, "clinic")
    with source.in_process(), move.workspace.in_process():
        assert move.transfer().run().ok
        assert move.transfer().verify().ok
        source.clock.sleep_until(source.clock.monotonic() + 86_400)
        for case in full.cases.values():
            _change(full.clinic, case, empty=empty)
        first = move.transfer().run()
        begun = len(_writes(move))
        second = move.transfer().run()
        writes = _writes(move)[begun:]
        verified = move.transfer().verify()
        move.check_quiet()
    anew = _move(full.clinic, "anew")
    with source.in_process(), anew.workspace.in_process():
        anew.transfer().run()
    differing = frozenset(each.source_id for each in verified.differences)
    there, wanted = (dict(_copies(each.workspace)) for each in (move, anew))
    return Outcome(full.cases, there, wanted, (first, second), differing, writes)


def _move(clinic: Clinic, name: str) -> Move:
    workspace = FakeSplose(clock=clinic.source.clock)
    set_up(clinic.source, workspace)
    workspace.add("custom_fields", name="Club", type="Short text")
    for reason in _REASONS:
        workspace.add("cancellation_reasons", name=reason)
    journal = clinic.journal.with_name(f"{name}.journal")
    return Move(clinic.source, workspace, journal, {"documents": None, "outcomes": True})


def _change(clinic: Clinic, case: Case, *, empty: bool) -> None:
    """Empties or changes a field; what can't be empty stays as it is."""
    moved = case.field in BOOKED
    if empty and moved:
        return
    further = {"ends_at": "2024-12-14T23:00:00Z"} if case.field == "starts_at" else {}
    store = clinic.source.store
    values = {case.field: None if empty else case.other, "updated_at": clinic.source.time_text(), **further}
    store.change(case.kind, store.at(case.kind, case.id), **values)


def _writes(move: Move) -> list[str]:
    return [f"{each.method} {each.path}" for each in move.workspace.log if each.method != "GET"]


def _copies(workspace: FakeSplose) -> Iterator[tuple[str, list[Row]]]:
    """Gives what there is of each case: of two workspaces it is the same where they say the same."""
    found: dict[str, list[Row]] = defaultdict(list)
    whose = {str(row["id"]): row["lastname"] for row in workspace.rows("patients")}
    names = {
        str(row["id"]): row.get("title") or row.get("name") or row.get("lastname")
        for kind in ("locations", "services", "practitioners")
        for row in workspace.rows(kind)
    }
    for row in workspace.rows("patients"):
        found[row["lastname"]].append(_plain(row))
    for row in workspace.rows("contacts"):
        found[row["addressL3"] or ""].append(_plain(row))
    for row in workspace.rows("appointments"):
        (place,) = row["appointmentPatients"]
        about = {name: names[str(row[name])] for name in ("locationId", "serviceId", "practitionerId")}
        found[whose[str(place["patientId"])]].append({**_plain(row), **about, "status": place["status"]})
    yield from found.items()


def _plain(row: Row) -> Row:
    """Leaves out what every copy has of its own."""
    own = ("id", "createdAt", "updatedAt", "appointmentPatients", "archived")
    plain = {name: value for name, value in row.items() if name not in own and not name.endswith("Id")}
    if "customFields" in plain:
        plain["customFields"] = {each["name"]: each["value"] for each in plain["customFields"]}
    return plain
