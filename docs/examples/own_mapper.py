"""Changes how records are mapped: what one clinic may want otherwise than everybody else.

Run it from the project's folder; it copies a small made-up clinic:

    python docs/examples/own_mapper.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import clinikomigrate as cm
from clinikomigrate.cliniko.models import MedicalAlert, MedicalAlertDraft, Patient, PatientDraft
from clinikomigrate.testing import FakeCliniko, empty_destination, make_clinic


class NorthsideMapper(cm.ClinikoMapper):
    """Leaves occupations behind, and alerts that were archived.

    Only the methods of two kinds are replaced; all others do what `ClinikoMapper` does.
    """

    def patient(self, patient: Patient, context: cm.Context) -> cm.Mapped[PatientDraft] | cm.Skip:
        """Maps a patient."""
        mapped = super().patient(patient, context)
        if isinstance(mapped, cm.Skip) or not patient.occupation:
            return mapped
        return mapped.evolve(occupation=cm.UNSET).losing("occupation", "the new clinic doesn't keep occupations")

    def medical_alert(self, alert: MedicalAlert, context: cm.Context) -> cm.Mapped[MedicalAlertDraft] | cm.Skip:
        """Maps a medical alert."""
        if alert.archived_at is not None:
            return cm.Skip("alerts that nobody sees any more stay in the old account", lost=True)
        return super().medical_alert(alert, context)


def main() -> cm.Report:
    """Copies a made-up clinic with the mapper above.

    Returns:
        The report of the run.
    """
    old = FakeCliniko(subdomain="old-clinic")
    make_clinic(old, patients=20, seed=7)
    new = empty_destination(old, subdomain="new-clinic")
    with old.in_process(), new.in_process(), tempfile.TemporaryDirectory() as folder:
        source = cm.Cliniko(old.key, app_name="Example", contact_email="dev@example.com", clock=old.clock)
        destination = cm.Cliniko(new.key, app_name="Example", contact_email="dev@example.com", clock=new.clock)
        transfer = cm.Transfer(
            source,
            cm.ClinikoSink(destination),
            mapper=NorthsideMapper(),
            include={"contacts", "concession_types", "patients", "medical_alerts"},
            journal=Path(folder) / "old-clinic.journal",
        )
        report = transfer.run()
    print(report)
    return report


if __name__ == "__main__":
    main()
