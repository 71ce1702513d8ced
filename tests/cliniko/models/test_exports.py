"""What the package of models exports, and how it is documented."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from types import ModuleType

import attrs
import pytest

from clinikomigrate.cliniko import models


def modules() -> list[ModuleType]:
    """All modules of the package."""
    return [import_module(f"{models.__name__}.{found.name}") for found in pkgutil.iter_modules(models.__path__)]


def defined_classes() -> dict[str, type]:
    """All classes of the package."""
    return {
        name: defined
        for module in modules()
        for name, defined in vars(module).items()
        if inspect.isclass(defined) and defined.__module__ == module.__name__
    }


def test_exports_every_model() -> None:
    """Each public class that a module of the package defines can be imported from the package."""
    assert set() == defined_classes().keys() - set(models.__all__)


def test_exports_only_what_exists() -> None:
    """Each name in `__all__` is there."""
    assert [name for name in models.__all__ if not hasattr(models, name)] == []


def test_exports_are_listed_once() -> None:
    """`__all__` says nothing twice."""
    assert len(set(models.__all__)) == len(models.__all__)


@pytest.mark.parametrize("name", sorted(defined_classes()))
def test_every_class_is_documented(name: str) -> None:
    """Each class says in a sentence what it is."""
    first_line = (defined_classes()[name].__doc__ or "").partition("\n")[0]

    assert first_line.endswith(".")


@pytest.mark.parametrize("name", sorted(name for name, found in defined_classes().items() if attrs.has(found)))
def test_documented_attributes_exist(name: str) -> None:
    """What stands under `Attributes:` are attributes of the class, or of the class itself."""
    model = defined_classes()[name]
    lines = (model.__doc__ or "").partition("Attributes:\n")[2].splitlines()
    documented = {line.partition(":")[0].strip() for line in lines if line.startswith(" " * 8) and line[8] != " "}

    assert set() == documented - {field.name for field in attrs.fields(model)} - {"kind", "collections"}


def test_every_type_is_resolved() -> None:
    """Once the package is imported no attribute's type is text, so that models can be made of JSON."""
    unresolved = [
        f"{name}.{field.name}"
        for name, model in defined_classes().items()
        if attrs.has(model)
        for field in attrs.fields(model)
        if isinstance(field.type, str)
    ]

    assert unresolved == []
