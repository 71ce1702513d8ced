"""Matches what is taken as it stands in the destination: businesses, practitioners, users, and kinds left out."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.codes import CODES
from clinikomigrate.sinks.counterparts import Counterparts, Held, called, shown
from clinikomigrate.sinks.unmatched import Settings, Unmatched
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.names import correction
from clinikomigrate.transfer.phrases import counted, listed, one_of
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

    name_or_id: str = attrs.field()

    @name_or_id.validator
    def _is_a_name(self, _: object, value: object) -> None:
        if not isinstance(value, str) or not value.strip():
            raise ConfigurationError(f"AssignTo needs a practitioner's name or id as a text, not {value!r}.")

    def __repr__(self) -> str:
        return f"AssignTo({self.name_or_id!r})"


Named = Mapping[str, str | Exclude]
"""The source's names or ids, and the destination's or `EXCLUDE`."""


@attrs.frozen
class Choices:
    """What a user settled about matching.

    Attributes:
        named: By kind: the source's names or ids, and the destination's or `EXCLUDE`.
        former_practitioners: What becomes of practitioners who left; None to match them like the others.
    """

    named: Mapping[str, Named]
    former_practitioners: AssignTo | Exclude | None = None

    @classmethod
    def of(
        cls,
        given: Mapping[str, Named | None],
        former_practitioners: AssignTo | Exclude | None,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> Choices:
        """Checks what a user gave a mapper.

        Args:
            given: The settings, by kind.
            former_practitioners: What becomes of practitioners who left.
            names: What the setting for a kind is called, where it is not called after the kind.

        Raises:
            ConfigurationError: A setting is of the wrong type.
        """
        if not isinstance(former_practitioners, AssignTo | Exclude | None):
            raise ConfigurationError(
                "former_practitioners must be AssignTo('a name or id'), EXCLUDE or None, not "
                f"{type(former_practitioners).__name__}."
            )
        named = {kind: _checked(names.get(kind, kind), value or {}) for kind, value in given.items()}
        return cls(MappingProxyType(named), former_practitioners)

    def shown(
        self,
        mapper: str,
        names: Mapping[str, str] = MappingProxyType({}),
        more: Mapping[str, object] = MappingProxyType({}),
    ) -> str:
        """Writes a mapper with the settings that it was given.

        Args:
            mapper: The mapper's name.
            names: What the setting for a kind is called, where it is not called after the kind.
            more: Further settings that it was given, by their names.
        """
        given = [f"{names.get(kind, kind)}={dict(named)!r}" for kind, named in self.named.items() if named]
        if self.former_practitioners is not None:
            given.append(f"former_practitioners={self.former_practitioners!r}")
        given += [f"{name}={value!r}" for name, value in more.items()]
        return f"<{mapper} {', '.join(given)}>" if given else f"<{mapper}>"

    def target(self, record: Any, among: Iterable[Any]) -> str | Exclude | AssignTo | None:
        """Returns what is to become of a record of the source, and of what belongs to it; None for a match by name.

        Args:
            record: A business, a practitioner or an appointment type (`Any`: of whichever model).
            among: The source's records of its kind: of two people of one name the one who works there is meant.
        """
        known = {each.id: each for each in (*among, record)}
        for name, target in self.named.get(record.kind, {}).items():
            if record.id in dict(called(name, list(known.items()))):
                return target
        has_left = record.kind == "practitioners" and record.active is False
        return self.former_practitioners if has_left else None


_FORMER: Final = "former_practitioners"

_NEVER_TWO_IN_ONE: Final = frozenset({"businesses", "practitioners"})
"""Kinds of which two don't become one unless the user says so."""


def match(survey: Survey, choices: Choices, settings: Settings) -> tuple[dict[Ref[Any], str], tuple[Finding, ...]]:
    """Matches all that is matched and not made.

    Args:
        survey: What was read of both accounts.
        choices: What the user settled.
        settings: What the mapper's settings are called, and which kinds are matched.

    Returns:
        For each record of the source that has a counterpart the counterpart's id, and what was found in doing so.
    """
    kinds = {*survey.records, *choices.named} if settings.only is None else settings.only
    matchers = [_Matcher(kind, survey, choices, settings) for kind in sorted(kinds)]
    for matcher in matchers:
        matcher.settle()
    excluded = frozenset(ref for matcher in matchers for ref in matcher.excluded)
    for matcher in matchers:
        matcher.match_the_rest(excluded)
    matches = {ref: id for matcher in matchers for ref, id in matcher.matches.items()}
    return matches, tuple(finding for matcher in matchers for finding in matcher.findings)


class _Matcher:
    """Matches the records of one kind."""

    def __init__(self, kind: str, survey: Survey, choices: Choices, settings: Settings) -> None:
        self._kind = kind
        self._settings = settings
        self._survey = survey
        self._named = choices.named.get(kind, {})
        self._former = choices.former_practitioners if kind == "practitioners" else None
        self._setting = settings.names.get(kind, kind)
        self._both = Counterparts(kind, survey)
        self._settled: set[str] = set()
        self.matches: dict[Ref[Any], str] = {}
        self.excluded: set[Ref[Any]] = set()
        self.findings: list[Finding] = []

    def settle(self) -> None:
        """Follows the user's settings, and then what becomes of former practitioners."""
        for name, target in self._named.items():
            self._apply(name, target)
        if self._former is not None:
            self._apply_to_former(self._former)

    def _apply(self, name: str, target: str | Exclude) -> None:
        found = called(name, self._both.source)
        if len(found) == 1:
            self._settle(found[0][0], target, self._setting)
        else:
            self._unknown(name, self._setting, "source", found, self._both.source)

    def _apply_to_former(self, target: AssignTo | Exclude) -> None:
        for id, practitioner in self._both.source:
            if practitioner.active is False and id not in self._settled:
                self._settle(id, target.name_or_id if isinstance(target, AssignTo) else target, _FORMER)

    def _settle(self, id: str, target: str | Exclude, setting: str) -> None:
        self._settled.add(id)
        if isinstance(target, Exclude):
            self.excluded.add(Ref(self._kind, id))
            return
        found = called(target, self._both.destination)
        if len(found) == 1:
            self.matches[Ref(self._kind, id)] = found[0][0]
        else:
            self._unknown(target, setting, "destination", found, self._both.destination)

    def _unknown(self, name: str, setting: str, account: str, found: Sequence[Held], known: Sequence[Held]) -> None:
        if found:
            problem = f"is the name of {counted(len(found), self._kind)} of the {account}"
            remedy = f"Give an id instead: {listed([id for id, _ in found])}."
        else:
            names = shown(self._kind, known)
            problem = f"is no {one_of(self._kind)} of the {account}"
            remedy = correction(name, names)
        message = f"{name!r} in the mapper's setting {setting!r} {problem}."
        finding = CODES.finding("mapping-unknown-name", message, remedy, kind=self._kind)
        if finding not in self.findings:  # one name in the settings can stand for many practitioners
            self.findings.append(finding)

    def match_the_rest(self, excluded: frozenset[Ref[Any]]) -> None:
        """Matches by name what no setting is about, unless records of the kind are made.

        Args:
            excluded: What the settings leave out: what only that needs is not in use.
        """
        if self._kind in self._survey.included:
            return
        rest = [held for held in self._both.source if held[0] not in self._settled]
        like = {id: self._both.of(record) for id, record in rest}
        found = {id: [candidate for candidate, _ in candidates] for id, candidates in like.items()}
        taken = Counter(candidates[0] for candidates in found.values() if len(candidates) == 1)
        missing, doubtful = [], []
        for held in rest:
            id, candidates = held[0], found[held[0]]
            alone = self._kind not in _NEVER_TWO_IN_ONE or len(candidates) != 1 or taken[candidates[0]] == 1
            if len(candidates) == 1 and alone and self._both.agree(held[1], like[id][0]):
                self.matches[Ref(self._kind, id)] = candidates[0]
            elif self._survey.in_use(Ref(self._kind, id), excluded):
                if candidates:
                    doubtful.append((held, candidates))
                else:
                    missing.append(held)
        self.findings += Unmatched(self._kind, missing, doubtful, self._settings).findings(self._both.destination)


def _checked(setting: str, named: Named) -> Named:
    if not isinstance(named, Mapping):
        raise ConfigurationError(
            f"{setting} must be a dictionary from names or ids to names or ids, not {type(named).__name__}."
        )
    for name, target in named.items():
        if not isinstance(name, str) or not isinstance(target, str | Exclude):
            raise ConfigurationError(
                f"{setting} must map names or ids (texts) to names, ids or EXCLUDE; {name!r} is mapped to "
                f"{type(target).__name__}."
            )
    return MappingProxyType(dict(named))
