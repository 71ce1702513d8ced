"""Between the API's JSON and the models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import cattrs
from cattrs.errors import AttributeValidationNote

from clinikomigrate.client.reading import CONVERTER
from clinikomigrate.client.values import json_object
from clinikomigrate.client.writing import plain_object
from clinikomigrate.errors import ConfigurationError, UnexpectedResponse

T = TypeVar("T")
Choose = Callable[[Mapping[str, object]], type[Any]]
"""Says which of a union's models a JSON object is."""


def structure(model: type[T], body: object, *, where: str) -> T:
    """Makes a model of a JSON object.

    Unknown keys are kept in `extra`, but for links to collections, which say nothing; a key that is absent, null, or
    an empty text where no text belongs, is None.

    Args:
        model: An attrs class, or a union made known with `register_union`.
        body: The parsed JSON.
        where: The request that it answers, for errors: `"GET /patients/{id}"`.

    Returns:
        The model.

    Raises:
        UnexpectedResponse: The JSON has another shape. The message names model, id and field, and shows no value.
    """
    try:
        return CONVERTER.structure(body, model)
    except (cattrs.BaseValidationError, ValueError, TypeError, KeyError, RecursionError) as error:
        problem = f"{_name(model)}{_id_of(body)}: {_path(error) or 'the answer'} has another shape than documented"
    raise unexpected(where, problem)


def unexpected(where: str, problem: str) -> UnexpectedResponse:
    """Makes the error for an answer of a wrong shape.

    Args:
        where: The request that it answers: `"GET /patients/{id}"`.
        problem: What is wrong, without the answer's content.

    Returns:
        The error, to be raised.
    """
    method, _, path = where.partition(" ")
    return UnexpectedResponse(problem, method=method, path=path)


def register_union(union: object, choose: Choose) -> None:
    """Makes a union of models known to `structure`.

    Args:
        union: The union: `IndividualAppointment | GroupAppointment`.
        choose: Says which of its models a JSON object is; asked with JSON objects only.
    """

    def hook(body: object, _: object) -> object:
        return CONVERTER.structure(body, choose(json_object(body)))

    CONVERTER.register_structure_hook(union, hook)


def unstructure(draft: object) -> dict[str, object]:
    """Makes the JSON object of a request from a draft.

    What was not given (`UNSET`) is left out, and so are `extra` and an attribute whose metadata says
    `{"body": False}`. None is null in a draft; in the parts of a draft, where None is what an attribute has by
    default, it is left out.

    Args:
        draft: An attrs instance. Times become UTC with a `Z`, amounts decimal texts, a Ref its id; amounts and ids
            become numbers where the attribute's metadata says `{"number": True}`.

    Returns:
        A new dict, ready for JSON.

    Raises:
        ConfigurationError: A value can't be sent, such as a time without a zone; names the attribute.
    """
    try:
        return plain_object(draft)
    except RecursionError:
        pass
    raise ConfigurationError(f"a {type(draft).__name__} holds something that is nested without end.")


def _name(model: object) -> str:
    return getattr(model, "__name__", None) or str(model).replace("clinikomigrate.cliniko.models.", "")


def _id_of(body: object) -> str:
    given = body.get("id") if isinstance(body, dict) else None
    return f" {given}" if isinstance(given, str) and given.isascii() and given.isdigit() else ""


def _path(error: BaseException) -> str:
    """The names of the attributes on the way to the first thing that is wrong: `content.sections`."""
    names: list[str] = []
    while isinstance(error, cattrs.BaseValidationError):
        error = error.exceptions[0]
        names += [note.name for note in getattr(error, "__notes__", ()) if isinstance(note, AttributeValidationNote)]
    return ".".join(names)
