"""Writes what the code says of itself as Markdown: classes, functions, tables."""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import itertools
import re
from collections.abc import Iterable, Iterator
from types import ModuleType

import attrs

from clinikomigrate.client.client import Client
from clinikomigrate.testing.account import SimulatedAccount
from clinikomigrate.transfer.kinds import ALL_KINDS
from tests.docs.docstrings import Docstring, parse

_WIDTH = 110


def class_section(documented: type, name: str, level: int = 2) -> list[str]:
    """Describes a class: what makes it, its attributes, its methods."""
    lines = [f"{'#' * level} `{name}`", "", *_prose(parse(documented))]
    if issubclass(documented, enum.Enum):
        noted = notes(documented)
        return [*lines, *(f"- `{name}.{member.name}`: {noted.get(member.name, '')}" for member in documented), ""]
    constructor = parse(documented.__dict__["__init__"]) if "__init__" in documented.__dict__ else parse(documented)
    if _is_made_by_users(documented):
        lines += ["```text", *signature(documented, name), "```", ""]
    entries_of = {**constructor.entries, **parse(documented).entries}
    for title, entries in (
        ("Arguments", entries_of.get("Args")),
        ("Attributes", entries_of.get("Attributes")),
        ("Raises", entries_of.get("Raises")),
    ):
        lines += _entries(title, entries or {})
    said = entries_of.get("Attributes", {})
    shown = ((found, member) for found, member in _members(documented) if found not in said)
    members = [line for found, member in shown for line in _member(found, member)]
    return [*lines, "Methods and properties:", "", *members, ""] if members else lines


def function_section(documented: object, name: str, level: int = 2) -> list[str]:
    """Describes a function."""
    found = parse(documented)
    lines = [f"{'#' * level} `{name}`", "", *_prose(found), "```text", *signature(documented, name), "```", ""]
    for title in ("Args", "Raises"):
        lines += _entries({"Args": "Arguments"}.get(title, title), found.entries.get(title, {}))
    return [*lines, f"Returns: {found.returns}", ""] if found.returns else lines


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Makes a table. Bars inside cells are escaped."""
    names = list(head)
    lines = [f"| {' | '.join(names)} |", f"|{'|'.join('---' for _ in names)}|"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [*lines, ""]


def signature(documented: object, name: str) -> list[str]:
    """Writes a call as its definition has it, on one line or one argument a line."""
    found = inspect.signature(documented)  # type: ignore[arg-type]  # a class or a function
    parts: list[str] = []
    starred = False
    for parameter in found.parameters.values():
        if parameter.name == "self" or parameter.name.startswith("_"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
        starred = starred or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        parts.append(_parameter(parameter))
    end = (
        "" if isinstance(documented, type) or found.return_annotation is found.empty else _type(found.return_annotation)
    )
    call = f"{name}({', '.join(parts)}){f' -> {end}' if end else ''}"
    if len(call) <= _WIDTH:
        return [call]
    return [f"{name}(", *(f"    {part}," for part in parts), f"){f' -> {end}' if end else ''}"]


def _parameter(parameter: inspect.Parameter) -> str:
    stars = "*" * (parameter.kind is parameter.VAR_POSITIONAL) + "**" * (parameter.kind is parameter.VAR_KEYWORD)
    kind = "" if parameter.annotation is parameter.empty else f": {_type(parameter.annotation)}"
    if parameter.default is parameter.empty:
        return f"{stars}{parameter.name}{kind}"
    return f"{stars}{parameter.name}{kind} = {_default(parameter.default)}"


def _default(value: object) -> str:
    if isinstance(value, frozenset) and value == ALL_KINDS:
        return "ALL_KINDS"
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    plain = value is None or isinstance(value, str | int | float | tuple)
    return repr(value) if plain else "..."


def _type(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b[a-z_]+\.(?=[\w.]*[A-Z])|(?<![\w.])[a-z_]+(?:\.[a-z_]+)*\.(?=[A-Z])", "", text).strip("'")


def _prose(found: Docstring) -> list[str]:
    lines = [found.summary, ""]
    example = False
    for paragraph in found.body.split("\n\n") if found.body else ():
        if paragraph.startswith("    ") and not example:
            lines += ["```text", inspect.cleandoc("\n" + paragraph), "```", ""]
        else:
            lines += [" ".join(paragraph.split()), ""]
    return lines


def _entries(title: str, entries: dict[str, str] | object) -> list[str]:
    if not isinstance(entries, dict) or not entries:
        return []
    return [f"{title}:", "", *(f"- `{name}`: {text}" for name, text in entries.items()), ""]


def _members(documented: type) -> Iterator[tuple[str, object]]:
    """Gives the public methods and properties that a class defines itself, and those that all of its sort share."""
    fields = {field.name for field in attrs.fields(documented)} if attrs.has(documented) else set()
    methods = (property, functools.cached_property, staticmethod, classmethod)
    members = dict(vars(documented))
    for base in (Client, SimulatedAccount):
        members |= {
            name: found for name, found in vars(base).items() if issubclass(documented, base) and name not in members
        }
    for name, member in members.items():
        if (
            not name.startswith("_")
            and name not in fields
            and (isinstance(member, methods) or inspect.isfunction(member))
        ):
            yield name, member


def _member(name: str, member: object) -> list[str]:
    found = parse(member)
    if isinstance(member, property | functools.cached_property):
        return [f"- `{name}`: {found.summary}"]
    called = member.__func__ if isinstance(member, staticmethod | classmethod) else member
    call = " ".join(" ".join(signature(called, name)).replace("( ", "(").replace(", )", ")").split())
    lines = [f"- `{call}`: {found.summary}"]
    if found.body:
        lines[0] += " " + " ".join(found.body.split())
    for argument, text in found.entries.get("Args", {}).items():
        lines.append(f"  - `{argument}`: {text}")
    if found.returns:
        lines.append(f"  - returns: {found.returns}")
    for error, text in found.entries.get("Raises", {}).items():
        lines.append(f"  - raises `{error}`: {text}")
    return lines


def notes(documented: type | ModuleType) -> dict[str, str]:
    """Reads what stands in quotes below the names that a class or module sets.

    Args:
        documented: The class or module.
    """
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(documented))).body
    if isinstance(documented, type) and isinstance(body[0], ast.ClassDef):
        body = body[0].body
    found: dict[str, str] = {}
    for named, note in itertools.pairwise(body):
        target = named.targets[0] if isinstance(named, ast.Assign) else getattr(named, "target", None)
        if isinstance(target, ast.Name) and isinstance(note, ast.Expr) and isinstance(note.value, ast.Constant):
            found[target.id] = " ".join(str(note.value.value).split())
    return found


def _is_made_by_users(documented: type) -> bool:
    if getattr(documented, "_is_protocol", False):
        return False
    if attrs.has(documented):
        return not any(field.name.startswith("_") for field in attrs.fields(documented))
    return "__init__" in documented.__dict__
