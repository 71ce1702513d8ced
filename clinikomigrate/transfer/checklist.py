"""What a person has to do by hand, made from what was found in these two accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from clinikomigrate.transfer.findings import Finding, Level
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.phrases import counted, field_of, listed, many_of
from clinikomigrate.transfer.summary import WHOLE, LossCount

BY_HAND: Final = "To enter by hand"
"""The title of the list that a checklist points to."""
NOT_ARCHIVED: Final = "Archived in the source and not yet here"
"""The title of the table of what waits to be archived."""
REVOKE: Final = "Revoke both API keys, and any others that were made for this transfer."

_NOTHING: Final = "Nothing to do"
"""How a remedy begins that asks for nothing."""
_ASKS: Final = "by hand"
"""What stands in the reason of a loss that a person can make good."""
_LISTED: Final = frozenset({"daily_availabilities"})
"""Kinds of which each record is listed as something to enter."""
_FILES: Final = "patient_attachments"
_NONE: Final[Mapping[str, int]] = MappingProxyType({})


def before(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Says what to do before a run: what findings ask for, blockers first, the same remedy once.

    Args:
        findings: What preflight found.
    """
    asked: dict[tuple[Level, str], list[Finding]] = {}
    for level in Level:
        for finding in findings:
            if finding.level is level and not finding.remedy.startswith(_NOTHING):
                asked.setdefault((level, finding.remedy), []).append(finding)
    return tuple(_step(level, remedy, said) for (level, remedy), said in asked.items())


def _step(level: Level, remedy: str, said: Sequence[Finding]) -> str:
    first = "Before anything can be written: " if level is Level.BLOCKER else ""
    more = f" (and {len(said) - 1} more like it)" if len(said) > 1 else ""
    return f"{first}{said[0].message}{more} {remedy}"


def afterwards(
    by_hand: Sequence[str],
    losses: Sequence[LossCount],
    findings: Iterable[Finding],
    *,
    open_invoices: int = 0,
    in_xero: bool = False,
    not_archived: Mapping[str, int] = _NONE,
) -> Iterator[str]:
    """Says what to do once records are there, but for the keys.

    Args:
        by_hand: What no interface takes, line by line.
        losses: What can't be carried.
        findings: What preflight found: what was switched off for the run is to be switched on again.
        open_invoices: How many invoices are open in the source.
        in_xero: Whether Xero has them too.
        not_archived: How many records of each kind still wait to be archived.
    """
    if by_hand:
        yield f"Enter in the destination what is listed under {BY_HAND!r} ({_things(len(by_hand), 'line')})."
    yield from _made_good([loss for loss in losses if not (by_hand and loss.kind in _LISTED)])
    left = [loss for loss in losses if (loss.kind, loss.field) == (_FILES, WHOLE) and _ASKS not in loss.reason]
    files = sum(loss.records for loss in left)
    if files:
        yield f"Upload by hand, where they are needed: {_things(files, 'file')} that the destination does not take."
    if open_invoices:
        what = "Go on in Xero with what patients owe" if in_xero else "Enter opening balances"
        yield (
            f"{what}: the source has {_things(open_invoices, 'open invoice')}; the report's debtors() lists the "
            "patients who went and what they owe."
        )
    yield from dict.fromkeys(finding.afterwards for finding in findings if finding.afterwards)
    if not_archived:
        yield (
            f"Let a run archive what is archived in the source and not yet here ({_all_of(not_archived)}), because "
            "what was left behind needs it: one that leaves nothing behind (no filter, all kinds, nothing excluded or "
            "skipped) does so; if nothing more comes, run once more with run(last=True)."
        )


def _made_good(losses: Iterable[LossCount]) -> Iterator[str]:
    found: dict[tuple[str | None, str], list[str]] = {}
    for loss in losses:
        if _ASKS not in loss.reason or KINDS[loss.kind].left_behind is not None:
            continue
        if loss.field == WHOLE:  # one reason can hold for many kinds
            found.setdefault((None, loss.reason), []).append(counted(loss.records, loss.kind))
        else:
            what = f"{field_of(loss.field)} of {_things(loss.records, 'record')}"
            found.setdefault((loss.kind, loss.reason), []).append(what)
    for (kind, reason), lost in found.items():
        about = "" if kind is None else f"{many_of(kind).capitalize()}: "
        yield f"{about}{', '.join(lost)}: {reason}."


def _all_of(numbers: Mapping[str, int]) -> str:
    return listed([counted(number, kind) for kind, number in numbers.items()])


def _things(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
