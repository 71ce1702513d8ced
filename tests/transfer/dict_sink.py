"""A destination of about 60 lines: a dictionary. It carries patients, their appointments and alerts."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import attrs

from clinikomigrate import UNSET, Account, Archiving, Cancel, Context, FollowUp, Mapped, Mapper, Ref, Sink, Skip
from clinikomigrate.cliniko.models import (
    IndividualAppointment,
    IndividualAppointmentDraft,
    MedicalAlert,
    MedicalAlertDraft,
    Patient,
    PatientDraft,
)


class DictMapper(Mapper):
    """Keeps names, birth dates, times and alerts."""

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Maps a patient."""
        if patient.merged_with_patient is not None:
            return Skip("merged into another patient", instead=patient.merged_with_patient)
        draft = PatientDraft(first_name=patient.first_name or "-", last_name=patient.last_name or "-")
        follow_ups = (Archiving(),) if patient.archived_at else ()
        return Mapped(attrs.evolve(draft, date_of_birth=patient.date_of_birth), (), follow_ups)

    def medical_alert(self, alert: MedicalAlert, context: Context) -> Mapped[MedicalAlertDraft] | Skip:
        """Maps a medical alert."""
        return Mapped(MedicalAlertDraft(name=alert.name or "-", patient_id=alert.patient or UNSET))

    def individual_appointment(
        self, appointment: IndividualAppointment, context: Context
    ) -> Mapped[IndividualAppointmentDraft] | Skip:
        """Maps an appointment."""
        draft = IndividualAppointmentDraft(
            starts_at=appointment.starts_at or UNSET, patient_id=appointment.patient or UNSET
        )
        follow_ups = (Cancel(reason=appointment.cancellation_reason or 50),) if appointment.cancelled_at else ()
        return Mapped(draft, (), follow_ups)


class DictSink(Sink):
    """Writes into a dictionary."""

    kinds = ("patients", "individual_appointments", "medical_alerts")

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {kind: {} for kind in self.kinds}
        self.finished: list[tuple[str, str, str]] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def account(self) -> Account:
        """Returns the one account there is."""
        return Account("memory", "A dictionary")

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Gives nothing that could be adopted."""
        return iter(())

    def create(self, draft: Any) -> str:
        """Keeps a draft."""
        assert not any(isinstance(value, Ref) for value in attrs.asdict(draft, recurse=False).values())
        with self._lock:
            id = str(next(self._numbers))
            self.records[draft.kind][id] = draft
        return id

    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Finds equal drafts."""
        return [id for id, record in self.records[draft.kind].items() if record == draft]

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> None:
        """Notes what was finished."""
        self.finished.append((kind, id, follow_up.name))
