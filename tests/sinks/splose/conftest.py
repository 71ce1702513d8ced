"""What tests of the sink for Splose start with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sinks.splose.workspace import There, workspace


@pytest.fixture
def there() -> Iterator[There]:
    """A workspace."""
    with workspace() as made:
        yield made
