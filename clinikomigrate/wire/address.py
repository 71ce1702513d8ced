"""URLs: the client's own, made from a base and a path's template, and those that an answer names."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

import attrs

from clinikomigrate.errors import ConfigurationError

_PLACE = re.compile(r"\{(\w+)\}")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if usable and url.isascii() and url.isprintable() and " " not in url else None


@lru_cache
def is_loopback(host: str) -> bool:
    """Tells whether a host's name stands for this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_plain_loopback(parts: SplitResult) -> bool:
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


@attrs.frozen
class Base:
    """The root of an API, the only place that a client's credentials go to.

    Attributes:
        url: `https://api.au1.cliniko.com/v1`, without a slash at its end. Plain `http` is for this machine alone.
    """

    url: str

    @classmethod
    def checked(cls, url: str) -> Base:
        """Returns the base for a URL.

        Raises:
            ConfigurationError: The URL isn't one that credentials may be sent to.
        """
        parts = _split(url)
        if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
            raise ConfigurationError(
                "the base URL must look like https://host/v1, without a user, a query or a fragment"
            )
        if parts.scheme != "https" and not _is_plain_loopback(parts):
            raise ConfigurationError(
                "the base URL must be https; plain http is taken for this machine (127.0.0.1) only"
            )
        return cls(url.rstrip("/"))

    def fill(self, template: str, parameters: Mapping[str, str]) -> str:
        """Returns the URL for a path's template.

        Args:
            template: `/patients/{id}`.
            parameters: The value for each name in braces.

        Raises:
            ConfigurationError: A value is missing, or would lead to another path.
        """

        def value(match: re.Match[str]) -> str:
            name = match[1]
            text = parameters.get(name)
            if not isinstance(text, str) or text in {"", ".", ".."} or "/" in text or "\\" in text:
                raise ConfigurationError(f"{template} needs text for `{name}` that is one part of a path")
            return quote(text, safe="", errors="replace")

        return self.url + _PLACE.sub(value, template)

    def allows(self, url: str) -> bool:
        """Tells whether a file may be fetched from, or sent to, a URL: over https, or within this machine for tests."""
        parts = _split(url)
        if parts is None:
            return False
        return parts.scheme == "https" or (_is_plain_loopback(parts) and _is_plain_loopback(urlsplit(self.url)))


def with_query(url: str, query: Sequence[tuple[str, str]]) -> str:
    """Returns a URL with a query of names and values, each percent-encoded, `q[]` several times if so given."""
    return f"{url}?{urlencode(query, errors='replace')}" if query else url


def resolve(url: str, location: str) -> str:
    """Returns the URL that a `Location` header means, seen from where it was received."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""
