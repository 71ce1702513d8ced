"""What the models have in common: an id, the fields that nobody knows yet, and a repr without anybody's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import ClassVar

import attrs

from clinikomigrate.client.unset import UNSET


@attrs.frozen(kw_only=True, repr=False)
class Part:
    """A piece of a record that has no id of its own.

    Attributes:
        extra: What the API sent and the model has no attribute for, by the API's own names.
    """

    extra: Mapping[str, object] = attrs.field(factory=dict, hash=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@attrs.frozen(kw_only=True, repr=False)
class Record(Part):
    """What one address of the API answers with, even if it has no id.

    An attribute is None where the API sent null, an empty timestamp, or nothing at all. Times are aware and in UTC, to
    the second. Texts may be empty where nothing was filled in.

    Attributes:
        kind: The kind of record, in the API's own plural: `"patients"`.
        collections: The names of the links to lists that such a record carries. They say nothing that the record's id
            doesn't, and have no attribute.
    """

    kind: ClassVar[str]
    collections: ClassVar[frozenset[str]] = frozenset()


@attrs.frozen(kw_only=True, repr=False)
class Entity(Record):
    """One record of an account as the API returns it.

    Attributes:
        id: Digits in a string: ids of up to 19 digits don't survive as floating-point numbers.
    """

    id: str = attrs.field(metadata={"identifier": True})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


@attrs.frozen(kw_only=True, repr=False)
class Draft:
    """What the API lets one write of one kind of record.

    An attribute that isn't given stays `UNSET` and isn't sent; `None` is sent as null. Attributes that point at a
    record take an id or a `Ref`. Make a changed copy with `attrs.evolve`.

    What there is to know about an attribute besides its type stands in its metadata: `kind`, the kind of record that a
    reference points at, or a tuple of all that it may point at; `required`, that the API refuses to create a record
    without it; `number`, that a `Decimal` or an id goes out as a JSON number instead of a string; `body`, False for
    what is no part of the request's body.

    Attributes:
        kind: The kind of record that it makes, in the API's own plural: `"patients"`.
    """

    kind: ClassVar[str]

    def __repr__(self) -> str:
        given = [field.name for field in attrs.fields(type(self)) if getattr(self, field.name) is not UNSET]
        return f"<{type(self).__name__}: {', '.join(given)}>" if given else f"<{type(self).__name__}>"


def resolve_types(modules: Iterable[ModuleType]) -> None:
    """Replaces the attributes' written types by the real ones.

    Models point at each other in circles, so that no module could import all it names. Once all modules are there,
    `attrs.fields(model)` gives real types, which is what makes records of JSON.

    Args:
        modules: All modules of models.
    """
    names = dict(globals()) | {name: value for module in modules for name, value in vars(module).items()}
    for model in names.values():
        if isinstance(model, type) and issubclass(model, (Part, Draft)):
            attrs.resolve_types(model, globalns=names)
