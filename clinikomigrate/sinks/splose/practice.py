"""What a workspace holds that records are matched with, or may be there already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import Location, Practitioner, Service
from clinikomigrate.transfer.persons import Person


@attrs.frozen
class Standing:
    """A location, a practitioner or a service, as names are matched with it.

    Attributes:
        id: Its id.
        name: What people know it by.
        email: A practitioner's address.
        first_name: A practitioner's first name.
        last_name: A practitioner's last name.
        active: Whether a practitioner works there.
    """

    id: str
    name: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    active: bool | None = None


def activities(client: Splose) -> tuple[str, ...]:
    """Names the services that are support activities, which nobody can be booked for.

    Args:
        client: The workspace's client.
    """
    return tuple(each.name for each in client.services.list() if not _is_bookable(each) and each.name)


def own(locations: Iterable[Location]) -> tuple[str, ...]:
    """Gives the countries and time zones that a workspace may fill in by itself.

    Args:
        locations: The clinic's locations.
    """
    return tuple(sorted({name for each in locations for name in (each.country, each.timezone) if name}))


def existing(client: Splose, kind: str) -> Iterator[tuple[str, Any]]:
    """Gives what a workspace holds of a source's kind; archived records are left where they are.

    Args:
        client: The workspace's client.
        kind: The source's kind.
    """
    match kind:
        case "businesses":
            yield from ((each.id, _place(each)) for each in client.locations.list())
        case "practitioners" | "users":
            yield from ((each.id, _person(each)) for each in client.practitioners.list())
        case "appointment_types":
            services = (each for each in client.services.list() if _is_bookable(each))
            yield from ((each.id, _service(each)) for each in services)
        case "contacts" | "patients":
            yield from ((record.id, record) for record in client.resource(kind).list())


def _is_bookable(service: Service) -> bool:
    return service.for_ in (None, "appointment")


def _place(location: Location) -> Standing:
    return Standing(location.id, location.title or "")


def _person(practitioner: Practitioner) -> Standing:
    name = " ".join(part for part in (practitioner.firstname, practitioner.lastname) if part)
    return Standing(
        practitioner.id,
        name,
        practitioner.email,
        practitioner.firstname,
        practitioner.lastname,
        practitioner.is_active,
    )


def _service(service: Service) -> Standing:
    return Standing(service.id, service.name or "")


def person(patient: Any) -> Person:
    """Says who a client is.

    Args:
        patient: As the client gives it (`Any`: a client, or the draft of one).
    """
    phones = patient.phone_numbers or ()
    return Person(
        first_name=patient.firstname or None,
        last_name=patient.lastname or None,
        date_of_birth=patient.birthdate or None,
        emails=(patient.email,) if patient.email else (),
        phone_numbers=tuple(f"{each.code or ''}{each.phone_number}" for each in phones if each.phone_number),
        preferred_first_name=patient.preferred_name or None,
    )
