"""The typed client for Cliniko's API."""

from __future__ import annotations

from clinikomigrate.client.converter import register_union
from clinikomigrate.cliniko.client import Cliniko
from clinikomigrate.cliniko.models import UNIONS

__all__ = ["Cliniko"]

for _union, _choose in UNIONS.items():
    register_union(_union, _choose)
