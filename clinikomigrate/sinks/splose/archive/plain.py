"""Records of a Cliniko account as JSON, in the shape in which the API gives them, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import attrs

from clinikomigrate.client.converter import structure
from clinikomigrate.client.entity import Record
from clinikomigrate.client.reading import key_of
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models

MODELS: Final[Mapping[str, type[Record]]] = {
    name: model for name, model in vars(models).items() if isinstance(model, type) and issubclass(model, Record)
}
"""Every model by its name."""


def to_json(record: Record) -> str:
    """Writes a record as JSON.

    Args:
        record: The record; what its model has no attribute for stands beside its attributes, as it came.
    """
    return json.dumps(_plain(record), ensure_ascii=False, separators=(",", ":"))


def from_json(model: str, text: str) -> Any:
    """Reads a record.

    Args:
        model: The name of its model: `"TreatmentNote"`.
        text: What `to_json` gave.

    Returns:
        A record that is equal to the one that was written.
    """
    return structure(MODELS[model], json.loads(text), where=f"the archive's {model}")


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    match value:
        case Ref():
            return {"links": {"self": f"/v1/{value.kind}/{value.id}"}}
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case _ if attrs.has(type(value)):
            return _object(value)
    return value


def _object(part: Any) -> dict[str, Any]:
    values = {field: getattr(part, field.name) for field in attrs.fields(type(part)) if field.name != "extra"}
    given = {key_of(field): _plain(value) for field, value in values.items() if value is not UNSET}
    extra: dict[str, Any] = _plain(getattr(part, "extra", {}))
    return given | extra
