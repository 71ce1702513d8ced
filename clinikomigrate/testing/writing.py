"""Creating and changing records: bodies held against the table of columns, references, and the rules of each kind."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

import attrs

from clinikomigrate.testing.answers import BLANK, NOT_LISTED, Answer, forbidden, invalid, not_found
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Column, Refused, Row, written_form
from clinikomigrate.testing.kinds import Kind
from clinikomigrate.testing.reading import hidden, visible
from clinikomigrate.testing.render import render


@attrs.define(repr=False)
class Change:
    """What a request wants of one record, while it is looked at.

    Attributes:
        call: The request.
        kind: The record's kind.
        given: The columns that the body gives, as the simulation keeps them.
        before: The row that is changed; None for a new one.
        errors: What is wrong, by field; the rules add to it.
        signatures: The images of a form's new signatures by the ids that they get.
    """

    call: Call
    kind: Kind
    given: Row
    before: Row | None
    errors: dict[str, str | None] = attrs.field(factory=dict)
    signatures: dict[str, str] = attrs.field(factory=dict)

    def value(self, name: str) -> object:
        """Gives what a column will hold: what the body says, else what the row has, else the default."""
        if name in self.given:
            return self.given[name]
        if self.before is not None:
            return self.before.get(name)
        return copy.deepcopy(self.kind.by_name[name].default)

    def target(self, name: str) -> Row | None:
        """Gives the row that a reference will point at."""
        identifier = self.value(name)
        return None if identifier is None else self.call.store.get(self.kind.by_name[name].to, str(identifier))

    def refuse(self, field: str, message: str | None) -> None:
        """Says that a field is wrong; the first word on it stands."""
        self.errors.setdefault(field, message)


@attrs.frozen
class Rules:
    """What a kind asks beyond its columns.

    Attributes:
        check: Looks at a change, refuses, and may add to what is given.
        made: Does what a new record brings about, after it is there.
        changed: Does what a changed record brings about; gets the row as it was before too.
        archived: Does what archiving brings about.
    """

    check: Callable[[Change], None] | None = None
    made: Callable[[Change, Row], None] | None = None
    changed: Callable[[Change, Row], None] | None = None
    archived: Callable[[Call, Row], None] | None = None


def create(call: Call, kind: Kind, rules: Rules) -> Row:
    """Makes a record from the request's body.

    Raises:
        Refusal: A 422 that names the fields which are wrong.
    """
    change = Change(call, kind, *_read_body(call, kind, None))
    for name in kind.required:
        column = kind.by_name[name]
        if change.given.get(name) in (None, "") and not (name in change.given and _may_be_nothing(kind, column)):
            change.refuse(column.error_key, NOT_LISTED if column.type == "boolean" else BLANK)
    _finish_checks(change, rules)
    row = new_row(kind, call.now, {name: value for name, value in change.given.items() if kind.by_name[name].kept})
    row["id"] = call.store.new_id(kind.name)
    call.store.insert(kind.name, row)
    if rules.made is not None:
        rules.made(change, row)
    return row


def update(call: Call, kind: Kind, rules: Rules, row: Row) -> None:
    """Changes a record as the request's body says.

    Raises:
        Refusal: A 422 that names the fields which are wrong.
    """
    change = Change(call, kind, *_read_body(call, kind, row))
    for name in kind.required:
        if name in change.given and change.given[name] == "":
            change.refuse(kind.by_name[name].error_key, BLANK)
    _finish_checks(change, rules)
    kept = {name: value for name, value in change.given.items() if kind.by_name[name].kept}
    change.before = copy.copy(row)
    call.store.change(kind.name, row, **kept, updated_at=call.now)
    if rules.changed is not None:
        rules.changed(change, row)


def new_row(kind: Kind, now: str, given: Mapping[str, object]) -> Row:
    """Gives a row with all columns of its kind, those not given at their defaults; without an id yet."""
    row: Row = {"id": "", "created_at": now, "updated_at": now}
    for column in kind.columns:
        if column.kept:
            row[column.name] = copy.deepcopy(column.default)
    row.update(given)
    return row


def answer_create(call: Call, kind: Kind, rules: Rules) -> Answer:
    """Answers a POST to a collection: 201 and the whole record."""
    row = create(call, kind, rules)
    link = f"{call.base}/{kind.name}/{row['id']}"
    return Answer(201, render(call, kind, row), headers={"Location": link})


def answer_update(call: Call, kind: Kind, rules: Rules, identifier: str) -> Answer:
    """Answers a PATCH: 200 and the whole record, 404 where it is hidden."""
    row = shown(call, kind, identifier)
    update(call, kind, rules, row)
    return Answer(200, render(call, kind, row))


def answer_archive(call: Call, kind: Kind, rules: Rules, identifier: str) -> Answer:
    """Answers the archiving of a record, and a DELETE of what can only be archived: 204; 404 the second time.

    A cancelled record can be archived.
    """
    may_touch(call, kind)
    row = call.store.get(kind.name, identifier)
    if row is None or row["archived_at"] is not None or not visible(call, kind, row):
        raise not_found()
    call.store.change(kind.name, row, archived_at=call.now, updated_at=call.now)
    if rules.archived is not None:
        rules.archived(call, row)
    return Answer(204)


def answer_unarchive(call: Call, kind: Kind, identifier: str) -> Answer:
    """Answers the unarchiving of a record: 200 and the whole record."""
    may_touch(call, kind)
    row = call.store.get(kind.name, identifier)
    if row is None:
        raise not_found()
    call.store.change(kind.name, row, archived_at=None, updated_at=call.now)
    return Answer(200, render(call, kind, row))


def answer_delete(call: Call, kind: Kind, identifier: str) -> Answer:
    """Answers a DELETE that really deletes: 204."""
    call.store.remove(kind.name, shown(call, kind, identifier))
    return Answer(204)


def shown(call: Call, kind: Kind, identifier: str) -> Row:
    """Gives a row that is neither archived nor cancelled.

    Raises:
        Refusal: A 404, or a 403 where the role may not see the kind.
    """
    may_touch(call, kind)
    row = call.store.get(kind.name, identifier)
    if row is None or hidden(kind, row) or not visible(call, kind, row):
        raise not_found()
    return row


def may_touch(call: Call, kind: Kind) -> None:
    """Refuses, with an empty 403, a kind that the user's role may not see."""
    if kind.secret and not call.sees_notes:
        raise forbidden()


def body_of(call: Call) -> Row:
    """Gives the body's object; no body counts as an empty one.

    Raises:
        Refusal: A 422: the body is JSON but no object.
    """
    if call.body is None:
        return {}
    if not isinstance(call.body, dict):
        raise invalid({"base": "must be an object"})
    return call.body


def _read_body(call: Call, kind: Kind, before: Row | None) -> tuple[Row, Row | None, dict[str, str | None]]:
    given: Row = {}
    errors: dict[str, str | None] = {}
    lacking, overlooked = call.fake.lacking_of(kind.name), call.fake.overlooked_of(kind.name)
    for name, value in body_of(call).items():
        column = kind.by_name.get(name)
        if name in overlooked:
            continue
        if (
            column is None
            or name in lacking
            or column.write == "never"
            or (column.write == "create" and before is not None)
        ):
            errors[name] = "is not permitted"
            continue
        try:
            given[name] = written_form(column, value)
        except Refused as refused:
            errors[column.error_key] = str(refused)
            continue
        if column.type == "references":
            problem = _problem_of_all(call, column, given[name])
        else:
            problem = _problem_of_reference(call, column, given[name]) if column.type == "reference" else None
        if problem is not None:
            errors[column.error_key] = problem
    return given, before, errors


def _problem_of_all(call: Call, column: Column, identifiers: object) -> str | None:
    problems = (_problem_of_reference(call, column, one) for one in identifiers or ())  # type: ignore[attr-defined]  # a list of ids
    return next((problem for problem in problems if problem is not None), None)


def _problem_of_reference(call: Call, column: Column, identifier: object) -> str | None:
    row = call.store.get(column.to, str(identifier))
    if row is None:
        return BLANK
    if call.fake.refuses_archived_parents and is_put_away(row):
        return BLANK
    if call.fake.refuses_cancelled_parents and row.get("cancelled_at") is not None:
        return BLANK
    return None


def is_put_away(row: Row) -> bool:
    """Tells whether a row is archived, or was deleted by an older version of the product."""
    return row.get("archived_at") is not None or row.get("deleted_at") is not None


def _finish_checks(change: Change, rules: Rules) -> None:
    if rules.check is not None:
        rules.check(change)
    patient = change.target("patient_id") if "patient_id" in change.kind.by_name else None
    if patient is not None and change.call.fake.refuses_archived_parents and is_put_away(patient):
        change.refuse("patient", BLANK)
    if change.errors:
        raise invalid(change.errors)


def _may_be_nothing(kind: Kind, column: Column) -> bool:
    """A memo's sender and receiver must be given, but may be null or blank."""
    return kind.name == "communications" and column.name in ("from", "to")
