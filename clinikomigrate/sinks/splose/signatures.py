"""Drawn signatures on their way from the source into the archive folder, and what of them is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import PatientForm, Signature
from clinikomigrate.errors import (
    ApiError,
    ConfigurationError,
    RateLimited,
    ServerError,
    TransportError,
    Unauthorized,
    UnexpectedResponse,
)
from clinikomigrate.sinks.pictures import picture_of
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.archive.drawings import LATER, NEVER, Drawings
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.documents.drawing import drawing_of
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch

Fetching = Callable[[Fetch], object]

_FIELD: Final = "content"
_FOR_NOW: Final = (RateLimited, ServerError, TransportError)
"""What can be otherwise when it is tried another time."""


class Signatures:
    """Keeps the drawn signatures of forms, each read from the source once.

    One that the source doesn't give away is a loss. Where it only fails to give it, the form is set aside for the next
    run, because Splose takes no document back; if it fails again then, the form goes without.

    Args:
        folder: Where the archive is.
        shown: Whether drawings are shown in documents.
    """

    def __init__(self, folder: Folder, *, shown: bool) -> None:
        self._folder = folder
        self._shown = shown

    def keep(self, form: PatientForm, fetch: Fetching) -> Sequence[Loss]:
        """Keeps the signatures of a form.

        Args:
            form: The form.
            fetch: Reads from the source.

        Returns:
            What is lost.

        Raises:
            Error: One could not be read now, or kept.
        """
        ids = list(dict.fromkeys(_numbers(form)))
        drawings = Drawings(self._folder.ready()) if ids else None
        return self._losses(form, ids, fetch, drawings, drawings)

    def foresee(self, form: PatientForm, fetch: Fetching) -> Sequence[Loss]:
        """Says what `keep` will say, and keeps nothing.

        Args:
            form: The form.
            fetch: Reads from the source.
        """
        known = Drawings(self._folder.archive) if self._folder.is_there else None
        return self._losses(form, list(dict.fromkeys(_numbers(form))), fetch, known, None)

    def _losses(
        self, form: PatientForm, ids: Sequence[str], fetch: Fetching, known: Drawings | None, keeper: Drawings | None
    ) -> Sequence[Loss]:
        lost: dict[Loss, None] = {}
        for id in ids:
            signature = None if known is None else known.of(id)
            if signature is None:
                signature = self._read(form, id, fetch, known, keeper)
            reason = self._lost(signature)
            if reason is not None:
                lost[Loss(_FIELD, reason)] = None
        return tuple(lost)

    def _read(
        self, form: PatientForm, id: str, fetch: Fetching, known: Drawings | None, keeper: Drawings | None
    ) -> Signature | None:
        """Reads a signature from the source; None where it doesn't give it away."""
        try:
            found: Any = fetch(Fetch("signed", (Ref(form.kind, form.id), Ref("signatures", id))))
        except Unauthorized:
            raise
        except (ApiError, ConfigurationError, TransportError, UnexpectedResponse) as error:
            if isinstance(error, _FOR_NOW) and (known is None or known.missing(id) is None):
                if keeper is not None:
                    keeper.lacks(form, id, LATER)
                raise
            found = None
        is_it = found is not None and found.id == id and found.image
        signature: Signature | None = found if is_it else None
        if keeper is not None and signature is None:
            keeper.lacks(form, id, NEVER)
        elif keeper is not None and signature is not None:
            keeper.keep(form, signature)
        return signature

    def _lost(self, signature: Signature | None) -> str | None:
        if signature is None:
            return reasons.SIGNATURE_NOT_GIVEN
        picture = picture_of(signature.image)
        if picture is None:
            return reasons.SIGNATURE_UNKNOWN
        return reasons.SIGNATURE_NOT_SHOWN if self._shown and drawing_of(picture) is None else None


def _numbers(form: PatientForm) -> Iterator[str]:
    """Gives the ids of a form's signatures."""
    for section in (form.content.sections if form.content else None) or ():
        for question in section.questions or ():
            if question.signature_id:
                yield question.signature_id
