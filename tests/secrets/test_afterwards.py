"""What comes after a first run, a week's changes and conflicts among it, lets no key and no patient's text out."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import clinikomigrate
from clinikomigrate import ByPatient, Cliniko, ClinikoSink, Transfer
from clinikomigrate.errors import Error, NotPicklable
from clinikomigrate.testing import FakeCliniko, LoggedRequest
from clinikomigrate.testing.faults import FaultKind
from tests.end_to_end.accounts import client
from tests.secrets.move import Move

EDITED = {
    "patients": ("occupation", "notes", "first_name"),
    "contacts": ("notes", "last_name"),
    "medical_alerts": ("name",),
    "patient_cases": ("name", "notes"),
    "individual_appointments": ("notes",),
    "treatment_notes": ("title",),
    "communications": ("content",),
}
"""What a week's work changes, by kind."""


def edit(move: Move, fake: FakeCliniko, where: str) -> None:
    """Changes texts of all sorts in one of the accounts, and adds some; each has a mark."""
    fake.clock.sleep_until(fake.clock.monotonic() + 3600)
    for kind, fields in EDITED.items():
        for row in list(fake.store.all(kind)):
            changed = {field: move.marks.next(f"{kind}.{field}, edited in the {where}") for field in fields}
            fake.store.change(kind, row, **changed, updated_at=fake.time_text())
    for row in list(fake.store.all("patients")):
        fake.add("medical_alerts", name=move.marks.next(f"an alert made in the {where}"), patient_id=row["id"])


def edit_both(move: Move) -> None:
    """Changes the same records in both accounts."""
    edit(move, move.source, "source")
    edit(move, move.destination, "destination")


def another_file(move: Move) -> None:
    """Puts other bytes into the place of a file in the destination."""
    store = move.destination.store
    for row in list(store.all("patient_attachments"))[:1]:
        store.change("patient_attachments", row, content=move.marks.next("another file").encode())


def moved(move: Move, **settings: Any) -> Transfer:
    """Moves the clinic a first time."""
    transfer = move.transfer(**settings)
    move.attempt(lambda: move.run(transfer))
    return transfer


def check(move: Move) -> None:
    """Looks at the files, and holds that nothing came out."""
    move.watch.files(move.folder)

    assert [] == move.leaked


def test_a_top_up_with_conflicts(move: Move) -> None:
    """Records that changed on both sides are conflicts, which are told by kinds, ids and fields."""
    transfer = moved(move)
    edit_both(move)
    report = move.run(transfer)
    for result in (report, transfer.preflight(), transfer.plan(), move.run(transfer, only_failed=True, last=True)):
        move.result(result)

    assert any("edited in the destination too" in row.reason for row in report.set_aside)
    check(move)


def test_differences(move: Move) -> None:
    """What a comparison finds is told by kinds, ids and fields, of all records and of a sample."""
    transfer = moved(move)
    edit_both(move)
    another_file(move)
    whole = transfer.verify()
    for result in (whole, transfer.verify(sample=30, seed=1), transfer.verify(files=False)):
        move.result(result)

    assert {"file", "occupation", "name"} <= {each.field for each in whole.differences}
    check(move)


@pytest.mark.parametrize("answer", [True, False])
def test_approving(move: Move, answer: bool) -> None:
    """A plan that is shown before the first write says as little as any, also of a second run."""
    transfer = move.transfer()

    def approve(plan: Any) -> bool:
        move.result(plan)
        return answer

    move.result(transfer.run(approve=approve))
    edit(move, move.source, "source")
    move.result(transfer.run(approve=approve))

    check(move)


def test_an_approval_that_stumbles(move: Move) -> None:
    """An exception of the user's own, out of what asks for approval, carries nothing of ours."""

    def approve(plan: Any) -> bool:
        raise KeyError("nobody there")

    with pytest.raises(KeyError) as raised:
        move.transfer().run(approve=approve)
    move.watch.error(raised.value)

    check(move)


def test_undoing_what_was_edited_since(move: Move) -> None:
    """What is left because somebody works with it is told by kinds, ids and reasons."""
    transfer = moved(move)
    edit(move, move.destination, "destination")
    report = transfer.undo(on_event=lambda event: move.watch.look("event", "undo", repr(event)))
    move.result(report)
    move.result(move.run(transfer))

    assert any("edited" in row.reason for row in report.set_aside)
    check(move)


def test_a_pilot_that_grows(move: Move) -> None:
    """A few patients, then all of them, told apart from settings and the journal alone."""
    patients: Sequence[str] = [str(row["id"]) for row in move.source.rows("patients")][:3]
    pilot = moved(move, filter=ByPatient(*patients))
    move.result(pilot.preflight())
    whole = move.transfer()
    for act in (whole.preflight, whole.plan, lambda: move.run(whole), whole.verify, whole.undo):
        move.attempt(act)

    check(move)


def test_keys_of_several_authors(move: Move) -> None:
    """The keys of practitioners whose own notes go under them are nowhere either, in order or revoked."""
    people = {f"{row['first_name']} {row['last_name']}": str(row["id"]) for row in _writers(move)}
    authors = {name: _client_of(move, user) for name, user in people.items()}
    sink = ClinikoSink(client(move.destination), authors=authors)
    move.watch.look("repr", "sink", f"{sink!r}{sink!s}{authors!r}")
    move.all_of_it(sink=sink)
    for user in list(people.values())[:1]:
        move.destination.store.change("users", move.destination.store.at("users", user), active=False)
    move.attempt(move.transfer(sink=sink).preflight)
    move.attempt(lambda: move.run(move.transfer(sink=sink)))
    move.watch.reprs()

    assert len(authors) > 1
    check(move)


def _writers(move: Move) -> list[dict[str, Any]]:
    """The users behind the destination's practitioners, but for the one whose key is the main one."""
    owner = client(move.destination).user().id
    users: dict[str, Any] = {str(row["id"]): row for row in move.destination.rows("users")}
    active = [str(row["user_id"]) for row in move.destination.rows("practitioners") if row["active"]]
    return [users[user] for user in active if user != owner]


def _client_of(move: Move, user: str) -> Cliniko:
    return client(move.destination, key=move.knows(move.destination.key_for(user)))


ACTS: dict[str, Callable[[Transfer], object]] = {
    "verify": lambda transfer: transfer.verify(),
    "undo": lambda transfer: transfer.undo(),
    "run": lambda transfer: transfer.run(),
}

FAULTS: tuple[FaultKind, ...] = ("401", "not_json", "redirect")


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_interrupted_afterwards(move: Move, act: Callable[[Transfer], object]) -> None:
    """Whatever ends a comparison, an undoing or a second run in its middle, nothing comes out."""
    transfer = moved(move)
    edit_both(move)
    chance = random.Random(1)
    for fault in FAULTS:
        for fake in (move.source, move.destination):
            fake.faults.add(fault, at=chance.randrange(5, 60), times=9)
        move.attempt(lambda: act(transfer))
        for fake in (move.source, move.destination):
            fake.faults.clear()

    check(move)


def everything_of_patients(request: LoggedRequest) -> bool:
    """Tells whether a request reads a list of what is about patients."""
    return request.method == "GET" and request.path.endswith(("patients", "invoices", "recalls", "attendees"))


PACKAGE = str(Path(clinikomigrate.__file__).parent)
WRAPPERS = {"call": ["function"], "forgetful_walk": ["walk"]}
"""The frames that empty the others, and are still at work then."""


def kept(error: pytest.ExceptionInfo[Error]) -> dict[str, list[str]]:
    """Gives the variables that the package's frames of an exception's traceback have."""
    ours = [each.frame for each in error.traceback if str(each.path).startswith(PACKAGE)]
    assert len(ours) > 3
    return {frame.code.name: sorted(frame.f_locals) for frame in ours if frame.f_locals}


def failed(act: Callable[[Transfer], object], transfer: Transfer) -> pytest.ExceptionInfo[Error] | None:
    """Gives what a call raises; None where it ends with what it has done so far, and says that it stopped."""
    try:
        ended = act(transfer)
    except Error as error:
        return pytest.ExceptionInfo.from_exception(error)
    assert getattr(ended, "stopped", None)
    return None


def test_frames_keep_no_variables(move: Move) -> None:
    """The frames of the package that an exception went through are empty, whichever call it comes out of."""
    transfer = move.transfer()
    report = transfer.run()
    for fake in (move.source, move.destination):
        fake.faults.add("redirect", every=1, when=everything_of_patients)
    acts: dict[str, Callable[[Transfer], object]] = {
        **ACTS,
        "plan": lambda transfer: transfer.plan(),
        "preflight": lambda transfer: transfer.preflight(),
        "debtors": lambda _: report.debtors(),
    }
    for name, act in acts.items():
        raised = failed(act, transfer)

        assert raised is None or kept(raised).items() <= WRAPPERS.items(), name


def test_results_are_carried_off_without_secrets(move: Move) -> None:
    """What a call gave can't be pickled where it refers to a client or a file, and holds no text where it can."""
    transfer = move.transfer()
    results = {
        "findings": transfer.preflight(),
        "plan": transfer.plan(),
        "report": transfer.run(),
        "verification": transfer.verify(sample=20),
        "identities": transfer.identities("patients"),
        "transfer": transfer,
    }
    refused = set()
    for name, result in results.items():
        try:
            move.watch.look("pickle", name, pickle.dumps(result).decode("latin-1"))
        except (NotPicklable, TypeError):
            refused.add(name)

    assert {"transfer", "report"} <= refused
    assert {"findings", "plan"}.isdisjoint(refused)
    check(move)
