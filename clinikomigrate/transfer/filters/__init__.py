"""The filters: which records go."""

from clinikomigrate.transfer.filters.bookings import ByBusiness, ByPractitioner
from clinikomigrate.transfer.filters.dates import Between, Since
from clinikomigrate.transfer.filters.filter import Both, Everything, Filter
from clinikomigrate.transfer.filters.patients import Active, ByPatient, SeenSince

__all__ = [
    "Active",
    "Between",
    "Both",
    "ByBusiness",
    "ByPatient",
    "ByPractitioner",
    "Everything",
    "Filter",
    "SeenSince",
    "Since",
]
