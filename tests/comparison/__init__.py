"""Compares two simulated accounts record by record, by what a correct copy must hold.

Nothing here knows how the copy was made: the rules come from the API's documented behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clinikomigrate.testing.kinds import KINDS

from .catalogue import pair_catalogue
from .diary import pair_diary
from .pairing import Account, Accounts
from .people import pair_patients, pair_referral_sources, pair_relationships, pair_small_records
from .practice import match_practice, pair_reference_numbers
from .records import compare_case_files, pair_cases, pair_files, pair_forms, pair_memos, pair_notes

if TYPE_CHECKING:
    from clinikomigrate.testing.account import SimulatedAccount
    from clinikomigrate.testing.fake import FakeCliniko

__all__ = ["counts", "differences", "messages", "source_writes"]


def differences(
    source: Account,
    destination: Account,
    *,
    businesses: Mapping[str, str] | None = None,
    practitioners: Mapping[str, str] | None = None,
) -> list[str]:
    """Finds every record that is missing, doubled or different in the destination.

    What the API can't carry is no difference: times of creation, series, body charts, stock movements, invoices,
    messages other than memos, weekly rosters.

    Args:
        source: The account that was copied.
        destination: The account that holds the copy, and nothing else.
        businesses: Names in the destination by names in the source, where they are not the same.
        practitioners: The same for practitioners, first and last name.

    Returns:
        One line for each difference, with the kind, the ids and the field.
    """
    accounts = Accounts(source, destination)
    match_practice(accounts, businesses or {}, practitioners or {})
    pair_reference_numbers(accounts)
    pair_catalogue(accounts)
    pair_patients(accounts)
    pair_relationships(accounts)
    pair_referral_sources(accounts)
    pair_small_records(accounts)
    pair_cases(accounts)
    pair_diary(accounts)
    pair_files(accounts)
    compare_case_files(accounts)
    pair_notes(accounts)
    pair_forms(accounts)
    pair_memos(accounts)
    for kind in ("invoices", "invoice_items", "daily_availabilities"):
        for row in accounts.destination(kind):
            accounts.say(f"{kind} {row['id']} in the destination: no API writes such records")
    return accounts.differences


def counts(fake: FakeCliniko) -> dict[str, int]:
    """Counts the records of every kind, hidden ones too; kinds without any are left out."""
    found = {kind: len(fake.rows(kind)) for kind in KINDS if kind != "bookings"}
    return {kind: number for kind, number in found.items() if number}


def messages(destination: SimulatedAccount) -> list[str]:
    """Lists the messages that patients would have got; a transfer sends none."""
    return [str(message) for message in destination.outbox]


def source_writes(source: SimulatedAccount) -> list[str]:
    """Lists the requests to an account that are not reads; a transfer sends its source none."""
    return [f"{request.method} {request.path}" for request in source.log if request.method != "GET"]
