"""Reads docstrings in Google's form."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

import attrs

_SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Yields):$")
_ENTRY = re.compile(r"(\*{0,2}[\w.]+)(?: \([^)]*\))?: (.*)$")


@attrs.frozen
class Docstring:
    """What a docstring says.

    Attributes:
        summary: Its first paragraph, on one line.
        body: The other paragraphs, as they are.
        entries: For `Args`, `Attributes` and `Raises`: names and what is said of them.
        returns: What is returned, on one line; empty where nothing is said.
    """

    summary: str
    body: str
    entries: Mapping[str, Mapping[str, str]]
    returns: str


def parse(documented: object) -> Docstring:
    """Reads an object's own docstring.

    Args:
        documented: A class, a function, a property or a module.
    """
    own = documented.__dict__.get("__doc__") if isinstance(documented, type) else documented.__doc__
    lines = inspect.cleandoc(own or "").splitlines()
    prose: list[str] = []
    sections: dict[str, list[str]] = {}
    current = prose
    for line in lines:
        if _SECTION.fullmatch(line):
            current = sections.setdefault(line[:-1], [])
        elif current is not prose and line and not line.startswith(" "):
            current = prose
            current.append(line)
        else:
            current.append(line)
    summary, _, body = "\n".join(prose).strip().partition("\n\n")
    return Docstring(
        summary=_one_line(summary),
        body=body.strip(),
        entries={name: _entries(part) for name, part in sections.items() if name in ("Args", "Attributes", "Raises")},
        returns=_one_line("\n".join(sections.get("Returns", []))),
    )


def first_sentence(documented: object) -> str:
    """Gives the first sentence of a docstring, on one line."""
    return parse(documented).summary


def _entries(lines: list[str]) -> dict[str, str]:
    entries: dict[str, list[str]] = {}
    name = ""
    for line in inspect.cleandoc("\n" + "\n".join(lines)).splitlines():
        found = None if line.startswith(" ") else _ENTRY.match(line)
        if found:
            name = found[1].lstrip("*")
            entries[name] = [found[2]]
        elif name:
            entries[name].append(line)
    return {name: _one_line("\n".join(parts)) for name, parts in entries.items()}


def _one_line(text: str) -> str:
    return " ".join(text.split())
