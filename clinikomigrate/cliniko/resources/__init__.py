"""One class for each kind of record that Cliniko has, with the methods that the API has for it."""

from __future__ import annotations
