"""A key says where its account lives, and is shown to nobody but the API."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinikomigrate.client.key import fingerprint_of
from clinikomigrate.cliniko.key import address_of, authorization_of, check_key, shard_of
from clinikomigrate.errors import ConfigurationError


@pytest.mark.parametrize(
    ("key", "shard"),
    [
        ("invented-au1", "au1"),
        ("invented-UK2", "uk2"),
        ("in-ven-ted-ca12", "ca12"),
        ("invented", "au1"),
        ("invented-us1", "us1"),
        ("invented-zz99", "zz99"),
    ],
)
def test_the_shard_stands_at_the_end(key: str, shard: str) -> None:
    """What stands after the last dash is the shard, in any case; keys without one are of the first shard."""
    assert shard == shard_of(key)


@pytest.mark.parametrize(
    "end",
    ["", "au", "au123", "1au", "a1", "au1.evil.example", "evil.example/", "au1 ", "_u1", "au\u0661", "au1\n", "AUX1"],
)
def test_what_is_no_shard_is_refused_without_quoting_the_key(end: str) -> None:
    """A suffix becomes part of a host name, so only two letters and one or two digits are taken."""
    with pytest.raises(ConfigurationError) as caught:
        shard_of(f"S3cretStuff-{end}")

    assert "S3cretStuff" not in str(caught.value)


@pytest.mark.parametrize(
    "key", ["", "with space-au1", "with:colon-au1", "line\nbreak-au1", "k\u00e9y-invented", None, 5]
)
def test_what_cannot_be_a_key_is_refused_without_quoting_it(key: Any) -> None:
    """A key is one line of visible ASCII; a colon would end the user name."""
    with pytest.raises(ConfigurationError) as caught:
        check_key(key)

    assert str(key) not in str(caught.value) or not key


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=":"), min_size=1))
def test_a_key_is_the_user_name_and_there_is_no_password(key: str) -> None:
    """Basic authorization with the key, whole, before the colon and nothing after it."""
    check_key(key)
    scheme, _, text = authorization_of(key).partition(" ")

    assert ("Basic", f"{key}:") == (scheme, base64.b64decode(text).decode())


def test_addresses_are_of_the_shard() -> None:
    """Each shard has a host of its own."""
    assert "https://api.uk2.cliniko.com/v1" == address_of("uk2")


def test_fingerprints_tell_keys_apart_and_show_nothing() -> None:
    """The same key has the same fingerprint, and the key isn't in it."""
    assert fingerprint_of("invented-au1") == fingerprint_of("invented-au1")
    assert fingerprint_of("invented-au1") != fingerprint_of("invented-au2")
    assert "invented" not in fingerprint_of("invented-au1")
