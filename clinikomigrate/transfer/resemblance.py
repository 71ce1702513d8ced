"""What is said of patients who may be in the destination already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.lookalikes import Lookalike
from clinikomigrate.transfer.phrases import counted, listed

Existing: TypeAlias = Literal["stop", "adopt", "copy"]
"""What becomes of patients who are in the destination already."""

_KIND: Final = "patients"
_BY: Final = "the same name, and the same birth date, e-mail address or telephone number"
_SHOWN: Final = 20
_LOOK: Final = "Look at the pairs in both accounts (the finding's `ids` are the source's)."
_MEND: Final = "Merge who is there twice, or correct what tells them apart"


def findings(policy: Existing, matches: Iterable[Lookalike], archived: Iterable[Lookalike]) -> Iterator[Finding]:
    """Says who is there already, as the policy wants it.

    Args:
        policy: What becomes of them.
        matches: Who may be whom.
        archived: Who may be whom that is archived there, and so is nobody who could be adopted.
    """
    match policy:
        case "stop":
            yield from _stopping(matches)
        case "adopt":
            yield from _adopting(matches)
        case _:
            yield from _copying(matches)
    yield from _archived(archived)


def _stopping(matches: Iterable[Lookalike]) -> Iterator[Finding]:
    found = _Told(matches)
    if found.ids:
        yield CODES.finding(
            "existing-patients",
            f"{found.are('in the destination already')}: {found}",
            f"{_LOOK} Then give Transfer existing='adopt', and the destination's patients stand for the source's where "
            "it is clear who they are, with nothing of theirs overwritten; or existing='copy', and all are made again.",
            kind=_KIND,
            ids=found.ids,
        )


def _adopting(matches: Iterable[Lookalike]) -> Iterator[Finding]:
    clear, unclear = _Told(), _Told()
    for match in matches:
        (unclear if match.only is None else clear).add(match)
    if clear.ids:
        yield CODES.finding(
            "existing-patients-adopted",
            f"{clear.are('in the destination already')}: {clear}",
            "Nothing to do: the destination's patients stand for the source's. Nothing of theirs is overwritten; "
            "what only the source's have is counted as lost.",
            kind=_KIND,
            ids=clear.ids,
        )
    if unclear.ids:
        yield CODES.finding(
            "existing-patients-ambiguous",
            f"Of {counted(len(unclear.ids), _KIND)} of the source it is not clear who in the destination they are, "
            f"and nothing is guessed: {unclear}",
            f"{_LOOK} {_MEND}, a name that is written differently too. Until then they are set aside, with all that "
            "hangs on them. Who is nobody of those after all can be made with a filter of cm.ByPatient and "
            "existing='copy'.",
            kind=_KIND,
            ids=unclear.ids,
        )


def _copying(matches: Iterable[Lookalike]) -> Iterator[Finding]:
    found = _Told(matches)
    if found.ids:
        yield CODES.finding(
            "existing-patients-copied",
            f"{found.are('in the destination already')}: {found}",
            "Nothing to do: they are made again beside those. Merge them in the destination afterwards.",
            kind=_KIND,
            ids=found.ids,
        )


def _archived(matches: Iterable[Lookalike]) -> Iterator[Finding]:
    found = _Told(matches)
    if found.ids:
        yield CODES.finding(
            "existing-patients-archived",
            f"{found.are('in the destination, but archived there')}: {found}",
            f"{_LOOK} They are made again. Where that is not wanted, take those of the destination out of the archive "
            "first, and they are treated as all who are there already.",
            kind=_KIND,
            ids=found.ids,
        )


def doubts(match: Lookalike) -> str:
    """Says why it is not clear who of the destination a patient is, and what to do.

    Args:
        match: One that nothing must be guessed of.
    """
    there = listed(match.destination_ids)
    if len(match.destination_ids) > 1:
        why = f"the destination holds several patients who could be this one: {there}"
    elif match.others:
        why = f"the destination's patient {there} could be this one, and as well the source's {listed(match.others)}"
    elif match.written_otherwise:
        why = f"the destination's patient {there} could be this one, but the name is written differently"
    else:
        why = f"the destination's patient {there} could be this one, but was born on another day"
    return f"{why}. {_MEND}, and run again"


class _Told:
    """Patients as a finding tells of them: all by id, and the first ones with who they may be."""

    def __init__(self, matches: Iterable[Lookalike] = ()) -> None:
        self.ids: list[str] = []
        self._pairs: list[str] = []
        self._written_otherwise = 0
        self._born_otherwise = 0
        for match in matches:
            self.add(match)

    def add(self, match: Lookalike) -> None:
        self.ids.append(match.source_id)
        self._written_otherwise += match.written_otherwise
        self._born_otherwise += match.born_otherwise
        if len(self._pairs) < _SHOWN:
            name = "; the name is written differently" if match.written_otherwise else ""
            born = "; born on another day" if match.born_otherwise else ""
            self._pairs.append(f"{match.source_id} (there {listed(match.destination_ids)}{name}{born})")

    def __str__(self) -> str:
        more = len(self.ids) - len(self._pairs)
        rest = f", and {more} more" if more else ""
        written = f" Of {self._written_otherwise} the name is written differently." if self._written_otherwise else ""
        return f"{listed(self._pairs)}{rest}.{written}"

    def are(self, where: str) -> str:
        """Counts them in words: whoever was born on another day apart, for that may well be somebody else."""
        plain = len(self.ids) - self._born_otherwise
        parts = [f"{counted(plain, _KIND)} of the source {'is' if plain == 1 else 'are'}"] if plain else []
        if self._born_otherwise:
            who = f"{self._born_otherwise:,} more" if plain else f"{counted(self._born_otherwise, _KIND)} of the source"
            parts.append(f"{who} (born on another day, so perhaps somebody else) may be")
        return f"{' and '.join(parts)} {where}, by {_BY}"
