"""Holds the tests' traffic against the vendors' API descriptions, where those are at hand.

The environment variable CLINIKOMIGRATE_CONTRACT names the folder with `contract.py`; without it nothing is held.
"""

from __future__ import annotations

import importlib.util
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from clinikomigrate.testing import FakeCliniko, FakeSplose, LoggedRequest

_LINKED = re.compile(r"/v1/patient_attachments/\d+/content")
"""Where a file's content is; an attachment's own link says so, and the description has no operation for it."""

violations: list[str] = []
"""What went against a description since the list was last emptied."""


@cache
def _contract(vendor: str) -> Any:
    spec = importlib.util.spec_from_file_location("contract", Path(os.environ[_VARIABLE]) / "contract.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Contract(vendor)


_VARIABLE = "CLINIKOMIGRATE_CONTRACT"


def hold(fake: FakeCliniko | FakeSplose) -> None:
    """Holds what an account accepts from now on against the description.

    What it refuses is left out: many tests send what is to be refused.
    """
    if os.environ.get(_VARIABLE):
        vendor = "cliniko" if isinstance(fake, FakeCliniko) else "splose"
        fake.on_traffic.append(lambda request: _look(vendor, request))


def _look(vendor: str, request: LoggedRequest) -> None:
    if request.status is not None and request.status >= 400:
        return
    if not _LINKED.fullmatch(request.path):
        violations.extend(_contract(vendor).violations(request.method, request.path, request.query, request.json))
