"""Whether a record of the destination holds what a draft says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models
from clinikomigrate.cliniko.models import Content, CustomFields, Draft, Question
from clinikomigrate.sinks.cliniko.markup import understood
from clinikomigrate.sinks.comparable import comparable, part
from clinikomigrate.transfer.telephone import same_number

UNREADABLE: Final[Mapping[str, frozenset[str]]] = {
    "appointment_types": frozenset({"business_ids", "practitioner_ids"}),
    "patient_attachments": frozenset({"content", "upload_url"}),
    "patient_cases": frozenset({"patient_attachment_ids"}),
    "patient_forms": frozenset({"patient_form_template_id"}),
    "products": frozenset({"price_includes_tax", "stock_level"}),
}
"""What can be written and not read back, and what moves by itself once it is written (a stock level)."""

READ_OTHERWISE: Final = frozenset({"content", "price_includes_tax"})
"""Of these, what is compared all the same, because something else that is read tells it: the bytes of a file."""

READ_AS: Final[Mapping[str, str]] = {"unsubscribe_sms_marketing": "accepted_sms_marketing"}
"""What a record has under another name than a draft."""

_SHARED: Final[Mapping[str, frozenset[str]]] = {"attendees": frozenset({"patient_case_id"})}
"""What changes along with another record: an attendee is in the case that its appointment is put into."""

_MOVED: Final[Mapping[str, frozenset[str]]] = {
    **_SHARED,
    "patient_attachments": frozenset({"filename"}),
    "patient_cases": frozenset({"attendee_ids"}),
    "patients": frozenset({"receives_cancellation_emails", "receives_confirmation_emails"}),
}
"""What changes after a record was made, without anybody having edited it: a file gets its name once it is processed,
attendees point at their case, and a transfer mutes patients and gives them their settings back."""

_SAID_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "patient_cases": ("closed_at",),
    "patient_forms": ("completed_at",),
    "patients": ("accepted_sms_marketing",),
    "products": ("price_including_tax", "price_ex_tax"),
}
"""What is read under other names than those under which it is written."""

_ALWAYS_SENT: Final[Mapping[str, frozenset[str]]] = {
    "products": frozenset({"price"}),
    "referral_sources": frozenset({"patient_id"}),
}
"""What another attribute of the same change needs beside it."""

_DRAFTS: Final[Mapping[str, type[Draft]]] = {
    draft.kind: draft
    for draft in vars(models).values()
    if isinstance(draft, type) and issubclass(draft, Draft) and draft is not Draft
}
"""The one draft of each kind."""

_THREE_STATES: Final = frozenset({"accepted_email_marketing", "accepted_privacy_policy", "arrived"})
"""Where "no" and "not known" are two things."""

_PHONES: Final = ("patients", "patient_phone_numbers")
"""What is the same in whatever way it is written."""


def same(draft: Any, record: Any) -> bool:
    """Says whether a record holds all that a draft says, as the draft says it.

    Texts are compared without the blanks around them and however their letters are composed, an empty text is as good
    as none, and a `False` as good as nothing where there is no third state. What can't be read back is not compared.

    Args:
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        record: A record of the same kind, as the client gives it.
    """
    return not _unequal(draft, record)


def differences(draft: Any, record: Any) -> tuple[str, ...]:
    """Names the attributes of a draft that a record doesn't hold, in whatever way it says them.

    Args:
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        record: A record of the same kind, as the client gives it.

    Returns:
        The attributes' names, in the draft's order.
    """
    return tuple(name for name in _unequal(draft, record) if not _says_as_much(draft, record, name))


def _unequal(draft: Any, record: Any) -> tuple[str, ...]:
    unreadable = UNREADABLE.get(draft.kind, frozenset())
    names = [
        field.name
        for field in attrs.fields(type(draft))
        if field.name not in unreadable and (field.metadata.get("body", True) or _has(record, field.name))
    ]
    return tuple(
        name for name in names if getattr(draft, name) is not UNSET and not attribute_matches(draft, record, name)
    )


def without_equal(draft: Any, record: Any) -> Any:
    """Returns a draft without what a record holds already, so that a change sends what differs and nothing else.

    Args:
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        record: The record, as the client gives it.
    """
    kept = {*_unequal(draft, record), *UNREADABLE.get(draft.kind, ()), *_ALWAYS_SENT.get(draft.kind, ())}
    names = [field.name for field in attrs.fields(type(draft)) if field.name not in kept]
    return attrs.evolve(draft, **dict.fromkeys(names, UNSET))


def lacking(draft: Any, record: Any) -> tuple[str, ...]:
    """Names the attributes of which a draft says more than a record holds.

    What the record has besides is nobody's loss: where the draft says nothing, a further telephone number, a further
    custom field.

    Args:
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        record: A record of the same kind, as the client gives it.

    Returns:
        The attributes' names, in the draft's order.
    """
    return tuple(name for name in differences(draft, record) if not _holds_more(draft, record, name))


def _says_as_much(draft: Any, record: Any, name: str) -> bool:
    """Says whether a record has the same telephone numbers as a draft, however they are written."""
    if (draft.kind, name) != _PHONES:
        return False
    wanted, found = draft.patient_phone_numbers or (), record.patient_phone_numbers or ()
    return len(wanted) == len(found) and all(map(_same_phone, wanted, found))


def _same_phone(wanted: Any, found: Any) -> bool:
    return comparable(wanted) == comparable(found) or (
        comparable(wanted.phone_type) == comparable(found.phone_type)
        and same_number(comparable(wanted.number) or "", comparable(found.number) or "")
    )


def _holds_more(draft: Any, record: Any, name: str) -> bool:
    if name == "custom_fields":
        return _filled_in(draft.custom_fields) <= _filled_in(record.custom_fields)
    if (draft.kind, name) == _PHONES:
        there = record.patient_phone_numbers or ()
        return all(any(_same_phone(each, found) for found in there) for each in draft.patient_phone_numbers or ())
    return comparable(getattr(draft, name)) is None


def _has(record: Any, name: str) -> bool:
    return hasattr(record, name) or hasattr(record, name.removesuffix("_id"))


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
    return bool(part(wanted) == part(found))


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


def state(record: Any) -> Mapping[str, object]:
    """Returns what a record says of what can be written of its kind, in a form in which equal values are equal.

    What moves by itself is left out, and what a store or a worker fills in later.

    Args:
        record: A record as the client gives it (`Any`: of whatever kind).
    """
    hidden = UNREADABLE.get(record.kind, frozenset()) | _MOVED.get(record.kind, frozenset())
    names = {field.name for field in attrs.fields(_DRAFTS[record.kind])} - hidden
    said = {name: comparable(read(record, name)) for name in sorted({*names, *_SAID_BY.get(record.kind, ())})}
    if record.kind == "patients":
        said["custom_fields"] = sorted(map(repr, _filled_in(record.custom_fields)))
    return said


def shared(record: Any) -> Mapping[str, object]:
    """Returns what of a record changes along with another one, by the draft's attribute.

    Args:
        record: A record as the client gives it (`Any`: of whatever kind).
    """
    return {name: comparable(read(record, name)) for name in _SHARED.get(record.kind, ())}


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


def _closed(draft: Any, record: Any) -> bool:
    """An account may say by the time alone that a case is closed."""
    return bool(draft.closed) == bool(record.closed or record.closed_at)


def _form_content(draft: Any, record: Any) -> bool:
    """A signature is written as a picture, and read as the number that it was given."""
    return bool(_as_understood(_signed(draft.content)) == _as_understood(_signed(record.content)))


def _signed(content: Any) -> Any:
    """Says of each signature of a form only that it is there."""
    if not isinstance(content, Content) or not content.sections:
        return content
    sections = [
        attrs.evolve(section, questions=tuple(map(_marked, section.questions))) if section.questions else section
        for section in content.sections
    ]
    return attrs.evolve(content, sections=tuple(sections))


def _marked(question: Question) -> Question:
    if question.type != "signature":
        return question
    there = bool(question.signature or question.signature_id)
    return attrs.evolve(question, signature="signed" if there else UNSET, signature_id=UNSET)


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


def _content(draft: Any, record: Any) -> bool:
    return bool(_as_understood(draft.content) == _as_understood(record.content))


def _as_understood(content: Content | None) -> Any:
    """Brings content into its comparable form: paragraphs are HTML, and compared as a reader sees them."""
    sections = [
        attrs.evolve(section, questions=tuple(_question(each) for each in section.questions or ()))
        for section in (content.sections if content else None) or ()
    ]
    return comparable(sections)


def _question(question: Question) -> Question:
    if question.type != "paragraph" or not isinstance(question.answer, str) or not question.answer.strip():
        return question
    return attrs.evolve(question, answer=repr(understood(question.answer.strip())))


def _in_any_order(name: str) -> Callable[[Any, Any], bool]:
    def equal(draft: Any, record: Any) -> bool:
        return set(getattr(draft, name) or ()) == set(read(record, name) or ())

    return equal


_SPECIAL: Final[Mapping[tuple[str, str], Callable[[Any, Any], bool]]] = {
    ("patient_attachments", "filename"): _filename,
    ("patient_cases", "closed"): _closed,
    ("patient_forms", "completed"): _completed,
    ("patient_form_templates", "content"): _content,
    ("patient_forms", "content"): _form_content,
    ("patients", "custom_fields"): _custom_fields,
    ("patients", "follow_ups_communication_channels"): _in_any_order("follow_ups_communication_channels"),
    ("patients", "reminders_communication_channels"): _in_any_order("reminders_communication_channels"),
    ("patients", "unsubscribe_sms_marketing"): _unsubscribed,
    ("treatment_note_templates", "content"): _content,
    ("treatment_notes", "content"): _content,
    ("products", "price"): _price,
    ("taxes", "amount"): _rate("amount"),
    ("taxes", "rate"): _rate("rate"),
}
"""What is written in another form than it is read, by kind and the draft's attribute."""
