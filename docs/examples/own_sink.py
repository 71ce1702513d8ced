"""Sends a clinic somewhere else: a sink that writes into a dict, and the mapper that goes with it.

A real sink talks to another system; everything else about it is as here. Run it from the project's folder:

    python docs/examples/own_sink.py
"""

# ruff: noqa: ARG002 - methods take what those of Mapper and Sink take

from __future__ import annotations

import itertools
import tempfile
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar, TypeAlias

import attrs

import clinikomigrate as cm
from clinikomigrate.cliniko.models import Contact, MedicalAlert, Patient
from clinikomigrate.testing import FakeCliniko, make_clinic


@attrs.frozen(repr=False)
class Doctor:
    """What the destination holds for a contact."""

    kind: ClassVar[str] = "contacts"
    name: str


@attrs.frozen(repr=False)
class Person:
    """What the destination holds for a patient."""

    kind: ClassVar[str] = "patients"
    name: str
    born: date | None
    doctor: cm.Ref[Contact] | str | cm.Unset | None
    """A Ref is a record of the source; the pipeline puts the new id in its place, or UNSET if that one doesn't go."""


@attrs.frozen(repr=False)
class Alert:
    """What the destination holds for a medical alert."""

    kind: ClassVar[str] = "medical_alerts"
    text: str
    person: cm.Ref[Patient] | str | None = attrs.field(metadata={"required": True})  # no alert without its person


Draft: TypeAlias = Doctor | Person | Alert


class DictMapper(cm.Mapper):
    """Turns Cliniko's records into drafts: one method for each kind, named after its singular."""

    def contact(self, contact: Contact, context: cm.Context) -> cm.Mapped[Doctor] | cm.Skip:
        """Maps a contact; whoever isn't a doctor stays behind."""
        if contact.doctor_type in (None, ""):
            return cm.Skip("only doctors are kept", lost=True)
        return cm.Mapped(Doctor(f"{contact.first_name} {contact.last_name}"))

    def patient(self, patient: Patient, context: cm.Context) -> cm.Mapped[Person] | cm.Skip:
        """Maps a patient; what hangs on a merged one goes to the patient who remains."""
        if patient.merged_with_patient is not None:
            return cm.Skip("merged with another patient", instead=patient.merged_with_patient)
        person = Person(f"{patient.first_name} {patient.last_name}", patient.date_of_birth, patient.referring_doctor)
        mapped = cm.Mapped(person, follow_ups=(cm.Archiving(),) if patient.archived_at else ())
        return mapped.losing("email", "there is no place for e-mail addresses") if patient.email else mapped

    def medical_alert(self, alert: MedicalAlert, context: cm.Context) -> cm.Mapped[Alert]:
        """Maps a medical alert."""
        return cm.Mapped(Alert(alert.name or "", alert.patient))


class DictSink(cm.Sink):
    """Writes into `records`: drafts by kind and id."""

    def __init__(self) -> None:
        self.records: defaultdict[str, dict[str, Draft]] = defaultdict(dict)
        self.archived: set[tuple[str, str]] = set()
        self._numbers = itertools.count(1)

    @property
    def kinds(self) -> Collection[str]:
        """The kinds that can be written; all others are left out."""
        return ("contacts", "patients", "medical_alerts")

    def account(self) -> cm.Account:
        """Says where this writes to: a journal is bound to it."""
        return cm.Account(id="dict", name="A dict")

    def existing(self, kind: str) -> Iterable[tuple[str, Draft]]:
        """Gives what is there already."""
        return list(self.records[kind].items())

    def create(self, draft: Draft) -> str:
        """Makes one record, and returns its id."""
        new = str(next(self._numbers))
        self.records[draft.kind][new] = draft
        return new

    def find(self, draft: Draft, since: datetime | None) -> Sequence[str]:
        """Finds what an earlier try may have made, when nobody knows whether it arrived."""
        return [id for id, held in list(self.records[draft.kind].items()) if held == draft]

    def look_up_key(self, draft: Draft) -> Hashable:
        """Drafts that `find` can't tell apart are never on their way at the same time."""
        return draft

    def same(self, draft: Draft, record: Draft) -> bool:
        """Says whether a record that is there already can stand for a draft."""
        return draft == record

    def finish(self, kind: str, id: str, follow_up: cm.FollowUp) -> None:
        """Does what a record needs after it was made; the mapper above asks for nothing but archiving."""
        self.archived.add((kind, id))

    def default_mapper(self) -> cm.Mapper:
        """Returns the mapper that suits this sink."""
        return DictMapper()


def main() -> tuple[DictSink, cm.Report]:
    """Copies a made-up clinic into a dict.

    Returns:
        The sink with the records in it, and the report of the run.
    """
    old = FakeCliniko(subdomain="old-clinic")
    make_clinic(old, patients=40, seed=7)
    sink = DictSink()
    with old.in_process(), tempfile.TemporaryDirectory() as folder:
        source = cm.Cliniko(old.key, app_name="Example", contact_email="dev@example.com", clock=old.clock)
        report = cm.Transfer(source, sink, journal=Path(folder) / "dict.journal").run()
    print(report)
    return sink, report


if __name__ == "__main__":
    main()
