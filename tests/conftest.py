"""What holds for every test: no traffic goes against the API description."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from typing import Any

import pytest

from clinikomigrate.testing import FakeCliniko
from tests import contract


@pytest.fixture(scope="session", autouse=True)
def _held() -> Iterator[None]:
    """Lets every simulated account be held to the description."""
    make = FakeCliniko.__init__

    @wraps(make)
    def made(self: FakeCliniko, *args: Any, **settings: Any) -> None:
        make(self, *args, **settings)
        contract.hold(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeCliniko, "__init__", made)
        yield


@pytest.fixture(autouse=True)
def _described(_held: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """Holds, after each test, that the description has all that was sent and accepted.

    The tests of the simulated account itself are left out: they also send what only a lenient server takes.
    """
    contract.violations.clear()
    yield
    found = sorted(set(contract.violations))
    contract.violations.clear()
    if found and request.path.parent.name != "testing":
        pytest.fail("\n".join(found))
