"""Filters have operators of their own, and pages that shift while somebody walks them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from clinikomigrate import where
from clinikomigrate.client.query import Condition
from clinikomigrate.errors import QueryError
from tests.traps.clinic import Clinic

WHEN = datetime(2024, 3, 14, 22, 30, tzinfo=UTC)


def asked(clinic: Clinic) -> list[str]:
    """Gives the conditions of the last request."""
    return [value for name, value in clinic.source.log[-1].query if name == "q[]"]


def test_time_has_no_equals(clinic: Clinic) -> None:
    """A time can't be asked for by `=`, which the API answers with 400: it is refused before anything is sent."""
    with clinic.source.in_process(), pytest.raises(QueryError, match="starts_at"):
        clinic.reader().individual_appointments.list(where("starts_at") == WHEN)

    assert [] == clinic.source.log


@pytest.mark.parametrize(
    ("condition", "sent"),
    [
        (where("date_of_birth") == date(1980, 2, 29), "date_of_birth:=1980-02-29"),
        (where("first_name").contains("d"), "first_name:~d"),
        (where("first_name").like("a%"), "first_name:~~a%"),
        (where("email").is_null(), "email:!?"),
        (where("email").not_null(), "email:?"),
        (where("id") == ["1", "2"], "id:=1,2"),
    ],
)
def test_question_mark_is_not_null(clinic: Clinic, condition: Condition, sent: str) -> None:
    """Conditions are sent with the API's own operators, of which `?` means not null and `!?` null."""
    clinic.patient()
    with clinic.source.in_process():
        list(clinic.reader().patients.list(condition))

    assert sent in asked(clinic)


def test_field_that_can_not_be_searched(clinic: Clinic) -> None:
    """A field that the API doesn't filter by is refused before anything is sent, naming those that it does."""
    with pytest.raises(QueryError, match="first_name"):
        clinic.reader().patients.list(where("phone") == "0400 000 000")

    assert [] == clinic.source.log


def test_appointments_start_is_not_appointment_start(clinic: Clinic) -> None:
    """The retired name of an appointment's start is refused, and the right one is named."""
    with pytest.raises(QueryError, match="starts_at"):
        clinic.reader().individual_appointments.list(where("appointment_start") >= WHEN)


def test_conditions_are_all_sent(clinic: Clinic) -> None:
    """Several conditions, all of which must hold, are sent as `q[]` each."""
    clinic.patient()
    with clinic.source.in_process():
        list(clinic.reader().patients.list(where("first_name") == "Ada", where("last_name") == "Example"))

    assert {"first_name:=Ada", "last_name:=Example"} <= set(asked(clinic))


def test_signs_in_texts_are_encoded(clinic: Clinic) -> None:
    """A text with the signs of URLs and of conditions is looked for as it is."""
    name = "O'Neil & Söhne: <50% + 1=2?"
    clinic.patient(last_name=name)
    with clinic.source.in_process():
        found = [each.last_name for each in clinic.reader().patients.list(last_name=name)]

    assert [name] == found


def test_walk_survives_what_leaves_the_list(clinic: Clinic) -> None:
    """Records that are archived while somebody walks the list push no other record out of sight."""
    ids = [clinic.patient(first_name=str(number)) for number in range(250)]
    seen = []
    with clinic.source.in_process():
        for patient in clinic.reader().patients.list():
            seen.append(patient.id)
            row = clinic.source.store.at("patients", patient.id)
            clinic.source.store.change("patients", row, archived_at="2024-06-01T00:00:00Z")

    assert sorted(ids, key=int) == seen


def test_pages_have_a_hundred(clinic: Clinic) -> None:
    """Lists are read in the largest pages there are, and a last full page ends the walk."""
    for number in range(200):
        clinic.patient(first_name=str(number))
    with clinic.source.in_process():
        found = len(list(clinic.reader().patients.list()))

    assert 200 == found
    assert {("per_page", "100")} == {
        each for request in clinic.source.log for each in request.query if "per" in each[0]
    }
    assert 2 == len(clinic.source.log)


def test_link_to_the_next_page_is_absent_at_the_end(clinic: Clinic) -> None:
    """An empty list and a list of one page end though no `next` says null."""
    clinic.patient()
    with clinic.source.in_process():
        reader = clinic.reader()
        found = (len(list(reader.patients.list())), len(list(reader.contacts.list())))

    assert (1, 0) == found


def test_counting_costs_one_request(clinic: Clinic) -> None:
    """`count()` asks for one record and reads the total."""
    for number in range(120):
        clinic.patient(first_name=str(number))
    with clinic.source.in_process():
        found = clinic.reader().patients.count()

    assert 120 == found
    assert 1 == len(clinic.source.log)


def test_long_lists_of_ids_stay_within_an_address(clinic: Clinic) -> None:
    """Records are read again by lists of ids that fit into an address, 19 digits each."""
    patient = clinic.patient()
    for day in range(130):
        start = f"2024-{day // 28 + 1:02}-{day % 28 + 1:02}T00:00:00Z"
        clinic.visit(patient, starts_at=start, cancelled_at=start, cancellation_reason=40)
    clinic.move()
    values = [value for each in clinic.source.log for name, value in each.query if name == "q[]"]

    assert 130 == sum(row["cancelled_at"] is not None for row in clinic.arrived("individual_appointments"))
    assert max(map(len, values)) < 2200
