"""Holds the tests' traffic against the vendors' API descriptions, where those are at hand.

The environment variable CLINIKOMIGRATE_CONTRACT names the folder with `contract.py`; without it nothing is held.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from clinikomigrate.testing import FakeCliniko


@cache
def _contract(vendor: str) -> Any:
    folder = os.environ.get("CLINIKOMIGRATE_CONTRACT")
    if not folder:
        return None
    spec = importlib.util.spec_from_file_location("contract", Path(folder) / "contract.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Contract(vendor)


@contextmanager
def hold_to_contract(*fakes: FakeCliniko, vendor: str = "cliniko") -> Iterator[None]:
    """Collects the accounts' traffic, and holds at the end that none of it went against the description."""
    contract = _contract(vendor)
    violations: set[str] = set()
    if contract is not None:
        for fake in fakes:
            fake.on_traffic.append(
                lambda request: violations.update(
                    contract.violations(request.method, request.path, request.query, request.json)
                )
            )
    yield
    if violations:
        raise AssertionError("\n".join(sorted(violations)))
