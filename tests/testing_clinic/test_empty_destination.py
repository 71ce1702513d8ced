"""A fresh account, set up by hand."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.testing.empty import empty_destination
from clinikomigrate.testing.fake import FakeCliniko
from tests.comparison import counts

MATCHED = ("businesses", "users", "practitioners", "referral_source_types")


def _names(fake: FakeCliniko, kind: str) -> list[Any]:
    names = ("first_name", "last_name", "business_name", "name", "active", "role", "referrer_type", "subcategories")
    return [{name: row.get(name) for name in names} for row in fake.rows(kind)]


def _tokens(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*(_tokens(one) for one in part))
    if not isinstance(part, dict):
        return set()
    own = {part["token"]} if "token" in part else set()
    return own.union(*(_tokens(value) for value in part.values()))


@pytest.mark.parametrize("kind", MATCHED)
def test_same_names(clinic: FakeCliniko, kind: str) -> None:
    """Businesses, people and referral source types are there by name, under ids of their own."""
    destination = empty_destination(clinic)

    assert _names(clinic, kind) == _names(destination, kind)
    assert not {row["id"] for row in clinic.rows(kind)} & {row["id"] for row in destination.rows(kind)}


def test_no_records(clinic: FakeCliniko) -> None:
    """Nothing else is there."""
    assert set(MATCHED) == set(counts(empty_destination(clinic)))


def test_practitioners_belong_to_users(clinic: FakeCliniko) -> None:
    """Each practitioner is the user of the same name, and works at businesses of the new account."""
    destination = empty_destination(clinic)
    users = {row["id"]: row for row in destination.rows("users")}
    businesses = {row["id"] for row in destination.rows("businesses")}

    practitioners: list[dict[str, Any]] = destination.rows("practitioners")

    for row in practitioners:
        assert row["last_name"] == users[row["user_id"]]["last_name"]
        assert set(row["business_ids"]) <= businesses


def test_businesses_are_open(clinic: FakeCliniko) -> None:
    """Businesses that are archived in the source are open, so that old appointments can go there."""
    assert {None} == {row["archived_at"] for row in empty_destination(clinic).rows("businesses")}


def test_custom_fields(clinic: FakeCliniko) -> None:
    """Custom fields have the same names, other tokens, and nothing that is archived."""
    old = clinic.custom_fields_definition()
    new = empty_destination(clinic).custom_fields_definition()

    assert [section["name"] for section in new["sections"]] == ["Health", "Funding & plan"]
    assert not _tokens(old) & _tokens(new)
    assert "'archived': True" not in str(new)


def test_archived_custom_fields(clinic: FakeCliniko) -> None:
    """Archived custom fields are there when asked for, archived."""
    new = empty_destination(clinic, archived_fields=True).custom_fields_definition()

    assert [section["name"] for section in new["sections"]] == ["Health", "Funding & plan", "Retired section"]
    assert new["sections"][2]["archived"] is True


def test_accounts_differ(clinic: FakeCliniko) -> None:
    """The account has a name of its own and the source's clock; two seeds give other tokens."""
    one = empty_destination(clinic, subdomain="one", shard="uk1")
    other = empty_destination(clinic, subdomain="other", seed=2)

    assert one.base_url == "https://api.uk1.cliniko.com/v1"
    assert clinic.clock is one.clock
    assert not _tokens(one.custom_fields_definition()) & _tokens(other.custom_fields_definition())


def test_archived_referral_source_types() -> None:
    """An archived referral source type isn't set up again."""
    source = FakeCliniko()
    source.add("referral_source_types", name="Old", archived_at="2020-01-01T00:00:00Z")

    assert empty_destination(source).rows("referral_source_types") == []
