"""Names of files: they sort by date, say what a file is, and are safe on every system."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

LARGEST: Final = 5_000_000
"""How large a file may be in Splose, in bytes."""

_UNKNOWN: Final = "0000-00-00"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")
_ENDING: Final = re.compile(r"(.+)\.([A-Za-z0-9]{1,10})", re.DOTALL)
_LONGEST: Final = 60


def file_name(
    made: datetime | None,
    kind: str,
    id: str,
    zone: ZoneInfo | None,
    *,
    which: str = "",
    part: int = 1,
    parts: int = 1,
) -> str:
    """Returns a file's name: `2024-03-14 treatment-note 123 version 2 part 1 of 2.pdf`.

    Args:
        made: When what it holds was made; None where nobody knows.
        kind: What it is.
        id: The id of the record, or of the patient.
        zone: The zone in which the day is told; None for UTC.
        which: Which of several of the same it is: `version 2`.
        part: Which part it is, from 1.
        parts: How many parts there are.
    """
    day = made.astimezone(zone or UTC).date().isoformat() if made else _UNKNOWN
    number = f" part {part:0{len(str(parts))}} of {parts}" if parts > 1 else ""
    return " ".join([day, safe(kind), safe(id), *([which] if which else [])]) + f"{number}.pdf"


def safe(text: str) -> str:
    """Returns a text as a part of a file's name: letters, digits and hyphens, not too many.

    Args:
        text: Anything.
    """
    return _UNSAFE.sub("-", text).strip("-")[:_LONGEST].strip("-") or "file"


def legible(text: str, room: int) -> str:
    """Returns a text as a part of a file's name that people are to read: letters and digits of any script, and hyphens.

    Args:
        text: Anything.
        room: How many bytes it may take.

    Returns:
        As much as there is room for; nothing where there is no letter and no digit.
    """
    composed = unicodedata.normalize("NFC", text)
    words = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in composed).split()
    return "-".join(words).encode()[:room].decode(errors="ignore").rstrip("-")


def parted(name: str) -> tuple[str, str]:
    """Takes a file's name apart.

    Args:
        name: What somebody called it.

    Returns:
        What it is called, and the short ending that says what it is, in small letters with its point; the ending is
        empty where there is none.
    """
    found = _ENDING.fullmatch(name.strip())
    return (found[1], f".{found[2].lower()}") if found else (name, "")


def saved(path: Path, content: bytes) -> Path:
    """Writes a new file that only its owner can read, and returns its path.

    Args:
        path: Where nothing is yet.
        content: What is in it.
    """
    with open(path, "xb", opener=_private) as file:
        file.write(content)
    return path


def received(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Writes a new file that only its owner can read, piece by piece, and waits until it is on the disk.

    Args:
        path: Where nothing is yet.
        pieces: What is in it, in order.

    Returns:
        How many bytes it has, and their SHA-256.
    """
    sha256 = hashlib.sha256()
    with open(path, "xb", opener=_private) as file:
        for piece in pieces:
            file.write(piece)
            sha256.update(piece)
        file.flush()
        os.fsync(file.fileno())
        return file.tell(), sha256.hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
