"""Makes a draft of a record as the table of fields says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, cast

import attrs

from clinikomigrate.client.entity import Draft, Part
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import Entity
from clinikomigrate.sinks import reasons
from clinikomigrate.sinks.field_rules import How, Rule, Rules, Table
from clinikomigrate.transfer.follow_ups import Archiving, FollowUp
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Mapped, Skip

D = TypeVar("D", bound=Draft)


@attrs.frozen
class _Drawn:
    """What the table makes of a record.

    Attributes:
        values: The draft's attributes.
        losses: What has no place.
        unmatched: The draft's attributes whose counterpart is missing.
        archived: Whether the record is archived.
    """

    values: dict[str, Any]
    losses: list[Loss]
    unmatched: list[str]
    archived: bool


@attrs.frozen
class Drafter:
    """Makes drafts as a table of fields says.

    Attributes:
        table: What becomes of each attribute of each model.
    """

    table: Table = attrs.field(repr=False)

    def __call__(
        self,
        kind: type[D],
        entity: Entity,
        context: Context,
        *,
        losses: Iterable[Loss] = (),
        follow_ups: Iterable[FollowUp] = (),
        beside: Iterable[Ref[Any]] = (),
        named: Iterable[Ref[Any]] = (),
        **values: object,
    ) -> Mapped[D] | Skip:
        """Makes a draft: what the table carries, and what the mapper adds.

        Args:
            kind: The draft's class.
            entity: The source's record.
            context: What preflight read.
            losses: Further losses.
            follow_ups: Further follow-ups; archiving comes by itself.
            beside: Other records of the source that say something about this one.
            named: Other records of the source that this one names in words, by the names that preflight read.
            **values: Further attributes of the draft. They win over the table's.

        Returns:
            The draft, or that the record is skipped because something is missing that the API can't do without.
        """
        drawn = _draw(self.table[type(entity)], entity, context)
        drawn.values.update(values)
        missing = [name for name in required(kind) if drawn.values.get(name, UNSET) is UNSET]
        if missing:
            name = missing[0]
            if name in drawn.unmatched:
                return Skip(
                    f"its {name.removesuffix('_id')} is left out, or has no match in the destination", lost=True
                )
            return Skip(f"the source does not say its {name.removesuffix('_id').strip('_')}", lost=True, lasting=True)
        lost = [Loss(name.removesuffix("_id"), reasons.NO_MATCH) for name in drawn.unmatched]
        archive = (Archiving(),) if drawn.archived else ()
        make = cast(Callable[..., D], kind)  # each draft takes its own attributes
        return Mapped(
            make(**drawn.values),
            (*drawn.losses, *lost, *losses),
            (*follow_ups, *archive),
            tuple(beside),
            tuple(map(context.name, named)),
        )


def unplaced(table: Table, entity: Entity, context: Context) -> tuple[Loss, ...]:
    """Says what of a record has no place, though there is no draft of it, because something else says the rest.

    Args:
        table: What becomes of each attribute of each model.
        entity: The source's record.
        context: What preflight read.
    """
    return tuple(_draw(table[type(entity)], entity, context).losses)


def required(kind: type[Draft]) -> tuple[str, ...]:
    """Names the attributes that the API refuses to do without.

    Args:
        kind: The draft's class.
    """
    return tuple(field.name for field in attrs.fields(kind) if field.metadata.get("required"))


def _draw(rules: Rules, entity: Entity, context: Context) -> _Drawn:
    unknown = [Loss(f"extra.{key}", reasons.UNKNOWN) for key, value in entity.extra.items() if value]
    drawn = _Drawn({}, unknown, [], archived=False)
    archived = False
    for name, rule in rules.items():
        if name == "extra":
            continue
        value = getattr(entity, name)
        drawn.losses.extend(_unknown_parts(name, value))
        match rule.how:
            case How.CARRIED:
                _carry(name, rule, value, drawn)
            case How.MATCHED if value is not None:
                counterpart = context.matched(value)
                if counterpart is None:
                    drawn.unmatched.append(rule.to)
                else:
                    drawn.values[rule.to] = counterpart
            case How.LOST if value:
                drawn.losses.append(Loss(name, rule.reason))
            case How.DERIVED:
                archived |= rule.archives and value is not None
    return attrs.evolve(drawn, archived=archived)


def _carry(name: str, rule: Rule, value: Any, drawn: _Drawn) -> None:
    if value is None or (isinstance(value, str) and not value.strip()):
        if rule.stand_in is not None:
            drawn.values[rule.to] = rule.stand_in
            drawn.losses.append(Loss(name, reasons.STOOD_IN, mended=True))
        elif rule.null:
            drawn.values[rule.to] = value
        return
    if rule.pattern is not None:
        value = value.strip()
    if not _is_taken(rule, value):
        drawn.losses.append(Loss(name, reasons.REFUSED, mended=True))
        return
    if rule.longest is not None and len(value) > rule.longest:
        drawn.losses.append(Loss(name, reasons.CUT, mended=True))
        value = value[: rule.longest]
    drawn.values[rule.to] = value


def _is_taken(rule: Rule, value: Any) -> bool:
    if rule.pattern is not None and (not rule.pattern.fullmatch(value) or len(value) > (rule.longest or len(value))):
        return False
    if rule.one_of and value not in rule.one_of:
        return False
    if rule.low is None and rule.high is None:
        return True
    return (rule.low is None or value >= rule.low) and (rule.high is None or value <= rule.high)


def _unknown_parts(name: str, value: object) -> Iterator[Loss]:
    """Finds what the API sent inside of an attribute and no model knows."""
    if isinstance(value, tuple):
        for item in value:
            yield from _unknown_parts(name, item)
    elif isinstance(value, Part):
        yield from (Loss(f"{name}.extra.{key}", reasons.UNKNOWN) for key, given in value.extra.items() if given)
        for field in attrs.fields(type(value)):
            if field.name != "extra":
                yield from _unknown_parts(name, getattr(value, field.name))
