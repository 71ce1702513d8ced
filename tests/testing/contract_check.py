"""Holds what a simulated account takes and answers against the vendor's API description, where that is at hand."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import pathlib
from typing import Any

from clinikomigrate.testing import LoggedRequest

FOLDER = os.environ.get("CLINIKOMIGRATE_CONTRACT") or None

KNOWN_BLANKS = ("cancellation_reason_description", "doctor_type")
"""Texts with a list of values that live accounts answer as "" though the list doesn't say so."""


@functools.cache
def contract(vendor: str) -> Any:
    """Gives the contract of a vendor's API description, or None where it isn't at hand."""
    if FOLDER is None:
        return None
    spec = importlib.util.spec_from_file_location("contract", pathlib.Path(FOLDER) / "contract.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Contract(vendor)


def violations(entry: LoggedRequest, vendor: str = "cliniko") -> list[str]:
    """Gives what is wrong with an answer, and with a request that was carried out."""
    described = contract(vendor)
    if described is None or entry.status is None or entry.path.endswith("/content"):
        return []
    found = []
    if entry.status < 300:
        asked = described.violations(entry.method, entry.path, entry.query, entry.json)
        found = [text for text in asked if ": None is not one of " not in text]  # as in answers, below
    template, operation, _ = described.operation(entry.method, entry.path)
    if operation is None:
        return found
    answer = described.resolve(operation["responses"].get(str(entry.status), {}))
    if not answer and entry.status < 300:
        return [*found, f"{entry.method} {template}: status {entry.status} isn't described"]
    media = answer.get("content", {}).get("application/json")
    if media is None or entry.answer is None:
        return found
    from openapi_schema_validator import OAS30ReadValidator

    schema = described.inline(json.dumps(media["schema"], sort_keys=True))
    for error in OAS30ReadValidator(schema).iter_errors(entry.answer):
        if not _is_known(error):
            found.append(f"{entry.method} {template} {'/'.join(map(str, error.path))}: {error.message[:200]}")
    return found


def _is_known(error: Any) -> bool:
    if error.validator == "enum" and error.instance is None:
        return True  # nullable, though its list of values lacks null
    return error.validator == "enum" and error.instance == "" and error.path[-1] in KNOWN_BLANKS
