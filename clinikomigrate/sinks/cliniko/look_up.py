"""Finding what an earlier write of unknown fate has made."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from clinikomigrate.client.query import Condition, FieldType, where
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import FullPatientExport, Relationship, RelationshipDraft
from clinikomigrate.errors import NotFound
from clinikomigrate.sinks.cliniko.comparison import attribute_matches, comparable, read, same
from clinikomigrate.transfer.kinds import KINDS

_ONLY: Final[Mapping[str, tuple[Condition, ...]]] = {"communications": (where("category_code") == 12,)}
"""What narrows a list to the records that this sink makes: of all communications, memos."""


_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "communications": ("direction_code", "type_code"),
    "group_appointments": ("appointment_type_id",),
    "individual_appointments": ("patient_id", "appointment_type_id"),
    "medical_alerts": ("name",),
    "patient_cases": ("name",),
    "patient_forms": ("name",),
    "recalls": ("recall_at",),
    "treatment_notes": ("title",),
    "unavailable_blocks": ("ends_at",),
}
"""What, beyond the look-up key, the API gives back as it was sent: it tells our record from somebody else's."""


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


def find(client: Cliniko, draft: Any, since: datetime | None) -> list[str]:
    """Looks for records that a draft may have made.

    The list is narrowed by ids, dates and times, never by texts: the API may have trimmed or recomposed a text, and a
    record that is there must not be missed. Texts are compared here. Archived records are left out: a transfer archives
    last of all, and whoever settles a conflict archives what is not the copy.

    Args:
        client: The destination's client.
        draft: A draft with the destination's ids (`Any`: of whatever kind).
        since: Only records made at this time or later, by the destination's clock; None for any age.

    Returns:
        Their ids.
    """
    if draft.kind == "referral_sources":
        return _find_referral_source(client, draft)
    resource: Any = client.resource(draft.kind)
    conditions = [*_narrowing(draft, resource.fields), *_ONLY.get(draft.kind, ())]
    if since is not None:
        conditions.append(where("created_at") >= since.astimezone(UTC).replace(microsecond=0))
    try:
        listed = list(resource.list(*conditions, include_cancelled=True))
    except NotFound:  # an account that lacks the endpoint holds none
        return []
    records = [record for record in listed if not isinstance(record, FullPatientExport)]
    if isinstance(draft, RelationshipDraft):
        return _find_pair(draft, records)
    return [record.id for record in records if _matches(draft, record) and _tells_the_same(draft, record)]


def _tells_the_same(draft: Any, record: Any) -> bool:
    """Says whether a record could be the draft's and not somebody else's of the same moment."""
    if draft.kind == "patient_attachments":
        return not draft.content or record.filename in (None, draft.content.name)
    return all(attribute_matches(draft, record, name) for name in _TOLD.get(draft.kind, ()))


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
    if draft.kind == "patients" and draft.old_reference_id:
        return bool(comparable(draft.old_reference_id) == comparable(record.old_reference_id))
    return True


def _find_pair(draft: RelationshipDraft, records: list[Relationship]) -> list[str]:
    """A relationship shows from both sides; the side that the draft has comes first."""
    pair = (comparable(draft.patient_id), comparable(draft.related_patient_id))
    for order in (pair, pair[::-1]):
        found = [each.id for each in records if (read(each, "patient_id"), read(each, "related_patient_id")) == order]
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
