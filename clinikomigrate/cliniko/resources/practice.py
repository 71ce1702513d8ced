"""The clinic itself: its places, its people, and when they are free."""

from __future__ import annotations

from datetime import date, datetime

from clinikomigrate.client.converter import structure
from clinikomigrate.client.listing import Listing
from clinikomigrate.client.nested import Nested, Sublist
from clinikomigrate.client.query import identifier
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import (
    Archive,
    Create,
    Delete,
    DeleteToArchive,
    Get,
    List,
    Unarchive,
    Update,
)
from clinikomigrate.client.selection import listing
from clinikomigrate.cliniko.models import (
    AppointmentType,
    AvailableTime,
    Business,
    BusinessDraft,
    DailyAvailability,
    Invoice,
    Practitioner,
    PractitionerReferenceNumber,
    PractitionerReferenceNumberDraft,
    Service,
    User,
)
from clinikomigrate.cliniko.resources.fields import FIELDS, fields_without
from clinikomigrate.errors import ConfigurationError

_SERVICE = "/businesses/{business_id}/practitioners/{practitioner_id}/appointment_types/{appointment_type_id}"


class Businesses(
    List[Business],
    Get[Business],
    Create[Business, BusinessDraft],
    Update[Business, BusinessDraft],
    Archive,
    DeleteToArchive,
    Unarchive[Business],
):
    """The places where the clinic works."""

    kind = "businesses"
    model = Business
    fields = FIELDS["businesses"]

    practitioners = Nested[Practitioner](
        Practitioner, "practitioners", "/businesses/{business_id}/practitioners", FIELDS["practitioners"]
    )
    inactive_practitioners = Nested[Practitioner](
        Practitioner, "practitioners", "/businesses/{business_id}/practitioners/inactive", FIELDS["practitioners"]
    )
    daily_availabilities = Nested[DailyAvailability](
        DailyAvailability,
        "daily_availabilities",
        "/businesses/{business_id}/daily_availabilities",
        fields_without("daily_availabilities", "business_id"),
    )
    services = Nested[Service](Service, "services", "/businesses/{business_id}/services", {})

    def available_times(
        self,
        business: str | Ref[Business],
        practitioner: str | Ref[Practitioner],
        appointment_type: str | Ref[AppointmentType],
        *,
        since: date,
        until: date,
    ) -> Listing[AvailableTime]:
        """Lists the times that patients could book online.

        Args:
            business: The business's id or a Ref.
            practitioner: The practitioner's id or a Ref.
            appointment_type: The type's id or a Ref.
            since: The first day, in the account's time zone; not in the past.
            until: The last day, at most 7 days later.

        Returns:
            A list that is read as it is walked, and ends in NotFound where the service can't be booked online.
        """
        return listing(
            self._connection,
            AvailableTime,
            kind="available_times",
            template=f"{_SERVICE}/available_times",
            fields={},
            parameters=self._service(business, practitioner, appointment_type),
            query=_days(since, until),
        )

    def next_available_time(
        self,
        business: str | Ref[Business],
        practitioner: str | Ref[Practitioner],
        appointment_type: str | Ref[AppointmentType],
        *,
        since: date,
        until: date,
    ) -> datetime | None:
        """Reads the first time that patients could book online; None where there is none.

        Args:
            business: The business's id or a Ref.
            practitioner: The practitioner's id or a Ref.
            appointment_type: The type's id or a Ref.
            since: The first day, in the account's time zone; not in the past.
            until: The last day, at most 7 days later.

        Raises:
            NotFound: The service can't be booked online.
        """
        template = f"{_SERVICE}/next_available_time"
        answer = self._connection.get(
            template, self._service(business, practitioner, appointment_type), _days(since, until)
        )
        return structure(AvailableTime, answer.body, where=f"GET {template}").appointment_start

    def _service(self, business: object, practitioner: object, appointment_type: object) -> dict[str, str]:
        return {
            "business_id": self._id(business),
            "practitioner_id": identifier(practitioner, {"practitioners"}, "practitioners", ConfigurationError),
            "appointment_type_id": identifier(
                appointment_type, {"appointment_types"}, "appointment_types", ConfigurationError
            ),
        }


def _days(since: date, until: date) -> tuple[tuple[str, str], ...]:
    for day in (since, until):
        if not isinstance(day, date) or isinstance(day, datetime):
            raise ConfigurationError("available times are asked for by days: give a datetime.date.")
    return (("from", since.isoformat()), ("to", until.isoformat()))


class Practitioners(List[Practitioner], Get[Practitioner]):
    """Those who treat patients, to be read only. The list has the active ones, `inactive` those who left."""

    kind = "practitioners"
    model = Practitioner
    fields = FIELDS["practitioners"]

    inactive = Sublist[Practitioner](Practitioner, "practitioners", "/practitioners/inactive", FIELDS["practitioners"])
    appointment_types = Nested[AppointmentType](
        AppointmentType,
        "appointment_types",
        "/practitioners/{practitioner_id}/appointment_types",
        FIELDS["appointment_types"],
    )
    daily_availabilities = Nested[DailyAvailability](
        DailyAvailability,
        "daily_availabilities",
        "/practitioners/{practitioner_id}/daily_availabilities",
        fields_without("daily_availabilities", "practitioner_id"),
    )
    invoices = Nested[Invoice](
        Invoice,
        "invoices",
        "/practitioners/{practitioner_id}/invoices",
        fields_without("invoices", "practitioner_id"),
    )
    practitioner_reference_numbers = Nested[PractitionerReferenceNumber](
        PractitionerReferenceNumber,
        "practitioner_reference_numbers",
        "/practitioners/{practitioner_id}/practitioner_reference_numbers",
        fields_without("practitioner_reference_numbers", "practitioner_id"),
    )


class PractitionerReferenceNumbers(
    List[PractitionerReferenceNumber],
    Get[PractitionerReferenceNumber],
    Create[PractitionerReferenceNumber, PractitionerReferenceNumberDraft],
    Update[PractitionerReferenceNumber, PractitionerReferenceNumberDraft],
    Delete,
):
    """The numbers under which practitioners are known to payers."""

    kind = "practitioner_reference_numbers"
    model = PractitionerReferenceNumber
    fields = FIELDS["practitioner_reference_numbers"]


class Users(List[User], Get[User]):
    """Those who work with the account, to be read only, and only with an administrator's key."""

    kind = "users"
    model = User
    fields = FIELDS["users"]
