"""A small workspace to try things on."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from clinikomigrate.testing import FakeSplose
from tests.testing_splose.desk import Desk


@attrs.frozen
class Workspace:
    """A workspace with one of everything that an appointment needs; ids as numbers."""

    fake: FakeSplose
    desk: Desk
    location: int
    practitioner: int
    service: int
    activity: int
    patient: int

    def appointment(self, **more: object) -> dict[str, object]:
        """Gives the body of a new appointment, to come."""
        return {
            "start": "2025-05-06T01:00:00Z",
            "end": "2025-05-06T01:45:00Z",
            "serviceId": self.service,
            "locationId": self.location,
            "practitionerId": self.practitioner,
            "patientId": self.patient,
            **more,
        }

    def update(self, **more: object) -> dict[str, object]:
        """Gives the body of a patient's update that changes nothing but what is given."""
        nothing = dict.fromkeys(
            (
                "email", "sex", "genderIdentity", "alert", "birthdate", "city", "state", "postalCode", "country",
                "privacyPolicy", "ndisNumber", "medicareNum", "irn", "veteransFileNumber", "emergencyContactNumber",
                "emergencyContactName", "emergencyContactRelationship",
            )
        )  # fmt: skip
        return {"firstname": "Ann", "lastname": "Lee", "phoneNumbers": [], **nothing, **more}


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """Gives the small workspace, and holds afterwards that all its traffic was as the API description says."""
    fake = FakeSplose(rate_limit=None)
    desk = Desk(fake)
    yield Workspace(
        fake,
        desk,
        int(fake.add("locations", title="Northside")),
        int(fake.add("practitioners", firstname="Amy", lastname="Ng")),
        int(fake.add("services", name="Standard", pricing=95, taxType="ZERO")),
        int(fake.add("services", **{"for": "support activity", "name": "Report"})),
        int(fake.add("patients", firstname="Ann", lastname="Lee", addressL1="1 Invented St", patientTags=["a"])),
    )
    assert [] == desk.found
