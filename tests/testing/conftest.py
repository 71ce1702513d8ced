"""A small clinic to try the simulated account on."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from clinikomigrate.testing import FakeCliniko
from tests.testing.desk import Desk


@attrs.frozen
class Clinic:
    """An account with one of everything that an appointment needs."""

    fake: FakeCliniko
    desk: Desk
    user: str
    practitioner: str
    business: str
    kind: str
    group_kind: str
    patient: str

    def appointment(self, **more: object) -> dict[str, object]:
        """Gives the body of a new individual appointment."""
        return {
            "appointment_type_id": self.kind,
            "business_id": self.business,
            "practitioner_id": self.practitioner,
            "patient_id": self.patient,
            "starts_at": "2024-05-06T01:00:00Z",
            **more,
        }

    def group(self, **more: object) -> dict[str, object]:
        """Gives the body of a new group appointment."""
        body = {**self.appointment(), "appointment_type_id": self.group_kind, **more}
        del body["patient_id"]
        return body


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    """Gives the small clinic, and holds afterwards that all its traffic was as the API description says."""
    fake = FakeCliniko(rate_limit=None)
    desk = Desk(fake)
    user, practitioner = fake.rows("users")[0]["id"], fake.rows("practitioners")[0]["id"]
    business = fake.add("businesses", business_name="Northside", time_zone="Melbourne")
    kind = fake.add(
        "appointment_types",
        name="Standard",
        duration_in_minutes=45,
        business_ids=[business],
        practitioner_ids=[practitioner],
    )
    group_kind = fake.add("appointment_types", name="Class", duration_in_minutes=60, max_attendees=8)
    patient = fake.add("patients", first_name="Ann", last_name="Lee", email="ann@example.com")
    yield Clinic(fake, desk, str(user), str(practitioner), business, kind, group_kind, patient)
    assert [] == desk.found
