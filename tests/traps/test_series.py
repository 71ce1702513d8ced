"""Series: a repeat rule makes a whole series anew, so each booking goes by itself."""

from __future__ import annotations

import pytest

from tests.traps.clinic import Clinic, losses

RULE = {"number_of_repeats": 2, "repeat_type": "Weekly", "repeating_interval": 1}
DAYS = ["2024-03-14T22:30:00Z", "2024-03-21T22:30:00Z", "2024-03-28T22:30:00Z"]


def test_series_of_appointments_is_not_doubled(clinic: Clinic) -> None:
    """Three appointments of a series arrive as three, without a rule; that they belonged together is a loss."""
    patient = clinic.patient()
    first = clinic.visit(patient, starts_at=DAYS[0], repeat_rule=RULE)
    for day in DAYS[1:]:
        clinic.visit(patient, starts_at=day, repeated_from_id=first)
    report = clinic.move()
    rows = clinic.arrived("individual_appointments")

    assert DAYS == sorted(row["starts_at"] for row in rows)
    assert [None] * 3 == [row["repeat_rule"] for row in rows]
    assert [3] == [loss.records for loss in report.losses if loss.field == "repeat_rule"]


def test_series_of_classes_is_not_doubled(clinic: Clinic) -> None:
    """The same with classes."""
    first = clinic.lesson(starts_at=DAYS[0], repeat_rule=RULE)
    for day in DAYS[1:]:
        clinic.lesson(starts_at=day, repeated_from_id=first)
    clinic.move()

    assert DAYS == sorted(row["starts_at"] for row in clinic.arrived("group_appointments"))


@pytest.mark.parametrize("kind", ["unavailable_blocks", "availability_blocks"])
def test_series_of_blocks_is_not_doubled(clinic: Clinic, kind: str) -> None:
    """The same with times in which somebody can, or can't, be booked."""
    place = {"business_id": clinic.business, "practitioner_id": clinic.practitioner}
    clinic.add(kind, starts_at=DAYS[0], ends_at="2024-03-15T02:00:00Z", repeat_rule=RULE, **place)
    report = clinic.move()

    assert 1 == len(clinic.arrived(kind))
    assert "repeat_rule" in losses(report, kind)


def test_empty_rule_is_no_series(clinic: Clinic) -> None:
    """A booking that doesn't repeat reads with an empty rule, which is no loss."""
    clinic.visit(clinic.patient())
    with clinic.source.in_process():
        read = clinic.reader().individual_appointments.list().first()
    report = clinic.move()

    assert read is not None
    assert read.repeat_rule is None or read.repeat_rule.repeat_type is None
    assert "repeat_rule" not in losses(report, "individual_appointments")
    assert [] == [body for body in clinic.bodies("POST", "/v1/individual_appointments") if "repeat_rule" in body]


def test_changed_member_of_a_series_keeps_its_own_time(clinic: Clinic) -> None:
    """A repeat that was moved arrives at its own time, not at the rule's."""
    patient = clinic.patient()
    first = clinic.visit(patient, repeat_rule={**RULE, "number_of_repeats": 1})
    clinic.visit(patient, starts_at="2024-03-22T05:00:00Z", ends_at="2024-03-22T06:15:00Z", repeated_from_id=first)
    clinic.move()
    times = [(row["starts_at"], row["ends_at"]) for row in clinic.arrived("individual_appointments")]

    assert 2 == len(times)
    assert ("2024-03-22T05:00:00Z", "2024-03-22T06:15:00Z") in times
