"""Every path of the API and what answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

import attrs

from clinikomigrate.testing.answers import Answer, UnknownPath
from clinikomigrate.testing.splose import special
from clinikomigrate.testing.splose.answers import not_found
from clinikomigrate.testing.splose.kinds import LISTED, Kind
from clinikomigrate.testing.splose.reading import answer_list, answer_one
from clinikomigrate.testing.splose.writing import answer_create, answer_update

Handler: TypeAlias = Callable[..., Answer]
"""Answers a call, given the ids in its path in their order."""


@attrs.frozen
class Route:
    """One operation: its method, its path template, what answers it, and whether its body is a form."""

    method: str
    template: str
    handler: Handler
    form: bool = False

    def match(self, path: str) -> tuple[str, ...] | None:
        """Gives the ids in a path; None where it isn't this one."""
        found = re.fullmatch(re.sub(r"{\w+}", r"(\\d{1,15})", self.template), path)
        return found.groups() if found else None


def _of_kind(kind: Kind) -> Iterator[Route]:
    path, one, create, update = kind.path, f"{kind.path}/{{id}}", kind.create, kind.update
    yield Route("GET", path, lambda call: answer_list(call, kind))
    if kind.get:
        yield Route("GET", one, lambda call, id: answer_one(call, kind, id))
    if create is not None:
        yield Route("POST", path, lambda call: answer_create(call, kind, create))
    if update is not None:
        yield Route("PUT", one, lambda call, id: answer_update(call, kind, update, id))
    if kind.delete:
        yield Route("DELETE", one, special.delete_payment)


ROUTES = (
    *(route for kind in LISTED for route in _of_kind(kind)),
    Route("GET", "/custom-field/", special.custom_fields),
    Route("PUT", "/patients/{id}/custom-field", special.set_custom_fields),
    Route("POST", "/patients/{id}/file", special.upload_file, form=True),
    Route("GET", "/availabilities/{practitionerId}", special.availabilities),
    Route("GET", "/free-slots", special.free_slots),
    Route("POST", "/appointments/{id}/cancellation", special.cancel),
    Route("POST", "/appointments/{id}/patients/{patientId}/cancellation", special.cancel),
    Route("POST", "/appointments/{id}/arrival", special.arrive),
    Route("POST", "/appointments/{id}/patients/{patientId}/arrival", special.arrive),
)
"""All operations."""


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """Finds the operation of a request.

    Args:
        method: The HTTP method.
        path: The path after the API's version.

    Returns:
        The route and the ids in the path.

    Raises:
        UnknownPath: No operation has this path, whatever the method.
        Refusal: A 404: the path doesn't take this method.
    """
    matching = [(route, ids) for route in ROUTES if (ids := route.match(path)) is not None]
    if not matching:
        raise UnknownPath(path)
    for route, ids in matching:
        if route.method == method:
            return route, ids
    raise not_found()
