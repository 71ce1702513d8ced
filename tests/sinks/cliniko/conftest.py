"""The account that the tests write into."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sinks.cliniko.destination import Destination


@pytest.fixture
def there() -> Iterator[Destination]:
    """A simulated account that answers, and takes it amiss when a request is malformed."""
    destination = Destination()
    with destination.fake.in_process():
        yield destination
    destination.fake.assert_clean()
