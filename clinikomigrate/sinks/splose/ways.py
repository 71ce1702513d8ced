"""By which way the records of each kind are best brought into Splose.

Splose has an importer of its own for accounts of Cliniko. What it carries is said on Splose's web pages; where these
say nothing, nobody knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.summary import WHOLE, LossCount, Table
from clinikomigrate.transfer.tally import Count

TITLE: Final = "Ways into Splose, of which only one may bring clients, contacts and appointments"

_NOBODY_KNOWS: Final = "Splose doesn't say"
_NO: Final = "no"
_NEEDED: Final = "enter what is still needed"
_TOLD: Final = "in their clients' documents"
_PDF: Final = "as PDF documents in their clients' files"
_KEEP: Final = "keep the source, or let the importer bring them"


@attrs.frozen
class _Way:
    """What is known of one kind.

    Attributes:
        api: What becomes of its records by the API.
        importer: What Splose's importer does with them.
        by_hand: What to do about those that are left.
        inside: Whether they can go inside of other records or documents, so that none is made.
    """

    api: str = ""
    importer: str = _NO
    by_hand: str = _NEEDED
    inside: bool = False


_WAYS: Final[Mapping[str, _Way]] = {
    "treatment_note_templates": _Way(importer="better: as templates of notes"),
    "patient_form_templates": _Way(importer="better: as templates of forms, without the descriptions of sections"),
    "practitioner_reference_numbers": _Way(importer="better: as provider numbers"),
    "availability_blocks": _Way(importer="better: as availability"),
    "daily_availabilities": _Way(importer="better: as availability"),
    "contacts": _Way("as contacts", "as well", "enter them, or give them an address (contact_email=)"),
    "patients": _Way("as clients", "as well", "enter them"),
    "medical_alerts": _Way("in their clients' alerts", _NOBODY_KNOWS, "archived ones: keep the source", inside=True),
    "patient_cases": _Way(_TOLD, "better: as cases; older versions did not", _KEEP, inside=True),
    "individual_appointments": _Way("as appointments; what became of them in words", "better: with their status"),
    "group_appointments": _Way(importer="better: as classes with their clients", by_hand="none: their seats go"),
    "attendees": _Way("with their appointments; of a class, as one each", "as well, with theirs"),
    "unavailable_blocks": _Way(importer=_NOBODY_KNOWS, by_hand="enter those to come as busy times"),
    "patient_attachments": _Way("as files", "as well", "drag them from the archive folder into the clients' files"),
    "treatment_notes": _Way(_PDF, "better: as progress notes; no body charts", _KEEP, inside=True),
    "patient_forms": _Way(_PDF, "better: as forms; older versions did not", _KEEP, inside=True),
    "communications": _Way(_TOLD, "better: as communications", _KEEP, inside=True),
    "invoices": _Way(by_hand="enter what is owed as Custom lines: the report's debtors() lists it"),
    "invoice_items": _Way(by_hand="none: see the invoices"),
}
"""The kinds of which more is known than that the API makes none of them."""

_IF_MARKED: Final[Mapping[str, _Way]] = {
    "individual_appointments": _Way("as appointments; what became of them in words, and marked", "as well"),
    "attendees": _Way("with their appointments; of a class, as one each, and marked", "as well, with theirs"),
}
"""What differs where the user turned outcomes on."""


def ways(kinds: Mapping[str, Count], losses: Sequence[LossCount], *, marked: bool = False) -> Table:
    """Makes the table of a plan.

    Args:
        kinds: What a run would do with each kind's records.
        losses: What it could not carry.
        marked: Whether appointments are marked as attended and cancelled.
    """
    known = {**_WAYS, **(_IF_MARKED if marked else {})}
    lost: Counter[str] = Counter()
    for loss in losses:
        lost[loss.kind] += loss.records if loss.field == WHOLE else 0
    rows = [
        _row(known.get(kind, _Way()), kind, count, lost[kind])
        for kind, count in ((kind, kinds[kind]) for kind in KINDS if kind in kinds)
        if count.selected
    ]
    return Table(TITLE, ("kind", "records", "by API", "by Splose's importer", "by hand"), rows)


def _row(way: _Way, kind: str, count: Count, left: int) -> tuple[str, int, str, str, str]:
    goes = count.selected - left if way.inside else count.created + count.adopted + count.already
    return (
        kind,
        count.selected,
        f"{goes:,} {way.api}".strip() if goes else "none",
        way.importer,
        f"{left:,}: {way.by_hand}" if left else "nothing",
    )
