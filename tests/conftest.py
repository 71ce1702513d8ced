"""What holds for every test: no traffic goes against the API description."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings

from clinikomigrate.testing import FakeCliniko, FakeSplose
from tests import contract

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there
_ROOM: Final = 4 * 2**30


settings.register_profile("noisy machine", deadline=None)
settings.load_profile("noisy machine")


def pytest_configure() -> None:
    """Lets the tests' files lie in memory where there is room: a journal syncs each commit, which takes disks long."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Lets Ctrl-C be felt, also where the tests were started in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _held() -> Iterator[None]:
    """Lets every simulated account be held to the description."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in (FakeCliniko, FakeSplose):
            patch.setattr(kind, "__init__", _holding(kind.__init__))
        yield


def _holding(make: Callable[..., None]) -> Callable[..., None]:
    @wraps(make)
    def made(self: FakeCliniko | FakeSplose, *args: Any, **settings: Any) -> None:
        make(self, *args, **settings)
        contract.hold(self)

    return made


@pytest.fixture(autouse=True)
def _described(_held: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """Holds, after each test, that the description has all that was sent and accepted.

    The tests of the simulated accounts themselves are left out: they also send what only a lenient server takes.
    """
    contract.violations.clear()
    yield
    found = sorted(set(contract.violations))
    contract.violations.clear()
    if found and not request.path.parent.name.startswith("testing"):
        pytest.fail("\n".join(found))
