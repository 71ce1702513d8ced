"""Who and what is matched by name: businesses, people, referral source types."""

from __future__ import annotations

from collections.abc import Mapping

from .expectations import plain
from .pairing import Accounts, Copy, Original, Row


def match_practice(accounts: Accounts, businesses: Mapping[str, str], practitioners: Mapping[str, str]) -> None:
    """Matches what a clinic sets up by hand; a record without a match is noted when something points at it."""
    for kind, renamed in (
        ("businesses", businesses),
        ("practitioners", practitioners),
        ("users", {}),
        ("referral_source_types", {}),
    ):
        there = {_name(row): row["id"] for row in reversed(accounts.destination(kind))}
        for row in accounts.source(kind):
            copy = there.get(renamed.get(_name(row), _name(row)))
            if copy is not None:
                accounts.pairs[kind][row["id"]] = copy


def _name(row: Row) -> str:
    if "first_name" in row:
        return f"{row['first_name']} {row['last_name']}"
    return str(row.get("business_name") or row.get("name") or row.get("display_name"))


def pair_reference_numbers(accounts: Accounts) -> None:
    """Pairs practitioners' reference numbers."""
    kind = "practitioner_reference_numbers"
    links = {"business_id": "businesses", "practitioner_id": "practitioners"}

    def told(row: Row) -> dict[str, object]:
        return {name: plain(row.get(name)) for name in ("name", "reference_number")}

    accounts.pair(
        kind,
        tuple(links),
        [
            Original(row, told(row) | {name: accounts.copy_of(to, row.get(name)) for name, to in links.items()})
            for row in accounts.source(kind)
        ],
        [Copy(row, told(row) | {name: row.get(name) for name in links}) for row in accounts.destination(kind)],
    )
