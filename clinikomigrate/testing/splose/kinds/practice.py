"""The workspace itself: where, by whom, when and what is offered."""

from __future__ import annotations

from clinikomigrate.testing.splose.kinds.kind import DELETED, FLAG, STAMPS, TAX, UNIT, Kind
from clinikomigrate.testing.splose.properties import Property, named, parts, reference, references, texts

SERVICES = Kind(
    "services",
    (
        Property("for", one_of=("appointment", "support activity"), null=False, default="appointment"),
        Property("name", null=False),
        *named("description type code"),
        Property("duration", "number", default=60),
        UNIT,
        Property("pricing", "number"),
        TAX,
        Property("allowProviderTravel", "boolean", default=False),
        Property("providerTravelItemCode"),
        Property("providerTravelPricing", "number"),
        Property("allowProviderTravelNonLabourCosts", "boolean", default=False),
        Property("providerTravelNonLabourCostsItemCode"),
        Property("providerTravelNonLabourCostsPricing", "number"),
        texts("serviceTags", null=False),
        FLAG,
        *STAMPS,
        DELETED,
    ),
    archived_by="deletedAt",
)

LOCATIONS = Kind(
    "locations",
    (
        Property("title", null=False),
        *named("abn address postalCode suburb state country phone email"),
        Property("onlineBooking", "boolean", default=False),
        Property("timezone", default="Australia/Sydney"),
        FLAG,
        references("associatedServiceIds", "services", null=False),
        *STAMPS,
        DELETED,
    ),
    archived_by="deletedAt",
)

PRACTITIONERS = Kind(
    "practitioners",
    (
        *named("firstname lastname", null=False),
        Property("email", "email"),
        *named("title profession"),
        Property("isActive", "boolean", default=True),
        Property("description"),
        Property("roleName", null=False, default="practitioner"),
        Property("onlineBooking", "boolean", default=False),
        Property("timezone", default="Australia/Sydney"),
        parts(
            "connections",
            Property("typeId", "id", null=False, needed=True),
            Property("type", one_of=("Location", "Service"), null=False, needed=True),
            null=False,
        ),
        parts(
            "providerNumbers",
            *named("type number", null=False, needed=True),
            reference("locationId", "locations", needed=True),
            null=False,
        ),
        FLAG,
        *STAMPS,
        DELETED,
    ),
    archived_by="deletedAt",
)

AVAILABILITIES = Kind(
    "availabilities",
    (
        reference("practitionerId", "practitioners", null=False, shown=False),
        Property("date", "date", null=False),
        reference("locationId", "locations", null=False),
        *named("startTime endTime", "hours", null=False),
        Property("repeatInterval", one_of=("Weekly", "Fortnightly")),
    ),
    archived_flag=None,
)

CUSTOM_FIELDS = Kind(
    "custom_fields",
    (
        Property("name", null=False),
        Property(
            "type",
            one_of=(
                "Short text", "Long text", "Single dropdown", "Multiple dropdown", "Multiple choice", "Numerical",
                "Date picker",
            ),
            null=False,
            default="Short text",
        ),
        Property("required", "boolean", default=False),
        parts("options", *named("id customFieldId", "id", null=False), Property("value", null=False), *STAMPS, DELETED),
        *STAMPS,
        DELETED,
    ),
    archived_by="deletedAt",
    archived_flag=None,
)  # fmt: skip
