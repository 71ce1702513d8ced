"""What the diary holds."""

from __future__ import annotations

from typing import Any

from clinikomigrate.client.converter import unstructure
from clinikomigrate.client.query import identifier
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import Get
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.splose.models import (
    Appointment,
    AppointmentCancellation,
    AppointmentDraft,
    BusyTime,
    BusyTimeType,
    CancellationReason,
    Patient,
    SupportActivity,
    SupportItem,
    SupportItemDraft,
)
from clinikomigrate.splose.parameters import Parameter, by_keyword
from clinikomigrate.splose.resource import Create, List, Update, given_in, needed_in, refuse
from clinikomigrate.splose.resources.common import CHANGES, PATIENT, PRACTITIONER, STARTS


class Appointments(
    List[Appointment],
    Get[Appointment],
    Create[Appointment, AppointmentDraft],
    Update[Appointment, AppointmentDraft],
):
    """Appointments of one patient or several. They can be made for one, and not deleted."""

    kind = "appointments"
    model = Appointment
    parameters = by_keyword(
        *CHANGES,
        *STARTS,
        PATIENT,
        PRACTITIONER,
        Parameter("status", one_of=("Arrived", "Did not arrive", "Cancelled", "Completed")),
        Parameter("status_update_gt", "moment", field="status_updated_at", operator=">"),
        Parameter("status_update_lt", "moment", field="status_updated_at", operator="<"),
    )
    create_only = frozenset({"note", "created_at", "updated_at", "deleted_at"})

    def cancel(
        self,
        appointment: str | Ref[Appointment],
        cancellation: AppointmentCancellation,
        *,
        patient: str | Ref[Patient] | None = None,
    ) -> None:
        """Cancels an appointment, now. The practice may charge a fee and write to the patient.

        Splose doesn't document that it has this, nor what it answers.

        Args:
            appointment: Its id or a Ref.
            cancellation: Why.
            patient: Cancels this patient's place in it only.

        Raises:
            ConfigurationError: The cancellation has no reason.
            NotFound: There is no such appointment, or the API doesn't have this.
            OutcomeUnknown: It may have been cancelled or not.
        """
        refuse(self.kind, needed_in(cancellation) - given_in(cancellation), "is needed to cancel")
        self._mark(appointment, patient, "cancellation", unstructure(cancellation))

    def mark_arrived(self, appointment: str | Ref[Appointment], *, patient: str | Ref[Patient] | None = None) -> None:
        """Notes that the patient came. The practice may write to the patient.

        Splose doesn't document that it has this, nor what it answers.

        Args:
            appointment: Its id or a Ref.
            patient: Notes it of this patient only.

        Raises:
            NotFound: There is no such appointment, or the API doesn't have this.
            OutcomeUnknown: It may have been noted or not.
        """
        self._mark(appointment, patient, "arrival", None)

    def _mark(self, appointment: Any, patient: Any, what: str, json: object) -> None:  # Any: an id or a Ref
        if patient is None:
            self._act("POST", appointment, f"/{what}", json)
            return
        parameters = {
            "id": self._id(appointment),
            "patient_id": identifier(patient, {"patients"}, "appointments: patient", ConfigurationError),
        }
        self._connection.write("POST", f"/appointments/{{id}}/patients/{{patient_id}}/{what}", parameters, json)


class CancellationReasons(List[CancellationReason]):
    """Why appointments are cancelled. Splose doesn't document that it has them."""

    kind = "cancellation_reasons"
    model = CancellationReason
    parameters = by_keyword(*CHANGES)


class BusyTimes(List[BusyTime], Get[BusyTime]):
    """Times in which practitioners can't be booked."""

    kind = "busy_times"
    model = BusyTime
    parameters = by_keyword(
        *CHANGES,
        *STARTS,
        Parameter("busyTimeTypeId", "id", kinds=frozenset({"busy_time_types"})),
        PRACTITIONER,
    )


class BusyTimeTypes(List[BusyTimeType], Get[BusyTimeType]):
    """What keeps practitioners busy."""

    kind = "busy_time_types"
    model = BusyTimeType
    parameters = by_keyword(*CHANGES, Parameter("title"), Parameter("isUtilisationIncluded", "boolean"))


class SupportActivities(List[SupportActivity], Get[SupportActivity]):
    """Work for patients who aren't there."""

    kind = "support_activities"
    model = SupportActivity
    parameters = by_keyword(*CHANGES, *STARTS, PATIENT)


class SupportItems(List[SupportItem], Get[SupportItem], Update[SupportItem, SupportItemDraft]):
    """What is charged beside appointments."""

    kind = "support_items"
    model = SupportItem
    parameters = by_keyword(*CHANGES, Parameter("appointmentId", "id", kinds=frozenset({"appointments"})))
    needed_to_update = frozenset({"type"})
