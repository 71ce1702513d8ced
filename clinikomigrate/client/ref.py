"""A typed pointer to one record."""

from __future__ import annotations

import re
from typing import Any, Generic, TypeVar
from urllib.parse import unquote, urlsplit

import attrs

T_co = TypeVar("T_co", covariant=True)

_VERSION = re.compile(r"v\d+", re.ASCII)
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)
_WORD = re.compile(r"[a-z_]+", re.ASCII)


@attrs.frozen(repr=False)
class Ref(Generic[T_co]):
    """Points at one record of an account: its kind and its id.

    The APIs give links instead of ids (`https://…/v1/patients/123`); a `Ref` is what such a link says.
    The type in brackets is the model that the record has: `Ref[Patient]`.

    Attributes:
        kind: The record kind's name as the link's path has it: `"patients"`. `"bookings"` stands for whichever of
            individual appointments, group appointments and unavailable blocks holds the id.
        id: The record's id, digits in a string (19 digits overflow a float).
    """

    kind: str
    id: str

    def __repr__(self) -> str:
        return f"Ref({self.kind!r}, {self.id!r})"

    @classmethod
    def from_link(cls, link: str) -> Ref[Any] | None:
        """Reads the record that a link points at.

        Args:
            link: An absolute or relative URL. Its host is not looked at: a Ref is never fetched by URL.

        Returns:
            The Ref, or None where the link points at a collection and not at one record.

        Raises:
            ValueError: It is no link that the API could have made.
        """
        segments = [unquote(part) for part in urlsplit(link).path.split("/") if part]
        segments = [part for part in segments if not _VERSION.fullmatch(part)]
        match segments:
            case [*_, kind, id] if _WORD.fullmatch(kind) and _NUMBER.fullmatch(id):
                return cls(kind, id)
            case [*_, kind] if _WORD.fullmatch(kind):
                return None
        raise ValueError("no link to a record, and none to a collection")
