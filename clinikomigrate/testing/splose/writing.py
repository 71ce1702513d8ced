"""Creating and changing records: strict bodies, references that must be there, and what each kind brings about."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING

from clinikomigrate.testing.answers import Answer
from clinikomigrate.testing.splose.answers import done, refused
from clinikomigrate.testing.splose.call import Call, shown
from clinikomigrate.testing.splose.kinds import KINDS, Body, Kind
from clinikomigrate.testing.splose.properties import Property, Row, Wrong, checked
from clinikomigrate.testing.splose.rules import CHANGED, MADE

if TYPE_CHECKING:
    from clinikomigrate.testing.splose.fake import FakeSplose

_NO_SUCH = "Not found"


def answer_create(call: Call, kind: Kind, body: Body) -> Answer:
    """Answers a POST to a list: the new record."""
    given = _read(call, kind, body)
    row = new_row(kind, call.fake.time_text(), given)
    if not call.fake.stamps_updates and "updatedAt" in row and "updatedAt" not in given:
        row["updatedAt"] = row["createdAt"]
    row["id"] = call.fake.tables.new_id(kind.name)
    made = MADE.get(kind.name)
    if made is not None:
        made(call.fake, row)
    call.fake.tables.insert(kind.name, row)
    return Answer(200, shown(kind, row))


def answer_update(call: Call, kind: Kind, body: Body, id: str) -> Answer:
    """Answers a PUT of a record: the number 1."""
    row = call.row(kind, id)
    given = _read(call, kind, body)
    changed = CHANGED.get(kind.name)
    if changed is not None:
        changed(call.fake, row, given)
    row |= {"updatedAt": call.fake.time_text()} | given
    return done()


def new_row(kind: Kind, now: str, given: Row) -> Row:
    """Gives a row with all properties of its kind, those not given at their defaults; without an id yet."""
    row: Row = {"id": 0}
    for one in kind.properties:
        default = [] if one.default == () else copy.deepcopy(one.default)
        row[one.name] = now if one.name in ("createdAt", "updatedAt") else default
    return row | given


def problems(fake: FakeSplose, body: Body, kind: Kind, given: Row) -> tuple[Row, dict[str, list[str]]]:
    """Holds a body's properties against what the operation takes.

    Args:
        fake: The workspace, in which references must be found.
        body: What the operation takes.
        kind: The kind of record.
        given: The body.

    Returns:
        The values as answers have them, and what is wrong by property.
    """
    kept: Row = {}
    wrong: dict[str, list[str]] = {name: ["Required"] for name in sorted(body.needs - given.keys())}
    for name, value in given.items():
        if name not in body.takes:
            continue
        wanted = kind.by_name[name]
        try:
            kept[name] = _value(wanted, body, value, spaced=kind.name == "appointments" and body is kind.update)
            _must_be_there(fake, wanted, kept[name])
        except Wrong as problem:
            wrong[name] = [str(problem)]
    return kept, wrong


def _read(call: Call, kind: Kind, body: Body) -> Row:
    given = call.body
    if not isinstance(given, dict):
        raise refused(["Expected object"])
    unknown = sorted(given.keys() - body.takes)
    kept, wrong = problems(call.fake, body, kind, given)
    if unknown or wrong:
        raise refused([f"Unrecognized key(s) in object: '{name}'" for name in unknown], wrong)
    return kept


def _value(wanted: Property, body: Body, value: object, *, spaced: bool) -> object:
    if value is None and wanted.name in body.never_null:
        raise Wrong("Expected a value, received null")
    if value is not None and wanted.name in body.email:
        checked(Property(wanted.name, "email"), value)
    if wanted.name in body.shortest:
        checked(Property(wanted.name, null=False, shortest=1), value)
    return checked(wanted, value, spaced=spaced)


def _must_be_there(fake: FakeSplose, wanted: Property, value: object) -> None:
    """Holds that what ids point at is there, and not archived where that is refused."""
    for kind, id in pointers(wanted, value):
        row = fake.tables.get(kind, id)
        if row is None:
            raise Wrong(_NO_SUCH)
        if fake.refuses_archived_parents and KINDS[kind].is_archived(row):
            raise Wrong("Archived")


def pointers(wanted: Property, value: object) -> Iterable[tuple[str, object]]:
    """Gives the kinds and ids that a value points at, those in its parts too."""
    if value is None:
        return
    if wanted.type == "id" and wanted.to:
        yield wanted.to, value
    if wanted.type == "list" and isinstance(value, list):
        for one in value:
            yield from pointers(wanted.of[0], one)
    if wanted.type == "object" and isinstance(value, dict):
        for inner in wanted.of:
            yield from pointers(inner, value.get(inner.name))
