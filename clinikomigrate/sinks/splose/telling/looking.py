"""Looks, before anything is written, for characters that no font has."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.sinks.splose.codes import CODES
from clinikomigrate.sinks.splose.documents.letters import TOLD, Letters
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.names import display_name, full_name
from clinikomigrate.transfer.phrases import counted, listed, some
from clinikomigrate.transfer.survey import Survey

_NAMED: Final = ("businesses", "practitioners", "appointment_types")
"""Kinds of which documents show the names of those that are in use."""

_WALKED: Final = ("patients", "treatment_notes")
"""What preflight walks anyway."""

_VISITS: Final = frozenset({*APPOINTMENT_KINDS, "attendees"})
_REST: Final = (*(kind for kind in TOLD if kind not in _WALKED), *APPOINTMENT_KINDS, "attendees")
"""What a plan walks, and preflight doesn't."""

_NOTED: Final = ("notes", "cancellation_reason_description", "cancellation_note")
"""What people write about a place in an appointment, and the history of appointments shows."""


class _Unknown:
    """Counts the records in which a character stands that no font has.

    What is found is ids, and what the characters belong to; no character.
    """

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, None]] = defaultdict(dict)
        self._characters: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, kind: str, id: str, missing: Mapping[int, int]) -> None:
        """Adds what is missing in a record, once for each.

        Args:
            kind: The record kind's name.
            id: The record's id.
            missing: How often each character stands in it that no font has, by its number.
        """
        if missing and id not in self._ids[kind]:
            self._ids[kind][id] = None
            for code, number in missing.items():
                self._characters[kind][_writing(chr(code))] += number

    def findings(self) -> Iterator[Finding]:
        """Says what was found: one finding for each kind."""
        for kind, characters in self._characters.items():
            where = "" if kind in TOLD or kind in _VISITS else "the names of "
            where = "the names or references of " if kind == "patients" else where
            yield CODES.finding(
                "splose-characters",
                f"In {where}{counted(len(self._ids[kind]), kind)} {_stand(characters.total())} that no font has "
                f"({listed(sorted(characters))}): documents show their numbers instead.",
                "Give the sink fonts that have them: SploseSink(client, fonts=['NotoSansSC-Regular.otf']).",
                kind=kind,
                ids=self._ids[kind],
            )


class UnknownLetters:
    """Counts the notes and names in which a character stands that no font has: those that preflight reads anyway.

    Args:
        letters: Knows what the fonts have.
        survey: What preflight read of both accounts.
    """

    def __init__(self, letters: Letters, survey: Survey) -> None:
        self._letters = letters
        self._survey = survey
        self._unknown = _Unknown()

    @property
    def kinds(self) -> Collection[str]:
        """The names of the kinds that are looked at."""
        return _WALKED

    def take(self, entity: Any, mapped: Mapped[Any] | Skip) -> None:  # noqa: ARG002 - as every look has it
        """Looks at one record that goes.

        Args:
            entity: The source's record (`Any`: of one of the kinds).
            mapped: What the mapper makes of it.
        """
        if entity.kind == "patients":
            shown = f"{full_name(entity) or ''} {entity.old_reference_id or ''}"
            missing = self._letters.in_text(shown)
        else:
            missing = self._letters.missing(entity)
        self._unknown.add(entity.kind, entity.id, missing)

    def findings(self) -> Iterator[Finding]:
        """Says what was found: one finding for each kind."""
        for ref, name in self._survey.names.items():
            missing = self._letters.in_text(name)
            if missing and self._is_shown(ref):
                self._unknown.add(ref.kind, ref.id, missing)
        yield from self._unknown.findings()

    def _is_shown(self, ref: Ref[Any]) -> bool:
        if ref.kind in _NAMED:
            return self._survey.in_use(ref)
        return ref.kind == "treatment_note_templates"


class FurtherUnknownLetters:
    """Counts all other records that documents tell of in which a character stands that no font has.

    Args:
        letters: Knows what the fonts have.
    """

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._unknown = _Unknown()
        self._contacts: dict[str, Mapping[int, int]] = {}
        self._noted: dict[str, frozenset[str]] = {}

    def take(self, entity: Any) -> None:
        """Looks at one record that goes, after those that it points at.

        Args:
            entity: The source's record (`Any`: of any kind).
        """
        if entity.kind == "contacts":
            missing = self._letters.in_text(display_name(entity) or entity.company_name or "")
            if missing:
                self._contacts[entity.id] = missing
        elif entity.kind in _VISITS:
            self._unknown.add(entity.kind, entity.id, self._of_visit(entity))
        elif entity.kind in _REST:
            self._unknown.add(entity.kind, entity.id, self._letters.missing(entity))
        if entity.kind == "patient_cases" and entity.contact is not None:
            self._unknown.add("contacts", entity.contact.id, self._contacts.get(entity.contact.id, {}))

    def _of_visit(self, entity: Any) -> Mapping[int, int]:
        """Looks at what people wrote; what an attendee repeats of the appointment is shown once."""
        booking = getattr(entity, "booking", None)
        before = self._noted.get(booking.id, frozenset()) if booking is not None else frozenset()
        texts = {text for name in _NOTED if (text := getattr(entity, name, None))} - before
        found: Counter[int] = Counter()
        for text in texts:
            found.update(self._letters.in_text(text))
        if found and entity.kind != "attendees":
            self._noted[entity.id] = frozenset(texts)
        return found

    def findings(self) -> Iterator[Finding]:
        """Says what was found: one finding for each kind."""
        yield from self._unknown.findings()


def _stand(number: int) -> str:
    return f"stand{'s' if number == 1 else ''} {some(number, 'character')}"


def _writing(character: str) -> str:
    """Says what a character belongs to: the first word of a letter's name (`CJK`), or what kind of sign it is."""
    match unicodedata.category(character)[0]:
        case "L" | "M" | "N":
            return unicodedata.name(character, "unknown letters").split()[0]
        case "S":
            return "symbols and emoji"
        case "C":
            return "control and private characters"
        case _:
            return "other signs"
