"""Patients, who they know, who sent them, and the clinic's contacts."""

from __future__ import annotations

from clinikomigrate.client.converter import structure, unstructure
from clinikomigrate.client.nested import Nested, Sublist
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import (
    Archive,
    Create,
    DeleteToArchive,
    Get,
    List,
    Unarchive,
    Update,
    written,
)
from clinikomigrate.client.selection import lifted
from clinikomigrate.cliniko.models import (
    AttachmentPresignedPost,
    Attendee,
    Booking,
    Contact,
    ContactDraft,
    Invoice,
    MedicalAlert,
    MedicalAlertDraft,
    Patient,
    PatientAttachment,
    PatientCase,
    PatientCaseDraft,
    PatientDraft,
    ReferralSource,
    ReferralSourceDraft,
    ReferralSourceType,
    Relationship,
    RelationshipDraft,
    TreatmentNote,
)
from clinikomigrate.cliniko.resources.fields import FIELDS, fields_without


class Patients(
    List[Patient],
    Get[Patient],
    Create[Patient, PatientDraft],
    Update[Patient, PatientDraft],
    Archive,
    DeleteToArchive,
    Unarchive[Patient],
):
    """Patients."""

    kind = "patients"
    model = Patient
    fields = FIELDS["patients"]

    invoices = Nested[Invoice](
        Invoice, "invoices", "/patients/{patient_id}/invoices", fields_without("invoices", "patient_id")
    )
    medical_alerts = Nested[MedicalAlert](
        MedicalAlert,
        "medical_alerts",
        "/patients/{patient_id}/medical_alerts",
        fields_without("medical_alerts", "patient_id"),
    )
    patient_attachments = Nested[PatientAttachment](
        PatientAttachment,
        "patient_attachments",
        "/patients/{patient_id}/patient_attachments",
        fields_without("patient_attachments", "patient_id"),
    )
    treatment_notes = Nested[TreatmentNote](
        TreatmentNote,
        "treatment_notes",
        "/patients/{patient_id}/treatment_notes",
        fields_without("treatment_notes", "patient_id"),
    )

    def referral_source(self, patient: str | Ref[Patient]) -> ReferralSource:
        """Reads how a patient came to the clinic.

        Args:
            patient: The patient's id or a Ref.

        Raises:
            NotFound: The patient has no referral source, or there is no such patient.
        """
        template = "/patients/{patient_id}/referral_source"
        query = lifted({"archived_at": FIELDS["referral_sources"]["archived_at"]})
        answer = self._connection.get(template, {"patient_id": self._id(patient)}, query)
        return structure(ReferralSource, answer.body, where=f"GET {template}")

    def set_referral_source(self, patient: str | Ref[Patient], draft: ReferralSourceDraft) -> ReferralSource:
        """Writes how a patient came to the clinic.

        Args:
            patient: The patient's id or a Ref.
            draft: What to write. The type and the subcategory must exist in the account already.
        """
        template = "/patients/{patient_id}/referral_source"
        parameters = {"patient_id": self._id(patient)}
        answer = self._connection.write("PATCH", template, parameters, unstructure(draft))
        source: ReferralSource = written(ReferralSource, answer, f"PATCH {template}")
        return source

    def attachment_presigned_post(self, patient: str | Ref[Patient]) -> AttachmentPresignedPost:
        """Asks for the permission to send one file of a patient to the file store.

        `patient_attachments.upload` does this and what follows.

        Args:
            patient: The patient's id or a Ref.
        """
        template = "/patients/{patient_id}/attachment_presigned_post"
        answer = self._connection.get(template, {"patient_id": self._id(patient)})
        return structure(AttachmentPresignedPost, answer.body, where=f"GET {template}")


class Contacts(
    List[Contact],
    Get[Contact],
    Create[Contact, ContactDraft],
    Update[Contact, ContactDraft],
    Archive,
    DeleteToArchive,
):
    """Doctors, payers and others whom the clinic knows."""

    kind = "contacts"
    model = Contact
    fields = FIELDS["contacts"]


class Relationships(
    List[Relationship],
    Get[Relationship],
    Create[Relationship, RelationshipDraft],
    Update[Relationship, RelationshipDraft],
    Archive,
):
    """Who is whose parent, partner and so on."""

    kind = "relationships"
    model = Relationship
    fields = FIELDS["relationships"]


class MedicalAlerts(
    List[MedicalAlert],
    Get[MedicalAlert],
    Create[MedicalAlert, MedicalAlertDraft],
    Update[MedicalAlert, MedicalAlertDraft],
    Archive,
    DeleteToArchive,
):
    """What everybody who treats a patient must see."""

    kind = "medical_alerts"
    model = MedicalAlert
    fields = FIELDS["medical_alerts"]


class PatientCases(
    List[PatientCase],
    Get[PatientCase],
    Create[PatientCase, PatientCaseDraft],
    Update[PatientCase, PatientCaseDraft],
    Archive,
):
    """Patients' cases: what is treated, and who pays for how much of it."""

    kind = "patient_cases"
    model = PatientCase
    fields = FIELDS["patient_cases"]

    active = Sublist[PatientCase](PatientCase, "patient_cases", "/patient_cases/active", FIELDS["patient_cases"])
    attendees = Nested[Attendee](
        Attendee,
        "attendees",
        "/patient_cases/{patient_case_id}/attendees",
        fields_without("attendees", "patient_case_id"),
    )
    bookings = Nested[Booking](Booking, "bookings", "/patient_cases/{patient_case_id}/bookings", FIELDS["bookings"])
    invoices = Nested[Invoice](Invoice, "invoices", "/patient_cases/{patient_case_id}/invoices", FIELDS["invoices"])
    patient_attachments = Nested[PatientAttachment](
        PatientAttachment,
        "patient_attachments",
        "/patient_cases/{patient_case_id}/patient_attachments",
        FIELDS["patient_attachments"],
    )


class ReferralSources(List[ReferralSource]):
    """How patients came to the clinic. One by one they are read and written through their patient."""

    kind = "referral_sources"
    model = ReferralSource
    fields = FIELDS["referral_sources"]


class ReferralSourceTypes(List[ReferralSourceType], Get[ReferralSourceType]):
    """The ways in which patients come to the clinic."""

    kind = "referral_source_types"
    model = ReferralSourceType
    fields = FIELDS["referral_source_types"]
