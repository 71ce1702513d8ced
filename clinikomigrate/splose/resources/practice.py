"""The workspace itself, which can only be read: where, by whom, when and what is offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from clinikomigrate.client.converter import structure
from clinikomigrate.client.query import Value, identifier
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import Get, Resource
from clinikomigrate.errors import QueryError
from clinikomigrate.splose.listing import Whole
from clinikomigrate.splose.models import Availability, CustomField, Location, Practitioner, Service
from clinikomigrate.splose.parameters import Parameter, asked_for, by_keyword
from clinikomigrate.splose.resource import List
from clinikomigrate.splose.resources.common import CHANGES, LOCATION

LONGEST_ROSTER = 100
"""Days of which availabilities can be asked for at once."""

LONGEST_WINDOW = 7
"""Days of which free slots can be asked for at once."""


class Services(List[Service], Get[Service]):
    """What the clinic offers."""

    kind = "services"
    model = Service
    parameters = by_keyword(*CHANGES, Parameter("name"), Parameter("type"), Parameter("code"), Parameter("serviceTag"))


class Locations(List[Location], Get[Location]):
    """Where the clinic works."""

    kind = "locations"
    model = Location
    parameters = by_keyword(*CHANGES, Parameter("title"))


class Practitioners(List[Practitioner], Get[Practitioner]):
    """Who treats patients."""

    kind = "practitioners"
    model = Practitioner
    parameters = by_keyword(
        *CHANGES,
        Parameter("firstname"),
        Parameter("lastname"),
        Parameter("email"),
        Parameter("isActive", "boolean"),
        Parameter("roleName"),
    )


class CustomFields(Resource):
    """The clinic's own fields for patients. Their values are written with `patients.set_custom_fields`."""

    kind = "custom_fields"
    model = CustomField

    def list(self) -> Whole[CustomField]:
        """Lists all fields; sends nothing until the list is walked, and then one request."""
        template = "/custom-field/"
        return Whole(
            self.kind,
            self._connection,
            template,
            {},
            (),
            lambda row: structure(CustomField, row, where=f"GET {template}"),
        )


class Availabilities(Resource):
    """The hours in which practitioners can be booked."""

    kind = "availabilities"
    model = Availability
    parameters = by_keyword(Parameter("startDate", "date"), Parameter("endDate", "date"), LOCATION)

    def list(
        self,
        practitioner: str | Ref[Any],
        *,
        start_date: date,
        end_date: date,
        location_id: str | Ref[Any] | None = None,
    ) -> Whole[Availability]:
        """Lists a practitioner's hours; sends nothing until the list is walked, and then one request.

        Args:
            practitioner: The practitioner's id or a Ref (`Any`: kinds are told apart by name).
            start_date: The first day.
            end_date: The last day, at most 100 days later.
            location_id: One location's hours only (`Any`, as above).

        Raises:
            QueryError: The days can't be asked for, or an id is none.
        """
        id = identifier(practitioner, {"practitioners"}, "availabilities: practitioner", QueryError)
        asked: dict[str, Value] = {"start_date": start_date, "end_date": end_date}
        if location_id is not None:
            asked["location_id"] = location_id
        query = asked_for((), asked, self.parameters, self.kind)
        if not 0 <= (end_date - start_date).days <= LONGEST_ROSTER:
            raise QueryError(f"availabilities: end_date can be up to {LONGEST_ROSTER} days after start_date.")
        template = "/availabilities/{practitioner_id}"
        return Whole(
            self.kind,
            self._connection,
            template,
            {"practitioner_id": id},
            tuple((name, text) for name, texts in query.items() for text in texts),
            lambda row: structure(Availability, row, where=f"GET {template}"),
        )


class FreeSlots(Resource):
    """Times that can be booked. Splose doesn't document that it has them."""

    kind = "free_slots"
    parameters = by_keyword(
        Parameter("from", "moment"),
        Parameter("to", "moment"),
        Parameter("interval", "number"),
        Parameter("serviceId", "id", kinds=frozenset({"services"})),
        LOCATION,
        Parameter("practitionerIds", "ids", kinds=frozenset({"practitioners"})),
    )

    def read(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        service_id: str | Ref[Any],
        location_id: str | Ref[Any],
        practitioner_ids: Sequence[str | Ref[Any]],
        interval: int | None = None,
    ) -> object:
        """Reads the free times of practitioners.

        Args:
            since: From when.
            until: Until when, at most 7 days later.
            service_id: The service that is to be booked (`Any`, here and below: kinds are told apart by name).
            location_id: Where.
            practitioner_ids: Whose.
            interval: In minutes; 15 where it isn't given.

        Returns:
            The answer's JSON: nothing documents its shape.

        Raises:
            QueryError: The times can't be asked for, or an id is none.
        """
        asked: dict[str, Value] = {
            "from": since,
            "service_id": service_id,
            "location_id": location_id,
            "practitioner_ids": practitioner_ids,
        }
        asked |= {name: value for name, value in (("to", until), ("interval", interval)) if value is not None}
        query = asked_for((), asked, self.parameters, self.kind)
        if until is not None and not 0 <= (until - since).total_seconds() <= LONGEST_WINDOW * 86_400:
            raise QueryError(f"free_slots: until can be up to {LONGEST_WINDOW} days after since.")
        pairs = [(name, text) for name, texts in query.items() for text in texts]
        return self._connection.get("/free-slots", {}, pairs).body
