"""The names that users import."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
import subprocess
import sys
from collections import Counter
from types import ModuleType

import pytest

import clinikomigrate
from clinikomigrate import errors
from tests.docs import reference

PLACES = (
    "clinikomigrate",
    "clinikomigrate.notebook",
    "clinikomigrate.testing",
    "clinikomigrate.cliniko.models",
    "clinikomigrate.splose.models",
)


def imported(place: str) -> ModuleType:
    """A module that users import from."""
    return importlib.import_module(place)


def exported(place: str) -> list[str]:
    """The names that a module says are for users."""
    names: list[str] = imported(place).__all__
    return names


@pytest.mark.parametrize("place", PLACES)
def test_what_is_there_is_exported(place: str) -> None:
    """A module's public names are those in its `__all__`: nothing more, nothing less."""
    public = {
        name
        for name, found in vars(imported(place)).items()
        if not name.startswith("_") and not is_foreign(name, found)
    }

    assert set(exported(place)) == public


def is_foreign(name: str, found: object) -> bool:
    """Says whether a name is there without being meant for users: a submodule, or something to import with."""
    return isinstance(found, ModuleType) or name in ("annotations", "resolve_types")


@pytest.mark.parametrize("place", PLACES)
def test_names_are_in_order(place: str) -> None:
    """Names stand once, in the order that ruff keeps: constants, classes, functions."""
    names = exported(place)

    assert [] == [name for name, count in Counter(names).items() if count > 1]
    assert sorted(names, key=_rank) == names


def _rank(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_each_thing_has_one_name() -> None:
    """No object can be imported from the package under two names, or from two of its places."""
    found = Counter(
        id(getattr(imported(place), name)) for place in PLACES for name in exported(place) if name != "UNSET"
    )

    assert {1} == set(found.values())


@pytest.mark.parametrize("name", exported("clinikomigrate"))
def test_each_name_is_documented(name: str) -> None:
    """Each name of the package stands on a page of the reference."""
    assert reference.place(name)


@pytest.mark.parametrize("place", ["clinikomigrate.notebook", "clinikomigrate.testing"])
def test_names_of_the_extras_are_documented(place: str) -> None:
    """So does each name that comes with an extra."""
    described = {what for page in reference.PAGES for what in reference.described(page.read_text(encoding="utf-8"))}

    assert set() == {f"{place}.{name}" for name in exported(place)} - described


def test_each_error_can_be_caught() -> None:
    """Every exception that users can meet descends from `Error`."""
    classes = [
        found for found in vars(errors).values() if inspect.isclass(found) and found.__module__ == errors.__name__
    ]

    assert [] == [found for found in classes if not issubclass(found, clinikomigrate.Error)]


def test_the_extras_are_not_needed_to_import_it() -> None:
    """With the base install alone all names are there; what an extra is for is told when it is used."""
    code = (
        "import sys\n"
        "for name in ('fpdf', 'img2pdf', 'phonenumbers', 'responses', 'tqdm', 'uharfbuzz', 'werkzeug'):\n"
        "    sys.modules[name] = None\n"
        "import clinikomigrate as cm\n"
        "for name in cm.__all__:\n"
        "    getattr(cm, name)\n"
        "try:\n"
        "    cm.SploseMapper()\n"
        "except cm.ConfigurationError as error:\n"
        "    print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert ("", 0) == (ran.stderr, ran.returncode)
    assert "pip install 'clinikomigrate[splose]'" in ran.stdout


def test_the_log_is_silent_by_default() -> None:
    """A program that doesn't ask for the log doesn't get it."""
    handlers = logging.getLogger("clinikomigrate").handlers

    assert any(isinstance(handler, logging.NullHandler) for handler in handlers)


def test_every_module_says_what_it_is_for() -> None:
    """Each module can be imported by itself and begins with a sentence about itself."""
    modules = [found.name for found in pkgutil.walk_packages(clinikomigrate.__path__, "clinikomigrate.")]

    assert [] == [name for name in modules if not (importlib.import_module(name).__doc__ or "").strip()]
