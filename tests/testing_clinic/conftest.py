"""Accounts that several tests look at; none of these tests changes them for the next."""

from __future__ import annotations

import pytest

from clinikomigrate.testing.clinic import make_clinic
from clinikomigrate.testing.empty import empty_destination
from clinikomigrate.testing.fake import FakeCliniko
from tests.testing_clinic.altered import Shown
from tests.testing_clinic.copying import HandCopy

SEED = 11


@pytest.fixture(scope="package")
def clinic() -> FakeCliniko:
    """A made-up clinic of 300 patients."""
    fake = FakeCliniko()
    make_clinic(fake, patients=300, seed=SEED)
    return fake


@pytest.fixture(scope="package")
def pair() -> tuple[Shown, Shown]:
    """A small clinic and a correct copy of it, made by hand."""
    source = FakeCliniko()
    make_clinic(source, patients=40, seed=SEED)
    destination = empty_destination(source)
    HandCopy(source, destination).run()
    return Shown(source), Shown(destination)
