"""Patients, contacts, and the files of patients."""

from __future__ import annotations

from clinikomigrate.testing.splose.kinds.kind import DELETED, FLAG, PHONES, STAMPS, Body, Kind, names
from clinikomigrate.testing.splose.properties import Property, named, parts, reference, references, texts

_PATIENT_UPDATE = (
    "firstname lastname email sex genderIdentity alert birthdate city state postalCode country phoneNumbers "
    "privacyPolicy ndisNumber medicareNum irn veteransFileNumber emergencyContactNumber emergencyContactName "
    "emergencyContactRelationship"
)

PATIENTS = Kind(
    "patients",
    (
        *named("firstname lastname", null=False),
        *named("middleName preferredName title email sex genderIdentity pronouns alert"),
        reference("invoiceRecipientId", "contacts"),
        Property("birthdate", "date"),
        *named("timezone extraInfo extraBillingInfo addressL1 addressL2 addressL3 city state postalCode country"),
        parts("phoneNumbers", *PHONES),
        Property("privacyPolicy", one_of=("No response", "Accepted", "Rejected", "")),
        Property("ndisNumber"),
        Property(
            "ndisInfo",
            "object",
            of=named(
                "diagnosis nomineeEmail fundManagement nomineeLastName nomineeFirstName nomineeMobileCode "
                "nomineeMobileNumber startDate endDate"
            ),
        ),
        *named("medicareNum irn veteransFileNumber"),
        *named("emergencyContactNumber emergencyContactName emergencyContactRelationship"),
        Property("communicationPreference", one_of=("NONE", "SMS", "SMS_EMAIL", "EMAIL"), null=False),
        FLAG,
        texts("patientTags"),
        parts("customFields", Property("name", null=False, needed=True), Property("value", "any", null=False)),
        Property("healthFund", "object", of=named("name membershipNumber patientNumber cardIssueNumber")),
        *STAMPS,
        DELETED,
    ),
    create=Body(
        takes=names(
            f"{_PATIENT_UPDATE} middleName preferredName title pronouns invoiceRecipientId timezone extraInfo "
            "extraBillingInfo addressL1 addressL2 addressL3 ndisInfo communicationPreference archived "
            "createdAt updatedAt"
        ),
        needs=names("firstname lastname"),
    ),
    update=Body(
        takes=names(f"{_PATIENT_UPDATE} timezone ndisInfo patientTags communicationPreference createdAt updatedAt"),
        needs=names(_PATIENT_UPDATE),
        never_null=names("phoneNumbers"),
        email=names("email"),
        shortest=names("firstname lastname"),
    ),
    archived_by="deletedAt",
)

PATIENT_FILES = Kind(
    "patient_files",
    (Property("name", null=False), reference("patientId", "patients", null=False)),
    archived_flag=None,
)

_CONTACT = (
    "type name title firstName lastName preferredName occupation companyName providerNumber doctorType email addressL1 "
    "addressL2 addressL3 suburb state postalCode country phoneNumbers"
)

CONTACTS = Kind(
    "contacts",
    (
        *named("type name title firstName lastName preferredName occupation companyName providerNumber"),
        Property("doctorType", one_of=("GP", "Specialist")),
        references("associatedPatientIds", "patients"),
        references("associatedInvoiceIds", "invoices"),
        references("associatedCaseIds", "cases"),
        *named("email addressL1 addressL2 addressL3 suburb state postalCode"),
        Property("country", default="Australia"),
        parts("phoneNumbers", *PHONES, null=False),
        FLAG,
        *STAMPS,
    ),
    create=Body(
        takes=names(_CONTACT),
        needs=names("type name email"),
        never_null=names("type name email"),
        email=names("email"),
    ),
)
