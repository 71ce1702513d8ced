"""Pools of connections that know whether a connection ever came to stand, and that keep URLs out of the log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import urllib3
from requests.adapters import HTTPAdapter

_LOGGERS: Final = ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry")
"""Those of urllib3's loggers that write URLs, or headers that they could not read."""

POOL_SIZE: Final = 32
"""Connections kept open to one host. More can be open at once; they are closed after use."""


class Progress(threading.local):
    """What this thread knows of the request that it is sending.

    Attributes:
        sending: Whether it is sending one.
        could_not_connect: Whether the connection failed before it stood: nothing of the request was sent then.
    """

    sending: bool = False
    could_not_connect: bool = False


_progress: Final = Progress()


@contextmanager
def sending() -> Iterator[Progress]:
    """Follows the request that this thread sends inside the `with` block.

    Sending an upload can open a download in between, so blocks can stand inside each other.
    """
    outer = _progress.sending
    _progress.sending, _progress.could_not_connect = True, False
    try:
        yield _progress
    finally:
        _progress.sending, _progress.could_not_connect = outer, False


class _Connecting:
    """Notes that a connection never came to stand."""

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]  # the connection's class stands beside this one
        except BaseException:
            _progress.could_not_connect = True
            raise


class _PlainConnection(_Connecting, urllib3.connection.HTTPConnection):
    pass


class _SecureConnection(_Connecting, urllib3.connection.HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS: Final = {"http": _PlainPool, "https": _SecurePool}


class PooledAdapter(HTTPAdapter):
    """Opens, keeps and reuses connections. It repeats nothing: urllib3 can't judge what may be sent twice."""

    def __init__(self) -> None:
        super().__init__(pool_connections=8, pool_maxsize=POOL_SIZE, max_retries=0, pool_block=False)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools, as requests asks."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = dict(_POOLS)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Makes the pools behind a proxy, as requests asks. A SOCKS proxy has pools of its own kind."""
        found = super().proxy_manager_for(proxy, **kwargs)
        if isinstance(found, urllib3.ProxyManager):
            found.pool_classes_by_scheme = dict(_POOLS)
        return found

    def close(self) -> None:
        """Closes the idle connections at once; urllib3 alone would wait until nothing refers to them any more."""
        managers = [self.poolmanager, *self.proxy_manager.values()]
        pools = [manager.pools.get(key) for manager in managers for key in manager.pools.keys()]  # noqa: SIM118  # no dict
        super().close()
        for pool in filter(None, pools):
            pool.close()


def _not_ours(_record: logging.LogRecord) -> bool:
    """Keeps our requests out of urllib3's log, which writes whole URLs: queries hold names and e-mail addresses."""
    return not _progress.sending


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_not_ours)
