"""What the account holds of what a transfer would make: patients' records that were there before, and the diary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import Content, FullPatientExport
from clinikomigrate.errors import ApiError, FileUnreadable, RateLimited, ServerError, Unauthorized
from clinikomigrate.sinks.cliniko import signatures
from clinikomigrate.sinks.cliniko.comparison import differences, read
from clinikomigrate.sinks.cliniko.look_up import WRITABLE, is_same_file
from clinikomigrate.sinks.cliniko.outcome import in_the_end, is_closed_alike, one_of
from clinikomigrate.sinks.cliniko.uploads import Passing, fingerprint_of
from clinikomigrate.sinks.pieces import pieces
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.follow_ups import Archiving, Cancel
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sink import Present, Wanted
from clinikomigrate.transfer.source import IDS_A_REQUEST

_OWNER: Final[Mapping[str, str]] = {
    "attendees": "booking_id",
    "availability_blocks": "practitioner_id",
    "group_appointments": "practitioner_id",
    "unavailable_blocks": "practitioner_id",
}
"""By what a kind's list is narrowed; those of all other kinds by the patient."""
_DIARY: Final = frozenset(
    {"availability_blocks", "group_appointments", "individual_appointments", "unavailable_blocks"}
)
"""Kinds whose lists are narrowed by time, too."""
_BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "individual_appointments": frozenset({"appointment_type_id", "patient_case_id"}),
    "patient_cases": frozenset({"contact_id"}),
    "treatment_notes": frozenset({"treatment_note_template_id"}),
}
"""Links that don't make another record of one that says all the same: the catalogue may have had to be made anew."""
_NEVER_SENT: Final = frozenset({"email_to_patient_on_completion"})
"""What says nothing about a form, but what becomes of it next."""

Comparison: TypeAlias = Callable[[Any, Any], tuple[str, ...] | None]
"""Takes a draft and a record. Gives the attributes that the record does not hold, or None where it is another one."""


class Holdings:
    """Compares what is wanted with what stands in the account.

    A record is what a draft would make when it says the same, and is cancelled or archived exactly where that would be;
    whatever it is linked to in the catalogue. Of a file its bytes tell, whatever is written about it; of a seat in a
    class the class and the patient.

    Args:
        client: The account's client.
        lost: Says of a note's draft and a note what the note lost of its author.
        workers: How many files may be compared at once.
    """

    def __init__(self, client: Cliniko, lost: Callable[[Any, Any], Sequence[Loss]], workers: int) -> None:
        self._client = client
        self._lost = lost
        self._workers = workers
        self._comparisons: Mapping[str, Comparison] = {
            "attendees": _seat,
            "patient_attachments": _file_by_name,
            "patient_forms": self._form,
            "treatment_notes": self._note,
        }

    def find(self, wanted: Sequence[Wanted]) -> list[list[Present]]:
        """Says which records are what drafts of one kind would make.

        Args:
            wanted: What the records would be, had they to be made; the drafts as the account takes them.

        Returns:
            For each all that are it, the most alike first.
        """
        kind = wanted[0].draft.kind
        field, compare = _OWNER.get(kind, "patient_id"), self._comparisons.get(kind, _content)
        drafts = [in_the_end(each) for each in wanted]
        of_owner: dict[Any, list[int]] = defaultdict(list)
        for number, draft in enumerate(drafts):
            of_owner[getattr(draft, field)].append(number)
        found: list[list[Present]] = [[] for _ in wanted]
        for record in self._listed(kind, field, list(of_owner), wanted):
            for number in of_owner.get(read(record, field), ()):
                differs = compare(drafts[number], record) if is_closed_alike(wanted[number], record) else None
                if differs is not None:
                    found[number].append(Present(record.id, same=not differs, differs=differs))
        if kind == "patient_attachments":
            found = self._with_the_same_bytes(drafts, found)
        return [sorted(there, key=lambda present: len(present.differs)) for there in found]

    def _listed(self, kind: str, field: str, owners: Sequence[Any], wanted: Sequence[Wanted]) -> Iterator[Any]:
        """Lists what there is of the owners, 100 a request; of the diary only what is about the same time."""
        conditions = [*_times(kind, wanted), *WRITABLE.get(kind, ())]
        for some in batched(owners, IDS_A_REQUEST):
            listed = self._client.resource(kind).list(
                *conditions,
                include_archived=any(one_of(each, Archiving) for each in wanted),
                include_cancelled=any(one_of(each, Cancel) for each in wanted),
                **{field: some},
            )
            yield from (record for record in listed if not isinstance(record, FullPatientExport))

    def _note(self, draft: Any, record: Any) -> tuple[str, ...] | None:
        differs = _content(draft, record)
        return None if differs is None else (*differs, *(loss.field for loss in self._lost(draft, record)))

    # Forms with signatures.

    def _form(self, draft: Any, record: Any) -> tuple[str, ...] | None:
        """Compares a form; its signatures only where all else is the same, for each has to be fetched."""
        plain = (attrs.evolve(each, content=_unsigned(each.content)) for each in (draft, record))
        if set(differences(*plain)) - _NEVER_SENT:
            return None
        return () if signatures.are_the_same(self._client, draft, record) else None

    # Files.

    def _with_the_same_bytes(self, drafts: Sequence[Any], found: Sequence[Sequence[Present]]) -> list[list[Present]]:
        pairs = [(number, present) for number, there in enumerate(found) for present in there]
        kept: list[list[Present]] = [[] for _ in found]
        with ThreadPoolExecutor(self._workers) as pool:
            same = pool.map(lambda pair: self._has_the_bytes(drafts[pair[0]], pair[1].id), pairs)
            for (number, present), is_same in zip(pairs, same, strict=True):
                if is_same:
                    kept[number].append(present)
        return kept

    def _has_the_bytes(self, draft: Any, attachment: str) -> bool:
        """Compares a file byte by byte. One that can't be read is not taken for the same."""
        try:
            with self._client.patient_attachments.download(attachment) as download:
                there = fingerprint_of(download.chunks())
            return fingerprint_of(pieces(draft.content)) == there
        except (RateLimited, ServerError, Unauthorized):
            raise
        except (ApiError, FileUnreadable):
            return False


def _times(kind: str, wanted: Sequence[Wanted]) -> Iterator[Condition]:
    if kind in _DIARY:
        times = [each.draft.starts_at for each in wanted]
        if all(isinstance(time, datetime) for time in times):
            yield where("starts_at") >= min(times).astimezone(UTC).replace(microsecond=0)
            yield where("starts_at") <= max(times).astimezone(UTC).replace(microsecond=0)


def _content(draft: Any, record: Any) -> tuple[str, ...] | None:
    differs = differences(draft, record)
    return differs if set(differs) <= _BESIDE.get(draft.kind, frozenset()) else None


def _seat(draft: Any, record: Any) -> tuple[str, ...] | None:
    return differences(draft, record) if read(record, "patient_id") == draft.patient_id else None


def _file_by_name(draft: Any, record: Any) -> tuple[str, ...] | None:
    """Compares a file by what is known without reading it."""
    if not draft.content or not is_same_file(draft, record) or Passing(draft.content).size != record.size:
        return None
    return tuple(name for name in differences(draft, record) if name != "filename")


def _unsigned(content: Any) -> Any:
    """Leaves the signatures out of a form's content."""
    if not isinstance(content, Content):
        return content
    sections = [
        attrs.evolve(
            section,
            questions=tuple(
                attrs.evolve(each, signature=UNSET, signature_id=UNSET) for each in section.questions or ()
            ),
        )
        for section in content.sections or ()
    ]
    return attrs.evolve(content, sections=tuple(sections))
