"""Texts that can be found again wherever they come out: one for each field of each record about a patient."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.columns import Column
from clinikomigrate.testing.kinds import KINDS

ABOUT_PATIENTS: Final = (
    "patients",
    "contacts",
    "relationships",
    "referral_sources",
    "medical_alerts",
    "patient_cases",
    "recalls",
    "individual_appointments",
    "group_appointments",
    "attendees",
    "unavailable_blocks",
    "treatment_notes",
    "patient_forms",
    "patient_attachments",
    "communications",
    "invoices",
    "invoice_items",
)
"""The kinds whose texts are nobody's business. What the clinic calls its places, people and wares may be shown."""

MARK: Final = re.compile(r"zq\d+xq|88811122\d*|1903-07-\d\d|N[A-Z]9357\d*", re.IGNORECASE)
"""A text mark, a telephone number, a date of birth, a veteran's card."""

_BORN: Final = "1903-07-{:02}"
_CARD: Final = "NX9357{:02}"
_PHONE: Final = "88811122{}"

_PLAIN: Final = frozenset(
    {
        "content_type",  # a MIME type
        "country_code",
        "doctor_type",
        "phone_type",
        "referral_type",
        "reminder_type",
        "time_zone",
        "token",
        "type",
        "unsaid",
        "signature_id",
        "body_chart_ids",
        "repeating_type",
    }
)
"""What has only the values that the API knows, and so says nothing of anybody."""


class Marks:
    """Hands out marks, each once, and knows where each was put."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<Marks: {len(self.places)}>"

    def next(self, place: str) -> str:
        """Makes a mark."""
        mark = f"zq{len(self.places) + 1}xq"
        self.places[mark] = place
        return mark

    def text(self, text: str, place: str) -> str:
        """Puts a mark before a text, which keeps its form: an address stays one, and so does a page of HTML."""
        return f"{self.next(place)} {text}".strip()

    def value(self, name: str, value: object, place: str) -> Any:  # Any: of the type that `value` has
        """Puts marks into a value of JSON, at any depth.

        Args:
            name: What it is called where it stands.
            value: The value.
            place: Where it stands, for whoever finds the mark.
        """
        if name in _PLAIN or value is None:
            return value
        if isinstance(value, dict):
            return {key: self.value(key, each, f"{place}.{key}") for key, each in value.items()}
        if isinstance(value, list):
            return [self.value(name, each, place) for each in value]
        if isinstance(value, bytes):
            return self.text("", place).encode() + value
        if isinstance(value, str):
            return self._marked(name, value, place)
        return value

    def _marked(self, name: str, text: str, place: str) -> str:
        if "email" in name and text:
            return f"{self.next(place)}@example.com"
        if name == "number":
            return _PHONE.format(len(self.places))
        if name == "dva_card_number" and text:
            return _CARD.format(len(self.places) % 100)
        if name.endswith("_at"):
            return text
        return self.text(text, place)


def mark(fake: FakeCliniko, marks: Marks) -> None:
    """Puts marks into every text about patients that an account holds, and dates of birth that can be found again."""
    for kind in ABOUT_PATIENTS:
        for row in list(fake.store.all(kind)):
            changed = dict(_marked_columns(kind, row, marks))
            if isinstance(changed.get("content"), bytes):
                changed["size"] = len(changed["content"])
            fake.store.change(kind, row, **changed)


def _marked_columns(kind: str, row: dict[str, Any], marks: Marks) -> Iterator[tuple[str, Any]]:
    for column in KINDS[kind].columns:
        value = row.get(column.name)
        place = f"{kind}.{column.name}"
        if column.name == "date_of_birth":
            yield column.name, _BORN.format(int(row["id"]) % 28 + 1)
        elif value not in (None, "") and (
            column.type == "object" or (column.type == "text" and not column.one_of and column.to == "")
        ):
            yield column.name, _cut(column, marks.value(column.name, value, place))


def _cut(column: Column, value: Any) -> Any:  # Any: a value of JSON
    return value[: column.longest] if isinstance(value, str) else value


@attrs.frozen(repr=False)
class Secrets:
    """What must come out nowhere: keys, in every form that they are sent in, and marks."""

    keys: tuple[str, ...]

    def found_in(self, text: str) -> set[str]:
        """Says what of it stands in a text."""
        return {match.lower() for match in MARK.findall(text)} | {
            f"key {number}" for number, key in enumerate(self.keys) if any(form in text for form in _forms(key))
        }

    def has_key(self, text: str) -> bool:
        """Tells whether a key stands in a text, in any form."""
        return any(form in text for key in self.keys for form in _forms(key))


def _forms(key: str) -> tuple[str, str, str]:
    coded = base64.b64encode(f"{key}:".encode()).decode()
    return key, key.rpartition("-")[0] or key, coded.rstrip("=")[:-2]
