"""What the two accounts are to each other."""

from __future__ import annotations

from collections.abc import Iterator

from clinikomigrate.cliniko.models import Settings
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.sink import Account
from clinikomigrate.transfer.survey import Survey


def source_id(settings: Settings) -> str:
    """Returns the id of the source's account.

    Args:
        settings: The source's.

    Raises:
        ConfigurationError: They don't say which account it is.
    """
    if settings.account is None or not settings.account.id:
        raise ConfigurationError("The source's settings name no account; check `base_url`.")
    return str(settings.account.id)


def one_account(account: Account) -> Finding:
    """Says that both sides are one account.

    Args:
        account: The destination's.
    """
    return CODES.finding(
        "same-account",
        f"Source and destination are the same account ({account.name!r}).",
        "Give the source a key of the old account and the destination a key of the new one.",
    )


def regions_differ(survey: Survey) -> Iterator[Finding]:
    """Finds that the accounts lie in different regions.

    Args:
        survey: What was read of both accounts.
    """
    regions = survey.region, survey.account.region if survey.account else None
    if None not in regions and regions[0] != regions[1]:
        yield CODES.finding(
            "regions-differ",
            f"The source keeps its records in the region {regions[0]!r}, the destination in {regions[1]!r}: health "
            "data leaves its jurisdiction.",
            "Make sure that the law, your contracts and what patients agreed to allow it, before the run.",
        )
