"""What the copies of bookings and attendees must hold."""

from __future__ import annotations

from .catalogue import archived
from .expectations import Expectation, anything, plain
from .pairing import Accounts, Copy, Original, Row
from .texts import mentions_day, moment

_REASONS = {None: 50, 31: 30}
_PLACE = {"practitioner_id": "practitioners", "business_id": "businesses"}


def pair_diary(accounts: Accounts) -> None:
    """Pairs all that stands in the appointment book."""
    _individual(accounts)
    _groups(accounts)
    _attendees(accounts)
    _blocks(accounts)
    _pair(accounts, "availability_blocks", _PLACE, ())


def _pair(accounts: Accounts, kind: str, links: dict[str, str], fields: tuple[str, ...]) -> None:
    """Pairs bookings of which every field is simply the same."""

    def told(row: Row) -> dict[str, object]:
        values: dict[str, object] = {name: moment(row.get(name)) for name in ("starts_at", "ends_at")}
        return values | {name: plain(row.get(name)) for name in fields} | {"archived": archived(row)}

    accounts.pair(
        kind,
        ("practitioner_id", "starts_at"),
        [
            Original(row, told(row) | {name: accounts.copy_of(to, row.get(name)) for name, to in links.items()})
            for row in accounts.source(kind)
        ],
        [Copy(row, told(row) | {name: row.get(name) for name in links}) for row in accounts.destination(kind)],
    )


def _groups(accounts: Accounts) -> None:
    links = {**_PLACE, "appointment_type_id": "appointment_types"}
    _pair(accounts, "group_appointments", links, ("notes", "max_attendees"))


def _blocks(accounts: Accounts) -> None:
    links = {**_PLACE, "unavailable_block_type_id": "unavailable_block_types"}
    _pair(accounts, "unavailable_blocks", links, ("notes",))


def _individual(accounts: Accounts) -> None:
    links = {**_PLACE, "appointment_type_id": "appointment_types", "patient_id": "patients"}
    cases = _cases(accounts.source("attendees"))

    def told(row: Row) -> dict[str, object]:
        values: dict[str, object] = {name: moment(row.get(name)) for name in ("starts_at", "ends_at")}
        return values | {"notes": plain(row.get("notes")), "archived": archived(row)}

    originals = []
    for row in accounts.source("individual_appointments"):
        case = row.get("patient_case_id") or cases.get(row["id"])
        expected = told(row) | {name: accounts.copy_of(to, row.get(name)) for name, to in links.items()}
        expected |= _cancellation_expected(row) | {"patient_case_id": accounts.copy_of("patient_cases", case)}
        originals.append(Original(row, expected))
    copies = []
    for row in accounts.destination("individual_appointments"):
        actual = told(row) | {name: row.get(name) for name in (*links, "patient_case_id")}
        copies.append(Copy(row, actual | _cancellation_actual(row)))
    accounts.pair("individual_appointments", ("patient_id", "starts_at"), originals, copies)


def _cases(attendees: list[Row]) -> dict[str, str]:
    return {row["booking_id"]: row["patient_case_id"] for row in attendees if row.get("patient_case_id")}


def _cancellation_expected(row: Row) -> dict[str, object]:
    when = moment(row.get("cancelled_at"))
    if when is None:
        return {"cancelled": False}
    reason = row.get("cancellation_reason")
    original = str(row.get("cancellation_note") or "")

    def right(note: object) -> bool:
        text = str(note or "")
        covid = reason != 31 or "covid" in text.lower()
        return text.startswith(original) and covid and mentions_day(text.removeprefix(original), when)

    return {
        "cancelled": True,
        "cancellation_reason": _REASONS.get(reason, reason),
        "cancellation_note": Expectation(f"{original!r}, then the day {when:%Y-%m-%d}", right),
    }


def _cancellation_actual(row: Row) -> dict[str, object]:
    names = ("cancellation_reason", "cancellation_note")
    return {"cancelled": bool(row.get("cancelled_at")), **{name: row.get(name) for name in names}}


def _attendees(accounts: Accounts) -> None:
    groups = {row["id"]: row for row in accounts.source("group_appointments")}
    originals = []
    for row in accounts.source("attendees"):
        group = groups.get(row["booking_id"])
        kind = "individual_appointments" if group is None else "group_appointments"
        appointment = accounts.source_row("individual_appointments", row["booking_id"])
        case = row.get("patient_case_id") or appointment.get("patient_case_id")
        expected: dict[str, object] = {
            "booking_id": accounts.copy_of(kind, row["booking_id"]),
            "patient_id": accounts.copy_of("patients", row["patient_id"]),
            "arrived": row.get("arrived"),
            "notes": plain(row.get("notes")),
            "patient_case_id": accounts.copy_of("patient_cases", case),
        }
        if group is not None:
            expected |= _cancellation_expected(row)
            expected["archived"] = anything() if archived(group) else archived(row)
        originals.append(Original(row, expected))
    copies = []
    for row in accounts.destination("attendees"):
        names = ("booking_id", "patient_id", "arrived", "patient_case_id")
        actual: dict[str, object] = {name: row.get(name) for name in names}
        actual |= {"notes": plain(row.get("notes")), "archived": archived(row)} | _cancellation_actual(row)
        copies.append(Copy(row, actual))
    accounts.pair("attendees", ("booking_id", "patient_id"), originals, copies)
