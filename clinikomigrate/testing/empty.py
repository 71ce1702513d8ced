"""A fresh account, set up by hand as a transfer needs it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from clinikomigrate.testing.fake import FakeCliniko

_NOT_COPIED = frozenset({"id", "created_at", "updated_at", "archived_at", "deleted_at", "appointment_type_ids"})


def empty_destination(
    source: FakeCliniko,
    *,
    subdomain: str = "new-clinic",
    shard: str | None = None,
    seed: int = 1,
    archived_fields: bool = False,
) -> FakeCliniko:
    """Makes an account to move a clinic to, with what its owner sets up by hand beforehand and no records.

    There are the same businesses (all of them open), users and practitioners (active and inactive) by name, the same
    referral source types, and custom fields of the same names; ids and tokens are all different. The clock and the
    limit on requests are the source's.

    Args:
        source: The account that will be moved.
        subdomain: The new account's name.
        shard: The new account's shard; the source's if not given.
        seed: What the new account's ids and tokens are made from.
        archived_fields: Whether custom fields and options that are archived in the source are there, archived, too.

    Returns:
        The new account.
    """
    destination = FakeCliniko(
        subdomain=subdomain,
        shard=shard or source.shard,
        country_code=source.country_code,
        time_zone=source.time_zone,
        seed=seed,
        clock=source.clock,
        rate_limit=source.limit.per_minute,
    )
    businesses = {row["id"]: destination.add("businesses", **_by_hand(row)) for row in source.rows("businesses")}
    users = {row["id"]: destination.add("users", **_by_hand(row)) for row in source.rows("users")}
    practitioners: list[dict[str, Any]] = source.rows("practitioners")
    for row in practitioners:
        values = _by_hand(row) | {
            "user_id": users[row["user_id"]] if row["user_id"] else None,
            "default_appointment_type_id": None,
            "business_ids": [businesses[business] for business in row["business_ids"] or []],
        }
        destination.add("practitioners", **values)
    for row in source.rows("referral_source_types"):
        if row["archived_at"] is None:
            destination.add("referral_source_types", **_by_hand(row))
    definition = source.custom_fields_definition()
    destination.settings["patient_custom_fields_definition"] = _retokened(definition, seed, archived_fields)
    return destination


def _by_hand(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _NOT_COPIED}


def _retokened(part: Any, seed: int, archived: bool) -> Any:
    """Copies a definition with other tokens, and without what is archived unless that is wanted."""
    if isinstance(part, list):
        return [_retokened(one, seed, archived) for one in part if archived or not _is_archived(one)]
    if not isinstance(part, dict):
        return part
    return {
        name: _other_token(value, seed) if name == "token" else _retokened(value, seed, archived)
        for name, value in part.items()
    }


def _is_archived(part: Any) -> bool:
    return isinstance(part, dict) and part.get("archived") is True


def _other_token(token: str, seed: int) -> str:
    """Gives a token as different as can be, the same for the same token and seed."""
    mask = int.from_bytes((seed * 2 + 1).to_bytes(2, "big") * 8, "big")
    return str(UUID(int=UUID(token).int ^ mask, version=4))
