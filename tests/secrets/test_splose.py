"""No call of the client for Splose, whatever becomes of it, lets a key or a patient's text out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Error
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import AppointmentCancellation, AppointmentDraft, SupportItemDraft
from tests.secrets.calls import filled
from tests.secrets.marks import Marks, Secrets
from tests.secrets.test_client import MISHAPS, Mishap, saying
from tests.secrets.watch import Watch
from tests.splose.test_operations import ABILITIES, DRAFTS, OPERATIONS, UPDATES
from tests.wire.conftest import FakeClock, Server

KEY = "c2VjcmV0LWtleS1vZi10aGUtb3du-b3duZXI"
MARKS = Marks()
M = MARKS.next("an answer")


def naming(server: Server) -> None:
    """Refuses, and quotes the request and some marks by field and as a whole."""

    def step(handler: Any) -> None:  # any: the server's own handler
        body = handler.server.script.received[-1].body.decode("utf-8", "replace")
        said = {"formErrors": [body, M], "fieldErrors": {"lastname": [body], f"{M} is wrong": [M]}}
        handler.answer(400, json.dumps(said).encode(), {})

    server.steps.append(step)


SAID: dict[str, Mishap] = {
    "400 by field": naming,
    "the number 0": saying(0),
    "rows of other types": saying({"data": [{"id": M}, M], "links": {M: M}}),
    "links of other types": saying({"data": [{"id": 5, "firstname": {M: M}}], "links": {"nextPage": M}}),
}


def calls() -> Iterator[tuple[str, Callable[[Splose], object]]]:
    """Gives each call of the client, full of marks, under its name."""
    for name, act in OPERATIONS.items():
        yield name, act
    for kind in ABILITIES:
        if kind in DRAFTS:
            draft = filled(type(DRAFTS[kind]), MARKS)
            draft = attrs.evolve(draft, patient_tags=UNSET) if kind == "patients" else draft
            yield f"{kind}.create", lambda c, kind=kind, draft=draft: c.resource(kind).create(draft)  # type: ignore[misc]  # mypy can't infer it
        if kind in UPDATES:
            yield f"{kind}.update", lambda c, kind=kind: c.resource(kind).update("1", changed(kind))  # type: ignore[misc]  # as above
    name, club = MARKS.next("a search"), MARKS.next("a custom field's value")
    yield "patients.list", lambda c: list(c.patients.list(firstname=name, email=name))
    yield "patients.set_custom_fields", lambda c: c.patients.set_custom_fields("1", {"2": club})
    file, content = MARKS.next("a file's name") + ".pdf", b"%PDF-" + MARKS.next("a file's bytes").encode()
    yield "patients.upload_file", lambda c: c.patients.upload_file("1", file, content)
    yield "patients.upload_file refused", lambda c: c.patients.upload_file("1", file, b"no" + content[5:])
    note = AppointmentCancellation(reason_id="1", note=MARKS.next("a cancellation's note"))
    yield "appointments.cancel", lambda c: c.appointments.cancel("1", note, patient="2")


def changed(kind: str) -> object:
    """Gives an update, as full of marks as one can be."""
    draft = UPDATES[kind]
    if isinstance(draft, AppointmentDraft | SupportItemDraft):
        return draft
    return type(draft)(
        **{field: MARKS.next(f"patients.{field}") for field in ("firstname", "lastname", "alert", "city")},
        **dict.fromkeys(
            ("email", "sex", "gender_identity", "birthdate", "state", "postal_code", "country", "privacy_policy",
             "ndis_number", "medicare_num", "irn", "veterans_file_number", "emergency_contact_number",
             "emergency_contact_name", "emergency_contact_relationship")
        ),
        phone_numbers=(),
    )  # fmt: skip


CALLS = dict(calls())


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Watches all that comes out."""
    watch = Watch(Secrets((KEY,)))
    with watch.watching():
        yield watch


@pytest.mark.parametrize("mishap", (MISHAPS | SAID).values(), ids=MISHAPS | SAID)
def test_no_answer_makes_a_call_tell(
    watch: Watch, server: Server, clock: FakeClock, capfd: pytest.CaptureFixture[str], mishap: Mishap
) -> None:
    """Whatever goes wrong with a call, its exception, its traceback and the logs hold no key and no text."""
    with Splose(KEY, base_url=f"{server.url}/v1", clock=clock, requests_per_minute=1_000_000) as client:
        for name, call in CALLS.items():
            server.steps.clear()
            for _ in range(10):
                mishap(server)
            try:
                made = call(client)
            except Error as error:
                watch.error(error, name)
            else:
                watch.look("repr", name, repr(made) if name != "GET /free-slots" else "")  # the answer as it came
        for text in capfd.readouterr():
            watch.look("print", "", text)
        watch.reprs()

    assert [] == watch.found
    assert watch.looked_at["exception"] > 20
