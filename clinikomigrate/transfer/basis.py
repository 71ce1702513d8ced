"""What a run's outcome depends on besides the records: whether a later run would make the same of the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import metadata
from typing import Any, Final

import attrs

from clinikomigrate.cliniko.models import User
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Context, Mapper
from clinikomigrate.transfer.planned import Settings

_PACKAGE: Final = "clinikomigrate"


def basis_of(settings: Settings, mapper: Mapper, context: Context, reader: User) -> Mapping[str, object] | None:
    """Returns what the mapping of records depends on, to be digested; None where nobody can tell.

    Nobody can tell of a mapper that isn't the package's own: its code may have changed.

    What the destination holds of kinds that go is left out, and so are the lists in which its other records name those:
    the transfer itself adds to them, and no mapper of the package looks at them.

    Args:
        settings: What the transfer was told.
        mapper: Makes the drafts.
        context: What it may look at.
        reader: The user whose key reads: what another user sees may be more.
    """
    version = _version()
    if version is None or not type(mapper).__module__.startswith(f"{_PACKAGE}."):
        return None
    survey = context.survey
    ours = frozenset(f"{KINDS[kind].singular}_ids" for kind in survey.included)
    return {
        "version": version,
        "settings": settings,
        "mapper": f"{type(mapper).__module__}.{type(mapper).__qualname__}",
        "reader": (reader.id, reader.role),
        "accounts": (survey.settings, survey.account, survey.region),
        "may_message": survey.may_message,
        "matches": sorted((ref.kind, ref.id, id) for ref, id in context.matches.items()),
        "names": sorted((ref.kind, ref.id, name) for ref, name in survey.names.items()),
        "records": {kind: [_said(record) for record in records] for kind, records in survey.records.items()},
        "existing": {
            kind: [(id, _said(record, ours)) for id, record in records]
            for kind, records in survey.existing.items()
            if kind not in survey.included
        },
    }


def _version() -> str | None:
    try:
        return metadata.version(_PACKAGE)
    except metadata.PackageNotFoundError:  # it is used without having been installed
        return None


def _said(record: Any, without: Collection[str] = ()) -> object:
    """Returns what a record says, without when it was changed."""
    if not attrs.has(type(record)):
        return record
    names = [field.name for field in attrs.fields(type(record))]
    return {name: getattr(record, name) for name in names if name != "updated_at" and name not in without}
