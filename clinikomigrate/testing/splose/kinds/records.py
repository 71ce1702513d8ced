"""What is kept of patients besides appointments."""

from __future__ import annotations

from clinikomigrate.testing.splose.kinds.kind import FLAG, STAMPS, Kind
from clinikomigrate.testing.splose.properties import Property, named, parts, reference, references, texts

WAITLISTS = Kind(
    "waitlists",
    (
        reference("practitionerId", "practitioners"),
        Property("userGroupId", "id"),
        reference("locationId", "locations"),
        reference("patientId", "patients"),
        references("serviceIds", "services"),
        texts("preferredDays", null=False),
        texts("preferredTime"),
        texts("waitlistTags"),
        Property("isActive", "boolean", default=True),
        FLAG,
        *STAMPS,
    ),
)

SCREENERS = Kind(
    "screeners",
    (
        reference("patientId", "patients"),
        Property("triaging", "boolean", default=False),
        Property("formId", "id"),
        texts("screenerTags"),
        FLAG,
        *STAMPS,
    ),
)

PATIENT_FORMS = Kind(
    "patient_forms",
    (
        Property("title", null=False, default="Form"),
        Property("uuid", "uuid", null=False, default="00000000-0000-4000-8000-000000000000"),
        *named("brandingColor headerImage"),
        Property("content", null=False, default="[]"),
        Property("submittedMessage"),
        Property("submittedAt", "moment"),
        reference("patientId", "patients", null=False),
        Property("organisationId", "id", null=False, default=1),
        reference("appointmentId", "appointments"),
        Property("status", one_of=("Incomplete", "In progress", "Completed"), null=False, default="Incomplete"),
        Property("templateId", "id"),
        FLAG,
        *STAMPS,
    ),
)

CASES = Kind(
    "cases",
    (
        Property("caseNumber", null=False, default="0001"),
        *named("budget appointmentCount", "number"),
        reference("contactId", "contacts"),
        *named("providerNumber referralPeriod"),
        *named("issueDate expiryDate", "spaced"),
        Property("notes"),
        Property("trackType", one_of=("Appointments", "Hours", "Budget"), null=False, default="Appointments"),
        Property("hours", "number"),
        *named("includeDidNotArrive includeCancelled", "boolean"),
        reference("practitionerId", "practitioners"),
        parts(
            "items",
            Property("typeId", "id", null=False, needed=True),
            Property("type", null=False, needed=True),
            null=False,
        ),
        Property("organisationId", "id", null=False, default=1),
        reference("patientId", "patients", null=False),
        Property("isOpen", "boolean", default=True),
        Property("hasAlert", "boolean", default=False),
        Property("remindTime"),
        Property("utilisationAlert", "number"),
        Property("isAlertUtilizationSent", "boolean", default=False),
        *STAMPS,
        Property("archived", "boolean", default=False, shown=False),
    ),
)
