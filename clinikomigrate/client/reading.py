"""How models are made of JSON: one function for each model, built once, out of the types of its attributes."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn, override

from clinikomigrate.client import values
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import Unset


def key_of(field: attrs.Attribute[Any]) -> str:
    """Gives an attribute's name in JSON: its own, unless Python has that word for itself."""
    return str(field.metadata.get("json", field.name.rstrip("_")))


def _is_ref(kind: object) -> bool:
    return typing.get_origin(kind) is Ref or kind is Ref


def _is_optional(kind: object) -> bool:
    return typing.get_origin(kind) in {typing.Union, types.UnionType} and type(None) in typing.get_args(kind)


def _optional(kind: Any) -> Callable[[object, object], object]:
    """Reads `X | None`: null and, but for texts, the empty text are None. `Any`: a type is cattrs' own argument.

    `Unset` in such a union is for attributes that aren't there, and no value is read as it.
    """
    members = tuple(member for member in typing.get_args(kind) if member not in {type(None), Unset})
    inner: Any = typing.Union[members]  # noqa: UP007  # made from a tuple
    read = values.ref_or_none if _is_ref(inner) else CONVERTER.get_structure_hook(inner)
    blank = None if inner in {str, object} else ""

    def hook(value: object, _: object) -> object:
        return None if value is None or value == blank else read(value, inner)

    return hook


def _is_mapping(kind: object) -> bool:
    return typing.get_origin(kind) in {Mapping, dict} or kind in {Mapping, dict}


def _is_sequence(kind: object) -> bool:
    return typing.get_origin(kind) in {tuple, Sequence, list}


def _sequence(kind: Any) -> Callable[[object, object], object]:
    """Reads a JSON list as a tuple. `Any`: a type is cattrs' own argument."""
    inner = typing.get_args(kind)[0]
    read = CONVERTER.get_structure_hook(inner)

    def hook(value: object, _: object) -> object:
        if not isinstance(value, list):
            raise TypeError("no list")
        return tuple([read(item, inner) for item in value])

    return hook


def _attrs_class(model: type[Any]) -> Callable[[object, object], object]:
    """Builds, once for each model, the function that reads it."""
    attrs.resolve_types(model)
    fields = {key_of(field): field for field in attrs.fields(model)}
    keeps_rest = fields.pop("extra", None) is not None
    never_null = {
        key for key, field in fields.items() if field.default is not attrs.NOTHING and not _takes_none(field.type)
    }
    empty = {key: field.metadata["empty"] for key, field in fields.items() if "empty" in field.metadata}
    special = {
        field.name: override(rename=key, struct_hook=_reader_of(field))
        for key, field in fields.items()
        if key != field.name or _reader_of(field) is not None
    }
    if keeps_rest:
        special["extra"] = override(struct_hook=values.json_object)
    read = make_dict_structure_fn(model, CONVERTER, **special)  # type: ignore[arg-type]  # no other setting is given
    known = frozenset(fields) | getattr(model, "collections", frozenset()) | {"links"}

    def hook(body: object, _: object) -> object:
        given = values.json_object(body)
        extra = {key: value for key, value in given.items() if key not in known and not values.leads_to_many(value)}
        given = {**given, "extra": extra} if keeps_rest else dict(given)
        for key in never_null:
            if given.get(key, "") is None:
                del given[key]
        for key, instead in empty.items():
            if given.get(key) == {}:
                given[key] = instead
        return read(given, model)

    return hook


def _reader_of(field: attrs.Attribute[Any]) -> Callable[[object, object], object] | None:
    """Gives what reads an attribute of which its type alone doesn't say enough."""
    if field.metadata.get("raw"):
        return values.raw
    if field.metadata.get("utc"):
        read = _utc_reader_of(field.type)
        if read is not None:
            return read
    if not field.metadata.get("identifier"):
        return None
    if field.type is str:
        return values.identifier
    return values.identifier_or_none if str in typing.get_args(field.type) else values.identifiers


def _utc_reader_of(kind: Any) -> Callable[[object, object], object] | None:
    """Gives what reads a time or a date, with or without a zone. `Any`: a type is whatever an attribute has."""
    members = typing.get_args(kind) or (kind,)
    read = values.utc_moment if datetime in members else values.utc_day if date in members else None
    if read is None or not _is_optional(kind):
        return read
    return lambda value, _: None if value is None or value == "" else read(value)


def _takes_none(kind: object) -> bool:
    return kind in {object, Any} or _is_optional(kind)


def _make_converter() -> cattrs.Converter:
    made = cattrs.Converter(detailed_validation=True)
    scalars: dict[type[Any], Callable[[object, object], object]] = {
        str: values.text,
        bool: values.flag,
        int: values.whole,
        Decimal: values.amount,
        datetime: values.moment,
        date: values.day,
        time: values.time_of_day,
    }
    for kind, read in scalars.items():
        made.register_structure_hook(kind, read)
    made.register_structure_hook_func(lambda kind: kind is object, values.as_it_is)
    made.register_structure_hook_factory(attrs.has, _attrs_class)
    made.register_structure_hook_func(_is_ref, values.ref)
    made.register_structure_hook_func(_is_mapping, values.json_object)
    made.register_structure_hook_factory(_is_sequence, _sequence)
    made.register_structure_hook_factory(_is_optional, _optional)
    return made


CONVERTER: Final = _make_converter()
"""Makes models of JSON; `register_union` adds to it."""
