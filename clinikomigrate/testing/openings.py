"""Free times in the book, for `available_times` and `next_available_time`, and the services offered online."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from clinikomigrate.testing.answers import Answer, bad_request, not_found
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Refused, Row, calendar_date, moment
from clinikomigrate.testing.kinds import BOOKINGS
from clinikomigrate.testing.places import ZONES
from clinikomigrate.testing.reading import check_parameters, page_of
from clinikomigrate.testing.rules.diary import later

LONGEST_WINDOW = timedelta(days=7)
_WRONG_WINDOW = "Invalid time frame definition. Please check from/to param limitations."


def available_times(call: Call, business_id: str, practitioner_id: str, appointment_type_id: str) -> Answer:
    """Answers the free times of one practitioner for one type in a window of up to 7 days that isn't past."""
    check_parameters(call, frozenset({"from", "to", "page", "per_page"}))
    kind = _published(call, business_id, practitioner_id, appointment_type_id)
    free = [{"appointment_start": start} for start in _free(call, business_id, practitioner_id, kind)]
    return page_of(call, "available_times", free, lambda row: row)


def next_available_time(call: Call, business_id: str, practitioner_id: str, appointment_type_id: str) -> Answer:
    """Answers the first free time of one practitioner for one type."""
    check_parameters(call, frozenset({"from", "to"}))
    kind = _published(call, business_id, practitioner_id, appointment_type_id)
    start = next(_free(call, business_id, practitioner_id, kind), None)
    if start is None:
        raise not_found()
    return Answer(200, {"appointment_start": start, "total_entries": 1, "links": {"self": call.base + call.path}})


def services(call: Call, business_id: str | None = None) -> Answer:
    """Answers which types are offered online, where and by whom."""
    check_parameters(call, frozenset({"page", "per_page", "sort", "order"}))
    if business_id is not None and call.store.get("businesses", business_id) is None:
        raise not_found()
    rows: list[Row] = []
    for business in call.store.all("businesses"):
        if business_id not in (None, business["id"]) or not _online(business):
            continue
        for kind in call.store.all("appointment_types"):
            if _online(kind) and business["id"] in (kind["business_ids"] or ()):
                service = {"business": business["id"], "type": kind["id"], "practitioners": kind["practitioner_ids"]}
                rows.append(service)
    return page_of(call, "services", rows, lambda row: _service(call, row))


def _service(call: Call, row: Row) -> dict[str, object]:
    return {
        "appointment_type": call.link(f"/appointment_types/{row['type']}"),
        "business": call.link(f"/businesses/{row['business']}"),
        "practitioners": [call.link(f"/practitioners/{one}") for one in row["practitioners"] or ()],
    }


def _online(row: Row) -> bool:
    return bool(row["show_in_online_bookings"]) and row.get("archived_at") is None


def _published(call: Call, business_id: str, practitioner_id: str, appointment_type_id: str) -> Row:
    business = call.store.get("businesses", business_id)
    practitioner = call.store.get("practitioners", practitioner_id)
    kind = call.store.get("appointment_types", appointment_type_id)
    if business is None or practitioner is None or kind is None:
        raise not_found()
    if not (_online(business) and _online(practitioner) and _online(kind) and practitioner["active"]):
        raise not_found()
    return kind


def _window(call: Call) -> tuple[date, date]:
    given = dict(call.query)
    today = datetime.fromisoformat(call.now).date()
    try:
        first, last = (date.fromisoformat(calendar_date(given.get(name, ""))) for name in ("from", "to"))
    except Refused:
        raise bad_request(_WRONG_WINDOW) from None
    if first < today or last < first or last - first > LONGEST_WINDOW:
        raise bad_request(_WRONG_WINDOW)
    return first, last


def _free(call: Call, business_id: str, practitioner_id: str, kind: Row) -> Iterator[str]:
    first, last = _window(call)
    taken = [
        (cast("str", row["starts_at"]), cast("str", row["ends_at"]))
        for name in BOOKINGS
        for row in call.store.pointing(name, "practitioner_id", practitioner_id)
        if row["archived_at"] is None and row.get("cancelled_at") is None
    ]
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for start, end in _hours(call, business_id, practitioner_id, day):
            while (finish := later(start, minutes=kind["duration_in_minutes"])) <= end:
                if start > call.now and not any(begins < finish and start < ends for begins, ends in taken):
                    yield start
                start = finish  # noqa: PLW2901 - the next time begins where this one ends


def _hours(call: Call, business_id: str, practitioner_id: str, day: date) -> Iterator[tuple[str, str]]:
    for row in call.store.pointing("daily_availabilities", "practitioner_id", practitioner_id):
        if row["business_id"] != business_id or row["day_of_week"] != (day.weekday() + 1) % 7:
            continue
        zone = ZoneInfo(row["time_zone_identifier"] or ZONES[call.fake.time_zone])
        for hours in row["availabilities"] or ():
            start, end = (
                datetime.fromisoformat(f"{day.isoformat()}T{hours[name]}").replace(tzinfo=zone).astimezone(UTC)
                for name in ("starts_at", "ends_at")
            )
            yield moment(start), moment(end)
