"""What of a clinic a filter takes, worked out from the account's rows alone.

Nothing here knows how a filter chooses: the rules are those that the documentation gives to users.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.kinds import KINDS

Row = dict[str, Any]
Ids = frozenset[str]

BOOKINGS: Final = ("individual_appointments", "group_appointments", "unavailable_blocks")
_PLACED: Final = ("availability_blocks", "daily_availabilities", "practitioner_reference_numbers")
_POINTERS: Final = {
    "appointment_type_id": "appointment_types",
    "billable_item_id": "billable_items",
    "concession_type_id": "concession_types",
    "contact_id": "contacts",
    "product_id": "products",
    "product_supplier_id": "product_suppliers",
    "recall_type_id": "recall_types",
    "referring_doctor_id": "contacts",
    "referrer_id": "contacts",
    "tax_id": "taxes",
    "treatment_note_template_id": "treatment_note_templates",
    "unavailable_block_type_id": "unavailable_block_types",
}
"""The columns that point at the catalogue or a contact, in whatever kind of record."""
_HANGING: Final = {
    "appointment_type_billable_items": ("appointment_type_id", "appointment_types"),
    "appointment_type_products": ("appointment_type_id", "appointment_types"),
    "concession_prices": ("billable_item_id", "billable_items"),
    "stock_adjustments": ("product_id", "products"),
    "invoice_items": ("invoice_id", "invoices"),
}
"""What goes with another record, and nowhere without it."""
_CATALOGUE: Final = frozenset({*_POINTERS.values(), "patient_form_templates"})
_NOBODY_S: Final = ("unavailable_blocks", *_PLACED)


@attrs.frozen
class Choice:
    """What a filter chooses of each family of records; None for all.

    Attributes:
        patients: Patients.
        bookings: Bookings of the three kinds.
        placed: Hours, rosters and reference numbers.
        notes: Treatment notes.
        in_time: Bookings to which what goes may be linked.
    """

    patients: Ids | None = None
    bookings: Ids | None = None
    placed: Ids | None = None
    notes: Ids | None = None
    in_time: Ids | None = None

    def __and__(self, other: Choice) -> Choice:
        """Returns what both choose."""
        both = zip(attrs.astuple(self), attrs.astuple(other), strict=True)
        return Choice(*(b if a is None else a if b is None else a & b for a, b in both))


class Books:
    """A clinic's rows, and what one may choose of them.

    Args:
        account: The account that holds them.
    """

    def __init__(self, account: FakeCliniko) -> None:
        self.account = account
        self._rows: dict[str, list[Row]] = {}

    def rows(self, kind: str) -> list[Row]:
        """Gives a kind's rows, hidden ones too."""
        if kind not in self._rows:
            self._rows[kind] = self.account.rows(kind)
        return self._rows[kind]

    # The filters.

    def placed(self, column: str, *ids: str) -> Choice:
        """Chooses by business or practitioner."""
        booked = self._bookings(lambda row: row[column] in ids)
        notes = [row for row in self.rows("treatment_notes") if row.get(column) in ids]
        return Choice(
            patients=self._merged(self._booked(booked) | {row["patient_id"] for row in notes}),
            bookings=booked,
            placed=frozenset(row["id"] for kind in _PLACED for row in self.rows(kind) if row[column] in ids),
            notes=frozenset(row["id"] for row in notes) if column == "practitioner_id" else None,
        )

    def of_patients(self, *ids: str) -> Choice:
        """Chooses patients: a pilot."""
        patients = self._merged(ids)
        attended = {row["booking_id"] for row in self.rows("attendees") if row["patient_id"] in patients}
        return Choice(patients=patients, bookings=frozenset(attended), placed=frozenset())

    def between(self, start: datetime, end: datetime | None = None) -> Choice:
        """Chooses bookings, hours and what is linked to bookings by time."""

        def in_time(row: Row) -> bool:
            when = datetime.fromisoformat(row["starts_at"])
            return start <= when and (end is None or when < end)

        booked = self._bookings(in_time)
        late = {row["id"] for kind in _PLACED for row in self.rows(kind) if "starts_at" in row and not in_time(row)}
        placed = frozenset(row["id"] for kind in _PLACED for row in self.rows(kind)) - late
        return Choice(bookings=booked, placed=placed, in_time=booked)

    def seen_since(self, start: datetime) -> Choice:
        """Chooses patients who have a booking since."""
        booked = self._bookings(lambda row: datetime.fromisoformat(row["starts_at"]) >= start)
        return Choice(patients=self._merged(self._booked(booked)))

    def active(self) -> Choice:
        """Chooses patients who are not archived."""
        return Choice(patients=self._merged({row["id"] for row in self.rows("patients") if not row["archived_at"]}))

    def _bookings(self, takes: Callable[[Row], bool]) -> Ids:
        return frozenset(row["id"] for kind in BOOKINGS for row in self.rows(kind) if takes(row))

    def _booked(self, bookings: Collection[str]) -> set[str]:
        return {row["patient_id"] for row in self.rows("attendees") if row["booking_id"] in bookings}

    def _merged(self, patients: Iterable[str]) -> Ids:
        """Adds whom patients were merged into, and who was merged into them."""
        pairs = [{row["id"], row["merged_with_patient_id"]} for row in self.rows("patients")]
        found, before = set(patients), 0
        while len(found) > before:
            before = len(found)
            for pair in pairs:
                if None not in pair and pair & found:
                    found |= pair
        return frozenset(found)

    # What follows from a choice.

    def taken(self, choice: Choice) -> dict[str, Ids]:
        """Gives the ids of what goes, by kind."""
        found = {kind: self._own(kind, choice) for kind in KINDS if kind not in _CATALOGUE and kind not in _HANGING}
        if choice.patients is None:
            found |= {kind: frozenset(row["id"] for row in self.rows(kind)) for kind in _CATALOGUE}
        else:
            found |= self._needed(found)
        for kind, (column, parent) in _HANGING.items():
            found[kind] = frozenset(row["id"] for row in self.rows(kind) if row[column] in found[parent])
        return found

    def listed(self, taken: Mapping[str, Ids]) -> dict[str, int]:
        """Counts what of that the API shows: archived suppliers it never lists."""
        return {kind: len(ids - self.hidden_suppliers) for kind, ids in taken.items()}

    @property
    def hidden_suppliers(self) -> Ids:
        """The ids of archived suppliers, which the API never lists."""
        return frozenset(row["id"] for row in self.rows("product_suppliers") if row["archived_at"])

    def _own(self, kind: str, choice: Choice) -> Ids:
        rows = self.rows(kind)
        seats = {row["id"]: row["booking_id"] for row in self.rows("attendees")}

        def goes(row: Row) -> bool:
            patient = row["id"] if kind == "patients" else row.get("patient_id")
            if choice.patients is not None and patient is not None and patient not in choice.patients:
                return False
            if kind in BOOKINGS or kind == "attendees":
                booking = row["booking_id"] if kind == "attendees" else row["id"]
                return choice.bookings is None or booking in choice.bookings
            if kind in _PLACED:
                return choice.placed is None or row["id"] in choice.placed
            if kind == "treatment_notes" and choice.notes is not None and row["id"] not in choice.notes:
                return False
            linked = {row.get("booking_id"), row.get("appointment_id"), seats.get(row.get("attendee_id") or "")}
            return choice.in_time is None or linked - {None} <= choice.in_time

        return frozenset(row["id"] for row in rows if goes(row))

    def _needed(self, found: Mapping[str, Ids]) -> dict[str, Ids]:
        """Works out what of the catalogue and contacts what goes points at, and what that points at in turn."""
        needed: dict[str, set[str]] = {kind: set() for kind in _CATALOGUE}
        there = {kind: {row["id"] for row in self.rows(kind)} for kind in _CATALOGUE}

        def point(rows: Iterable[Row]) -> None:
            for row in rows:
                for column, kind in _POINTERS.items():
                    if row.get(column) in there[kind]:
                        needed[kind].add(row[column])

        for kind, ids in found.items():
            if KINDS[kind].left_behind is None:
                point(row for row in self.rows(kind) if row["id"] in ids)
        before = -1
        while before < (before := sum(map(len, needed.values()))):
            for kind in _CATALOGUE:
                point(row for row in self.rows(kind) if row["id"] in needed[kind])
            for kind in ("appointment_type_billable_items", "appointment_type_products", "concession_prices"):
                column, parent = _HANGING[kind]
                point(row for row in self.rows(kind) if row[column] in needed[parent])
        return {kind: frozenset(ids) for kind, ids in needed.items()}


class Excerpt:
    """What is chosen of an account, as an account of its own: what points at something outside points nowhere.

    Args:
        books: The clinic's rows.
        taken: The ids of what goes, by kind.
    """

    def __init__(self, books: Books, taken: Mapping[str, Ids]) -> None:
        self._books = books
        self._taken = taken
        self.emptied: Counter[tuple[str, str]] = Counter()
        self._kept = {kind: self._excerpt(kind) for kind in taken}

    def rows(self, kind: str) -> list[Row]:
        """Gives a kind's rows; what is no part of a transfer's choice is there as a whole."""
        return self._kept[kind] if kind in self._kept else self._books.rows(kind)

    def custom_fields_definition(self) -> Row:
        """Gives the definition of patients' custom fields."""
        return self._books.account.custom_fields_definition()

    @property
    def settings(self) -> Row:
        """The account's settings."""
        return self._books.account.settings

    def _excerpt(self, kind: str) -> list[Row]:
        chosen = [row for row in self._books.rows(kind) if row["id"] in self._taken[kind]]
        return [kept for row in chosen if (kept := self._without_strangers(kind, row)) is not None]

    def _without_strangers(self, kind: str, row: Row) -> Row | None:
        """Empties a row's links to what does not go; None for a record that can't be without them."""
        if kind == "relationships" and row["related_patient_id"] not in self._taken["patients"]:
            self.emptied[kind, "record"] += 1
            return None
        if kind == "products" and row["product_supplier_id"] in self._books.hidden_suppliers:
            self.emptied[kind, "product_supplier"] += 1
        bookings = frozenset().union(*(self._taken[each] for each in BOOKINGS))
        links = {"booking_id": bookings, "attendee_id": self._taken["attendees"]}
        if kind == "referral_sources":
            links["referrer_id"] = self._taken["patients"] | self._taken["contacts"]
        changes: Row = {}
        for column, going in links.items() if kind not in ("attendees", "communications", "invoices") else ():
            if row.get(column) is not None and row[column] not in going:
                self.emptied[kind, column.removesuffix("_id")] += 1
                changes[column] = None
        return {**row, **changes}

    def classes_kept_in_part(self) -> int:
        """Counts the classes some of whose live attendees stay behind."""
        live = [row for row in self._books.rows("attendees") if not (row["cancelled_at"] or row["archived_at"])]
        outside = {row["booking_id"] for row in live if row["patient_id"] not in self._taken["patients"]}
        return len(outside & self._taken["group_appointments"])
