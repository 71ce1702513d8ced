"""The vendor's API description, where there is one at hand.

The environment variable `CLINIKOMIGRATE_CONTRACT` points at the folder with `contract.py`. Tests against the
description are skipped without it.
"""

from __future__ import annotations

import importlib.util
import os
import pathlib
from typing import Any

import pytest

FOLDER = os.environ.get("CLINIKOMIGRATE_CONTRACT")

needed = pytest.mark.skipif(not FOLDER, reason="CLINIKOMIGRATE_CONTRACT doesn't say where the API description is")


def contract(vendor: str = "cliniko") -> Any:
    """A description's `Contract` (`Any`: a class from outside of this project)."""
    path = pathlib.Path(str(FOLDER)) / "contract.py"
    spec = importlib.util.spec_from_file_location("contract", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Contract(vendor)
