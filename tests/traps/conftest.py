"""What the tests of traps share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.traps.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)
