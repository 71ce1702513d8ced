"""What a list can be asked for: the API's query parameters, their types, and how their values are spelled."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Final, Literal

import attrs

from clinikomigrate.client.query import MOST_VALUES, Condition, Operator, identifier, moment_text
from clinikomigrate.client.suggestion import nearest
from clinikomigrate.errors import QueryError

_CAPITAL: Final = re.compile(r"([A-Z])")


@attrs.frozen
class Parameter:
    """One query parameter.

    Attributes:
        name: As the API has it: `patientId`, `update_gt`.
        type: What it takes: an id, a number, a text, true or false, a date, a time; or several ids or texts.
        field: What `where` calls the thing that it asks for; the parameter's own name in snake case by default.
        operator: How `where` compares it.
        kinds: For ids, the kinds of record that they can belong to.
        one_of: For texts, all that there are; empty where any will do.
    """

    name: str
    type: Literal["id", "ids", "number", "text", "texts", "boolean", "date", "moment"] = "text"
    field: str = attrs.field(default=attrs.Factory(lambda self: self.keyword, takes_self=True))
    operator: Operator = "="
    kinds: frozenset[str] = frozenset()
    one_of: tuple[str, ...] = ()

    @property
    def keyword(self) -> str:
        """Its name in snake case: `patient_id`, `update_gt`."""
        return _CAPITAL.sub(lambda found: f"_{found[1].lower()}", self.name)


def by_keyword(*parameters: Parameter) -> dict[str, Parameter]:
    """Makes the table of a list's parameters."""
    return {parameter.keyword: parameter for parameter in parameters}


def asked_for(
    conditions: Iterable[Condition],
    keywords: Mapping[str, object],
    parameters: Mapping[str, Parameter],
    of: str,
) -> dict[str, tuple[str, ...]]:
    """Spells what a list is asked for, after checking it.

    Args:
        conditions: Made with `where`.
        keywords: Values by the parameters' names in snake case.
        parameters: The list's parameters by those names.
        of: What the list lists, for messages: `"patients"`.

    Returns:
        The values of each parameter, by the API's own name.

    Raises:
        QueryError: The list has no such parameter, a value is of another type, or something is asked for twice.
    """
    spelled: dict[str, tuple[str, ...]] = {}
    asked = [_of_condition(condition, parameters, of) for condition in conditions]
    for keyword, value in keywords.items():
        if keyword not in parameters:
            raise QueryError(f"{of} can't be asked for by {keyword!r}. {nearest(keyword, parameters)}")
        asked.append((parameters[keyword], value))
    for parameter, value in asked:
        if parameter.name in spelled:
            raise QueryError(f"{of}: {parameter.keyword!r} was given twice; the API takes one.")
        spelled[parameter.name] = _texts(parameter, value, f"{of}: {parameter.keyword!r}")
    return spelled


def _of_condition(condition: Condition, parameters: Mapping[str, Parameter], of: str) -> tuple[Parameter, object]:
    if not isinstance(condition, Condition):
        raise QueryError(
            f"{of}: list() takes conditions, such as where('updated_at') > since, not a {type(condition).__name__}."
        )
    there = [parameter for parameter in parameters.values() if parameter.field == condition.field]
    if not there:
        fields = {parameter.field for parameter in parameters.values()}
        raise QueryError(f"{of} can't be filtered by {condition.field!r}. {nearest(condition.field, fields)}")
    for parameter in there:
        if parameter.operator == condition.operator:
            return parameter, condition.value
    operators = ", ".join({"=": "=="}.get(parameter.operator, parameter.operator) for parameter in there)
    raise QueryError(f"{of}: {condition.field!r} can only be compared with {operators}.")


def _texts(parameter: Parameter, value: object, subject: str) -> tuple[str, ...]:
    if parameter.type not in ("ids", "texts"):
        return (_text(parameter, value, subject),)
    several = isinstance(value, Collection) and not isinstance(value, (str, bytes, bytearray, Mapping))
    values = list(value) if several and isinstance(value, Collection) else [value]
    if not values:
        raise QueryError(f"{subject} was given an empty list, which nothing can equal; leave that request out.")
    if len(values) > MOST_VALUES:
        raise QueryError(f"{subject} was given {len(values)} values; ask for at most {MOST_VALUES} at once.")
    return tuple(_text(parameter, one, subject) for one in values)


def _text(parameter: Parameter, value: object, subject: str) -> str:
    match parameter.type:
        case "id" | "ids":
            return identifier(value, parameter.kinds, subject, QueryError)
        case "number" if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        case "text" | "texts" if isinstance(value, str):
            if parameter.one_of and value not in parameter.one_of:
                raise QueryError(f"{subject} has no such value. {nearest(value, parameter.one_of)}")
            return value
        case "boolean" if isinstance(value, bool):
            return "true" if value else "false"
        case "date" if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        case "moment" if isinstance(value, datetime):
            return moment_text(value, parameter.operator, subject)
    wanted = {
        "number": "an int",
        "text": "a str",
        "texts": "a str, or several",
        "boolean": "True or False",
        "date": "a datetime.date",
        "moment": "a datetime.datetime with a time zone",
    }[parameter.type]
    raise QueryError(f"{subject} needs {wanted}, not a {type(value).__name__}.")
