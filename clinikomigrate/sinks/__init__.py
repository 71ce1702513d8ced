"""Destinations: for each one package with its sink and its mapper."""
