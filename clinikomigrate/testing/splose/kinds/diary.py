"""What the diary holds."""

from __future__ import annotations

from clinikomigrate.testing.splose.kinds.kind import DELETED, FLAG, STAMPS, TAX, UNIT, Body, Kind, names
from clinikomigrate.testing.splose.properties import Property, named, parts, reference, references

APPOINTMENTS = Kind(
    "appointments",
    (
        *named("start end", "moment", null=False),
        Property("isUnavailableBlock", "boolean", default=False),
        references("busyTimePractitionerIds", "practitioners", null=False),
        reference("serviceId", "services"),
        reference("locationId", "locations", null=False),
        reference("practitionerId", "practitioners"),
        Property("maxPatients", "integer", null=False, default=1),
        parts(
            "appointmentPatients",
            reference("appointmentId", "", null=False),
            reference("patientId", "patients", null=False, needed=True),
            reference("caseId", "cases"),
            Property("status", one_of=("Arrived", "Did not arrive", "Cancelled", "Completed")),
            Property("note"),
            Property("doNotInvoice", "boolean"),
            reference("invoiceId", "invoices"),
            Property("cancellationReason"),
            Property("cancellationRate", "number"),
            Property("cancellationNote"),
            Property("statusUpdatedAt", "moment"),
            null=False,
        ),
        *named("repeatId recurringRule"),
        UNIT,
        *named("pricing total", "number"),
        TAX,
        references("supportItemIds", "support_items", null=False),
        Property("note"),
        FLAG,
        *STAMPS,
        DELETED,
        reference("caseId", "cases", shown=False),
        reference("patientId", "patients", null=False, shown=False),
    ),
    create=Body(
        takes=names(
            "start end serviceId locationId practitionerId caseId patientId note createdAt updatedAt deletedAt"
        ),
        needs=names("start end serviceId locationId practitionerId patientId"),
        never_null=names("serviceId practitionerId caseId note"),
    ),
    update=Body(
        takes=names("start end serviceId locationId practitionerId caseId patientId"),
        never_null=names("practitionerId"),
    ),
    archived_by="deletedAt",
)

CANCELLATION_REASONS = Kind("cancellation_reasons", (Property("name", null=False), FLAG, *STAMPS), get=False)

BUSY_TIMES = Kind(
    "busy_times",
    (
        *named("start end", "moment", null=False),
        reference("locationId", "locations", null=False),
        references("practitionerIds", "practitioners", null=False),
        reference("busyTimeTypeId", "busy_time_types"),
        *named("repeatId recurringRule note"),
        FLAG,
        *STAMPS,
        DELETED,
    ),
    archived_by="deletedAt",
)

BUSY_TIME_TYPES = Kind(
    "busy_time_types",
    (
        Property("title", null=False),
        Property("color", null=False, default="#808080"),
        Property("duration", "number", null=False, default=30),
        Property("isUtilisationIncluded", "boolean", default=False),
        Property("note"),
        FLAG,
        *STAMPS,
        DELETED,
    ),
    archived_by="deletedAt",
)

SUPPORT_ACTIVITIES = Kind(
    "support_activities",
    (
        *named("start end", "moment", null=False),
        reference("patientId", "patients", null=False),
        reference("practitionerId", "practitioners", null=False),
        reference("serviceId", "services", null=False),
        reference("locationId", "locations", null=False),
        reference("caseId", "cases"),
        *named("note itemCode repeatId recurringRule"),
        Property("unit", default="Hour"),
        *named("pricing quantity", "number"),
        TAX,
        Property("doNotInvoice", "boolean", default=False),
        reference("invoiceId", "invoices"),
        FLAG,
        *STAMPS,
        DELETED,
    ),
    archived_by="deletedAt",
)

_TRAVEL = ("Provider Travel", "Provider Travel - Non-Labour Costs", "Activity Based Transport")

SUPPORT_ITEMS = Kind(
    "support_items",
    (
        reference("appointmentId", "appointments", null=False),
        Property("type", one_of=_TRAVEL, null=False, default=_TRAVEL[0]),
        Property("itemCode"),
        Property("pricing", "number"),
        *named("toMinutes returnMinutes", "integer"),
        Property("appointmentAddress"),
        Property("unit", default="km"),
        Property("quantity", "number"),
        Property("note"),
        *STAMPS,
        DELETED,
    ),
    update=Body(takes=names("type toMinutes returnMinutes"), needs=names("type")),
    archived_by="deletedAt",
    archived_flag=None,
)
