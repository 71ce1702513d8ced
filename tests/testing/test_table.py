"""The table of kinds, held against the API description where that is at hand."""

from __future__ import annotations

import re
from typing import Any

import pytest

from clinikomigrate.testing.kinds import KINDS, Kind
from clinikomigrate.testing.routes import NESTED, ROUTES
from tests.testing.contract_check import contract

LISTED = [kind for kind in KINDS.values() if "list" in kind.operations]
UNDESCRIBED = {("GET", "/patient_attachments/{}/content")}
"""What the links in answers lead to though the description doesn't list it."""
SHARED = {"id", "created_at", "updated_at"}


def _shape(template: str) -> str:
    return re.sub(r"\{\w+\}", "{}", template)


def _paths() -> dict[str, Any]:
    """Gives the description's paths without the names of their ids; none where it isn't at hand."""
    if contract("cliniko") is None:
        return {}
    return {_shape(path): item for path, item in contract("cliniko").spec["paths"].items()}


def test_every_operation_is_there() -> None:
    """The account has every operation of the description and no other."""
    ours = {(route.method, _shape(route.template)) for route in ROUTES}
    described = {(method.upper(), path) for path, item in _paths().items() for method in item if method != "parameters"}

    assert len(ROUTES) == len(ours)
    assert ours == (described | UNDESCRIBED if described else ours)


@pytest.mark.parametrize("kind", LISTED, ids=lambda kind: kind.name)
def test_filters_are_those_described(kind: Kind) -> None:
    """Each list, and each read by id, can be filtered on exactly what the description says."""
    listed = _paths().get(f"/{kind.name}", {}).get("get", {"x-filters": SHARED | set(kind.filters)})
    one = _paths().get(f"/{kind.name}/{{}}", {}).get("get", {"x-filters": kind.get_filters})

    assert SHARED | set(kind.filters) == set(listed["x-filters"])
    assert set(kind.get_filters) == set(one.get("x-filters", ()))


@pytest.mark.parametrize("nested", NESTED, ids=lambda nested: f"{nested.parent}-{nested.child}{nested.ending}")
def test_nested_filters_are_those_described(nested: Any) -> None:
    """Each list inside a record can be filtered on exactly what the description says."""
    ours = SHARED | set(KINDS[nested.child].filters) - {nested.without}
    path = f"/{nested.parent}/{{}}/{nested.child}{nested.ending}"

    assert ours == set(_paths().get(path, {"get": {"x-filters": ours}})["get"]["x-filters"])


@pytest.mark.parametrize("kind", LISTED, ids=lambda kind: kind.name)
@pytest.mark.parametrize("method", ["post", "patch"])
def test_columns_are_those_described(kind: Kind, method: str) -> None:
    """What a new record and a change may say is exactly what the description's bodies have."""
    path = f"/{kind.name}" if method == "post" else f"/{kind.name}/{{}}"
    operation = _paths().get(path, {}).get(method)
    writable = ("always", "create") if method == "post" else ("always",)
    ours = {column.name for column in kind.columns if column.write in writable}
    described = ours
    if operation is not None:
        media = contract("cliniko").resolve(operation["requestBody"])["content"]["application/json"]
        described = set(contract("cliniko").resolve(media["schema"])["properties"])

    assert ours == described
