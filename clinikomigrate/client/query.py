"""Conditions on a list, and what each type of field can be asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.suggestion import nearest
from clinikomigrate.errors import QueryError

Operator: TypeAlias = Literal["=", "!=", ">", ">=", "<", "<=", "~", "~~", "?", "!?", "*"]
"""An operator as the API has it: `~` contains, `~~` matches with `%`, `?` is not null, `!?` is null, `*` any value."""

One: TypeAlias = str | int | bool | date | datetime | Ref[Any]
"""What one value of a condition can be. `Any`: a Ref of whatever kind the field points at."""

Value: TypeAlias = One | Collection[One]
"""What a condition compares with: one value, or any of several."""

MOST_VALUES: Final = 100
"""How many values one any-of may have. 100 ids of 19 digits fit into any server's limit for a URL."""


@attrs.frozen(repr=False)
class Condition:
    """One condition on a list; several given to one list must all hold.

    Made with `where`, not by hand. Its repr leaves the value out: it may be a patient's name.

    Attributes:
        field: The field's name as the API filters by it: `"updated_at"`.
        operator: How it compares.
        value: What it compares with; None for the operators that take no value.
    """

    field: str
    operator: Operator
    value: Value | None = None

    def __repr__(self) -> str:
        return f"<Condition {self.field} {self.operator}>"

    def __bool__(self) -> bool:
        raise QueryError(
            f"A condition on {self.field!r} was used as if it were true or false. Give several conditions to list() "
            "separated by commas instead of joining them with `and`, `or` or a chained comparison."
        )


@attrs.frozen(eq=False)
class Field:
    """A field's name, waiting to be compared: `where("updated_at") >= since`.

    Attributes:
        name: The field's name as the API filters by it.
    """

    name: str

    __hash__ = None  # type: ignore[assignment]  # == makes a condition, so a Field can't be looked up in a set

    def __eq__(self, value: Value) -> Condition:  # type: ignore[override]  # a comparison gives a condition, not a bool
        return Condition(self.name, "=", value)

    def __ne__(self, value: Value) -> Condition:  # type: ignore[override]  # a comparison gives a condition, not a bool
        return Condition(self.name, "!=", value)

    def __gt__(self, value: One) -> Condition:
        return Condition(self.name, ">", value)

    def __ge__(self, value: One) -> Condition:
        return Condition(self.name, ">=", value)

    def __lt__(self, value: One) -> Condition:
        return Condition(self.name, "<", value)

    def __le__(self, value: One) -> Condition:
        return Condition(self.name, "<=", value)

    def contains(self, value: str | int | Ref[Any]) -> Condition:
        """Holds where a text has this part, or where a list of ids has this id (`Any`: a Ref of any kind)."""
        return Condition(self.name, "~", value)

    def like(self, pattern: str) -> Condition:
        """Holds where a text matches the pattern; `%` stands for any number of characters."""
        return Condition(self.name, "~~", pattern)

    def is_null(self) -> Condition:
        """Holds where the field has no value."""
        return Condition(self.name, "!?")

    def not_null(self) -> Condition:
        """Holds where the field has a value."""
        return Condition(self.name, "?")


def where(field: str) -> Field:
    """Names the field of a condition.

    Args:
        field: The field's name as the API filters by it: `"starts_at"`, `"patient_id"`.

    Returns:
        A Field; compare it with `== != > >= < <=` or call `contains`, `like`, `is_null` or `not_null`. `==` with a
        list, tuple or set means any of its values, `!=` none of them.
    """
    return Field(field)


@attrs.frozen
class FieldType:
    """What a filterable field holds, and so what it can be asked.

    Attributes:
        name: The type's name in the API description: `int64` (an id), `integer`, `string`, `boolean`, `date`,
            `date-time` or `array` (of ids).
        kinds: For ids, the kinds of record that they can belong to; empty where any Ref will do.
    """

    name: Literal["int64", "integer", "string", "boolean", "date", "date-time", "array"]
    kinds: frozenset[str] = frozenset()

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The operators that the API has for this type."""
        return _OPERATORS[self.name]


_ORDER: Final[tuple[Operator, ...]] = (">", ">=", "<", "<=", "?", "!?")
_OPERATORS: Final[Mapping[str, tuple[Operator, ...]]] = {
    "int64": ("=", "!=", *_ORDER),
    "integer": ("=", "!=", *_ORDER),
    "string": ("=", "!=", "~", "~~", "?", "!?"),
    "boolean": ("=", "!="),
    "date": ("=", *_ORDER),
    "date-time": (*_ORDER, "*"),
    "array": ("~",),
}
_SPELLED: Final[Mapping[Operator, str]] = {
    "=": "==",
    "~": ".contains()",
    "~~": ".like()",
    "?": ".not_null()",
    "!?": ".is_null()",
}
_DIGITS = re.compile(r"\d{1,19}", re.ASCII)
_DAY = re.compile(r"[\d*]{4}-[\d*]{2}-[\d*]{2}", re.ASCII)


def render(condition: Condition, fields: Mapping[str, FieldType], of: str) -> tuple[str, ...]:
    """Spells a condition as the API's `q[]` values, after checking it.

    Args:
        condition: The condition.
        fields: The list's filterable fields.
        of: What the list lists, for messages: `"patients"`.

    Returns:
        One value, `patient_id:=1,2`; several for a `!=` with several values, which must all hold.

    Raises:
        QueryError: The list has no such field, the field's type no such operator, or the value is of another type.
    """
    field, operator, value = condition.field, condition.operator, condition.value
    kind = fields.get(field)
    if kind is None:
        raise QueryError(f"{of} can't be filtered by {field!r}. {nearest(field, fields)}")
    subject = f"{of}: {field!r} ({kind.name})"
    if operator not in kind.operators:
        there = ", ".join(_SPELLED.get(known, known) for known in kind.operators if known != "*")
        raise QueryError(f"{subject} has no {_SPELLED.get(operator, operator)}; it has {there}.")
    if operator in {"?", "!?", "*"}:
        return (f"{field}:{operator}",)
    if value is None:
        raise QueryError(f"{subject} was compared with None; use where({field!r}).is_null() or .not_null().")
    if isinstance(value, (str, int, date, Ref)):
        return (f"{field}:{operator}{_text(value, kind, operator, subject)}",)
    return _any_of(value, kind, condition, subject)


def _any_of(values: Collection[One], kind: FieldType, condition: Condition, subject: str) -> tuple[str, ...]:
    field, operator = condition.field, condition.operator
    if not isinstance(values, Collection) or isinstance(values, (bytes, bytearray, Mapping)):
        raise QueryError(f"{subject} can't be compared with a {type(values).__name__}.")
    if operator not in {"=", "!="}:
        raise QueryError(f"{subject}: only == and != take several values, not {_SPELLED.get(operator, operator)}.")
    if operator == "=" and kind.name not in {"int64", "integer"}:
        raise QueryError(f"{subject}: the API takes several values for ids and numbers only; ask once for each value.")
    if not values:
        raise QueryError(f"{subject} was compared with an empty list, which nothing can equal; leave that request out.")
    if len(values) > MOST_VALUES:
        raise QueryError(f"{subject} was given {len(values)} values; ask for at most {MOST_VALUES} at once.")
    texts = [_text(value, kind, operator, subject) for value in values]
    if operator == "!=":
        return tuple(f"{field}:!={text}" for text in texts)
    return (f"{field}:={','.join(texts)}",)


def _text(value: object, kind: FieldType, operator: Operator, subject: str) -> str:  # noqa: PLR0911  # one for each type
    """One value as the API reads it."""
    match kind.name:
        case "int64" | "array":
            return identifier(value, kind.kinds, subject, QueryError)
        case "integer" if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        case "string" if isinstance(value, str):
            return value
        case "boolean" if isinstance(value, bool):
            return "true" if value else "false"
        case "date" if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        case "date" if isinstance(value, str) and operator == "=" and _DAY.fullmatch(value):
            return value
        case "date-time" if isinstance(value, datetime):
            return moment_text(value, operator, subject)
    wanted = {
        "integer": "an int",
        "string": "a str",
        "boolean": "True or False",
        "date": "a datetime.date (== also takes a text such as '****-05-**')",
        "date-time": "a datetime.datetime with a time zone",
    }[kind.name]
    raise QueryError(f"{subject} needs {wanted}, not a {type(value).__name__}.")


def moment_text(value: datetime, operator: Operator, subject: str) -> str:
    """Spells a time as the APIs read it: in UTC, to the second.

    Args:
        value: The time.
        operator: How it is compared: where it is an upper bound, a part of a second counts as a whole one.
        subject: What needs the time, for the message.

    Raises:
        QueryError: It has no zone, or is outside of the calendar in UTC.
    """
    if value.utcoffset() is None:
        raise QueryError(f"{subject} needs a datetime with a time zone, such as datetime.now(timezone.utc).")
    try:
        moment = value.astimezone(UTC)
        if operator in {"<", "<="} and moment.microsecond:
            moment += timedelta(seconds=1)  # whole seconds only: rather a row too many than one too few
    except OverflowError:
        raise QueryError(f"{subject} was given a moment outside the calendar.") from None
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def identifier(value: object, kinds: Collection[str], subject: str, error: type[Exception]) -> str:
    """Reads a record's id from what a caller gave for it.

    Args:
        value: An id (digits in a str, or an int) or a Ref.
        kinds: The kinds that a Ref may have; empty where any will do.
        subject: What needs the id, for the message.
        error: The exception to raise.

    Returns:
        The id's digits.
    """
    if isinstance(value, Ref):
        if kinds and value.kind not in kinds:
            raise error(f"{subject} needs a record of {' or '.join(sorted(kinds))}, not of {value.kind}.")
        value = value.id
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise error(f"{subject} needs an id (digits in a str) or a Ref, not a {type(value).__name__}.")
    if not _DIGITS.fullmatch(value):
        raise error(f"{subject} needs an id, which is digits only.")
    return value
