"""What was written about patients: notes, forms, files, messages and recalls."""

from __future__ import annotations

from clinikomigrate.client.converter import structure
from clinikomigrate.client.query import identifier
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import (
    Archive,
    Create,
    DeleteToArchive,
    Get,
    List,
    Unarchive,
    Update,
)
from clinikomigrate.cliniko.models import (
    Communication,
    MemoCommunication,
    MemoCommunicationDraft,
    PatientForm,
    PatientFormDraft,
    PatientFormTemplate,
    PatientFormTemplateDraft,
    Recall,
    RecallDraft,
    RecallType,
    RecallTypeDraft,
    Signature,
    TreatmentNote,
    TreatmentNoteDraft,
    TreatmentNoteTemplate,
    TreatmentNoteTemplateDraft,
)
from clinikomigrate.cliniko.resources.fields import FIELDS
from clinikomigrate.errors import ConfigurationError


class TreatmentNotes(
    List[TreatmentNote],
    Get[TreatmentNote],
    Create[TreatmentNote, TreatmentNoteDraft],
    Update[TreatmentNote, TreatmentNoteDraft],
    Archive,
    DeleteToArchive,
    Unarchive[TreatmentNote],
):
    """Treatment notes. The author of one that is made is the practitioner whose key it is."""

    kind = "treatment_notes"
    model = TreatmentNote
    fields = FIELDS["treatment_notes"]


class TreatmentNoteTemplates(
    List[TreatmentNoteTemplate],
    Get[TreatmentNoteTemplate],
    Create[TreatmentNoteTemplate, TreatmentNoteTemplateDraft],
    Update[TreatmentNoteTemplate, TreatmentNoteTemplateDraft],
    Archive,
    DeleteToArchive,
):
    """What treatment notes are made from."""

    kind = "treatment_note_templates"
    model = TreatmentNoteTemplate
    fields = FIELDS["treatment_note_templates"]


class PatientForms(
    List[PatientForm],
    Get[PatientForm],
    Create[PatientForm, PatientFormDraft],
    Update[PatientForm, PatientFormDraft],
    Archive,
):
    """Forms that patients fill in."""

    kind = "patient_forms"
    model = PatientForm
    fields = FIELDS["patient_forms"]

    def signature(self, form: str | Ref[PatientForm], signature: str | Ref[Signature]) -> Signature:
        """Reads a signature that a patient gave in a form, with its image.

        Args:
            form: The form's id or a Ref.
            signature: The signature's id or a Ref; the form's questions of type `signature` have it.
        """
        template = "/patient_forms/{patient_form_id}/signatures/{id}"
        parameters = {
            "patient_form_id": self._id(form),
            "id": identifier(signature, {"signatures"}, "signatures", ConfigurationError),
        }
        answer = self._connection.get(template, parameters)
        return structure(Signature, answer.body, where=f"GET {template}")


class PatientFormTemplates(
    List[PatientFormTemplate],
    Get[PatientFormTemplate],
    Create[PatientFormTemplate, PatientFormTemplateDraft],
    Update[PatientFormTemplate, PatientFormTemplateDraft],
    Archive,
):
    """What patients' forms are made from."""

    kind = "patient_form_templates"
    model = PatientFormTemplate
    fields = FIELDS["patient_form_templates"]


class Communications(
    List[Communication],
    Get[Communication],
    Create[MemoCommunication, MemoCommunicationDraft],
    Update[MemoCommunication, MemoCommunicationDraft],
    Archive,
):
    """Messages to and from patients. Only memos can be written, and nothing is sent to anybody."""

    kind = "communications"
    model = Communication
    created_model = MemoCommunication
    updated_model = MemoCommunication
    fields = FIELDS["communications"]


class Recalls(
    List[Recall],
    Get[Recall],
    Create[Recall, RecallDraft],
    Update[Recall, RecallDraft],
    Archive,
):
    """When patients are to be asked to come again."""

    kind = "recalls"
    model = Recall
    fields = FIELDS["recalls"]


class RecallTypes(
    List[RecallType],
    Get[RecallType],
    Create[RecallType, RecallTypeDraft],
    Update[RecallType, RecallTypeDraft],
    Archive,
):
    """What patients are recalled for."""

    kind = "recall_types"
    model = RecallType
    fields = FIELDS["recall_types"]
