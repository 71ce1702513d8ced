"""Finds, for what is matched and not made, its counterpart in the destination."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.sinks.cliniko.names import folded, full_name, names_of, nearest
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
    """In a mapper's settings: one practitioner of the destination who stands for all former ones.

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
        named: By kind: the source's names or ids, and the destination's or EXCLUDE.
        former_practitioners: What becomes of practitioners who left; None to match them like the others.
    """

    named: Mapping[str, Mapping[str, str | Exclude]]
    former_practitioners: AssignTo | Exclude | None = None


@attrs.frozen
class Words:
    """How one kind is spoken of in findings.

    Attributes:
        one: One of them: `"business"`.
        setting: The mapper's argument for it; None where there is none.
    """

    one: str
    setting: str | None = None

    @property
    def code(self) -> str:
        """The beginning of a finding's code."""
        return self.one.replace(" ", "-")


_WORDS: Final[Mapping[str, Words]] = {
    "businesses": Words("business", "businesses"),
    "practitioners": Words("practitioner", "practitioners"),
    "appointment_types": Words("appointment type", "appointment_types"),
    "taxes": Words("tax"),
}
_PEOPLE_AND_PLACES: Final = frozenset({"businesses", "practitioners"})
"""Kinds of which two can't become one unless the user says so."""


def words_for(kind: str) -> Words:
    """Returns how a kind is spoken of.

    Args:
        kind: The record kind's name.
    """
    return _WORDS.get(kind) or Words(kind.removesuffix("s").replace("_", " "))


def match(survey: Survey, choices: Choices) -> tuple[dict[Ref[Any], str], tuple[Finding, ...]]:
    """Matches businesses, practitioners, users and what else is taken as it stands in the destination.

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
        self._words = words_for(kind)
        self._survey = survey
        self._named = choices.named.get(kind, {})
        self._former = choices.former_practitioners if kind == "practitioners" else None
        self._records = survey.records.get(kind, ())
        self._existing = survey.existing.get(kind, ())
        self._by_name = kind not in survey.included
        self._settled: set[str] = set()
        self.matches: dict[Ref[Any], str] = {}
        self.findings: list[Finding] = []

    def run(self) -> None:
        """Matches by the user's settings first, then by what former practitioners become, then by name."""
        if self._named and self._kind not in self._survey.records:
            self._not_surveyed()
            return
        for name, target in self._named.items():
            self._apply(name, target)
        if self._former is not None:
            self._apply_former(self._former)
        if self._by_name:
            self._match_the_rest()

    # The user's settings.

    def _not_surveyed(self) -> None:
        renamed = [name for name, target in self._named.items() if target is not EXCLUDE]
        if renamed:
            self._block(
                "mapping-needs-destination",
                f"{self._words.one.capitalize()} {renamed[0]!r} is mapped to one of the destination, but this kind is "
                "made there and not matched.",
                f"Leave {self._kind!r} out of include, so that all of them are matched with the destination's.",
            )

    def _apply(self, name: str, target: str | Exclude) -> None:
        records = self._called(name, [(record.id, record) for record in self._records])
        if len(records) != 1:
            self._unknown(name, "source", records, [record for record in self._records])
            return
        self._settle(records[0][1], target)

    def _apply_former(self, target: AssignTo | Exclude) -> None:
        named = EXCLUDE if isinstance(target, Exclude) else target.name_or_id
        for record in self._records:
            if record.active is False and record.id not in self._settled:
                self._settle(record, named)

    def _settle(self, record: Any, target: str | Exclude) -> None:
        self._settled.add(record.id)
        if isinstance(target, Exclude):
            return
        found = self._called(target, self._existing)
        if len(found) == 1:
            self.matches[Ref(self._kind, record.id)] = found[0][0]
            return
        code = f"mapping-unknown-name:{target}"
        if code not in self._settled:  # one finding a name, however many former practitioners it stands for
            self._settled.add(code)
            self._unknown(target, "destination", found, [each for _, each in self._existing])

    def _called(self, name: str, among: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """Finds records by id or by any of their names; an active practitioner comes before former ones."""
        by_id = [each for each in among if each[0] == name.strip()]
        if by_id:
            return by_id
        found = [each for each in among if folded(name) in names_of(each[1])]
        return _active(found) or found

    def _unknown(self, name: str, where: str, found: Sequence[object], known: Sequence[Any]) -> None:
        known_names = [shown for each in known if (shown := _shown(each))]
        if found:
            problem = f"names {len(found)} {self._kind.replace('_', ' ')} of the {where}"
            remedy = "Give the id instead of the name."
        else:
            problem = f"names no {self._words.one} of the {where}"
            remedy = f"Correct the name{_candidates(nearest(name, known_names) or sorted(known_names))}."
        self._block("mapping-unknown-name", f"The mapper's setting {name!r} {problem}.", remedy)

    # Names.

    def _match_the_rest(self) -> None:
        found: dict[str, list[str]] = {}
        for record in self._records:
            if record.id not in self._settled:
                found[record.id] = [id for id, _ in self._counterparts(record)]
        taken = Counter(ids[0] for ids in found.values() if len(ids) == 1)
        for record in self._records:
            if record.id not in found:
                continue
            ids = found[record.id]
            shared = len(ids) == 1 and self._kind in _PEOPLE_AND_PLACES and taken[ids[0]] > 1
            if len(ids) == 1 and not shared:
                self.matches[Ref(self._kind, record.id)] = ids[0]
            elif self._survey.in_use(Ref(self._kind, record.id)):
                self._unmatched(record, ids, shared=shared)

    def _counterparts(self, record: Any) -> list[tuple[str, Any]]:
        """Finds what may be the same: by the first of a record's names that any has, practitioners by e-mail first."""
        if self._kind in ("practitioners", "users"):
            by_email = self._by_email(record)
            if by_email:
                return by_email
        for name in names_of(record):
            found = [each for each in self._existing if name in names_of(each[1])]
            if found:
                return _active(found) or found
        return []

    def _by_email(self, record: Any) -> list[tuple[str, Any]]:
        email = _email(record, self._emails(0))
        if email is None:
            return []
        others = self._emails(1)
        found = [each for each in self._existing if _email(each[1], others) == email]
        sharing = [each for each in self._records if _email(each, self._emails(0)) == email]
        if len(found) > 1 or len(sharing) > 1:  # an address that several people share tells nobody apart
            found = [each for each in found if set(names_of(each[1])) & set(names_of(record))]
        return _active(found) or found

    def _emails(self, side: int) -> dict[str, str | None]:
        """Gives the e-mail addresses of an account's users by the users' ids."""
        users = self._survey.existing.get("users", ()) if side else [(u.id, u) for u in self._survey.records["users"]]
        return {id: user.email for id, user in users}
