"""What becomes of patients' files."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.field_rules import Table, derived, lost, meta, renamed, together
from clinikomigrate.sinks.splose import reasons

FILES: Final[Table] = {
    m.UploadedPatientAttachment: together(
        meta("id updated_at extra processed_at processing_completed"),
        renamed(patient="patient_id"),
        derived("the file itself is carried", "content content_type size"),
        derived("the file's name begins with the day", "created_at"),
        derived("stands in the file's name; what doesn't fit is counted as lost", "description filename"),
        derived("the file's name says it", "archived_at"),
        lost(reasons.NOT_WITH_FILES, "category pinned_at user"),
    ),
    m.FullPatientExport: together(
        meta("id created_at updated_at extra"),
        lost(reasons.EXPORT, "archived_at category content_type description filename patient pinned_at"),
        lost(reasons.EXPORT, "processed_at processing_completed size user"),
    ),
}
"""Files that people uploaded, and archives that the product made."""
