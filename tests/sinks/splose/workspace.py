"""A workspace with a location, a practitioner, a service and a client, and its sink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import attrs

from clinikomigrate.sinks.splose import SploseSink
from clinikomigrate.sinks.splose.drafts import ClientDraft, VisitDraft
from clinikomigrate.splose import Splose
from clinikomigrate.testing import FakeSplose

PAST = datetime(2024, 3, 13, 22, 30, tzinfo=UTC)
COMING = datetime(2031, 1, 6, 0, 0, tzinfo=UTC)
BOOKED = datetime(2023, 5, 1, 3, 0, tzinfo=UTC)


@attrs.frozen
class There:
    """A workspace and what is in it."""

    fake: FakeSplose
    client: Splose
    sink: SploseSink
    location: str
    practitioner: str
    service: str

    def ada(self, **more: Any) -> str:
        """Puts a client into the workspace."""
        row = {"firstname": "Ada", "lastname": "Sample", "birthdate": "1980-05-01", "addressL1": "1 Banksia Street"}
        return self.fake.add("patients", **(row | more))

    def visit(self, patient: str, **more: Any) -> VisitDraft:
        """Makes the draft of an appointment that is over."""
        given: dict[str, Any] = {
            "start": PAST,
            "end": PAST.replace(hour=23),
            "service_id": self.service,
            "location_id": self.location,
            "practitioner_id": self.practitioner,
            "patient_id": patient,
            "created_at": BOOKED,
        }
        return VisitDraft(**(given | more))

    def writes(self) -> list[str]:
        """Lists the requests that wrote."""
        return [f"{each.method} {each.path}" for each in self.fake.log if each.method != "GET"]


def client_draft(**more: Any) -> ClientDraft:
    """Makes the draft of a client."""
    given: dict[str, Any] = {"firstname": "Ada", "lastname": "Sample", "birthdate": PAST.date(), "created_at": BOOKED}
    return ClientDraft(**(given | more))


@contextmanager
def workspace(**settings: Any) -> Iterator[There]:
    """Makes a workspace that is mounted in this process."""
    fake = FakeSplose(**settings)
    location = fake.add("locations", title="Northside")
    practitioner = fake.add("practitioners", firstname="Amy", lastname="Ng", email="amy@acme.example", isActive=True)
    service = fake.add("services", name="Initial", **{"for": "appointment"})
    with fake.in_process():
        client = Splose(fake.key, clock=fake.clock)
        yield There(fake, client, SploseSink(client), location, practitioner, service)
