"""Tests of the archive folder."""
