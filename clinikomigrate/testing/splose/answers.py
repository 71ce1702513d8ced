"""Answers of Splose's simulated API: JSON without a word more than it needs, and errors as other people report them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clinikomigrate.testing.answers import Answer, Refusal, page

TEXT = "text/plain; charset=utf-8"


def done() -> Answer:
    """Says yes to an update or a deletion: with the number 1, called text."""
    return page(200, "1", TEXT)


def refused(form: Iterable[str] = (), fields: Mapping[str, Iterable[str]] | None = None) -> Refusal:
    """Says, with a 400, what is wrong with a request: as a whole, and by field."""
    said = {name: list(texts) for name, texts in (fields or {}).items()}
    return Refusal(Answer(400, {"formErrors": list(form), "fieldErrors": said}))


def unauthorized() -> Refusal:
    """Says that the key is none."""
    return Refusal(page(401, "Unauthorized", TEXT))


def not_found() -> Refusal:
    """Says that there is no such record, or that the path doesn't take the method."""
    return Refusal(page(404, "Not Found", TEXT))
