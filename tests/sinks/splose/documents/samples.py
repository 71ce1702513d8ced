"""Made-up records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.documents import PatientRecord

WHEN = datetime(2024, 3, 13, 22, 30, tzinfo=UTC)
LATER = datetime(2024, 7, 1, 2, 0, tzinfo=UTC)

PATIENT = m.Patient(
    id="42", first_name="Zoë", last_name="Hollowell", date_of_birth=date(1990, 4, 1), old_reference_id="OLD 7"
)


def nobody(ref: Ref[Any]) -> str | None:
    """Knows no names."""
    return None


def paragraph_note(*texts: str, id: str = "1", **attributes: Any) -> m.TreatmentNote:
    """Makes a finalised note with paragraph answers."""
    questions = tuple(m.Question(name="History", type="paragraph", answer=text) for text in texts)
    content = m.Content(sections=(m.Section(name="Subjective", questions=questions),))
    settled: dict[str, Any] = {"title": "Initial consult", "created_at": WHEN, "finalized_at": LATER, "draft": False}
    return m.TreatmentNote(id=id, content=content, **{**settled, **attributes})


def record(*notes: m.TreatmentNote, **attributes: Any) -> PatientRecord:
    """Makes a patient's record."""
    return PatientRecord(**{"patient": PATIENT, "notes": notes, **attributes})
