"""Free times and services."""

from __future__ import annotations

from typing import Any

import pytest

from tests.testing.conftest import Clinic
from tests.testing.desk import self_of


@pytest.fixture
def path(clinic: Clinic) -> str:
    """Gives the path of free times of a practitioner who works on Tuesdays, in Melbourne, from nine to eleven."""
    for kind, identifier in (("appointment_types", clinic.kind), ("practitioners", clinic.practitioner)):
        clinic.fake.store.change(kind, clinic.fake.store.get(kind, identifier) or {}, show_in_online_bookings=True)
    for day, business in (
        (2, clinic.business),
        (3, clinic.business),
        (2, clinic.fake.add("businesses", business_name="S")),
    ):
        hours = [{"starts_at": "09:00", "ends_at": "11:00"}] if day == 2 else None
        clinic.fake.add(
            "daily_availabilities",
            day_of_week=day,
            business_id=business,
            practitioner_id=clinic.practitioner,
            availabilities=hours,
        )
    return f"/businesses/{clinic.business}/practitioners/{clinic.practitioner}/appointment_types/{clinic.kind}"


def _window(first: str, last: str) -> tuple[tuple[str, str], ...]:
    return ("from", first), ("to", last)


def test_free_times_leave_out_what_is_booked(clinic: Clinic, path: str) -> None:
    """Free times lie within the day's hours and beside the live bookings."""
    times = clinic.desk.listed(f"{path}/available_times", *_window("2025-03-04", "2025-03-05"))
    assert ["2025-03-03T22:00:00Z", "2025-03-03T22:45:00Z"] == [row["appointment_start"] for row in times]

    clinic.fake.add("individual_appointments", **clinic.appointment(starts_at="2025-03-03T22:00:00Z"))
    clinic.fake.add(
        "individual_appointments",
        **clinic.appointment(starts_at="2025-03-03T22:45:00Z"),
        cancelled_at="2025-03-01T00:00:00Z",
    )
    following = clinic.desk.get(f"{path}/next_available_time", *_window("2025-03-04", "2025-03-05"))
    assert "2025-03-03T22:45:00Z" == following["appointment_start"]
    empty = clinic.desk.ask("GET", f"{path}/next_available_time", query=_window("2025-03-05", "2025-03-06"))
    assert 404 == empty.status_code


@pytest.mark.parametrize(
    "window",
    [_window("2025-03-02", "2025-03-04"), _window("2025-03-04", "2025-03-12"), _window("2025-03-05", "2025-03-04"), ()],
)
def test_wrong_windows_are_refused(clinic: Clinic, path: str, window: Any) -> None:
    """A window in the past, over seven days or without ends is a 400."""
    answer = clinic.desk.ask("GET", f"{path}/available_times", query=window)

    assert (400, "Invalid time frame") == (answer.status_code, (answer.json or {})["message"][:18])


def test_unpublished_types_have_no_times(clinic: Clinic, path: str) -> None:
    """What isn't offered online is a 404, and so is what isn't there."""
    other = path.replace(clinic.kind, clinic.group_kind)

    assert (
        404 == clinic.desk.ask("GET", f"{other}/available_times", query=_window("2025-03-04", "2025-03-05")).status_code
    )
    assert (
        404 == clinic.desk.ask("GET", f"{path}9/available_times", query=_window("2025-03-04", "2025-03-05")).status_code
    )


def test_services_are_what_is_offered_online(clinic: Clinic, path: str) -> None:
    """Services tell which types are offered online, where and by whom; they can't be filtered."""
    hidden = clinic.fake.add("businesses", business_name="Hidden", show_in_online_bookings=False)
    services = clinic.desk.listed("/services")

    assert [(clinic.business, clinic.kind)] == [
        (self_of(row["business"]), self_of(row["appointment_type"])) for row in services
    ]
    assert [clinic.practitioner] == [self_of(link) for link in services[0]["practitioners"]]
    assert services == clinic.desk.listed(f"/businesses/{clinic.business}/services")
    assert [] == clinic.desk.listed(f"/businesses/{hidden}/services")
    assert 404 == clinic.desk.ask("GET", "/businesses/999/services").status_code
    assert 400 == clinic.desk.ask("GET", "/services", query=[("q[]", "id:=1")]).status_code
    assert len(clinic.desk.ids(f"/businesses/{clinic.business}/daily_availabilities")) == 2
    assert len(clinic.desk.ids(f"/practitioners/{clinic.practitioner}/daily_availabilities")) == 3
