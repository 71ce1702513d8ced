"""Names of what records point at come from the archive folder, else as preflight read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.telling.naming import Naming
from tests.sinks.splose.telling.scene import Scene

AT = datetime(2024, 3, 13, 22, 30, tzinfo=UTC)
INITIAL: Ref[m.AppointmentType] = Ref("appointment_types", "5")
HELD = (
    m.Practitioner(id="3", first_name="Amy", last_name="Ng"),
    m.Contact(id="4", company_name="Acme Insurance"),
    m.AppointmentType(id="5", name="Initial"),
    m.IndividualAppointment(id="6", starts_at=AT, appointment_type=INITIAL),
    m.GroupAppointment(id="7", starts_at=AT),
    m.GroupAppointment(id="8"),
    m.Business(id="9"),
)


@pytest.mark.parametrize(
    ("kind", "id", "name"),
    [
        ("practitioners", "3", "Amy Ng"),
        ("contacts", "4", "Acme Insurance"),
        ("bookings", "6", "14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00), Initial"),
        ("individual_appointments", "6", "14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00), Initial"),
        ("bookings", "7", "14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00)"),
        ("group_appointments", "8", None),
        ("bookings", "99", None),
        ("businesses", "9", "Northside"),
        ("treatment_note_templates", "10", "SOAP"),
        ("users", "11", None),
    ],
)
def test_a_name(scene: Scene, kind: str, id: str, name: str | None) -> None:
    """Whatever kind of record is pointed at."""
    read: dict[Ref[Any], str] = {Ref("businesses", "9"): "Northside", Ref("treatment_note_templates", "10"): "SOAP"}
    for each in HELD:
        scene.keep(each)
    naming = Naming(scene.archive, read, ZoneInfo("Australia/Melbourne"))

    assert [naming(Ref(kind, id)), naming(Ref(kind, id))] == [name, name]
