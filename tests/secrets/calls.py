"""Every call of the client, with arguments full of marks."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs

from clinikomigrate import where
from clinikomigrate.client.entity import Draft, Part
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import Unset
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import PatientAttachmentDraft, ReferralSourceDraft
from tests.cliniko.test_operations import ABILITIES, NESTED, SINGLE, draft_of
from tests.secrets.marks import Marks

Call = Callable[[Cliniko], object]


class MarkedFile:
    """A file whose name and bytes are marks."""

    content_type = "application/pdf"

    def __init__(self, marks: Marks) -> None:
        self.name = marks.next("a file's name") + ".pdf"
        self._bytes = marks.next("a file's bytes").encode()
        self.size = len(self._bytes)

    def __repr__(self) -> str:
        return "<MarkedFile>"

    def open(self) -> Iterator[bytes]:
        """Gives the bytes."""
        yield self._bytes


def filled(model: type[Any], marks: Marks) -> Any:
    """Makes a draft or a part of one with every attribute given, each text of it a mark.

    Args:
        model: The class (`Any`: of whatever draft).
        marks: Where marks come from.
    """
    values = {
        field.name: _value(field.type, f"{model.__name__}.{field.name}", marks)
        for field in attrs.fields(model)
        if field.name not in {"extra", "content_file", "upload_url"}
    }
    if model is PatientAttachmentDraft:
        values = {"patient_id": "1", "description": marks.next("a description"), "filename": marks.next("a file name")}
    return model(**values)


def _value(kind: Any, place: str, marks: Marks) -> Any:
    """Makes a value of an attribute's type (`Any`: that is what it is about)."""
    members = [each for each in typing.get_args(kind) if each not in {Unset, type(None)}]
    if typing.get_origin(kind) in {typing.Union, type(str | int)}:
        return _value(next((each for each in members if each is not str), members[0]), place, marks)
    origin = typing.get_origin(kind) or kind
    if origin is Ref:
        return "1"
    if origin in {tuple, Sequence, list}:
        return (_value(members[0], place, marks),)
    if origin in {Mapping, dict}:
        return {"name": marks.next(place)}
    if isinstance(origin, type) and issubclass(origin, (Part, Draft)):
        return filled(origin, marks)
    plain: dict[Any, Any] = {
        bool: True,
        int: 10,
        Decimal: Decimal(1),
        datetime: datetime(2024, 3, 1, 9, tzinfo=UTC),
        date: date(1903, 7, 1),
        time: time(9),
    }
    return plain[origin] if origin in plain else marks.next(place)


def calls(marks: Marks) -> Iterator[tuple[str, Call]]:
    """Gives each call of the client under its name."""
    for kind, abilities in ABILITIES.items():
        for ability in abilities.split():
            yield f"{kind}.{ability}", _call(kind, ability, marks)
    for path, act in (NESTED | SINGLE).items():
        yield path, lambda client, act=act: _walked(act(client))  # type: ignore[misc] # mypy can't infer it
    source = ReferralSourceDraft(subcategory=marks.next("a subcategory"), notes=marks.next("notes of a referral"))
    yield "patients.set_referral_source", lambda client: client.patients.set_referral_source("1", source)
    file = PatientAttachmentDraft(patient_id="1", description=marks.next("a description"), content=MarkedFile(marks))
    yield "patient_attachments.upload", lambda client: client.patient_attachments.upload(file)
    yield "patient_attachments.download", _download
    yield "check_account", lambda client: client.check_account()


def _download(client: Cliniko) -> None:
    with client.patient_attachments.download("1") as download:
        for _ in download.chunks(4):
            pass


def _walked(result: Any) -> object:
    return list(result) if hasattr(result, "first") else result


def _call(kind: str, ability: str, marks: Marks) -> Call:
    match ability:
        case "list":
            return lambda client: list(_listed(client, kind, marks))
        case "create":
            return lambda client: client.resource(kind).create(filled(type(draft_of(client, kind)), marks))
        case "update":
            return lambda client: _update(client, kind, marks)
        case "cancel":
            note = marks.next(f"{kind}.cancellation_note")
            return lambda client: client.resource(kind).cancel("1", reason=50, note=note)
        case _:
            return lambda client: getattr(client.resource(kind), ability)("1")


def _listed(client: Cliniko, kind: str, marks: Marks) -> Any:
    """Lists what a text is looked for in, given as a condition and as a keyword."""
    resource = client.resource(kind)
    texts = [name for name, field in resource.fields.items() if field.name == "string"]
    conditions = [where(texts[0]) == marks.next(f"a search for {kind} by {texts[0]}")] if texts else []
    return resource.list(*conditions, **{name: marks.next(f"a search for {kind} by {name}") for name in texts[1:2]})


def _update(client: Cliniko, kind: str, marks: Marks) -> object:
    resource = client.resource(kind)
    draft = filled(type(draft_of(client, kind)), marks)
    given = {field.name for field in attrs.fields(type(draft))} & resource.create_only
    return resource.update("1", attrs.evolve(draft, **dict.fromkeys(given, Unset.UNSET)))
