"""A whole transfer, from the first look to the last file, lets no key and no patient's text out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from clinikomigrate import (
    ALL_KINDS,
    ByPatient,
    Cliniko,
    ClinikoMapper,
    ClinikoSink,
    Mapped,
    SeenSince,
    Skip,
)
from clinikomigrate.notebook import ProgressBar
from clinikomigrate.testing.faults import FaultKind
from tests.end_to_end.accounts import client
from tests.secrets.move import Move

Prepare = Callable[[Move], dict[str, Any]]
"""Puts an account into a state, and gives the settings of the transfer."""


def all_goes_well(move: Move) -> dict[str, Any]:
    """Nothing is in the way."""
    return {}


def refused(status: str) -> Prepare:
    """Each seventh write is refused, and quoted."""

    def prepare(move: Move) -> dict[str, Any]:
        move.destination.every, move.destination.refusal = 7, status
        return {}

    return prepare


def faulty(*kinds: FaultKind) -> Prepare:
    """About each tenth request goes wrong on both sides."""

    def prepare(move: Move) -> dict[str, Any]:
        for number, kind in enumerate(kinds):
            move.source.faults.add(kind, every=31 + 7 * number)
            move.destination.faults.add(kind, every=29 + 7 * number)
            move.destination.store_faults.add("drop_after", every=3)
        return {}

    return prepare


def already_there(existing: str) -> Prepare:
    """Two of the source's patients are in the destination, and one of its contacts."""

    def prepare(move: Move) -> dict[str, Any]:
        names = ("first_name", "last_name", "date_of_birth", "email", "patient_phone_numbers")
        for row in [row for row in move.source.rows("patients") if row["archived_at"] is None][:2]:
            move.destination.add("patients", **{name: row[name] for name in names})
        contact = move.source.rows("contacts")[0]
        move.destination.add("contacts", first_name=contact["first_name"], last_name=contact["last_name"])
        return {"existing": existing}

    return prepare


def without(*kinds: str) -> Prepare:
    """Some kinds stay behind, and are matched where others need them."""

    def prepare(move: Move) -> dict[str, Any]:
        for kind, names in (("patients", ("first_name", "last_name", "date_of_birth")), ("contacts", ("last_name",))):
            for row in move.source.rows(kind)[:4] * 2:
                if row["archived_at"] is None and kind in kinds:
                    move.destination.add(kind, **{name: row[name] for name in names})
        return {"include": ALL_KINDS - set(kinds)}

    return prepare


def files_refused(move: Move) -> dict[str, Any]:
    """No file is taken."""
    move.destination.files.largest = 1
    return {}


def another_file(move: Move) -> dict[str, Any]:
    """Each file that arrives is another one than was sent."""
    for row in move.source.store.all("patient_attachments"):
        row["size"] = (row["size"] or 0) + 1
    return {}


def an_older_api(move: Move) -> dict[str, Any]:
    """The new account has no lists of newer kinds, and no custom fields."""
    move.destination.lacks |= {"/recalls", "/recall_types", "/relationships", "/communications"}
    move.destination.define_custom_fields({})
    return {}


def revoked(move: Move) -> dict[str, Any]:
    """A key stops working in the middle."""
    move.destination.faults.add("401", at=60, times=1)
    move.source.faults.add("401", at=200, times=1)
    return {}


def never_reached(move: Move) -> dict[str, Any]:
    """Nothing but silence on either side."""
    move.source.faults.add("refuse", every=1, when=lambda request: "patients" in request.path)
    return {}


def a_journal_of_rubbish(move: Move) -> dict[str, Any]:
    """The journal's file is none."""
    (move.folder / "clinic.journal").write_bytes(b"rubbish" * 999)
    return {}


def a_pilot(move: Move) -> dict[str, Any]:
    """A few patients go."""
    return {"filter": ByPatient(*[str(row["id"]) for row in move.source.rows("patients")][:3])}


def of_late(move: Move) -> dict[str, Any]:
    """Those who came lately go, and a key of a person's own writes notes."""
    user = next(row for row in move.destination.rows("practitioners") if row["active"])["user_id"]
    authors = {str(row["display_name"] or row["last_name"]): _of(move, str(user)) for row in _people(move)[:1]}
    sink = ClinikoSink(client(move.destination), authors=authors)
    move.watch.look("repr", "sink", repr(sink))
    return {"filter": SeenSince(date(2020, 1, 1)), "sink": sink}


def _people(move: Move) -> list[dict[str, object]]:
    return [row for row in move.source.rows("practitioners") if row["active"]]


def _of(move: Move, user: str) -> Cliniko:
    return Cliniko(
        move.destination.key_for(user),
        app_name="Acme",
        contact_email="dev@acme.example",
        clock=move.destination.clock,
    )


SCENES: dict[str, Prepare] = {
    "all goes well": all_goes_well,
    "422": refused("422 Unprocessable Entity"),
    "400": refused("400 Bad Request"),
    "403": refused("403 Forbidden"),
    "404": refused("404 Not Found"),
    "500": refused("500 Internal Server Error"),
    "402": refused("402 Payment Required"),
    "lost replies": faulty("drop_after", "500_after", "timeout_after", "cut"),
    "lost requests": faulty("drop_before", "429", "502", "not_json", "redirect"),
    "patients who are there already stop it": already_there("stop"),
    "patients who are there already are adopted": already_there("adopt"),
    "patients who are there already are copied": already_there("copy"),
    "without contacts": without("contacts"),
    "without patients": without("patients"),
    "files are refused": files_refused,
    "files differ": another_file,
    "an older API": an_older_api,
    "a key is revoked": revoked,
    "nobody answers": never_reached,
    "no journal": a_journal_of_rubbish,
    "a pilot": a_pilot,
    "of late, with an author's key": of_late,
}


@pytest.mark.parametrize("prepare", SCENES.values(), ids=SCENES)
def test_nothing_comes_out(move: Move, capfd: pytest.CaptureFixture[str], prepare: Prepare) -> None:
    """Whatever happens, no output of a transfer holds a key or a patient's text."""
    move.all_of_it(**prepare(move))
    for text in capfd.readouterr():
        move.watch.look("print", "", text)

    assert [] == move.leaked


def test_the_watch_sees_what_there_is(move: Move) -> None:
    """The texts do go through the program, and the watch looks at everything: its silence means something."""
    move.all_of_it()

    assert move.arrived > 100
    assert {"event", "file", "log of clinikomigrate", "repr", "result"} <= set(move.watch.looked_at)
    assert move.watch.looked_at["repr"] > 1000


class Careless(ClinikoMapper):
    """A user's mapper that stumbles over some patients."""

    def __init__(self, error: type[Exception]) -> None:
        super().__init__()
        self._error = error

    def patient(self, patient: Any, context: Any) -> Mapped[Any] | Skip:
        """Stumbles."""
        raise self._error("the mapper stumbles")


@pytest.mark.parametrize("kind", [KeyError, RecursionError, TypeError])
def test_an_exception_of_the_users_own_shows_nothing_of_ours(move: Move, kind: type[Exception]) -> None:
    """When a mapper of the user's raises, the frames of the package around it hold no text."""
    transfer = move.transfer(mapper=Careless(kind))
    for act in (transfer.preflight, transfer.plan, transfer.run):
        try:
            move.result(act())
        except kind as error:
            move.watch.error(error)

    assert [] == move.leaked


def test_a_progress_bar_shows_no_text(move: Move, capfd: pytest.CaptureFixture[str]) -> None:
    """What is drawn while a run goes on names kinds and counts."""
    with ProgressBar() as bar:
        move.transfer().run(on_event=bar)
    for text in capfd.readouterr():
        move.watch.look("print", "", text)

    assert [] == move.leaked
    assert move.watch.looked_at["print"] == 2
