# ruff: noqa: RUF001 - real texts hold signs that look like others; that is what this is for
"""The diary: appointments, classes and their attendees, blocks; kept, missed, cancelled, archived."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from clinikomigrate.testing.clinic import words
from clinikomigrate.testing.clinic.catalogue import AppointmentKind, Catalogue
from clinikomigrate.testing.clinic.maker import Maker, utc
from clinikomigrate.testing.clinic.people import Person
from clinikomigrate.testing.clinic.practice import Practice

_REASONS: Final = (10, 20, 30, 31, 40, 50, 60, None)

_FATES: Final = (
    ("arrived",) * 8
    + ("fresh past", "fresh past", "did not arrive", "un-ticked", "future", "future", "future")
    + ("cancelled", "cancelled", "cancelled, bare", "cancelled for no reason", "cancelled by COVID", "future cancelled")
    + (
        "archived",
        "archived, cancelled",
        "former practitioner",
        "closed business",
        "retired type",
        "twice at once",
        "series",
    )
)

_SEATS: Final = (
    "arrived",
    "arrived",
    "fresh",
    "did not arrive",
    "un-ticked",
    "cancelled",
    "archived",
    "cancelled, archived",
)


@attrs.frozen
class Visit:
    """A booking of one patient, as much as notes and forms need.

    Attributes:
        booking: The appointment's id.
        attendee: The attendee's id.
        business: The business's id.
        practitioner: The practitioner's id.
        starts_at: When it starts.
    """

    booking: str
    attendee: str
    business: str
    practitioner: str
    starts_at: datetime


def make_appointments(
    maker: Maker, practice: Practice, catalogue: Catalogue, person: Person, *, case: str | None, count: int
) -> list[Visit]:
    """Adds a patient's appointments with their attendees.

    Args:
        maker: Where to add them.
        practice: Rooms and practitioners.
        catalogue: Types of appointment.
        person: Whose they are.
        case: A case that some of them belong to.
        count: How many.

    Returns:
        The visits; more than `count` when a series is among them.
    """
    visits: list[Visit] = []
    for _ in range(count):
        fate = maker.turn("appointments", _FATES)
        future = fate.startswith("future")
        start = maker.moment(1, 120) if future else maker.moment(-900, -1)
        kind = maker.random.choice(catalogue.individual[:4])
        practitioner = maker.random.choice(practice.practitioners)
        business = maker.random.choice(practice.businesses)
        if fate == "former practitioner":
            practitioner = maker.turn("former practitioners", practice.former_practitioners)
        if fate == "closed business":
            business = practice.closed_business
        if fate == "retired type":
            kind = catalogue.individual[4]
        more = _outcome(maker, fate, start)
        in_case = case if case is not None and maker.chance(0.7) else None
        times = {"twice at once": [start, start], "series": [start + timedelta(days=7 * week) for week in range(3)]}
        first: str | None = None
        for place, moment in enumerate(times.get(fate, [start])):
            series: dict[str, Any] = {}
            if fate == "series":
                rule = {"repeat_type": "Weekly", "repeating_interval": 1, "number_of_repeats": 2}
                series = {"repeat_rule": rule} if place == 0 else {"repeat_rule": rule, "repeated_from_id": first}
            visit = _appointment(
                maker,
                person,
                kind=kind,
                practitioner=practitioner,
                business=business,
                start=moment,
                case=in_case,
                more={**more, **series},
            )
            first = first or visit.booking
            visits.append(visit)
            if fate == "twice at once" and maker.chance(0.5):
                kind = catalogue.individual[(catalogue.individual.index(kind) + 1) % 4]
    return visits


def _outcome(maker: Maker, fate: str, start: datetime) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if "arrived" in fate or fate == "former practitioner":
        more["arrived"] = True
    if fate == "did not arrive":
        more["arrived"] = False
    if fate == "un-ticked":
        more |= {"arrived": None, "attendance_recorded": True}
    if "cancelled" in fate:
        reason = maker.turn("reasons", _REASONS)
        if "COVID" in fate:
            reason = 31
        if "no reason" in fate:
            reason = None
        moment = min(start - timedelta(hours=maker.random.randint(1, 72)), maker.now - timedelta(hours=1))
        more |= {"cancelled_at": utc(moment), "cancellation_reason": reason}
        more["cancellation_note"] = (
            None if "bare" in fate else maker.turn("cancellation notes", words.CANCELLATION_NOTES)
        )
    if "archived" in fate:
        more["archived_at"] = maker.past(60)
    return more


def _appointment(
    maker: Maker,
    person: Person,
    *,
    kind: AppointmentKind,
    practitioner: str,
    business: str,
    start: datetime,
    case: str | None,
    more: dict[str, Any],
) -> Visit:
    minutes = kind.minutes + maker.turn("lengths", (0, 0, 0, 15, -10))
    notes = maker.turn("diary notes", (None, None, "", *words.REMARKS))
    both = {
        key: more[key]
        for key in ("cancelled_at", "cancellation_reason", "cancellation_note", "archived_at")
        if key in more
    }
    created = utc(min(start, maker.now) - timedelta(days=maker.random.randint(1, 40)))
    series = {key: more[key] for key in ("repeat_rule", "repeated_from_id") if key in more}
    attendance = {key: more[key] for key in ("arrived", "attendance_recorded") if key in more}
    booking = maker.add(
        "individual_appointments",
        attendee=False,
        patient_id=person.id,
        practitioner_id=practitioner,
        business_id=business,
        appointment_type_id=kind.id,
        starts_at=utc(start),
        ends_at=utc(start + timedelta(minutes=minutes)),
        notes=notes,
        created_at=created,
        **({} if case is None else {"patient_case_id": case}),
        **both,
        **series,
    )
    attendee = maker.add(
        "attendees",
        booking_id=booking,
        patient_id=person.id,
        notes=notes,
        created_at=created,
        **({} if case is None else {"patient_case_id": case}),
        **both,
        **attendance,
    )
    return Visit(booking, attendee, business, practitioner, start)


def make_class(
    maker: Maker, practice: Practice, catalogue: Catalogue, people: list[Person]
) -> list[tuple[Person, Visit]]:
    """Adds a class with attendees in every state; some have more cancelled attendees than seats.

    Args:
        maker: Where to add it.
        practice: Rooms and practitioners.
        catalogue: Types of classes.
        people: Who may come; nobody twice.

    Returns:
        Whose seats are not archived, with the visit.
    """
    fate = maker.turn(
        "classes", ("past", "past", "full", "future", "archived", "closed", "retired type", "repeated", "empty")
    )
    kind = catalogue.classes[2] if fate == "retired type" else maker.random.choice(catalogue.classes[:2])
    start = maker.moment(1, 90) if fate == "future" else maker.moment(-700, -1)
    business = practice.closed_business if fate == "closed" else maker.random.choice(practice.businesses)
    practitioner = maker.random.choice(practice.practitioners + practice.former_practitioners)
    seats = 2 if fate == "full" else kind.seats
    row: dict[str, Any] = {
        "appointment_type_id": kind.id,
        "practitioner_id": practitioner,
        "business_id": business,
        "max_attendees": seats,
        "notes": maker.turn("class notes", (None, "", "Mats are in the blue room")),
        "created_at": utc(min(start, maker.now) - timedelta(days=20)),
    }
    if fate == "archived":
        row["archived_at"] = maker.past(60)
    first: str | None = None
    made: list[tuple[Person, Visit]] = []
    for week in range(2 if fate == "repeated" else 1):
        moment = start + timedelta(days=7 * week)
        if fate == "repeated":
            row["repeat_rule"] = {"repeat_type": "Weekly", "repeating_interval": 1, "number_of_repeats": 1}
        series = {} if first is None else {"repeated_from_id": first}
        booking = maker.add(
            "group_appointments",
            starts_at=utc(moment),
            ends_at=utc(moment + timedelta(minutes=kind.minutes)),
            **row,
            **series,
        )
        first = first or booking
        taken = 0
        for person in people if fate != "empty" else []:
            state = "cancelled" if fate == "full" and taken >= seats else maker.turn("seats", _SEATS)
            if state in {"arrived", "fresh", "did not arrive", "un-ticked"}:
                if taken >= seats:
                    state = "cancelled"
                else:
                    taken += 1
            attendee = _attendee(maker, booking, person, state, moment)
            if "archived" not in state:
                made.append((person, Visit(booking, attendee, business, practitioner, moment)))
    return made


def _attendee(maker: Maker, booking: str, person: Person, state: str, start: datetime) -> str:
    row: dict[str, Any] = {"notes": maker.turn("attendee notes", (None, None, "", *words.REMARKS))}
    if state == "arrived":
        row["arrived"] = True
    if state == "did not arrive":
        row["arrived"] = False
    if state == "un-ticked":
        row |= {"arrived": None, "attendance_recorded": True}
    if "cancelled" in state:
        row["cancelled_at"] = utc(min(start, maker.now) - timedelta(hours=maker.random.randint(2, 90)))
        row["cancellation_reason"] = maker.turn("seat reasons", _REASONS)
        row["cancellation_note"] = maker.turn("seat notes", (None, "", *words.CANCELLATION_NOTES))
    if "archived" in state:
        row["archived_at"] = maker.past(60)
    return maker.add("attendees", booking_id=booking, patient_id=person.id, **row)


def make_blocks(maker: Maker, practice: Practice, catalogue: Catalogue) -> None:
    """Adds a time when a practitioner is away, and now and then extra hours.

    Args:
        maker: Where to add them.
        practice: Rooms and practitioners.
        catalogue: Types of blocks.
    """
    fate = maker.turn("blocks", ("past", "future", "archived", "former", "repeated", "no type"))
    start = maker.moment(1, 90) if fate == "future" else maker.moment(-700, -1)
    row: dict[str, Any] = {
        "practitioner_id": maker.random.choice(
            practice.former_practitioners if fate == "former" else practice.practitioners
        ),
        "business_id": maker.random.choice(practice.businesses),
        "notes": maker.turn("block notes", (None, "", "Staff meeting – Réunion", "Lunch 🍜")),
    }
    if fate != "no type":
        row["unavailable_block_type_id"] = maker.turn("block types", catalogue.block_types)
    if fate == "archived":
        row["archived_at"] = maker.past(60)
    if fate == "repeated":
        row["repeat_rule"] = {"repeat_type": "Daily", "repeating_interval": 1, "number_of_repeats": 1}
    first = maker.add("unavailable_blocks", starts_at=utc(start), ends_at=utc(start + timedelta(hours=1)), **row)
    if fate == "repeated":
        next_day = start + timedelta(days=1)
        maker.add(
            "unavailable_blocks",
            starts_at=utc(next_day),
            ends_at=utc(next_day + timedelta(hours=1)),
            repeated_from_id=first,
            **row,
        )
    if maker.turn("extra hours", (True, False)):
        extra = maker.moment(-100, 100)
        maker.add(
            "availability_blocks",
            practitioner_id=row["practitioner_id"],
            business_id=row["business_id"],
            starts_at=utc(extra),
            ends_at=utc(extra + timedelta(hours=3)),
        )
