"""Countries, their telephone codes and their time zones, as far as a made-up clinic needs them."""

from __future__ import annotations

import re

import attrs


@attrs.frozen
class Country:
    """A country: its name, its telephone code and its currency's sign."""

    name: str
    dialling_code: str
    currency: str


COUNTRIES = {
    "AU": Country("Australia", "61", "$"),
    "CA": Country("Canada", "1", "$"),
    "DE": Country("Germany", "49", "€"),
    "GB": Country("United Kingdom", "44", "£"),
    "IE": Country("Ireland", "353", "€"),
    "NZ": Country("New Zealand", "64", "$"),
    "US": Country("United States", "1", "$"),
}

ZONES = {
    "Adelaide": "Australia/Adelaide",
    "Auckland": "Pacific/Auckland",
    "Brisbane": "Australia/Brisbane",
    "Dublin": "Europe/Dublin",
    "London": "Europe/London",
    "Melbourne": "Australia/Melbourne",
    "Perth": "Australia/Perth",
    "Sydney": "Australia/Sydney",
    "UTC": "Etc/UTC",
}


def country_name(code: str | None) -> str | None:
    """Gives a country's English name; an unlisted code stands for itself."""
    if not code:
        return None
    country = COUNTRIES.get(code)
    return code if country is None else country.name


def normalized_number(number: str, country_code: str) -> str:
    """Gives a telephone number's digits with the country's code before them."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+"):
        return digits
    country = COUNTRIES.get(country_code, COUNTRIES["AU"])
    return country.dialling_code + digits.removeprefix("0")
