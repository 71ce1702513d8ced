"""What the tests of advice share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.findings.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Returns a small clinic about to move."""
    return Scene(tmp_path)
