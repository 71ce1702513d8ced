"""Columns of the simulated tables: what may be written into them and how it is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeAlias

import attrs

from clinikomigrate.testing.answers import BLANK, INVALID, NOT_LISTED

Row: TypeAlias = dict[str, Any]
"""One record as the simulation keeps it: JSON's values by column name, and bytes for a file."""

Type: TypeAlias = Literal[
    "text", "integer", "decimal", "number", "amount", "boolean", "date", "moment", "reference", "references", "object"
]
Write: TypeAlias = Literal["always", "create", "never"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGITS = re.compile(r"\d{1,19}")


class Refused(Exception):  # noqa: N818 - it carries the API's words for one field
    """A value can't be written; the text is what the API says of the field."""


@attrs.frozen
class Column:
    """One column of a kind of record.

    Attributes:
        name: The column's name in requests; a `reference` reads without its `_id`.
        type: What it holds. `decimal` is written as a string, `number` as a JSON number, `amount` as either; all three
            are kept and read as strings.
        write: When a request may give it.
        null: Whether a request may say null.
        longest: The most characters that a text may have.
        low: The lowest number.
        high: The highest number.
        one_of: The only values that it takes.
        pattern: What a text must look like.
        to: The kind that a reference points at; `bookings` for any of the three that share their ids.
        default: What a new record gets when nothing is given.
        blank: How nothing reads: None, or `""` as on older parts of the API.
        read: Whether answers show it.
        kept: Whether it is a column at all, or only something that requests say.
        key: What errors call it.
    """

    name: str
    type: Type = "text"
    write: Write = "always"
    null: bool = True
    longest: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    one_of: tuple[object, ...] = ()
    pattern: re.Pattern[str] | None = None
    to: str = ""
    default: object = None
    blank: str | None = None
    read: bool = True
    kept: bool = True
    key: str = ""

    @property
    def error_key(self) -> str:
        """Names the column as errors do: without the `_id` of a reference."""
        return self.key or (self.name.removesuffix("_id") if self.type == "reference" else self.name)


def text(name: str, longest: int | None = None, **more: Any) -> Column:  # Any: the other attributes of Column
    """Makes a column of text."""
    return Column(name, "text", longest=longest, **more)


def texts(names: str, longest: int | None = None, **more: Any) -> tuple[Column, ...]:  # Any: attributes of Column
    """Makes a column of text for each name."""
    return tuple(text(name, longest, **more) for name in names.split())


def flag(name: str, **more: Any) -> Column:  # Any: the other attributes of Column
    """Makes a column of true and false."""
    return Column(name, "boolean", **more)


def whole(name: str, low: int | None = None, high: int | None = None, **more: Any) -> Column:  # Any: as above
    """Makes a column of whole numbers between two bounds that it may touch."""
    return Column(name, "integer", low=_bound(low), high=_bound(high), **more)


def _bound(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def money(
    name: str, low: int | None = None, high: int = 3_999_999_999, holds: Type = "decimal", **more: Any
) -> Column:  # Any: the other attributes of Column
    """Makes a column of a decimal number: money, a quantity or a percentage."""
    return Column(name, holds, low=_bound(low), high=Decimal(high), **more)


def ref(name: str, to: str, **more: Any) -> Column:  # Any: the other attributes of Column
    """Makes a column that points at a record; no request may say null for it."""
    return Column(name, "reference", to=to, null=False, **more)


def refs(name: str, to: str, **more: Any) -> Column:  # Any: the other attributes of Column
    """Makes a column that points at several records."""
    return Column(name, "references", to=to, **more)


def stamp(name: str) -> Column:
    """Makes a column of a moment that no request may write."""
    return Column(name, "moment", "never")


def stamps(names: str) -> tuple[Column, ...]:
    """Makes a column of a moment that no request may write for each name."""
    return tuple(stamp(name) for name in names.split())


def moment(value: object) -> str:
    """Gives a moment as the API tells it: UTC, to the second, with a `Z`.

    Raises:
        Refused: It is no moment, or one without a time zone.
    """
    if isinstance(value, str) and "T" in value:
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise Refused(INVALID) from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Refused(INVALID)
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def calendar_date(value: object) -> str:
    """Gives a date as the API tells it.

    Raises:
        Refused: It is no date.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise Refused(INVALID)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise Refused(INVALID) from None


def decimal(value: object) -> str:
    """Gives a decimal number as the API tells it: `"10.0"`, `"12.55"`.

    Raises:
        Refused: It is no number.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Refused("is not a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Refused("is not a number") from None
    if not number.is_finite():
        raise Refused("is not a number")
    digits = f"{number:f}"
    whole_part, _, fraction = digits.partition(".")
    return f"{whole_part}.{fraction.rstrip('0') or '0'}"


def identifier(value: object) -> str:
    """Gives an id as the simulation keeps it, a string of digits.

    Raises:
        Refused: It is no id.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return value
    raise Refused(BLANK)


def kept_form(column: Column, value: object) -> object:  # noqa: PLR0911 - one for each type
    """Gives a value as the simulation keeps it, from JSON's or Python's types.

    Raises:
        Refused: It is of the wrong type for the column.
    """
    if value is None:
        return None
    match column.type:
        case "moment":
            return moment(value)
        case "date":
            return calendar_date(value)
        case "decimal" | "number" | "amount":
            return decimal(value)
        case "reference":
            return identifier(value)
        case "references":
            if not isinstance(value, Sequence) or isinstance(value, str):
                raise Refused(INVALID)
            return [identifier(one) for one in value]
        case "boolean":
            _must_be(isinstance(value, bool))
        case "integer":
            _must_be(isinstance(value, int) and not isinstance(value, bool))
        case "text":
            _must_be(isinstance(value, str))
        case _:
            pass
    return value


def written_form(column: Column, value: object) -> object:
    """Holds what a request gives against the column, and gives it as the simulation keeps it.

    Raises:
        Refused: The API wouldn't take it.
    """
    if value is None:
        if column.null:
            return None
        raise Refused(BLANK)
    if column.type == "decimal":
        _must_be(isinstance(value, str), "is not a number")
    if column.type == "number":
        _must_be(isinstance(value, int | float), "is not a number")
    kept = kept_form(column, value)
    if column.one_of and kept not in column.one_of:
        raise Refused(NOT_LISTED)
    if isinstance(kept, str) and column.longest is not None and len(kept) > column.longest:
        raise Refused(f"is too long (maximum is {column.longest} characters)")
    if isinstance(kept, str) and column.pattern is not None and not column.pattern.fullmatch(kept):
        raise Refused(INVALID)
    if column.low is not None and Decimal(str(kept)) < column.low:
        raise Refused(f"must be greater than or equal to {column.low}")
    if column.high is not None and Decimal(str(kept)) > column.high:
        raise Refused(f"must be less than or equal to {column.high}")
    return kept


def _must_be(right: bool, message: str = INVALID) -> None:
    if not right:
        raise Refused(message)
