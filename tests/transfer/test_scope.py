"""Which records go."""

from __future__ import annotations

import pytest

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.filters import Everything, Filter
from clinikomigrate.transfer.scope import Scope


def test_everything_goes_by_default() -> None:
    """A filter that says nothing limits nothing."""
    scope = Scope()
    Everything().scope(None, scope)  # type: ignore[arg-type] # it reads nothing

    assert scope.has("patients", "1")
    assert scope.conditions("patients") == ()
    assert not scope.limited("patients")
    assert Filter().keeps(object(), scope)


def test_ids_add_up() -> None:
    """What several calls choose is chosen, and nothing else of that kind."""
    scope = Scope()
    scope.only("patients", (str(number) for number in range(2500)))
    scope.only("patients", [Ref("patients", "9999"), "3"])

    assert scope.limited("patients")
    assert scope.count("patients") == 2501
    assert {"9999", *map(str, range(2500))} == set(scope.ids("patients"))
    assert scope.has("patients", "9999")
    assert not scope.has("patients", "2501")
    assert scope.has("contacts", "2501")


def test_conditions_add_up() -> None:
    """The API applies all conditions that were asked for."""
    scope = Scope()
    scope.where("patients", where("last_name") == "Ng")
    scope.where("patients", where("id") > "5")

    assert len(scope.conditions("patients")) == 2


def test_an_unknown_kind_is_refused() -> None:
    """A filter that names a kind that isn't there is told so."""
    scope = Scope()
    with pytest.raises(ConfigurationError, match="'patient'"):
        scope.only("patient", ["1"])
    with pytest.raises(ConfigurationError, match="'nothing'"):
        scope.where("nothing", where("id") > "5")
    scope.close()


def test_reprs_help() -> None:
    """Reprs say what they are."""
    scope = Scope()
    scope.only("patients", ["1"])

    assert repr(Everything()) == "Everything()"
    assert repr(scope) == "<Scope: 0 kinds with conditions, 1 by id>"
