"""Made-up records of the source, and what preflight may have read of it and of a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import SploseMapper
from clinikomigrate.sinks.splose.documents.fonts import Fonts
from clinikomigrate.sinks.splose.documents.letters import Letters
from clinikomigrate.sinks.splose.mapping.family import Workspace
from clinikomigrate.splose.models import CustomField
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Context, Mapped, Skip
from clinikomigrate.transfer.sink import Account
from clinikomigrate.transfer.survey import Survey
from tests.sinks.cliniko.samples import BUSINESS, PRACTITIONER

TYPE: Ref[m.AppointmentType] = Ref("appointment_types", "1")
CONCESSION: Ref[m.ConcessionType] = Ref("concession_types", "77")
MATCHES: dict[Ref[Any], str] = {BUSINESS: "910", PRACTITIONER: "920", TYPE: "930"}
LETTERS = Letters(Fonts())
INCLUDED = frozenset(KINDS) - {"appointment_types"}


def context(matches: Mapping[Ref[Any], str] = MATCHES, fields: Sequence[CustomField] = (), **changes: Any) -> Context:
    """Makes what a mapper may look at: a clinic in Melbourne, and a workspace with some fields of its own."""
    account = m.AccountSettings(id="1", time_zone_identifier="Australia/Melbourne", country_code="AU")
    given: dict[str, Any] = {
        "settings": m.Settings(account=account),
        "account": Account("2", "Splose", Workspace(tuple(fields)), "au"),
        "names": {CONCESSION: "Pensioner"},
        "included": INCLUDED,
    }
    return Context(Survey(**{**given, **changes}), matches)


def documented(documents: Any = "each", **changes: Any) -> dict[str, Any]:
    """Gives what is different for a mapper where documents are made."""
    return {"account": Account("2", "Splose", Workspace((), documents=documents, letters=LETTERS), "au"), **changes}


def outcome(entity: m.Entity, using: SploseMapper | None = None, **changes: Any) -> Mapped[Any] | Skip:
    """Maps a record."""
    return (using or SploseMapper(contact_email="records@acme.example")).map(entity.kind, entity, context(**changes))


def mapped(entity: m.Entity, using: SploseMapper | None = None, **changes: Any) -> Mapped[Any]:
    """Maps a record that goes."""
    result = outcome(entity, using, **changes)
    assert isinstance(result, Mapped)
    return result


def skipped(entity: m.Entity, using: SploseMapper | None = None, **changes: Any) -> Skip:
    """Maps a record that doesn't go."""
    result = outcome(entity, using, **changes)
    assert isinstance(result, Skip)
    return result


def losses(result: Mapped[Any]) -> dict[str, str]:
    """Gives what is lost, with the reasons."""
    return {loss.field: loss.reason for loss in result.losses}
