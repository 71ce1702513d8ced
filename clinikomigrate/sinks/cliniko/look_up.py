"""Finding what an earlier write of unknown fate has made."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from clinikomigrate.client.query import Condition, FieldType, where
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import (
    FullPatientExport,
    Patient,
    PatientAttachmentDraft,
    PatientDraft,
    Relationship,
    RelationshipDraft,
    UploadedPatientAttachment,
)
from clinikomigrate.errors import NotFound
from clinikomigrate.sinks.cliniko.comparison import read, same
from clinikomigrate.sinks.cliniko.marks import Marks
from clinikomigrate.sinks.cliniko.presence import from_other_side
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.transfer.kinds import KINDS

WRITABLE: Final[Mapping[str, tuple[Condition, ...]]] = {"communications": (where("category_code") == 12,)}
"""What narrows a list to records of the sort that can be written: of communications, memos."""

_FURTHER: Final[Mapping[str, tuple[str, ...]]] = {
    "communications": ("content", "direction_code", "type_code"),
    "group_appointments": ("appointment_type_id",),
    "individual_appointments": ("patient_id", "appointment_type_id"),
    "medical_alerts": ("name",),
    "patient_attachments": ("filename",),
    "patient_cases": ("name",),
    "patient_forms": ("name",),
    "recalls": ("recall_at", "recall_type_id"),
    "relationships": ("relation",),
    "treatment_notes": ("title",),
    "unavailable_blocks": ("ends_at",),
}
"""What, beyond `found_by`, the API gives back as it was sent: it tells our record from somebody else's."""

_TEXTS: Final = frozenset({"content", "name", "title"})
"""Of these, what is compared by letters and digits alone: the API may have trimmed, cleaned or escaped the rest."""

_MARKUP: Final = re.compile(r"<[^<>]*>")

_NOT_IN_FILENAMES: Final = re.compile(r"[^A-Za-z0-9]+")
"""What a file store may have replaced in a file's name."""


def look_up_key(draft: Any) -> Hashable:
    """Returns what a draft is looked up by, in the form in which `find` compares it.

    Two drafts that `find` could take for each other have the same key.

    Args:
        draft: A draft with the destination's ids (`Any`: of whatever kind).
    """
    kind = KINDS[draft.kind]
    values = tuple(comparable(getattr(draft, name)) for name in kind.found_by)
    if isinstance(draft, RelationshipDraft):
        return (kind.name, frozenset(values))
    return (kind.name, *values)


def find(client: Cliniko, draft: Any, since: datetime | None, marks: Marks | None = None) -> list[str]:
    """Looks for records that a draft may have made.

    The list is narrowed by ids, dates, times and marks, never by other texts: the API may have trimmed or recomposed a
    text, and a record that is there must not be missed. Texts are compared here, and so is what else the API gives back
    as it was sent: somebody else's record of the same patient is no candidate. Archived records are left out: a
    transfer archives last of all, and whoever settles a conflict archives what is not the copy.

    Args:
        client: The destination's client.
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        since: Only records made at this time or later, by the destination's clock; None for any age.
        marks: Those that the source's patients are known by; None where there are none.

    Returns:
        Their ids.
    """
    if draft.kind == "referral_sources":
        return _find_referral_source(client, draft)
    if isinstance(draft, PatientDraft):
        return [patient.id for patient in _patients(client, draft, since, marks)]
    if isinstance(draft, RelationshipDraft):
        records = _related(client, draft, since)
    else:
        records = [record for record in _listed(client, draft, since) if _matches(draft, record)]
    return [record.id for record in records if _says_the_same(draft, record)]


def find_changed(client: Cliniko, draft: Any, since: datetime | None, marks: Marks | None = None) -> list[str]:
    """Looks for records that an earlier state of a draft may have made.

    Nothing that can be changed in a record narrows the list; whose patient it is can't, nor can a patient's mark.

    Args:
        client: The destination's client.
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        since: Only records made at this time or later, by the destination's clock; None for any age.
        marks: Those that the source's patients are known by; None where there are none.

    Returns:
        Their ids.
    """
    if draft.kind == "referral_sources":  # set, not made: setting it again leaves one
        return []
    patient = getattr(draft, "patient_id", None)
    narrowing = [where("patient_id") == patient] if isinstance(patient, str) else []
    records = _made_since(client, draft.kind, since, narrowing)
    if isinstance(draft, PatientDraft) and marks is not None:
        reference = draft.old_reference_id
        records = [each for each in records if not marks.are_of_two(reference, each.old_reference_id)]
    return [record.id for record in records]


def made_since(client: Cliniko, kind: str, since: datetime, patient: str | None) -> list[str]:
    """Looks for whatever was made of a kind, but for what is archived by now.

    Args:
        client: The destination's client.
        kind: The record kind's name.
        since: Only records made at this time or later, by the destination's clock.
        patient: Only this patient's; None for everybody's.

    Returns:
        Their ids.
    """
    has_patient = "patient_id" in client.resource(kind).fields
    narrowing = [where("patient_id") == patient] if has_patient and isinstance(patient, str) else []
    return [record.id for record in _made_since(client, kind, since, narrowing)]


def related(client: Cliniko, draft: RelationshipDraft, *, archived: bool = False) -> list[str]:
    """Looks for relationships of two patients, whatever they are to each other.

    Args:
        client: The destination's client.
        draft: A relationship of the same two, with the destination's ids.
        archived: Whether archived ones are looked for too.

    Returns:
        The ids of those that show from the draft's side, or else of those that show from the other one.
    """
    return [record.id for record in _related(client, draft, None, archived=archived)]


def _listed(client: Cliniko, draft: Any, since: datetime | None, *, archived: bool = False) -> list[Any]:
    """Lists what the account has that could be found by the draft."""
    return _made_since(
        client, draft.kind, since, _narrowing(draft, client.resource(draft.kind).fields), archived=archived
    )


def _made_since(
    client: Cliniko, kind: str, since: datetime | None, narrowing: Iterable[Condition], *, archived: bool = False
) -> list[Any]:
    resource: Any = client.resource(kind)
    conditions = [*narrowing, *WRITABLE.get(kind, ())]
    if since is not None:
        conditions.append(where("created_at") >= since.astimezone(UTC).replace(microsecond=0))
    try:
        listed = list(resource.list(*conditions, include_archived=archived, include_cancelled=True))
    except NotFound:  # an account that lacks the endpoint holds none
        return []
    return [record for record in listed if not isinstance(record, FullPatientExport)]


def _patients(client: Cliniko, draft: PatientDraft, since: datetime | None, marks: Marks | None) -> list[Patient]:
    """A patient is found by mark, whatever else was changed; without one by name, birth date and old reference id.

    The account may have refused, cut or dropped the reference or the mark.
    """
    reference = comparable(draft.old_reference_id)
    known = marks if marks is not None and marks.patient(reference) is not None else None
    if known is not None:
        made = _made_since(client, draft.kind, since, [where("old_reference_id") == reference])
        if bearing := [each for each in made if comparable(each.old_reference_id) == reference]:
            return bearing
    named: list[Patient] = [each for each in _listed(client, draft, since) if _matches(draft, each)]
    whole = [each for each in named if comparable(each.old_reference_id) == reference]
    if whole or reference is None:
        return whole or named
    cut = [each for each in named if reference.startswith(comparable(each.old_reference_id) or "")]
    if cut and known is not None and known.are_kept(client, reference):
        return [each for each in cut if comparable(each.old_reference_id) is not None]
    return cut


def _says_the_same(draft: Any, record: Any) -> bool:
    """Says whether a record could be the draft's, and not somebody else's of the same patient or time."""
    return all(_is_alike(draft, record, name) for name in _FURTHER.get(draft.kind, ()))


def _is_alike(draft: Any, record: Any, name: str) -> bool:
    """Compares one attribute; what the draft doesn't give or the API leaves out speaks against no record."""
    if name == "filename":
        return is_same_file(draft, record)
    wanted, found = comparable(getattr(draft, name)), comparable(read(record, name))
    if name == "relation" and read(record, "patient_id") != comparable(draft.patient_id):
        found = from_other_side(found)
    if name in _TEXTS:
        return wanted is None or _letters(wanted) == _letters(found or "")
    return None in (wanted, found) or bool(wanted == found)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _MARKUP.sub("", html.unescape(text)))
    return "".join(each for each in plain if each.isalnum())


def is_same_file(draft: PatientAttachmentDraft, record: UploadedPatientAttachment) -> bool:
    """Compares a file's names, as far as a file store keeps them; it has none before it is processed.

    Args:
        draft: The file's draft.
        record: As the client gives it.
    """
    names = (draft.filename, draft.content.name if draft.content else None)
    sent = {_plain(name) for name in names if name}
    return not sent or record.filename is None or _plain(record.filename) in sent


def _plain(filename: str) -> str:
    return _NOT_IN_FILENAMES.sub("_", unicodedata.normalize("NFC", filename))


def _narrowing(draft: Any, fields: Mapping[str, FieldType]) -> Iterator[Condition]:
    for name in KINDS[draft.kind].found_by:
        field, value = fields.get(name), getattr(draft, name)
        if field is None or field.name == "string":
            continue
        if value is None or value is UNSET:
            yield where(name).is_null()
        elif isinstance(value, datetime):
            moment = value.astimezone(UTC).replace(microsecond=0)
            yield where(name) >= moment
            yield where(name) <= moment
        else:
            yield where(name) == value


def _matches(draft: Any, record: Any) -> bool:
    for name in KINDS[draft.kind].found_by:
        if name.endswith("_id") and read(record, name) is None:
            continue  # the API leaves links out at times; the list was narrowed by it
        if comparable(getattr(draft, name)) != comparable(read(record, name)):
            return False
    return True


def _related(
    client: Cliniko, draft: RelationshipDraft, since: datetime | None, *, archived: bool = False
) -> list[Relationship]:
    """A relationship shows from both sides; the side that the draft has comes first."""
    records: list[Relationship] = _listed(client, draft, since, archived=archived)
    pair = (comparable(draft.patient_id), comparable(draft.related_patient_id))
    for order in (pair, pair[::-1]):
        found = [each for each in records if (read(each, "patient_id"), read(each, "related_patient_id")) == order]
        if found:
            return found
    return []


def _find_referral_source(client: Cliniko, draft: Any) -> list[str]:
    """A patient has one referral source at most, which is set and not made: it is there once it says the same."""
    try:
        record = client.patients.referral_source(draft.patient_id)
    except NotFound:
        return []
    return [record.id] if same(draft, record) else []
