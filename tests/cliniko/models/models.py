"""What the tests of the models go through: every class, and the types inside a type."""

from __future__ import annotations

import typing
from collections.abc import Iterator

from clinikomigrate.client.entity import Draft, Entity, Part, Record
from clinikomigrate.cliniko import models

BASES = {Part, Record, Entity, Draft}
EXPORTED = {
    name: found for name in models.__all__ if isinstance(found := getattr(models, name), type) and found not in BASES
}
PARTS: dict[str, type[Part]] = {name: found for name, found in EXPORTED.items() if issubclass(found, Part)}
RECORDS: dict[str, type[Record]] = {name: found for name, found in EXPORTED.items() if issubclass(found, Record)}
ENTITIES: dict[str, type[Entity]] = {name: found for name, found in EXPORTED.items() if issubclass(found, Entity)}
DRAFTS: dict[str, type[Draft]] = {name: found for name, found in EXPORTED.items() if issubclass(found, Draft)}


def types_in(kind: object) -> Iterator[object]:
    """Walks a type and everything inside its brackets."""
    yield kind
    for inner in typing.get_args(kind):
        yield from types_in(inner)
