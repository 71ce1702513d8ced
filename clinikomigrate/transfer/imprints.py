"""Keyed digests: whether something is what it was, without keeping what it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import CustomField, CustomFieldOption, CustomFieldSection, OtherOption
from clinikomigrate.transfer.follow_ups import FollowUp

_SIZE: Final = 16
_BETWEEN: Final = b" "
_MOVING: Final = frozenset({"updated_at"})
"""Attributes of a record that change without anything in it having changed."""


def of_entity(key: bytes, entity: Any, beside: Sequence[object] = ()) -> bytes:
    """Returns the digest of a source's record, and behind it that of what else was looked at, where there is anything.

    Args:
        key: The journal's key.
        entity: The record (`Any`: of any kind's model).
        beside: What else of the source was looked at for it.
    """
    names = [field.name for field in attrs.fields(type(entity)) if field.name not in _MOVING]
    own = digest(key, {name: getattr(entity, name) for name in names})
    return own + digest(key, beside) if beside else own


def beside_of(seen: bytes) -> bytes:
    """Returns the part of a digest of `of_entity` that tells what else was looked at; empty where nothing was."""
    return seen[_SIZE:]


def has_changed(before: bytes, now: bytes) -> bool:
    """Says whether the source says something else; what only one of two digests tells says nothing.

    Args:
        before: What `of_entity` gave.
        now: What it gives now.
    """
    if before[:_SIZE] != now[:_SIZE]:
        return True
    return len(before) == len(now) and before != now


def of_follow_ups(key: bytes, follow_ups: Sequence[FollowUp]) -> bytes:
    """Returns the digest of what a record needs after it was made.

    Args:
        key: The journal's key.
        follow_ups: As the mapper gave them, in whatever order.
    """
    return digest(key, sorted(([each.name, each] for each in follow_ups), key=lambda pair: str(pair[0])))


def of_state(key: bytes, state: object, shared: Mapping[str, object] | None = None) -> bytes | None:
    """Returns the digest of a record's state as a sink tells it, or None where it doesn't.

    Args:
        key: The journal's key.
        state: What `Sink.state` gave.
        shared: What `Sink.shared` gave; its digest stands behind that of the state.
    """
    if state is None:
        return None
    return digest(key, state) + (digest(key, shared) if shared else b"")


def of_draft(key: bytes, draft: Any, names: Collection[str] = ()) -> bytes:
    """Returns the digest of a draft, and behind it the names of what it says, for `names_in`.

    Args:
        key: The journal's key.
        draft: As the mapper gave it, or with the destination's ids (`Any`: of whatever kind).
        names: What else is to stand there, without blanks.
    """
    return digest(key, draft) + _BETWEEN.join(name.encode() for name in sorted({*said_by(draft), *names}))


def said_by(draft: Any) -> frozenset[str]:
    """Names the attributes of a draft that say something: neither unset nor empty, nor no.

    Args:
        draft: Of whatever kind (`Any`).
    """
    values = {field.name: getattr(draft, field.name) for field in attrs.fields(type(draft))}
    return frozenset(name for name, value in values.items() if says(value))


def says(value: object) -> bool:
    """Says whether a value is neither unset nor empty, nor no. What a custom field is called says nothing.

    Args:
        value: Of an attribute of a draft or a record.
    """
    match value:
        case str():
            return bool(value.strip())
        case list() | tuple():
            return any(map(says, value))
        case Mapping():
            return any(map(says, value.values()))
        case CustomFieldSection() | CustomField() | CustomFieldOption() | OtherOption():
            return _is_filled_in(value)
        case _ if attrs.has(type(value)):
            thing: Any = value  # attrs.fields wants an attrs class
            return any(says(getattr(thing, field.name)) for field in attrs.fields(type(thing)))
        case _:
            return value is not UNSET and value is not None and value is not False


def _is_filled_in(part: CustomFieldSection | CustomField | CustomFieldOption | OtherOption) -> bool:
    match part:
        case CustomFieldSection():
            return says(part.fields)
        case CustomField():
            return says(part.value) or says(part.options) or says(part.other)
        case CustomFieldOption():
            return part.selected is True
        case _:
            return part.selected is True and says(part.value)


def names_in(meant: bytes) -> frozenset[str]:
    """Returns the names that stand behind a digest of `of_draft`.

    Args:
        meant: What `of_draft` or `only_names` gave; nothing of a record of which nothing is known.
    """
    return frozenset(name.decode() for name in meant[_SIZE:].split(_BETWEEN) if name)


def only_names(*meant: bytes) -> bytes:
    """Returns the names that stand behind any of some digests of `of_draft`, behind the digest of no draft.

    Args:
        *meant: What `of_draft` or `only_names` gave.
    """
    names = sorted(set[str]().union(*map(names_in, meant)))
    return bytes(_SIZE) + _BETWEEN.join(name.encode() for name in names) if names else b""


def is_known(meant: bytes) -> bool:
    """Says whether a digest is that of a draft, and not only names.

    Args:
        meant: What `of_draft` or `only_names` gave; nothing of a record of which nothing is known.
    """
    return any(meant[:_SIZE])


def own_part(written: bytes) -> bytes:
    """Returns the part of a digest of `of_state` that tells what only a change of the record itself changes."""
    return written[:_SIZE]


def digest(key: bytes, value: object) -> bytes:
    """Returns a keyed digest of 16 bytes.

    Args:
        key: Up to 64 bytes. Without it nobody can find out by trying what a value was.
        value: Texts, numbers, times, refs, attrs classes, and whatever holds them.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=_SIZE).digest()


def _plain(value: object) -> object:
    """Brings a value into a form that JSON takes and in which equal values are equal."""
    plain: object
    match value:
        case None | bool() | int() | str():
            plain = value
        case Ref():
            plain = ["ref", value.kind, value.id]
        case datetime() | date():
            plain = ["time", value.isoformat()]
        case Decimal():
            plain = ["number", str(value.normalize())]
        case list() | tuple():
            plain = [_plain(item) for item in value]
        case dict() | Mapping():
            plain = {str(key): _plain(item) for key, item in value.items()}
        case set() | frozenset():
            plain = sorted((_plain(item) for item in value), key=repr)
        case _ if hasattr(value, "open"):  # a file counts by its name: it is not read
            plain = [type(value).__name__, getattr(value, "name", None)]
        case _ if attrs.has(type(value)):
            thing: Any = value  # attrs.fields wants an attrs class
            fields = {field.name: getattr(thing, field.name) for field in attrs.fields(type(thing))}
            given = {name: _plain(item) for name, item in fields.items() if item is not UNSET}
            plain = [type(value).__name__, given]
        case _:
            plain = repr(value)
    return plain
