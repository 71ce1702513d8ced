"""Names without what people leave out when they spell them: accents, hyphens, apostrophes and blanks."""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        "\u00e6": "ae",  # the letter of a Danish ae
        "\u00f0": "d",  # of an Icelandic eth
        "\u00f8": "o",  # of a Danish o with a stroke
        "\u00fe": "th",  # of an Icelandic thorn
        "\u0111": "d",  # of a Croatian or Vietnamese d with a stroke
        "\u0127": "h",  # of a Maltese h with a stroke
        "\u0131": "i",  # of a Turkish i without a dot
        "\u0142": "l",  # of a Polish l with a stroke
        "\u014b": "n",  # of a Sami eng
        "\u0153": "oe",  # of a French oe
        "\u0167": "t",  # of a Sami t with a stroke
    }
)
"""Letters with a mark that Unicode takes for a part of the letter, and what is written on keyboards without them."""
_MARKS: Final = range(0x02B9, 0x02E0)
"""Apostrophes and accents that are letters by Unicode's book: the one of Hawai`i."""


def spelt_simply(name: str) -> str:
    """Returns a name without case, accents, hyphens, apostrophes, blanks and whatever else is no letter or digit.

    Different names may become one: who has such a name in common with another may be somebody else.

    Args:
        name: As somebody typed it.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(filter(_is_spelt, plain)).translate(_LETTERS)


def _is_spelt(character: str) -> bool:
    if unicodedata.combining(character) or ord(character) in _MARKS:
        return False
    return unicodedata.category(character)[0] in "LMN"  # vowels that stand beside a letter in India are its marks
