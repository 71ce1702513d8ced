"""What came otherwise than it was planned, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.planned import Planned, Settings, Totals

_LOOKED_AT: Final = ("found", "selected")
_ARRIVED: Final = ("created", "adopted")
_STATES: Final = (*_ARRIVED, "skipped", "failed", "blocked")
COUNTED: Final = (*_LOOKED_AT, *_STATES, "losses")
"""What is compared of each kind, in the order of a report."""

_MORE: Final = {
    "adopted": "{} were in the destination already and were adopted",
    "skipped": "{} do not go after all",
    "failed": "{} could not go",
    "blocked": "{} wait for a record that could not go",
}
"""What is said of records that came to stand in another state than planned."""
_FEWER: Final = {
    "adopted": "{} were not there to be adopted",
    "skipped": "{} go after all",
    "failed": "{} could go that the plan expected to fail",
    "blocked": "{} wait for nothing any more",
}
_BY_AUTHOR: Final = ("treatment_notes", "losses")
"""What depends on whose keys there are."""
_CHANGED: Final = "the source or the destination changed between the plan and the run"
_SETTING: Final = "settings differ: "
_WAS: Final = " was "
_AND: Final = "; "
_REASONS: Final = 3
"""How many reasons are named at most in one explanation."""


@attrs.frozen
class Difference:
    """What was planned and what was done of one thing that is counted.

    Attributes:
        kind: The record kind.
        what: What is counted: `"found"`, `"created"`, `"losses"`.
        planned: How many the plan foresaw.
        done: How many there are after all runs so far.
        why: What explains the difference; empty where there is none.
    """

    kind: str
    what: str
    planned: int
    done: int
    why: str = ""


@attrs.frozen
class Outcome:
    """What there is to compare a plan with.

    Attributes:
        settings: What the transfer was told.
        totals: What became of all records, over all runs.
        reasons: By kind and state (`"failed"`, `"blocked"`): the reasons of records that could not go, counted.
        stopped: Why the run ended early, or None.
        only_failed: Whether the run tried only what could not go before.
    """

    settings: Settings
    totals: Totals
    reasons: Mapping[tuple[str, str], Mapping[str, int]]
    stopped: str | None = None
    only_failed: bool = False

    @property
    def short_of(self) -> str | None:
        """Says why the run did not look at all records, or None."""
        if self.stopped is not None:
            return f"the run stopped early ({self.stopped})"
        return "this run tried only what could not go before" if self.only_failed else None


def compare(planned: Planned, outcome: Outcome) -> tuple[Difference, ...]:
    """Compares what was planned with what was done, and explains each difference.

    Args:
        planned: What the last plan foresaw.
        outcome: How it came.

    Returns:
        Kind by kind all that is counted, equal or not.
    """
    return tuple(
        difference
        for kind in KINDS
        if kind in planned.totals.kinds or kind in outcome.totals.kinds
        for difference in _OfOneKind(kind, planned, outcome).differences()
    )


class _OfOneKind:
    """Compares and explains the counts of one kind."""

    def __init__(self, kind: str, planned: Planned, outcome: Outcome) -> None:
        self._kind = kind
        self._planned = planned
        self._outcome = outcome
        self._change = {
            what: outcome.totals.count(kind, what) - planned.totals.count(kind, what)
            for what in COUNTED
            if what not in _LOOKED_AT or self._is_looked_at(what)
        }

    def _is_looked_at(self, what: str) -> bool:
        """Says whether all records were looked at; a kind that one of the two left out counts as none."""
        there = [totals.kinds.get(self._kind) for totals in (self._planned.totals, self._outcome.totals)]
        return self._outcome.short_of is None and all(row is None or what in row for row in there)

    def differences(self) -> Iterator[Difference]:
        for what, change in self._change.items():
            planned = self._planned.totals.count(self._kind, what)
            why = _AND.join(dict.fromkeys(self._why(what, change))) or _CHANGED
            yield Difference(self._kind, what, planned, planned + change, why if change else "")

    def _why(self, what: str, change: int) -> Iterator[str]:
        if (included := self._include()) is not None:
            yield included
            return
        yield from self._settings(what)
        if what == "found":
            yield self._source_holds(change)
            return
        if what == "selected":
            yield from self._chosen(change)
            return
        if change < 0 and self._outcome.short_of is not None:
            yield self._outcome.short_of
        if (chosen := self._change.get("selected", 0)) * change > 0:
            yield from self._chosen(chosen)
        if what == "losses":
            yield from self._losses()
        else:
            yield from self._moved(what, change)

    # What the transfer was told.

    def _include(self) -> str | None:
        """Says that a kind is new among those that go, or is none of them any more."""
        before, now = (self._kind in settings.include for settings in (self._planned.settings, self._outcome.settings))
        if before and now:
            return None
        return f"{_SETTING}include {'does not have' if before else 'did not have'} {self._kind}"

    def _settings(self, what: str) -> Iterator[str]:
        before, now = self._planned.settings, self._outcome.settings
        bearing = {"found": (), "selected": ("filter",)}.get(what, ("filter", "mapper", "existing"))
        pairs = [(name, getattr(before, name), getattr(now, name)) for name in bearing]
        if (self._kind, what) == _BY_AUTHOR:
            pairs.append(("authors", before.sink.get("authors", "nobody"), now.sink.get("authors", "nobody")))
        for name, old, new in pairs:
            if old != new:
                yield f"{_SETTING}{name}{_WAS}{old}, is {new}"

    # What the source holds.

    def _source_holds(self, change: int) -> str:
        return f"the source holds {abs(change)} {'more' if change > 0 else 'fewer'} than at the plan"

    def _chosen(self, change: int) -> Iterator[str]:
        found = self._change["found"]
        if found:
            yield self._source_holds(found)
        if found != change and self._planned.settings.filter == self._outcome.settings.filter:
            yield f"{abs(change)} {'more' if change > 0 else 'fewer'} are chosen since records changed"

    # What became of records.

    def _moved(self, what: str, change: int) -> Iterator[str]:
        if what in _ARRIVED:
            for other in _STATES:
                if self._change[other] * change < 0:
                    yield self._said("adopted" if other in _ARRIVED else other)
            beyond = sum(self._change[state] for state in _STATES) - self._change.get("selected", 0)
            if change > 0 and beyond > 0 and self._outcome.short_of is None:
                yield f"an earlier run carried {min(beyond, change)} that this one did not choose"
            return
        yield self._said(what)
        if what == "skipped":
            yield from _more_and_fewer(
                *(
                    {row.reason: row.records for row in totals.left_out if row.kind == self._kind and row.chosen}
                    for totals in (self._planned.totals, self._outcome.totals)
                )
            )
        elif change > 0:
            reasons = Counter(self._outcome.reasons.get((self._kind, what), {}))
            yield from _cut([f"{reason} ({number})" for reason, number in reasons.most_common()])

    def _said(self, state: str) -> str:
        change = self._change[state]
        return (_MORE if change > 0 else _FEWER)[state].format(abs(change))

    def _losses(self) -> Iterator[str]:
        planned, done = (
            {f"{loss.field}: {loss.reason}": loss.records for loss in totals.losses if loss.kind == self._kind}
            for totals in (self._planned.totals, self._outcome.totals)
        )
        yield from _more_and_fewer(planned, done)


def told_once(differences: Iterable[Difference]) -> Iterator[Difference]:
    """Says only at the first of several differences which setting was what, where it explains them all.

    Args:
        differences: In the order in which they are read.
    """
    said: set[str] = set()
    for difference in differences:
        parts = difference.why.split(_AND)
        short = [part.partition(_WAS)[0] if part in said else part for part in parts]
        said.update(part for part in parts if part.startswith(_SETTING))
        yield attrs.evolve(difference, why=_AND.join(short))


def _more_and_fewer(planned: Mapping[str, int], done: Mapping[str, int]) -> Iterable[str]:
    changes = {why: done.get(why, 0) - planned.get(why, 0) for why in {**planned, **done}}
    return _cut(
        [f"{why} ({abs(change)} {'more' if change > 0 else 'fewer'})" for why, change in changes.items() if change]
    )


def _cut(reasons: Sequence[str]) -> Sequence[str]:
    more = len(reasons) - _REASONS
    return [*reasons[:_REASONS], *([f"and {more} more reasons"] if more > 0 else [])]
