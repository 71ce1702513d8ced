"""A treatment note that knows who wrote it: what the sink chooses the key by."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko.models import TreatmentNote, TreatmentNoteDraft
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context
from clinikomigrate.transfer.names import folded, full_name, names_of

AUTHOR: Final = Loss(
    "author_name", "the author is the practitioner whose key writes; the name stands in words in the copy"
)
"""What a note loses that goes out under somebody else's key."""

_WORD: Final = re.compile(r"\w+")


@attrs.frozen(kw_only=True, repr=False)
class AuthoredNoteDraft(TreatmentNoteDraft):
    """A treatment note to be written, and who wrote it in the source.

    Attributes:
        author_id: The source's practitioner who wrote it, by id. None where the source doesn't say, or contradicts
            itself. It is not sent.
    """

    author_id: str | Unset | None = attrs.field(default=UNSET, metadata={"body": False})


def author_of(note: TreatmentNote, context: Context) -> str | None:
    """Returns the id of the source's practitioner who wrote a note.

    A note that bears the name of somebody else than the practitioner it belongs to has no author that could be sure.

    Args:
        note: The source's note.
        context: What preflight read.
    """
    if note.practitioner is None:
        return None
    id = note.practitioner.id
    known = next((each for each in context.survey.records.get("practitioners", ()) if each.id == id), None)
    return id if known is None or not note.author_name or _bears(note.author_name, known) else None


def _bears(name: str, practitioner: Any) -> bool:
    """Says whether a name may be a practitioner's: a name of theirs, or one with more words, or with fewer."""
    said, own = (frozenset(_WORD.findall(folded(each))) for each in (name, full_name(practitioner) or ""))
    return folded(name) in names_of(practitioner) or said <= own or own <= said
