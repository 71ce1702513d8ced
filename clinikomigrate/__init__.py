"""Moves a clinic's records out of Cliniko."""
