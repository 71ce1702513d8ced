"""Who requests say they come from."""

from __future__ import annotations

import re
from typing import Final

from clinikomigrate.errors import ConfigurationError

_EMAIL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def user_agent(app_name: str, contact_email: str) -> str:
    """Makes the User-Agent that Cliniko asks for: who sends, and whom to write to when something goes wrong.

    Args:
        app_name: The application's name.
        contact_email: The e-mail address of whoever answers for it.

    Returns:
        `Acme Migrations (dev@acme.example)`

    Raises:
        ConfigurationError: The name is empty or can't stand in a header, or the address is none.
    """
    if not isinstance(app_name, str) or not app_name.strip() or not (app_name.isascii() and app_name.isprintable()):
        raise ConfigurationError(
            "app_name must be a name, one line of ASCII characters: Cliniko blocks who doesn't say what sends requests."
        )
    if not isinstance(contact_email, str) or not _EMAIL.fullmatch(contact_email):
        raise ConfigurationError(
            "contact_email must be an e-mail address: Cliniko writes there before it blocks anybody."
        )
    return f"{app_name.strip()} ({contact_email})"
