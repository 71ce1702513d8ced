"""Query parameters that many lists have."""

from __future__ import annotations

from typing import Final

from clinikomigrate.splose.parameters import Parameter

PAGES: Final = (
    Parameter("id_gt", "id", field="id", operator=">"),
    Parameter("id_lt", "id", field="id", operator="<"),
)
"""What every list with pages takes."""

CHANGES: Final = (
    *PAGES,
    Parameter("update_gt", "moment", field="updated_at", operator=">"),
    Parameter("update_lt", "moment", field="updated_at", operator="<"),
)
"""What a list takes that can also be asked for what changed."""

STARTS: Final = (
    Parameter("start_gt", "moment", field="start", operator=">"),
    Parameter("start_lt", "moment", field="start", operator="<"),
)
"""What lists of times take."""

PATIENT: Final = Parameter("patientId", "id", kinds=frozenset({"patients"}))
PRACTITIONER: Final = Parameter("practitionerId", "id", kinds=frozenset({"practitioners"}))
LOCATION: Final = Parameter("locationId", "id", kinds=frozenset({"locations"}))

PERSON: Final = (
    Parameter("firstname"),
    Parameter("lastname"),
    Parameter("email"),
    Parameter("phoneNumber"),
)
"""What lists of people take. The number is given without the country's code."""
