"""Says where what is to stand for an appointment type is a support activity of Splose's, and no service to book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from clinikomigrate.sinks.matching import Choices
from clinikomigrate.sinks.splose.codes import CODES
from clinikomigrate.sinks.splose.mapping.family import of
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.names import folded, names_of
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.survey import Survey

_TYPES: Final = "appointment_types"
_NO_COUNTERPART: Final = "appointment-type-unmatched"
_NO_SUCH_NAME: Final = "mapping-unknown-name"


def support_activities(survey: Survey, choices: Choices, found: Iterable[Finding]) -> Iterator[Finding]:
    """Says so of types for which nothing was found, and of what the mapper's settings name.

    Args:
        survey: What preflight read of both accounts.
        choices: What the user settled about matching.
        found: What was found in matching.
    """
    findings = [each for each in found if each.kind == _TYPES]
    missing = {id for each in findings if each.code == _NO_COUNTERPART for id in each.ids}
    wanted = {name for each in survey.records.get(_TYPES, ()) if each.id in missing for name in names_of(each)}
    if any(each.code == _NO_SUCH_NAME for each in findings):
        targets = choices.named.get(_TYPES, {}).values()
        wanted |= {folded(target) for target in targets if isinstance(target, str)}
    names = [name for name in of(survey).activities if folded(name) in wanted]
    if names:
        yield CODES.finding(
            "splose-support-activity",
            f"These services of the workspace are support activities, for which no appointment can be booked: "
            f"{listed([repr(name) for name in names])}.",
            "Make a service for appointments in Splose for each, or leave out what is booked for the type: "
            f"SploseMapper(services={{{names[0]!r}: EXCLUDE}}), with the name that the source has for it. Its "
            "appointments are counted as a loss then; enter by hand as support activities what is still needed.",
            kind=_TYPES,
        )
