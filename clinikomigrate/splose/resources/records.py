"""What is kept of patients besides appointments. All of it can only be read."""

from __future__ import annotations

from clinikomigrate.client.resource import Get
from clinikomigrate.splose.models import Case, PatientForm, Screener, WaitlistItem
from clinikomigrate.splose.parameters import Parameter, by_keyword
from clinikomigrate.splose.resource import List
from clinikomigrate.splose.resources.common import CHANGES, LOCATION, PATIENT, PRACTITIONER


class Waitlists(List[WaitlistItem], Get[WaitlistItem]):
    """Who waits for an appointment."""

    kind = "waitlists"
    model = WaitlistItem
    parameters = by_keyword(
        *CHANGES,
        PRACTITIONER,
        Parameter("userGroupId", "id"),
        LOCATION,
        PATIENT,
        Parameter("dateAddedGt", "moment", field="date_added", operator=">"),
        Parameter("dateAddedLt", "moment", field="date_added", operator="<"),
        Parameter("isActive", "boolean"),
        Parameter("preferredDays", "texts"),
        Parameter("preferredTime"),
        Parameter("serviceIds", "ids", kinds=frozenset({"services"})),
        Parameter("waitlistTags", "texts"),
    )


class Screeners(List[Screener], Get[Screener]):
    """Forms of people who may become patients."""

    kind = "screeners"
    model = Screener
    parameters = by_keyword(
        *CHANGES,
        Parameter("create_gt", "moment", field="created_at", operator=">"),
        Parameter("create_lt", "moment", field="created_at", operator="<"),
        Parameter("isAccepted", "boolean"),
        Parameter("isTriaging", "boolean"),
        Parameter("formIds", "ids"),
        Parameter("screenerTags", "texts"),
    )


class PatientForms(List[PatientForm], Get[PatientForm]):
    """Forms that patients fill in."""

    kind = "patient_forms"
    model = PatientForm
    parameters = by_keyword(*CHANGES, PATIENT, Parameter("templateId", "id"))


class Cases(List[Case], Get[Case]):
    """Patients' cases."""

    kind = "cases"
    model = Case
    parameters = by_keyword(
        *CHANGES,
        PATIENT,
        PRACTITIONER,
        Parameter("contactId", "id", kinds=frozenset({"contacts"})),
        Parameter("trackType", one_of=("Appointments", "Hours", "Budget")),
        Parameter("status", one_of=("Open", "Closed", "Expired")),
    )
