"""Patients' custom fields: the values of one account in the fields of another, matched by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol, TypeVar

import attrs

from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko.models import (
    CustomField,
    CustomFieldOption,
    CustomFields,
    CustomFieldSection,
    OtherOption,
)
from clinikomigrate.sinks.answers import fitting, says
from clinikomigrate.sinks.reasons import CUT
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.names import folded

NO_SECTION: Final = (
    "the destination defines no section of this name, or several; let it have one before the run, afterwards enter the "
    "value by hand"
)
NO_FIELD: Final = (
    "the destination's section has no field of this name, or several; let it have one before the run, afterwards enter "
    "the value by hand"
)
NO_OPTION: Final = (
    "the destination's field has no option of this name, or several; let it have one before the run, afterwards choose "
    "it by hand"
)
NO_OWN_WORDS: Final = "the destination's field takes no words of one's own; enter them by hand"
OTHER_TYPE: Final = "the destination's field of this name is of another type; enter the value by hand"
NOT_ITS_TYPE: Final = "the value is not of its field's type; enter it by hand"
ONE_ONLY: Final = "the field takes one choice; the first was kept"
SAME_NAME: Final = "another of the patient's fields has this name too, and its value was kept; enter this one by hand"

_REFUSED_AS_IT_IS: Final = frozenset({CUT, NOT_ITS_TYPE, ONE_ONLY, SAME_NAME})
"""Reasons that lie in the patient's record; the others lie in what the destination defines."""

_WIDER: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"text", "paragraph"}),
    "radiobuttons": frozenset({"radiobuttons", "checkboxes"}),
}
"""For a type of field: the types that can hold its values. A type that isn't here is held by itself only."""

_LONGEST_OTHER: Final = 255


class _Named(Protocol):
    @property
    def name(self) -> str | Unset | None: ...

    @property
    def archived(self) -> bool | Unset | None: ...


N = TypeVar("N", bound=_Named)


@attrs.frozen
class Translated:
    """A patient's custom fields with the tokens of the destination.

    Attributes:
        fields: What can be written; UNSET where there is nothing.
        losses: What has no place there: which field, never its value.
    """

    fields: CustomFields | Unset
    losses: tuple[Loss, ...] = ()


def translate(written: CustomFields | None, definition: CustomFields | None) -> Translated:
    """Moves a patient's custom fields into the fields that the destination defines.

    Sections, fields and options are matched by their names. What is archived in the destination takes nothing. Blank
    fields are left out. Of fields that have one name the first takes the place, one that is in use before one that is
    archived.

    Args:
        written: What the patient has in the source.
        definition: What the destination's settings define.
    """
    losses: list[Loss] = []
    placed: dict[str | Unset | None, dict[str | Unset | None, CustomField]] = {}
    for section, field in sorted(_filled(written), key=lambda found: any(each.archived is True for each in found)):
        there = _find(section.name, (definition.sections if definition else None) or ())
        if there is None:
            losses.append(_lost(section, field, NO_SECTION))
            continue
        kept, problems = _field(field, _find(field.name, there.fields or ()))
        fields = placed.setdefault(there.token, {})
        if kept is not None and kept.token in fields:
            kept, problems = None, [SAME_NAME]
        losses += [_lost(section, field, problem) for problem in problems]
        if kept is not None:
            fields[kept.token] = kept
    sections = [
        CustomFieldSection(token=token, fields=tuple(fields.values())) for token, fields in placed.items() if fields
    ]
    return Translated(CustomFields(sections=tuple(sections)) if sections else UNSET, tuple(losses))


def _filled(written: CustomFields | None) -> Iterator[tuple[CustomFieldSection, CustomField]]:
    for section in (written.sections if written else None) or ():
        yield from ((section, field) for field in section.fields or () if _is_filled(field))


def tokens(source: CustomFields | None, destination: CustomFields | None) -> dict[str, str]:
    """Matches the fields of two definitions by their names.

    Args:
        source: What the source's settings define.
        destination: What the destination's settings define.

    Returns:
        The destination's tokens by the source's, of fields whose type can hold the same values.
    """
    found = {}
    for section in (source.sections if source else None) or ():
        there = _find(section.name, (destination.sections if destination else None) or ())
        for field in section.fields or () if there else ():
            target = _find(field.name, (there.fields if there else None) or ())
            if field.token and target and target.token and _holds(field, target):
                found[field.token] = target.token
    return found


def reachable(source: CustomFields | None, destination: CustomFields | None) -> frozenset[str] | None:
    """Names the tokens of what can be written in the destination's fields as the definitions are by now.

    Args:
        source: What the source's settings define.
        destination: What the destination's settings define.

    Returns:
        Tokens of fields, and of their choices. None where the source doesn't say what it defines.
    """
    if source is None:
        return None
    found: set[object] = set()
    for section in source.sections or ():
        there = _find(section.name, (destination.sections if destination else None) or ())
        for field in section.fields or () if there else ():
            target = _find(field.name, (there.fields if there else None) or ())
            if target and _holds(field, target):
                chosen = [_find(option.name, target.options or ()) for option in field.options or ()]
                found |= {target.token, *(option.token for option in chosen if option)}
    return frozenset(token for token in found if isinstance(token, str))


def with_unreached(
    written: CustomFields | Unset | None, there: CustomFields | None, reached: frozenset[str] | None
) -> CustomFields | Unset | None:
    """Adds to what is to be written what a patient has in fields and choices that nothing of the source leads to.

    The API takes a patient's custom fields as a whole. What was renamed in the destination since a value went there
    keeps the value.

    Args:
        written: What is to be written.
        there: What the destination's patient has.
        reached: What `reachable` gave.
    """
    if reached is None:
        return written
    sections = {section.token: section for section in (written.sections if written else None) or ()}
    given = {field.token for section in sections.values() for field in section.fields or ()}
    for section, field in _filled(there):
        chosen = {option.token for option in _chosen(field)}
        if field.token not in given and not reached.issuperset({field.token, *chosen}):
            into = sections.get(section.token, CustomFieldSection(token=section.token, fields=()))
            sections[section.token] = attrs.evolve(into, fields=(*(into.fields or ()), _again(field)))
    return CustomFields(sections=tuple(sections.values())) if sections else written


def _again(field: CustomField) -> CustomField:
    """Makes a field as it is written of one as it is read."""
    words = _own_words(field)
    return CustomField(
        token=field.token,
        value=field.value if says(field.value) else UNSET,
        options=tuple(CustomFieldOption(token=each.token, selected=True) for each in _chosen(field)) or UNSET,
        other=UNSET if words is None else OtherOption(selected=True, value=words),
    )


def missing(source: CustomFields | None, destination: CustomFields | None) -> list[str]:
    """Names what one account defines and another has no place for: `Health / Conditions / Asthma`.

    What is archived in the source is left out: the clinic doesn't use it any more. Where a patient has something in it
    all the same, the loss says so.

    Args:
        source: What the source's settings define.
        destination: What the destination's settings define.

    Returns:
        Sections, fields and choices; of what is missing as a whole nothing that is in it.
    """
    found = []
    for section in _used(source.sections if source else None):
        sections = (destination.sections if destination else None) or ()
        there = _find(section.name, sections)
        if there is None:
            found.append(_path(section) + _doubt(section, sections))
            continue
        for field in _used(section.fields):
            target = _find(field.name, there.fields or ())
            if target is None:
                found.append(_path(section, field) + _doubt(field, there.fields or ()))
            elif not _holds(field, target):
                found.append(f"{_path(section, field)} (another type there)")
            else:
                options = target.options or ()
                lacking = [each for each in _used(field.options) if _find(each.name, options) is None]
                found += [_path(section, field, option) + _doubt(option, options) for option in lacking]
                if _takes_own_words(field) and not _takes_own_words(target):
                    found.append(f"{_path(section, field)} (no words of one's own there)")
    return found


def _doubt(part: _Named, among: Iterable[_Named]) -> str:
    return " (more than one there)" if _called(part.name, among) else ""


def _takes_own_words(field: CustomField) -> bool:
    other = field.other
    return bool(other and other.enabled and other.archived is not True)


def _used(parts: Iterable[N] | Unset | None) -> list[N]:
    return [each for each in parts or () if each.archived is not True]


def _path(*parts: _Named) -> str:
    return " / ".join(str(part.name) if part.name else "(no name)" for part in parts)


def _find(name: str | Unset | None, among: Iterable[N]) -> N | None:
    """Finds what has a name and is in use; None where nothing or more than one has it."""
    found = _called(name, among)
    return found[0] if len(found) == 1 else None


def _called(name: str | Unset | None, among: Iterable[N]) -> list[N]:
    wanted = folded(name) if name else ""
    return [each for each in _used(among) if wanted and each.name and folded(each.name) == wanted]


def _is_filled(field: CustomField) -> bool:
    return says(field.value) or bool(_chosen(field)) or _own_words(field) is not None


def _chosen(field: CustomField) -> list[CustomFieldOption]:
    return [option for option in field.options or () if option.selected is True]


def _own_words(field: CustomField) -> str | None:
    other = field.other
    return other.value if other and other.selected is True and other.value and other.value.strip() else None


def _holds(field: CustomField, target: CustomField) -> bool:
    return target.type in _WIDER.get(str(field.type), frozenset({field.type}))


def _field(field: CustomField, target: CustomField | None) -> tuple[CustomField | None, list[str]]:
    """Moves one field's value.

    Returns:
        The field to be written, if there is one, and what is lost.
    """
    if target is None:
        return None, [NO_FIELD]
    if not _holds(field, target):
        return None, [OTHER_TYPE]
    if field.type in ("checkboxes", "radiobuttons"):
        return _choices(field, target)
    value = fitting(str(field.type), field.value) if field.type in ("text", "paragraph", "date") else None
    return (CustomField(token=target.token, value=value), []) if value else (None, [NOT_ITS_TYPE])


def _choices(field: CustomField, target: CustomField) -> tuple[CustomField | None, list[str]]:
    problems: list[str] = []
    options = []
    for option in _chosen(field):
        there = _find(option.name, target.options or ())
        if there is None:
            problems.append(NO_OPTION)
        else:
            options.append(CustomFieldOption(token=there.token, selected=True))
    other: OtherOption | Unset = UNSET
    if (said := _own_words(field)) is not None:
        if not _takes_own_words(target):
            problems.append(NO_OWN_WORDS)
        else:
            problems += [CUT] * (len(said) > _LONGEST_OTHER)
            other = OtherOption(selected=True, value=said[:_LONGEST_OTHER])
    if target.type == "radiobuttons" and len(options) + bool(other) > 1:
        problems.append(ONE_ONLY)
        options, other = (options[:1], UNSET) if options else ([], other)
    if not options and not other:
        return None, problems
    return CustomField(token=target.token, options=tuple(options) or UNSET, other=other), problems


def _lost(section: CustomFieldSection, field: CustomField, reason: str) -> Loss:
    places: Iterator[str] = (str(name) for name in (section.name, field.name) if name)
    counts = reason in _REFUSED_AS_IT_IS or _is_retired(section, field)
    return Loss(f"custom_fields[{' / '.join(places)}]", reason, mended=counts)


def _is_retired(section: CustomFieldSection, field: CustomField) -> bool:
    """Says whether the source doesn't use any more what a value is in; `missing` then says nothing of it."""
    said_in: list[CustomFieldSection | CustomField | CustomFieldOption | OtherOption] = [section, field]
    said_in += _chosen(field)
    if field.other and _own_words(field) is not None:
        said_in.append(field.other)
    return any(part.archived is True for part in said_in)
