"""The libraries that Splose takes. They are an extra, and whoever lacks it is told so before anything is made."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

from clinikomigrate.errors import ConfigurationError

DOCUMENTS: Final = ("fpdf", "uharfbuzz", "img2pdf")
"""What PDF files are made with."""
TELEPHONES: Final = ("phonenumbers",)
"""What telephone numbers are taken apart with."""


def require(names: Sequence[str] = (*DOCUMENTS, *TELEPHONES), *, otherwise: str = "") -> None:
    """Makes sure that the extra is installed, as far as it is needed.

    Args:
        names: The modules that are needed.
        otherwise: What can be done instead of installing it.

    Raises:
        ConfigurationError: It isn't.
    """
    if any(find_spec(name) is None for name in names):
        raise ConfigurationError(
            "Telephone numbers and PDF documents for Splose need fpdf2, uharfbuzz, img2pdf and phonenumberslite: "
            f"pip install 'clinikomigrate[splose]'.{otherwise}"
        )
