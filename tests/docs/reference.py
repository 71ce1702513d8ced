"""Keeps the generated parts of the documentation's pages.

They stand between `<!-- reference: … -->` and `<!-- /reference -->`. To bring them up to date after a change of the
code: `python -m tests.docs.reference`.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import attrs

import clinikomigrate
from clinikomigrate import errors
from clinikomigrate.client.client import Client
from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.query import FieldType
from clinikomigrate.client.resource import Resource
from clinikomigrate.cliniko import Cliniko, models
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.sinks.cliniko.fields import FIELDS
from clinikomigrate.sinks.field_rules import How, Rules, Table
from clinikomigrate.sinks.splose.codes import CODES as SPLOSE_CODES
from clinikomigrate.sinks.splose.fields import FIELDS as SPLOSE_FIELDS
from clinikomigrate.sinks.splose.left_behind import LEFT_BEHIND
from clinikomigrate.splose import Splose
from clinikomigrate.splose import models as splose_models
from clinikomigrate.transfer import events
from clinikomigrate.transfer.findings import Level
from clinikomigrate.transfer.kinds import KINDS
from tests.docs import render
from tests.docs.docstrings import first_sentence, parse

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = tuple(sorted((DOCS / "reference").glob("*.md")))

_PART: Final = re.compile(r"(<!-- reference: (.+?) -->\n)(.*?)(<!-- /reference -->)", re.DOTALL)


def updated(page: str) -> str:
    """Returns a page with its generated parts as the code is now."""
    by_hand = _PART.sub("", page)
    level = 3 if "\n## " in by_hand else 2
    return _PART.sub(lambda found: f"{found[1]}\n{_generated(found[2], level)}\n{found[4]}", page)


def described(page: str) -> tuple[str, ...]:
    """Names what a page's generated parts describe."""
    return tuple(found[2] for found in _PART.finditer(page))


def _generated(what: str, level: int) -> str:
    table = TABLES.get(what)
    lines = table() if table is not None else _section(what, level)
    return "\n".join(lines).strip() + "\n"


def _section(path: str, level: int) -> list[str]:
    """Describes one object by its dotted name."""
    module_name, _, name = path.rpartition(".")
    module = importlib.import_module(module_name)
    found = getattr(module, name)
    if isinstance(found, type):
        return render.class_section(found, name, level)
    if inspect.isfunction(found):
        return render.function_section(found, name, level)
    return [f"{'#' * level} `{name}`", "", _note(module_name, name), ""]


def _note(module_name: str, name: str) -> str:
    """Finds what is said below a constant where it is defined."""
    module = importlib.import_module(module_name)
    noted = render.notes(module).get(name)
    if noted is not None:
        return noted
    for line in inspect.getsource(module).splitlines():
        found = re.match(r"from (\S+) import .*\b" + name + r"\b", line)
        if found:
            return _note(found[1], name)
    raise LookupError(f"{module_name}.{name} has no text below it that says what it is.")


# Tables.


def _kinds() -> list[str]:
    rows = []
    for kind in KINDS.values():
        needs = ", ".join(f"`{name}`" for name in kind.needs) or "nothing"
        found_by = ", ".join(f"`{name}`" for name in kind.found_by) or "nothing"
        adopted = "no" if kind.left_behind or not kind.adoptable else "yes"
        rows.append((f"`{kind.name}`", needs, found_by, adopted))
    return render.table(("kind", "goes after", "looked up by", "adopted when equal"), rows)


def _findings() -> list[str]:
    lines: list[str] = []
    for level in Level:
        rows = [(f"`{code.name}`", code.about) for code in CODES.by_name.values() if code.level is level]
        lines += [f"## {level.value.capitalize()}s", "", *render.table(("code", "found when"), rows)]
    return lines


def _splose_findings() -> list[str]:
    own = [code for name, code in SPLOSE_CODES.by_name.items() if name not in CODES.by_name]
    rows = [(f"`{code.name}`", code.level.value, code.about) for code in own]
    return render.table(("code", "level", "found when"), rows)


def _errors() -> list[str]:
    def branch(error: type[errors.Error], depth: int) -> Iterator[str]:
        yield f"{'  ' * depth}- `{error.__name__}`: {first_sentence(error)}"
        for child in error.__subclasses__():
            if child.__module__ == errors.__name__:
                yield from branch(child, depth + 1)

    return [*branch(errors.Error, 0), ""]


def _events() -> list[str]:
    lines: list[str] = []
    for event in _subclasses(events.Event):
        if getattr(events, event.__name__, None) is event:  # not the class without slots that attrs began with
            lines += render.class_section(event, event.__name__, level=3)
    return lines


def _cliniko_resources() -> list[str]:
    return _resources(Cliniko("a" * 20 + "-au1", app_name="Acme Migrations", contact_email="dev@acme.example"))


def _splose_resources() -> list[str]:
    return _resources(Splose("a" * 20))


def _resources(client: Client) -> list[str]:
    kinds = {name: part for name, part in sorted(vars(client).items()) if isinstance(part, Resource)}
    return [line for name, part in kinds.items() for line in _resource(name, part)]


def _resource(name: str, resource: Resource) -> list[str]:
    methods = [method for method in dir(resource) if not method.startswith("_") and callable(getattr(resource, method))]
    own = [method for method in methods if method not in _COMMON and method != "model"]
    common = [method for method in _COMMON if method in methods]
    more = ", ".join(f"`{method}`" for method in [*common, *own] if method not in ("created_model", "updated_model"))
    parameters = getattr(resource, "parameters", {})
    fields = ", ".join(f"`{field}`" for field in sorted(parameters or resource.fields)) or "nothing"
    records = f" Records: {_model_names(resource.model)}." if hasattr(resource, "model") else ""
    asked = "Can be asked for" if parameters else "Can be filtered"
    return [f"### `{name}`", "", f"{first_sentence(type(resource))}{records}", "", f"- Methods: {more}.",
            f"- {asked} by: {fields}.", ""]  # fmt: skip


_COMMON: Final = ("list", "count", "get", "create", "update", "archive", "unarchive", "cancel", "delete", "conflicts")


def _model_names(model: Any) -> str:
    names = [each.__name__ for each in getattr(model, "__args__", ())] or [getattr(model, "__name__", str(model))]
    return " or ".join(f"`{name}`" for name in names)


def _operators() -> list[str]:
    spelled = {"=": "`==`", "!=": "`!=`", ">": "`>`", ">=": "`>=`", "<": "`<`", "<=": "`<=`", "~": "`.contains()`",
               "~~": "`.like()`", "?": "`.not_null()`", "!?": "`.is_null()`"}  # fmt: skip
    values = {
        "int64": "an id: digits in a `str`, an `int` or a `Ref`; with `==` and `!=` also several",
        "integer": "an `int`; with `==` and `!=` also several",
        "string": "a `str`; with `!=` also several",
        "boolean": "`True` or `False`",
        "date": "a `datetime.date`; with `==` also a text with stars, `'****-05-**'`",
        "date-time": "an aware `datetime.datetime`",
        "array": "one id",
    }
    rows = []
    for name, value in values.items():
        operators = FieldType(name).operators  # type: ignore[arg-type]  # the keys above are the names of types
        rows.append((f"`{name}`", " ".join(spelled[each] for each in operators if each in spelled), value))
    return render.table(("type", "operators", "compared with"), rows)


def _cliniko_models() -> list[str]:
    return _models(models)


def _splose_models() -> list[str]:
    return _models(splose_models)


def _models(package: ModuleType) -> list[str]:
    lines: list[str] = []
    for name in sorted(package.__all__):
        found = getattr(package, name)
        if isinstance(found, type) and attrs.has(found) and found not in (Entity, Draft):
            lines += _model(name, found)
    return lines


def _model(name: str, model: type) -> list[str]:
    said = parse(model)
    meaning = said.entries.get("Attributes", {})
    lines = [f"### `{name}`", "", said.summary, ""]
    if said.body:
        lines += [" ".join(said.body.split()), ""]
    plain = []
    for field in attrs.fields(model):
        if field.name in meaning:
            lines.append(f"- `{field.name}`: {meaning[field.name]}")
        elif field.name != "extra":
            plain.append(f"`{field.name}`")
    if plain:
        lines.append(f"- {'Also' if meaning else 'Attributes'}: {', '.join(plain)}.")
    return [*lines, ""]


def _fields() -> list[str]:
    return _what_becomes(FIELDS)


def _splose_fields() -> list[str]:
    return _what_becomes({model: rules for model, rules in SPLOSE_FIELDS.items() if not _is_left_behind(model, rules)})


def _is_left_behind(model: type[Entity], rules: Rules) -> bool:
    return {rule.reason for rule in rules.values() if rule.how is not How.META} == {LEFT_BEHIND.get(model)}


def _splose_left_behind() -> list[str]:
    reasons: dict[str, list[str]] = {}
    for model, rules in SPLOSE_FIELDS.items():
        if _is_left_behind(model, rules):
            reasons.setdefault(LEFT_BEHIND[model], []).append(f"`{model.__name__}`")
    return render.table(("records", "why"), [(", ".join(names), reason) for reason, names in reasons.items()])


def _what_becomes(fields: Table) -> list[str]:
    lines: list[str] = []
    for model, rules in fields.items():
        lines += [f"### `{model.__name__}`", ""]
        for title, how in (("Carried", How.CARRIED), ("Matched", How.MATCHED)):
            names = [f"`{name}`" for name, rule in rules.items() if rule.how is how]
            lines += [f"- {title}: {', '.join(names)}."] if names else []
        said = [f'`{name}` ("{rule.heading}")' for name, rule in rules.items() if rule.how is How.SAID]
        lines += [f"- In words: {', '.join(said)}."] if said else []
        for title, how in (("Said otherwise", How.DERIVED), ("Lost", How.LOST)):
            reasons: dict[str, list[str]] = {}
            for name, rule in rules.items():
                if rule.how is how:
                    reasons.setdefault(rule.reason, []).append(f"`{name}`")
            lines += [f"- {title}:"] if reasons else []
            lines += [f"  - {', '.join(names)}: {reason}" for reason, names in reasons.items()]
        lines.append("")
    return lines


def _names() -> list[str]:
    rows = []
    for name in clinikomigrate.__all__:
        found = getattr(clinikomigrate, name)
        described = isinstance(found, type) or inspect.isfunction(found)
        says = first_sentence(found) if described else _note("clinikomigrate", name)
        rows.append((f"[`cm.{name}`]({place(name)})", says))
    return render.table(("name", "what it is"), rows)


def place(name: str) -> str:
    """Says where a name of the package is described: the page and the heading.

    Raises:
        LookupError: No page of the reference describes it.
    """
    for page in PAGES:
        if f"clinikomigrate.{name}" in described(page.read_text(encoding="utf-8")):
            return f"{page.name}#{name.lower()}"
    found = getattr(clinikomigrate, name)
    if isinstance(found, type) and issubclass(found, errors.Error):
        return "errors.md"
    if isinstance(found, type) and issubclass(found, events.Event):
        return "events.md"
    raise LookupError(f"No page of docs/reference describes {name}.")


def _subclasses(parent: type) -> Iterator[type]:
    children: list[type] = parent.__subclasses__()
    for child in children:
        yield child
        yield from _subclasses(child)


TABLES: Final[Mapping[str, Callable[[], list[str]]]] = {
    "table of kinds": _kinds,
    "findings": _findings,
    "findings of Splose": _splose_findings,
    "tree of errors": _errors,
    "events": _events,
    "resources": _cliniko_resources,
    "resources of Splose": _splose_resources,
    "operators": _operators,
    "models": _cliniko_models,
    "models of Splose": _splose_models,
    "fields": _fields,
    "fields in Splose": _splose_fields,
    "left behind by Splose": _splose_left_behind,
    "names": _names,
}


if __name__ == "__main__":
    for file in (*PAGES, *DOCS.glob("*.md")):
        before = file.read_text(encoding="utf-8")
        after = updated(before)
        if after != before:
            file.write_text(after, encoding="utf-8")
            print(f"brought up to date: {file.relative_to(ROOT)}")
