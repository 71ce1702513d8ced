"""Whether a record of the destination holds what a draft says."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import CustomFields

UNREADABLE: Final[Mapping[str, frozenset[str]]] = {
    "appointment_types": frozenset({"business_ids", "practitioner_ids"}),
    "patient_attachments": frozenset({"content", "upload_url"}),
    "patient_cases": frozenset({"patient_attachment_ids"}),
    "patient_forms": frozenset({"patient_form_template_id"}),
    "products": frozenset({"price_includes_tax", "stock_level"}),
}
"""What can be written and not read back, and what moves by itself once it is written (a stock level)."""

READ_OTHERWISE: Final = frozenset({"price_includes_tax"})
"""Of these, what is compared all the same, because something else that is read tells it."""

_THREE_STATES: Final = frozenset({"accepted_email_marketing", "accepted_privacy_policy", "arrived"})
"""Where "no" and "not known" are two things."""

_IN_NO_DRAFT: Final = frozenset({"extra", "normalized_number"})
"""What parts of a record have beyond what can be written."""


def same(draft: Any, record: Any) -> bool:
    """Says whether a record holds all that a draft says.

    Texts are compared without the blanks around them and however their letters are composed, an empty text is as good
    as none, and a `False` as good as nothing where there is no third state. What can't be read back is not compared.

    Args:
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        record: A record of the same kind, as the client gives it.
    """
    return not differences(draft, record)


def differences(draft: Any, record: Any) -> tuple[str, ...]:
    """Names the attributes of a draft that a record doesn't hold.

    Args:
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        record: A record of the same kind, as the client gives it.

    Returns:
        The attributes' names, in the draft's order.
    """
    unreadable = UNREADABLE.get(draft.kind, frozenset())
    names = [field.name for field in attrs.fields(type(draft)) if field.name not in unreadable]
    return tuple(
        name for name in names if getattr(draft, name) is not UNSET and not attribute_matches(draft, record, name)
    )


def attribute_matches(draft: Any, record: Any, name: str) -> bool:
    """Says whether one attribute of a draft is what the record has.

    Args:
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        record: A record of the same kind, as the client gives it.
        name: The draft's attribute: `"patient_id"`.
    """
    special = _SPECIAL.get((draft.kind, name))
    if special is not None:
        return special(draft, record)
    wanted, found = getattr(draft, name), read(record, name)
    if name in _THREE_STATES:
        return bool(wanted == found)
    return bool(_part(wanted) == _part(found))


def read(record: Any, name: str) -> Any:
    """Reads what a record has for a draft's attribute: for `patient_id` the id that its `patient` points at.

    Args:
        record: A record as the client gives it (`Any`: of whatever kind).
        name: The draft's attribute.

    Returns:
        The value (`Any`: of the attribute's own type), a plain id where the record has a `Ref`.
    """
    value = getattr(record, name, None)
    if value is None:
        value = getattr(record, name.removesuffix("_id"), None)
    return value.id if isinstance(value, Ref) else value


def comparable(value: Any) -> Any:
    """Brings a value into the form in which equal values are equal.

    Args:
        value: A value of a draft or of a record (`Any`: of whatever type an attribute can have).

    Returns:
        None for what says nothing; ids for refs, times to the second in UTC, texts trimmed and composed, and plain
        dicts and tuples for whatever has parts.
    """
    plain: Any = value
    match value:
        case str():
            plain = unicodedata.normalize("NFC", value).strip()
        case Ref():
            plain = value.id
        case datetime():
            plain = value.astimezone(UTC).replace(microsecond=0)
        case Mapping():
            parts = {key: _part(item) for key, item in value.items()}
            plain = {key: part for key, part in parts.items() if part is not None}
        case list() | tuple():
            plain = tuple(comparable(item) for item in value)
        case _ if attrs.has(type(value)):
            names = (field.name for field in attrs.fields(type(value)) if field.name not in _IN_NO_DRAFT)
            plain = comparable({name: getattr(value, name) for name in names})
    return None if plain is UNSET or plain in ("", (), {}) else plain


def _part(value: Any) -> Any:
    """Brings a value into its comparable form, in which `False` says nothing."""
    return None if value is False else comparable(value)


def _price(draft: Any, record: Any) -> bool:
    """A product is written with one price, and read with two."""
    with_tax, without = record.price_including_tax, record.price_ex_tax
    among = {True: (with_tax,), False: (without,)}.get(draft.price_includes_tax, (with_tax, without))
    return draft.price in among


def _rate(name: str) -> Callable[[Any, Any], bool]:
    """A tax has its rate under two names, of which older accounts know one."""

    def matches(draft: Any, record: Any) -> bool:
        return bool(getattr(draft, name) == (record.amount if record.rate is None else record.rate))

    return matches


def _completed(draft: Any, record: Any) -> bool:
    return bool(draft.completed) == (record.completed_at is not None)


def _filename(draft: Any, record: Any) -> bool:
    """A file has no name until it is processed."""
    return record.filename is None or bool(comparable(draft.filename) == comparable(record.filename))


def _unsubscribed(draft: Any, record: Any) -> bool:
    """Consent to text messages is written as its opposite."""
    return bool(draft.unsubscribe_sms_marketing) == (record.accepted_sms_marketing is not True)


def _custom_fields(draft: Any, record: Any) -> bool:
    return _filled_in(draft.custom_fields) == _filled_in(record.custom_fields)


def _filled_in(fields: CustomFields | None) -> frozenset[tuple[object, ...]]:
    """What a patient has in the clinic's own fields, by tokens: names come back that were never sent."""
    filled: set[tuple[object, ...]] = set()
    for section in (fields.sections if fields else None) or ():
        for field in section.fields or ():
            chosen = {option.token for option in field.options or () if option.selected}
            other = field.other.value if field.other and field.other.selected else None
            value = (comparable(field.value), frozenset(chosen), comparable(other))
            if any(value):
                filled.add((field.token, *value))
    return frozenset(filled)


_SPECIAL: Final[Mapping[tuple[str, str], Callable[[Any, Any], bool]]] = {
    ("patient_attachments", "filename"): _filename,
    ("patient_forms", "completed"): _completed,
    ("patients", "custom_fields"): _custom_fields,
    ("patients", "unsubscribe_sms_marketing"): _unsubscribed,
    ("products", "price"): _price,
    ("taxes", "amount"): _rate("amount"),
    ("taxes", "rate"): _rate("rate"),
}
"""What is written in another form than it is read, by kind and the draft's attribute."""
