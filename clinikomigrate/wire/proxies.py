"""The proxies that the environment names, read once."""

from __future__ import annotations

import ipaddress
import urllib.request
from urllib.parse import urlsplit

import attrs
from requests.utils import select_proxy

from clinikomigrate.wire.address import is_loopback


@attrs.frozen
class Proxies:
    """Says which proxy a URL is fetched through.

    Attributes:
        by_scheme: Proxies as `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` name them.
        direct: What `NO_PROXY` lists: host names, domains, addresses and networks (`10.0.0.0/8`), or `*` for all.
    """

    by_scheme: dict[str, str] = attrs.field(repr=False)
    direct: tuple[str, ...] = ()

    @classmethod
    def of_environment(cls) -> Proxies:
        """Reads the environment's variables as they are now."""
        found = urllib.request.getproxies_environment()
        direct = tuple(entry.strip().lower().lstrip(".") for entry in found.pop("no", "").split(","))
        return cls(found, tuple(entry for entry in direct if entry))

    def for_url(self, url: str) -> dict[str, str]:
        """Returns the proxy for one URL in the form that requests takes; empty for a direct connection.

        This machine itself is never reached through a proxy.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        names = {host, f"{host}:{parts.port}"}
        if is_loopback(host) or any(_covers(entry, names) or _contains(entry, host) for entry in self.direct):
            return {}
        proxy = select_proxy(url, self.by_scheme)
        return {parts.scheme: proxy} if proxy else {}


def _covers(entry: str, names: set[str]) -> bool:
    return entry == "*" or any(name == entry or name.endswith(f".{entry}") for name in names)


def _contains(entry: str, host: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
