"""What becomes of what stands in documents. Where none are made, each of these records is lost as a whole."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.field_rules import Rules, Table, derived, lost, meta, renamed, together
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.documents.showing import SHOWN

_META: Final[Rules] = meta("id updated_at extra")
_OWN: Final = "stands in its document"
_CLIENT_S: Final = "stands in its client's document"


def _shown(model: type[m.Entity], where: str) -> Rules:
    return derived(where, " ".join(sorted(SHOWN[model])))


_MESSAGE: Final[Rules] = together(
    _META,
    derived("the document is among its client's files", "patient"),
    derived("its name says the same", "category_code type_code"),
)
_SENT: Final[Rules] = together(
    _MESSAGE,
    derived("its appointment's, which the document names", "attendee"),
    lost(reasons.ITS_LINKS, "invoice letter payment"),
)

DOCUMENTS: Final[Table] = {
    m.TreatmentNote: together(
        _META,
        renamed(patient="patient_id"),
        _shown(m.TreatmentNote, _OWN),
        derived("its appointment's, which the document names", "attendee"),
    ),
    m.PatientForm: together(
        _META,
        renamed(patient="patient_id"),
        _shown(m.PatientForm, _OWN),
        derived("its appointment's, which the document names", "attendee"),
        derived("the questions say it", "signatures"),
        derived("of an open form, counted as lost", "url"),
        lost(reasons.FORM_COPY, "email_to_patient_on_completion"),
    ),
    m.PatientCase: together(
        _META,
        _shown(m.PatientCase, _CLIENT_S),
        derived("the document is among its client's files", "patient"),
        derived("the history of appointments in the document names it", "attendee_ids"),
    ),
    m.MemoCommunication: together(_MESSAGE, _shown(m.MemoCommunication, _CLIENT_S)),
    m.EmailCommunication: together(_SENT, _shown(m.EmailCommunication, _CLIENT_S)),
    m.SmsCommunication: together(_SENT, _shown(m.SmsCommunication, _CLIENT_S)),
}
"""Notes, forms, cases and messages."""
