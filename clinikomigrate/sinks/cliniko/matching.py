"""Matches what is taken as it stands in the destination: businesses, practitioners, users, and kinds left out."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.sinks.cliniko.counterparts import Counterparts, Held, called, shown
from clinikomigrate.sinks.cliniko.names import nearest
from clinikomigrate.transfer.findings import Finding, Level
from clinikomigrate.transfer.names import display_name
from clinikomigrate.transfer.survey import Survey


class Exclude(enum.Enum):
    """The type of `EXCLUDE`."""

    EXCLUDE = "EXCLUDE"

    def __repr__(self) -> str:
        return "EXCLUDE"


EXCLUDE: Final = Exclude.EXCLUDE
"""In a mapper's settings: leaves out what belongs to a business, a practitioner or an appointment type."""


@attrs.frozen(repr=False)
class AssignTo:
    """In a mapper's settings: a practitioner of the destination who stands for all former ones.

    Attributes:
        name_or_id: The destination's practitioner, by name or id.
    """

    name_or_id: str

    def __repr__(self) -> str:
        return f"AssignTo({self.name_or_id!r})"


@attrs.frozen
class Choices:
    """What a user settled about matching.

    Attributes:
        named: By kind: the source's names or ids, and the destination's or `EXCLUDE`.
        former_practitioners: What becomes of practitioners who left; None to match them like the others.
    """

    named: Mapping[str, Mapping[str, str | Exclude]]
    former_practitioners: AssignTo | Exclude | None = None


MAPPED_KINDS: Final = ("businesses", "practitioners", "appointment_types")
"""Kinds for which a mapper takes settings."""

_SINGULARS: Final = {"businesses": "business", "taxes": "tax"}
_NEVER_TWO_IN_ONE: Final = frozenset({"businesses", "practitioners"})
"""Kinds of which two don't become one unless the user says so."""


def match(survey: Survey, choices: Choices) -> tuple[dict[Ref[Any], str], tuple[Finding, ...]]:
    """Matches all that is matched and not made.

    Args:
        survey: What was read of both accounts.
        choices: What the user settled.

    Returns:
        For each record of the source that has a counterpart the counterpart's id, and what was found in doing so.
    """
    matches: dict[Ref[Any], str] = {}
    findings: list[Finding] = []
    for kind in sorted({*survey.records, *(kind for kind, named in choices.named.items() if named)}):
        matcher = _Matcher(kind, survey, choices)
        matcher.run()
        matches.update(matcher.matches)
        findings += matcher.findings
    return matches, tuple(findings)


class _Matcher:
    """Matches the records of one kind."""

    def __init__(self, kind: str, survey: Survey, choices: Choices) -> None:
        self._kind = kind
        self._one = _SINGULARS.get(kind) or kind.removesuffix("s").replace("_", " ")
        self._survey = survey
        self._named = choices.named.get(kind, {})
        self._former = choices.former_practitioners if kind == "practitioners" else None
        self._both = Counterparts(kind, survey)
        self._settled: set[str] = set()
        self.matches: dict[Ref[Any], str] = {}
        self.findings: list[Finding] = []

    def run(self) -> None:
        """Matches by the user's settings first, then by what becomes of former practitioners, then by name."""
        if self._kind not in self._survey.records:
            self._not_read()
            return
        for name, target in self._named.items():
            self._apply(name, target)
        if self._former is not None:
            self._apply_to_former(self._former)
        if self._kind not in self._survey.included:
            self._match_the_rest()

    def _not_read(self) -> None:
        for name, target in self._named.items():
            if not isinstance(target, Exclude):
                self._block(
                    "mapping-needs-matching",
                    f"The mapper's setting {name!r}: {target!r} can't be followed: {self._kind} are made in the "
                    "destination and not matched.",
                    f"Leave {self._kind!r} out of include: all of them are then matched with the destination's.",
                )

    def _apply(self, name: str, target: str | Exclude) -> None:
        found = called(name, self._both.source)
        if len(found) == 1:
            self._settle(found[0][0], target)
        else:
            self._unknown(name, "source", found, self._both.source)

    def _apply_to_former(self, target: AssignTo | Exclude) -> None:
        for id, practitioner in self._both.source:
            if practitioner.active is False and id not in self._settled:
                self._settle(id, target.name_or_id if isinstance(target, AssignTo) else target)

    def _settle(self, id: str, target: str | Exclude) -> None:
        self._settled.add(id)
        if isinstance(target, Exclude):
            return
        found = called(target, self._both.destination)
        if len(found) == 1:
            self.matches[Ref(self._kind, id)] = found[0][0]
        else:
            self._unknown(target, "destination", found, self._both.destination)

    def _unknown(self, name: str, account: str, found: Sequence[Held], known: Sequence[Held]) -> None:
        if found:
            problem = f"is the name of {len(found)} {self._kind.replace('_', ' ')} of the {account}"
            remedy = f"Give an id instead: {_listed(id for id, _ in found)}."
        else:
            names = shown(known)
            problem = f"is no {self._one} of the {account}"
            remedy = f"Correct it; there are: {_listed(map(repr, nearest(name, names) or names))}."
        self._block("mapping-unknown-name", f"{name!r} in the mapper's settings {problem}.", remedy)

    def _match_the_rest(self) -> None:
        rest = [(id, record) for id, record in self._both.source if id not in self._settled]
        found = {id: self._both.of(record) for id, record in rest}
        taken = Counter(candidates[0][0] for candidates in found.values() if len(candidates) == 1)
        for id, record in rest:
            candidates = found[id]
            alone = self._kind not in _NEVER_TWO_IN_ONE or len(candidates) != 1 or taken[candidates[0][0]] == 1
            if len(candidates) == 1 and alone:
                self.matches[Ref(self._kind, id)] = candidates[0][0]
            elif self._survey.in_use(Ref(self._kind, id)):
                self._unmatched(id, display_name(record) or id, candidates)

    def _unmatched(self, id: str, name: str, candidates: Sequence[Held]) -> None:
        ids = [candidate for candidate, _ in candidates]
        if not candidates:
            code, problem = "unmatched", "and the destination has none of that name"
            near = nearest(name, shown(self._both.destination))
            remedy = "Create it there by hand" + (f" (or is it {_listed(map(repr, near), ' or ')}?)" if near else "")
        elif len(candidates) > 1:
            code, problem = "ambiguous", f"and {len(candidates)} of the destination could be it ({_listed(ids)})"
            remedy = "Give them different names"
        else:
            code, problem = "ambiguous", f"and another one would become the same one of the destination ({ids[0]})"
            remedy = "Give them different names"
        if self._kind in MAPPED_KINDS:
            remedy += (
                f"; or say which one it is, with ClinikoMapper({self._kind}={{{id!r}: '...'}}); or leave out what "
                f"belongs to it, with {{{id!r}: EXCLUDE}}"
            )
        if self._kind == "practitioners":
            remedy += "; for all who left at once there is former_practitioners"
        message = f"The {self._one} {name!r} ({id}) of the source is in use, {problem}."
        level = Level.BLOCKER if self._kind in MAPPED_KINDS else Level.WARNING
        self._find(level, f"{self._one.replace(' ', '-')}-{code}", message, f"{remedy}.", (id,))

    def _block(self, code: str, message: str, remedy: str) -> None:
        self._find(Level.BLOCKER, code, message, remedy, ())

    def _find(self, level: Level, code: str, message: str, remedy: str, ids: tuple[str, ...]) -> None:
        finding = Finding(level, code, message, remedy, self._kind, ids)
        if finding not in self.findings:  # one name in the settings can stand for many practitioners
            self.findings.append(finding)


def _listed(names: Iterable[str], last: str = ", ") -> str:
    return last.join(names)
