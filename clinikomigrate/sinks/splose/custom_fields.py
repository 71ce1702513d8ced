"""Patients' custom fields: the values of an account of Cliniko in the fields of a workspace, matched by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.drafts import AnswersDraft
from clinikomigrate.splose.models import CustomField, CustomFieldOption
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.names import folded

_SHORT: Final = "Short text"
_TEXTS: Final = frozenset({_SHORT, "Long text"})
_ONE: Final = "Single dropdown"
_SEVERAL: Final = frozenset({"Multiple dropdown", "Multiple choice"})
_DATE: Final = "Date picker"

T = TypeVar("T", CustomField, CustomFieldOption)


@attrs.frozen
class _Answer:
    """What becomes of one field: its value in the workspace, and what is lost of it."""

    value: Any = UNSET
    losses: tuple[str, ...] = ()


@attrs.frozen
class Answered:
    """What becomes of a patient's custom fields.

    Attributes:
        draft: What is to be written, or None where nothing is.
        losses: What has no place, or not all of it.
        told: What is told in words because of that: under which heading, and the whole value.
        placed: What is wholly in the workspace's fields, in the form in which it would be told.
    """

    draft: AnswersDraft | None
    losses: tuple[Loss, ...]
    told: tuple[tuple[str, str], ...]
    placed: tuple[tuple[str, str], ...] = ()


def answers(
    written: m.CustomFields | None, there: Sequence[CustomField], defined: m.CustomFields | None = None
) -> Answered:
    """Moves a patient's custom fields into the workspace's fields of the same names.

    A field is found by its name, or by its section's name and its own: `Health: GP`. Where several of the source's
    fields come to one of the workspace, because their sections have fields of one name, a text takes each under its
    section's name; a choice or a date takes none of them.

    Args:
        written: What the patient has in the source.
        there: The workspace's fields.
        defined: What the source's settings define.
    """
    values: dict[str, Any] = {}
    names: dict[str, str] = {}
    called: dict[str, str] = {}
    losses: list[Loss] = []
    told: list[tuple[str, str]] = []
    placed: list[tuple[str, str]] = []
    shared = _shared(written, defined, there)
    for section, field in _fields(written):
        said = _said(field)
        if said is None:
            continue
        target = _place(section, field, there)
        answer = _answer(field, said, target, is_shared=target is not None and target.id in shared)
        if target is not None and answer.value is not UNSET:
            text = answer.value
            if target.id in shared:
                between = "; " if target.type == _SHORT else "\n\n"
                text = between.join([*filter(None, [values.get(target.id)]), f"{section.name}: {text}"])
            values[target.id] = text
            called[target.id] = target.name or ""
            if target.type in _TEXTS and target.name:
                names[target.id] = target.name
        losses += [Loss(f"custom_fields[{section.name} / {field.name}]", reason) for reason in answer.losses]
        (told if answer.losses else placed).append((f"{section.name} / {field.name}", _in_words(said)))
    draft = AnswersDraft(answers=values, names=names, called=called) if values else None
    return Answered(draft, tuple(losses), tuple(told), tuple(placed))


def _shared(written: m.CustomFields | None, defined: m.CustomFields | None, there: Sequence[CustomField]) -> set[str]:
    """Gives the ids of the workspace's fields to which more than one of the source's fields come.

    What the source doesn't use any more counts only where the patient has something in it.
    """
    said = ((section, field) for section, field in _fields(written) if _said(field) is not None)
    sources: dict[str, set[tuple[str, str, int]]] = {}
    for fields in (_in_use(defined), said):
        seen: Counter[tuple[str, str]] = Counter()  # two fields can have all of their names in common
        for section, field in fields:
            name = (folded(section.name or ""), folded(field.name or ""))
            seen[name] += 1
            target = _place(section, field, there)
            if target is not None:
                sources.setdefault(target.id, set()).add((*name, seen[name]))
    return {id for id, names in sources.items() if len(names) > 1}


def blank(
    written: m.CustomFields | None, defined: m.CustomFields | None, there: Sequence[CustomField]
) -> Mapping[str, str]:
    """Gives the workspace's fields of which a patient has nothing in the source.

    What the source doesn't use any more is left out, unless the patient shows that it is blank.

    Args:
        written: What the patient has in the source.
        defined: What the source's settings define.
        there: The workspace's fields.

    Returns:
        Their names by their ids.
    """
    said, found = set(), {}
    for section, field in (*_fields(written), *_in_use(defined)):
        target = _place(section, field, there)
        if target is not None and target.name:
            found[target.id] = target.name
            said |= {target.id} if _said(field) is not None else set()
    return {id: name for id, name in found.items() if id not in said}


def _fields(of: m.CustomFields | None) -> Iterator[tuple[m.CustomFieldSection, m.CustomField]]:
    for section in (of.sections if of else None) or ():
        yield from ((section, field) for field in section.fields or ())


def _in_use(of: m.CustomFields | None) -> Iterator[tuple[m.CustomFieldSection, m.CustomField]]:
    return ((section, field) for section, field in _fields(of) if not (section.archived or field.archived))


def _place(section: m.CustomFieldSection, field: m.CustomField, there: Sequence[CustomField]) -> CustomField | None:
    return _called((_title(section, field), str(field.name)), there)


def _said(field: m.CustomField) -> tuple[list[str], str | None] | None:
    """Gives the names of a field's chosen options, and what it holds in words; None where it is blank."""
    chosen = [str(option.name) for option in field.options or () if option.selected is True]
    words = field.value if isinstance(field.value, str) and field.value.strip() else None
    other = field.other
    if other and other.selected is True and other.value and other.value.strip():
        words = other.value
    return (chosen, words) if chosen or words else None


def _in_words(said: tuple[list[str], str | None]) -> str:
    chosen, words = said
    return ", ".join([*chosen, *([words] if words else [])])


def _answer(
    field: m.CustomField, said: tuple[list[str], str | None], target: CustomField | None, *, is_shared: bool
) -> _Answer:
    chosen, words = said
    if target is None:
        return _Answer(losses=(reasons.NO_FIELD,))
    if target.type in _TEXTS:
        return _Answer(_in_words(said))
    if is_shared:
        return _Answer(losses=(reasons.SHARED_FIELD,))
    if target.type == _DATE and field.type == "date" and (day := _day(words or "")) is not None:
        return _Answer(day)
    if target.type == _ONE or target.type in _SEVERAL:
        return _choices(chosen, words, target)
    return _Answer(losses=(reasons.OTHER_TYPE,))


def _day(words: str) -> str | None:
    """Gives a day as Splose takes it; None where it is written otherwise, for one wrong value is refused with all."""
    try:
        return date.fromisoformat(words.strip().removesuffix("T00:00:00Z")).isoformat()
    except ValueError:
        return None


def _choices(chosen: list[str], words: str | None, target: CustomField) -> _Answer:
    options = [_called((name,), target.options or ()) for name in [*chosen, *([words] if words else [])]]
    found = [int(option.id) for option in options if option is not None]
    lost = [reasons.NO_OPTION] * options.count(None)
    if words and options[-1] is None:
        lost[-1] = reasons.NO_OWN_WORDS
    if target.type == _ONE:
        lost += [reasons.ONE_ONLY] * (len(found) - 1)
        return _Answer(found[0] if found else UNSET, tuple(lost))
    return _Answer([str(each) for each in found] if found else UNSET, tuple(lost))


def _called(names: Iterable[str], among: Iterable[T]) -> T | None:
    """Finds what has one of these names and is in use; None where nothing or more than one has it."""
    active = [each for each in among if each.deleted_at is None]
    for name in names:
        found = [each for each in active if folded(_name(each)) == folded(name)]
        if len(found) == 1:
            return found[0]
    return None


def _name(of: CustomField | CustomFieldOption) -> str:
    return (of.name if isinstance(of, CustomField) else of.value) or ""


def lacking(source: m.CustomFields | None, there: Sequence[CustomField]) -> list[str]:
    """Names the fields that the source defines and the workspace has no place for.

    Args:
        source: What the source's settings define.
        there: The workspace's fields.
    """
    return [_title(section, field) for section, field in _in_use(source) if _place(section, field, there) is None]


def sharing(source: m.CustomFields | None, there: Sequence[CustomField]) -> list[str]:
    """Names the fields that the source defines in several sections and the workspace has one place for.

    Args:
        source: What the source's settings define.
        there: The workspace's fields.
    """
    shared = _shared(None, source, there)
    found = ((section, field, _place(section, field, there)) for section, field in _in_use(source))
    return [_title(section, field) for section, field, target in found if target is not None and target.id in shared]


def _title(section: m.CustomFieldSection, field: m.CustomField) -> str:
    return f"{section.name}: {field.name}"


def shown(draft: AnswersDraft, record: Mapping[str, object]) -> bool:
    """Says whether a client shows the answers that come back as they were sent.

    Args:
        draft: What was to be written.
        record: What the client has, by the fields' names.
    """
    answers: Any = draft.answers or {}
    return all(str(record.get(name, "")) == str(answers[id]) for id, name in (draft.names or {}).items())
