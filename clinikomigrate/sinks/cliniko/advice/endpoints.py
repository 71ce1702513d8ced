"""Whether the destination's API takes all kinds that go."""

from __future__ import annotations

from collections.abc import Iterator

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import NotFound
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.phrases import listed, many_of
from clinikomigrate.transfer.survey import Survey


def lacking(client: Cliniko, survey: Survey) -> Iterator[Finding]:
    """Finds kinds that the source has records of, and whose endpoint the destination lacks.

    Args:
        client: The destination's client, which is asked once for each newer kind that goes.
        survey: Says what goes.
    """
    kinds = [kind.name for kind in KINDS.values() if kind.optional and kind.left_behind is None]
    lacking = [kind for kind in kinds if survey.goes(kind) and not _has(client, kind)]
    if lacking:
        yield CODES.finding(
            "destination-lacks",
            f"The destination's API has no place for these kinds, of which the source has records: "
            f"{listed([many_of(kind) for kind in lacking])}.",
            "Enter them in the destination by hand after the run; its report counts them as losses.",
            kind=lacking[0] if len(lacking) == 1 else None,
        )


def _has(client: Cliniko, kind: str) -> bool:
    try:
        client.resource(kind).count()
    except NotFound:
        return False
    return True
